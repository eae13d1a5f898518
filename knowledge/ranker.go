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
	passages []passage
	terms    []postings // by term
	meaning  *lexicon
	concepts map[string]int32
	meant    []postings // by concept
	rare     []float32  // rarity of concepts, by number
	paired   []uint16   // in how many passages a pair stands, by its last bits: more where several pairs meet

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
	titles, count := map[string]int{}, map[string]int{}
	for _, t := range topics {
		titles[t.Title]++
	}
	conceptIn := map[string]int{}
	for _, t := range topics {
		d := readTopic(t, titles[t.Title] == 1, stems)
		d.each(func(stem string) { count[stem]++ }, func(concept string) { conceptIn[concept]++ })
	}
	r := &ranker{words: newVocabulary(count, len(topics)), meaning: stems.lexicon, concepts: map[string]int32{}}
	for i, name := range slices.Sorted(maps.Keys(conceptIn)) {
		r.concepts[name] = int32(i)
		r.rare = append(r.rare, rarityOf(conceptIn[name], len(topics)))
	}
	r.phrases, r.terms, r.meant = make([][]int32, len(r.words.stems)), make([]postings, len(r.words.stems)), make([]postings, len(r.rare))
	for _, t := range topics { // read again rather than kept: a hundred thousand analysed passages are a lot of memory
		r.add(readTopic(t, titles[t.Title] == 1, stems))
	}
	r.count()
	return r
}

// count adds up what depends on all the passages.
func (r *ranker) count() {
	r.paired = make([]uint16, pairSlots)
	for i := range r.passages {
		p := &r.passages[i]
		last := uint32(0)
		for k, pr := range p.Pairs {
			if n := &r.paired[pr%pairSlots]; *n < math.MaxUint16 && (k == 0 || pr != last) {
				*n++
			}
			last = pr
		}
		r.mean.All += p.Length.All
		r.mean.Asked += p.Length.Asked
		r.mean.Pairs += p.Length.Pairs
		r.mean.Concepts += p.Length.Concepts
	}
	n := float32(len(r.passages))
	r.mean = lengths{max(r.mean.All/n, 1), max(r.mean.Asked/n, 1), max(r.mean.Pairs/n, 1), max(r.mean.Concepts/n, 1)}
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

// add takes a passage in. Stop words stand in the pairs only.
func (r *ranker) add(d draft) {
	var p passage
	number := int32(len(r.passages))
	for part, list := range [][]question{d.asked, d.text} {
		asked := part == 0
		for _, q := range list {
			p.Pairs = r.appendPairs(p.Pairs, q)
			for _, c := range q.concepts {
				r.meant[r.concepts[c]].add(number, asked)
				p.Length.Concepts++
			}
			terms := r.subject(q)
			for _, t := range terms {
				r.terms[t].add(number, asked)
			}
			p.Length.All += float32(len(terms))
			if asked {
				p.Length.Asked += float32(len(terms))
				r.addPhrase(number, terms)
			}
		}
	}
	slices.Sort(p.Pairs)
	p.Pairs = slices.Clip(p.Pairs)
	p.Length.Pairs = float32(len(p.Pairs))
	r.passages = append(r.passages, p)
}

// addPhrase takes a title or a way to ask in, by its distinct terms.
func (r *ranker) addPhrase(passage int32, terms []int32) {
	terms = slices.Clone(terms)
	slices.Sort(terms)
	mass := float32(0)
	for _, t := range slices.Compact(terms) {
		mass += r.words.rarity[t]
		r.phrases[t] = append(r.phrases[t], int32(len(r.phraseOf)))
	}
	r.phraseOf = append(r.phraseOf, passage)
	r.phraseMass = append(r.phraseMass, mass)
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
