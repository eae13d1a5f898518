package knowledge

import (
	"maps"
	"math"
	"slices"
	"sync"
)

// ranker measures how well passages fit a question. It looks at what the words say and not at which base they stand in,
// so it needs no training and serves any contents, however many.
type ranker struct {
	words    *vocabulary
	count    int        // passages
	passages []passage  // none where texts are read again
	terms    []postings // by term
	meaning  *lexicon
	concepts map[string]int32
	meant    []postings // by concept
	texts    *texts     // where there are too many passages to keep
	rare     []float32  // rarity of concepts, by number
	paired   paired     // in how many passages a pair stands

	phraseOf   []int32   // a title or way to ask -> its passage
	phraseMass []float32 // what its words weigh
	phrases    [][]int32 // a term -> the phrases it stands in

	mean    lengths
	buffers sync.Pool // *buffer
}

// passage is a topic as the ranker sees it. Its fields are exported for the cache of what was learned.
type passage struct {
	Pairs  []uint32 // neighbouring stems, ascending, with repetitions
	Length lengths
}

// lengths of a passage, in terms, pairs and concepts; or the means of all passages.
type lengths struct{ All, Asked, Pairs, Concepts float32 }

// postings are the passages where something stands, ascending, and how often: in all, and in the title and the ways to ask.
type postings struct {
	Passages   []int32
	All, Asked []uint16
}

// add counts what stands once more in a passage, the latest so far.
func (p *postings) add(passage int32, asked bool) {
	last := len(p.Passages) - 1
	if last < 0 || p.Passages[last] != passage {
		p.Passages, p.All, p.Asked = append(p.Passages, passage), append(p.All, 0), append(p.Asked, 0)
		last++
	}
	p.All[last] = min(p.All[last], math.MaxUint16-1) + 1
	if asked {
		p.Asked[last] = min(p.Asked[last], math.MaxUint16-1) + 1
	}
}

// has tells whether what is posted stands in a passage.
func (p *postings) has(passage int32) bool {
	_, ok := slices.BinarySearch(p.Passages, passage)
	return ok
}

// newRanker reads topics. A title that several topics share names their document and asks for none of them.
func newRanker(topics []Topic, stems stemmer) *ranker {
	return newRankerOf(newTexts(topics, stems), len(topics) > mostInMemory)
}

// newRankerOf reads texts, and keeps what it finds in each unless they are to be read again.
func newRankerOf(source *texts, again bool) *ranker {
	topics, stems := source.topics, source.stems
	count, conceptIn := map[string]int{}, map[string]int{}
	for i := range topics {
		d := source.read(int32(i))
		d.each(func(stem string) { count[stem]++ }, func(concept string) { conceptIn[concept]++ })
	}
	r := &ranker{words: newVocabulary(count, len(topics)), count: len(topics), meaning: stems.lexicon, concepts: map[string]int32{}}
	for i, name := range slices.Sorted(maps.Keys(conceptIn)) {
		r.concepts[name] = int32(i)
		r.rare = append(r.rare, rarityOf(conceptIn[name], len(topics)))
	}
	if again {
		r.texts = source
	} else {
		r.phrases, r.terms, r.meant = make([][]int32, len(r.words.stems)), make([]postings, len(r.words.stems)), make([]postings, len(r.rare))
	}
	all := newTally()
	for i := range topics { // read again rather than kept: a hundred thousand analysed passages are a lot of memory
		d := source.read(int32(i))
		p := r.weigh(d)
		all.add(&p)
		if !again {
			r.add(d, p)
		}
	}
	r.paired, r.mean = newPaired(all.paired), all.mean()
	return r
}

// tally adds up what depends on all the passages.
type tally struct {
	paired []uint16
	sum    struct{ all, asked, pairs, concepts float64 }
	count  float64
}

func newTally() *tally { return &tally{paired: make([]uint16, pairSlots)} }

func (t *tally) add(p *passage) {
	last := uint32(0)
	for k, pr := range p.Pairs {
		if n := &t.paired[pr%pairSlots]; *n < math.MaxUint16 && (k == 0 || pr != last) {
			*n++
		}
		last = pr
	}
	t.sum.all += float64(p.Length.All)
	t.sum.asked += float64(p.Length.Asked)
	t.sum.pairs += float64(p.Length.Pairs)
	t.sum.concepts += float64(p.Length.Concepts)
	t.count++
}

func (t *tally) mean() lengths {
	of := func(sum float64) float32 { return float32(max(sum/max(t.count, 1), 1)) }
	return lengths{of(t.sum.all), of(t.sum.asked), of(t.sum.pairs), of(t.sum.concepts)}
}

// draft is a topic's text, analysed.
type draft struct {
	asked []question // the title and the ways to ask
	text  []question // everything else, by line
}

func readTopic(t Topic, titleAsks bool, stems stemmer) draft {
	var d draft
	if titleAsks {
		d.asked = append(d.asked, stems.understand(t.Title))
	} else {
		d.text = append(d.text, stems.understand(t.Title))
	}
	for _, p := range t.Asked {
		d.asked = append(d.asked, stems.understand(p.Text))
	}
	if t.Citation.Section != t.Title {
		d.text = append(d.text, stems.understand(t.Citation.Section))
	}
	for _, line := range textLines(t.Body) {
		d.text = append(d.text, stems.understand(line))
	}
	return d
}

// each calls back once for each distinct stem and concept.
func (d draft) each(stem, concept func(string)) {
	seen, meant := map[string]bool{}, map[string]bool{}
	for _, list := range [][]question{d.asked, d.text} {
		for _, q := range list {
			for _, s := range q.stems {
				if !seen[s] {
					seen[s] = true
					stem(s)
				}
			}
			for _, c := range q.concepts {
				if !meant[c] {
					meant[c] = true
					concept(c)
				}
			}
		}
	}
}

// weigh finds the pairs and the lengths of a passage. Stop words stand in the pairs only.
func (r *ranker) weigh(d draft) (p passage) {
	for part, list := range [][]question{d.asked, d.text} {
		for _, q := range list {
			p.Pairs = r.appendPairs(p.Pairs, q)
			p.Length.Concepts += float32(len(q.concepts))
			terms := float32(len(r.subject(q)))
			if p.Length.All += terms; part == 0 {
				p.Length.Asked += terms
			}
		}
	}
	slices.Sort(p.Pairs)
	p.Pairs = slices.Clip(p.Pairs)
	p.Length.Pairs = float32(len(p.Pairs))
	return p
}

// add takes a passage in.
func (r *ranker) add(d draft, p passage) {
	number := int32(len(r.passages))
	for part, list := range [][]question{d.asked, d.text} {
		asked := part == 0
		for _, q := range list {
			for _, c := range q.concepts {
				r.meant[r.concepts[c]].add(number, asked)
			}
			terms := r.subject(q)
			for _, t := range terms {
				r.terms[t].add(number, asked)
			}
			if asked {
				r.addPhrase(number, terms)
			}
		}
	}
	r.passages = append(r.passages, p)
}

// addPhrase takes a title or a way to ask in, by its distinct terms.
func (r *ranker) addPhrase(passage int32, terms []int32) {
	mass := float32(0)
	for _, t := range sortedTerms(terms) {
		mass += r.words.rarity[t]
		r.phrases[t] = append(r.phrases[t], int32(len(r.phraseOf)))
	}
	r.phraseOf = append(r.phraseOf, passage)
	r.phraseMass = append(r.phraseMass, mass)
}

// sortedTerms are terms in order, each once.
func sortedTerms(terms []int32) []int32 {
	terms = slices.Clone(terms)
	slices.Sort(terms)
	return slices.Compact(terms)
}

// subject lists the known terms of a text that are no stop words, with repetitions.
func (r *ranker) subject(q question) []int32 {
	var terms []int32
	for i, w := range q.words {
		if n, ok := r.words.number[q.stems[i]]; ok && !stopWords[w] {
			terms = append(terms, n)
		}
	}
	return terms
}

// appendPairs appends the neighbouring known stems of a text, each packed into a number. Stop words count: "pas recu" and
// "qui a" say something that neither word does.
func (r *ranker) appendPairs(pairs []uint32, q question) []uint32 {
	last := int32(-1)
	for _, s := range q.stems {
		n, ok := r.words.number[s]
		if !ok {
			last = -1
			continue
		}
		if last >= 0 {
			pairs = append(pairs, pair(last, n))
		}
		last = n
	}
	return pairs
}

// pair mixes two term numbers into one. Two pairs may meet in one number once in billions; the harm is a grain of score.
func pair(a, b int32) uint32 {
	h := (uint64(a)<<32 | uint64(b)) * 0x9E3779B97F4A7C15
	return uint32(h >> 32)
}

// pairSlots bounds the memory that counting pairs takes, however many passages there are.
const pairSlots = 1 << 20
