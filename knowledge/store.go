package knowledge

import (
	"bytes"
	"encoding/gob"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
)

// learnedVersion names the form of what is learned: change it with the analysis, the features or the training.
const learnedVersion = "14"

// learned is what is worked out from the contents, as kept on disk.
type learned struct {
	Concepts map[string][]string // the lexicon, by stems
	Labels   []label             // none without classifier
	Features []feature
	Ends     [channels]int32 // of each channel's features
	Rarity   []float32
	Bias     []float32
	Scale    []float32
	Ranker   keptRanker
}

// keptRanker is a ranker without what is quickly worked out again.
type keptRanker struct {
	Stems      []string
	Rarity     []float32
	Concepts   []string // by number
	Rare       []float32
	Passages   []passage
	Terms      []postings
	Meant      []postings
	PhraseOf   []int32
	PhraseMass []float32
	Phrases    [][]int32
	Paired     []uint16 // with Mean, where the passages are read again
	Mean       lengths
	Shared     map[string]bool
}

func (r *ranker) keep() keptRanker {
	concepts := make([]string, len(r.concepts))
	for name, n := range r.concepts {
		concepts[n] = name
	}
	k := keptRanker{Stems: r.words.stems, Rarity: r.words.rarity, Concepts: concepts, Rare: r.rare}
	if r.texts != nil {
		k.Paired, k.Mean, k.Shared = r.paired.all, r.mean, r.texts.shared
		return k
	}
	k.Passages, k.Terms, k.Meant, k.PhraseOf, k.PhraseMass, k.Phrases = r.passages, r.terms, r.meant, r.phraseOf, r.phraseMass, r.phrases
	return k
}

// restore makes the ranker of topics again.
func (k keptRanker) restore(topics []Topic, stems stemmer) *ranker {
	l := stems.lexicon
	r := &ranker{
		count: len(topics),
		words: &vocabulary{stems: k.Stems, rarity: k.Rarity}, passages: k.Passages, terms: k.Terms, meant: k.Meant, meaning: l, concepts: make(map[string]int32, len(k.Concepts)),
		rare: k.Rare, phraseOf: k.PhraseOf, phraseMass: k.PhraseMass, phrases: k.Phrases,
	}
	for n, name := range k.Concepts {
		r.concepts[name] = int32(n)
	}
	r.words.index()
	if len(k.Paired) > 0 {
		r.paired, r.mean, r.texts = paired{all: k.Paired}, k.Mean, &texts{topics, stems, k.Shared}
		return r
	}
	all := newTally()
	for i := range k.Passages {
		all.add(&k.Passages[i])
	}
	r.paired, r.mean = newPaired(all.paired), all.mean()
	return r
}

// Open builds a base like Build, but keeps what was learned and the index in a folder, and reads them back when the
// contents are the same, which takes milliseconds. A damaged or unwritable folder only costs the time to build again.
func Open(dir string, contents Contents, examples []Example) (*Base, error) {
	if dir == "" {
		return Build(contents, examples)
	}
	b, err := newBase(contents)
	if err != nil {
		return nil, err
	}
	name := digest(contents, examples)
	file := learnedName(dir, name)
	if err := b.load(file); err != nil {
		b.stemmer = newStemmer()
		b.learn(examples)
		b.ranker = newRanker(contents.Topics, b.stemmer)
		b.keep(file)
	}
	folder := filepath.Join(dir, "index-"+name)
	if b.index, err = openIndex(folder, b.ranker.words); err != nil {
		b.index, err = b.keepIndex(folder)
	}
	if err != nil {
		return nil, err
	}
	b.index.closeUnused()
	return b, nil
}

// keepIndex builds the index beside its place and moves it there. Where that fails the index lives in memory.
func (b *Base) keepIndex(folder string) (*index, error) {
	if os.MkdirAll(filepath.Dir(folder), 0o750) == nil {
		if temporary, err := os.MkdirTemp(filepath.Dir(folder), "index-*.new"); err == nil {
			defer func() { _ = os.RemoveAll(temporary) }()
			place := filepath.Join(temporary, "index")
			if built, err := buildIndex(place, b.contents.Topics, b.stemmer, b.ranker.words); err == nil && built.bleve.Close() == nil {
				_ = os.RemoveAll(folder) // damaged, or it would have opened
				if os.Rename(place, folder) == nil {
					if opened, err := openIndex(folder, b.ranker.words); err == nil {
						return opened, nil
					}
				}
			}
		}
	}
	return buildIndex("", b.contents.Topics, b.stemmer, b.ranker.words)
}

func (b *Base) load(file string) error {
	f, err := readLearned(file)
	if err != nil {
		return err
	}
	var l learned
	if err := gob.NewDecoder(bytes.NewReader(f.body)).Decode(&l); err != nil {
		f.close()
		return err
	}
	b.stemmer = stemmer{filter: fr.NewFrenchLightStemmerFilter(), lexicon: newLexicon(l.Concepts), known: &stemCache{}}
	b.ranker = l.Ranker.restore(b.contents.Topics, b.stemmer)
	if len(l.Labels) == 0 {
		f.close()
		return nil
	}
	b.labels = l.Labels
	b.vectorizer = &vectorizer{features: l.Features, ends: l.Ends, rarity: l.Rarity, weight: channelWeight}
	b.classifier = &classifier{labels: len(l.Labels), weights: f.weights, scale: l.Scale, bias: l.Bias}
	runtime.AddCleanup(b.classifier, func(f *learnedFile) { f.close() }, f)
	b.numberLabels()
	return nil
}

// keep writes what was learned. A failure is nobody's problem: the next start learns again.
func (b *Base) keep(file string) {
	var weights []byte
	l := learned{Concepts: b.stemmer.lexicon.concepts, Ranker: b.ranker.keep()}
	if b.classifier != nil {
		l.Labels, l.Features, l.Ends, l.Rarity = b.labels, b.vectorizer.features, b.vectorizer.ends, b.vectorizer.rarity
		l.Bias, l.Scale, weights = b.classifier.bias, b.classifier.scale, b.classifier.weights
	}
	var body bytes.Buffer
	if gob.NewEncoder(&body).Encode(l) != nil || place(file, func(w io.Writer) error { return writeLearned(w, weights, body.Bytes()) }) != nil {
		return
	}
	forget(filepath.Dir(file))
}

// mostKept is for how many contents the cache keeps what was learned: those of several programs, and of an editor who goes
// back and forth.
const mostKept = 6

// forget removes what was learned longest ago.
func forget(dir string) {
	files, err := filepath.Glob(filepath.Join(dir, "learned-*.gob"))
	if err != nil || len(files) <= mostKept {
		return
	}
	made := map[string]time.Time{}
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			made[f] = info.ModTime()
		}
	}
	slices.SortFunc(files, func(a, b string) int { return made[b].Compare(made[a]) })
	for _, f := range files[mostKept:] {
		_ = os.Remove(f)
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "learned-"), ".gob")
		_ = os.RemoveAll(filepath.Join(dir, "index-"+name))
	}
}
