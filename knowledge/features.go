package knowledge

import (
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
)

// question is a message as understood: its words with phone spelling written out, and their stems.
type question struct {
	words    []string
	stems    []string
	concepts []string
}

// stopWords carry no subject. Question words and negation stay: "comment", "combien" and "pas" change what is asked.
var stopWords = toSet(`a ai ait as au aux avec avez avoir avons c ce ces cet cette chez d dans de des deja donc du elle elles en est et
	etait etais etes etre eu il ils j je l la le les leur lui m ma mais me meme mes moi mon n ne nos notre nous on ont ou par pas pour
	qu que qui s sa se sera ses si son sont suis sur t ta te tes toi ton tu un une va vais vas vos votre vous vont y
	bonjour bonsoir salut merci svp plait cordialement madame monsieur alors voila bon ben euh oui non hein tout tres bien
	the a an is are my i do to of in on for and it can me you your`)

func toSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// stemmer is Bleve's light French stemmer, word by word.
type stemmer struct {
	filter  *fr.FrenchLightStemmerFilter
	lexicon *lexicon
	literal bool // phone spelling is left as it is
	known   *stemCache
}

// newStemmer reads the shipped lexicon, which takes a while: a base keeps its stemmer.
func newStemmer() stemmer {
	s := stemmer{filter: fr.NewFrenchLightStemmerFilter(), lexicon: newLexicon(nil), known: &stemCache{}}
	s.lexicon = readLexicon(lexiconText, func(expression string) []string { return s.understand(expression).stems })
	return s
}

func (s stemmer) stem(word string) string {
	if stem, ok := s.known.get(word); ok {
		return stem
	}
	stream := s.filter.Filter(analysis.TokenStream{{Term: []byte(word)}})
	stem := Fold(string(stream[0].Term))
	s.known.put(strings.Clone(word), stem) // a word is a piece of its text, which need not be kept for it
	return stem
}

// stemCache remembers the stems of words, most of which come again and again. It is safe for concurrent use.
type stemCache struct {
	mu    sync.RWMutex
	stems map[string]string
}

// mostStems bounds the words that are remembered: those of a large base, some megabytes.
const mostStems = 50_000

func (c *stemCache) get(word string) (string, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	stem, ok := c.stems[word]
	return stem, ok
}

func (c *stemCache) put(word, stem string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stems == nil || len(c.stems) >= mostStems {
		c.stems = map[string]string{}
	}
	c.stems[word] = stem
}

// understand writes out phone spelling and stems.
func (s stemmer) understand(text string) question {
	var q question
	words := Words(text)
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		if full, ok := spelling[w]; ok && !s.literal && !elides(w, next) {
			q.words = append(q.words, strings.Fields(full)...)
			continue
		}
		q.words = append(q.words, w)
	}
	q.stems = make([]string, len(q.words))
	for i, w := range q.words {
		q.stems[i] = s.stem(w)
	}
	q.concepts = s.lexicon.find(q.stems)
	return q
}

// channel is one way to look at a question; each is weighted and normalised on its own.
type channel int

const (
	wordChannel    channel = iota // stems, and pairs of neighbouring stems
	charChannel                   // pieces of three to five letters within words
	soundChannel                  // how words sound
	conceptChannel                // what the words mean, by the lexicon
	channels
)

// feature is one thing a channel sees, as a hash of its text (FNV-1a, begun with the channel). Two things may share one
// once in billions of billions.
type feature uint64

const (
	fnvOffset feature = 14695981039346656037
	fnvPrime  feature = 1099511628211
)

func (f feature) byte(c byte) feature { return (f ^ feature(c)) * fnvPrime }

func (f feature) text(s string) feature {
	for i := range len(s) {
		f = f.byte(s[i])
	}
	return f
}

// features appends what a channel sees in a question, with repetitions.
func (q question) features(c channel, out []feature) []feature {
	start := fnvOffset.byte(byte(c))
	switch c {
	case wordChannel:
		for i, s := range q.stems {
			out = append(out, start.text(s))
			if i > 0 {
				out = append(out, start.text(q.stems[i-1]).byte(' ').text(s))
			}
		}
	case charChannel:
		for _, w := range q.words {
			if !stopWords[w] {
				out = start.pieces(w, out)
			}
		}
	case conceptChannel:
		for i, a := range q.concepts {
			out = append(out, start.text(a))
			for _, b := range q.concepts[i+1:] {
				out = append(out, start.text(min(a, b)).byte(' ').text(max(a, b)))
			}
		}
	case soundChannel:
		last := ""
		for _, w := range q.words {
			if stopWords[w] {
				continue
			}
			key := soundKey(w)
			out = append(out, start.text(key))
			if last != "" {
				out = append(out, start.text(last).byte(' ').text(key))
			}
			last = key
		}
	}
	return out
}

// pieces appends the runs of three to five bytes of "<word>".
func (f feature) pieces(word string, out []feature) []feature {
	at := func(i int) byte {
		switch i {
		case 0:
			return '<'
		case len(word) + 1:
			return '>'
		}
		return word[i-1]
	}
	whole := len(word) + 2
	for i := range whole {
		piece := f
		for n := 1; n <= 5 && i+n <= whole; n++ {
			if piece = piece.byte(at(i + n - 1)); n >= 3 {
				out = append(out, piece)
			}
		}
	}
	return out
}

// questionWords ask without saying about what.
var questionWords = toSet(`comment combien quand quoi quel quelle quels quelles pourquoi qui que ou est-ce esce pareil aussi ca cela
	peut peux pouvez possible faut faire fait dois doit pareille autre sinon encore veux veut voudrais savoir dire`)
