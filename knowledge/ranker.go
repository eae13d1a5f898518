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
	meaning  *lexicon
	concepts map[string]int32
	rare     []float32 // rarity of concepts, by number
	paired   []uint16  // in how many passages a pair stands, by its last bits: more where several pairs meet

	phraseOf   []int32   // a title or way to ask -> its passage
	phraseMass []float32 // what its words weigh
	phrases    [][]int32 // a term -> the phrases it stands in

	mean   lengths
	totals sync.Pool // *[]float32 by phrase, all zero
}

// passage is a topic as the ranker sees it. Its fields are exported for the cache of what was learned.
type passage struct {
	Terms  []int32  // distinct, ascending
	All    []uint16 // beside Terms: how often each stands in the passage
	Asked  []uint16 // and how often of those in its title and the ways to ask for it
	Pairs  []uint32 // neighbouring stems, ascending, with repetitions
	Means  []int32  // concepts, distinct, ascending
	Meant  []uint16 // beside Means: how often
	Length lengths
}

// lengths of a passage, in terms, pairs and concepts; or the means of all passages.
type lengths struct{ All, Asked, Pairs, Concepts float32 }

// Features says how well a passage fits a question, each about 0 (not at all) to 2 (short and to the point).
type Features struct {
	Words    float64 `json:"words"`    // BM25 over everything, each word by the best of what it may stand for
	Title    float64 `json:"title"`    // the same over the title and the ways to ask
	Concepts float64 `json:"concepts"` // what the words mean
	Pairs    float64 `json:"pairs"`    // neighbouring words in the same order
	Phrase   float64 `json:"phrase"`   // the most alike of the title and the ways to ask: 1 is the same words
	Covered  float64 `json:"covered"`  // share of the question's words, by weight, that stand in the passage
}

// plain sums the features with weights that hold for any base, learned from or not.
func (f Features) plain() float64 {
	return f.Words + f.Title + 0.3*f.Concepts + 0.3*f.Pairs + f.Phrase
}

const (
	saturation = 1.2  // BM25's k1
	lengthPull = 0.75 // BM25's b
)

func bm25(n, length, mean float32) float64 {
	return float64(n * (saturation + 1) / (n + saturation*(1-lengthPull+lengthPull*length/mean)))
}

// newRanker reads topics. A title that several topics share names their document and asks for none of them.
func newRanker(topics []Topic, stems stemmer) *ranker {
	titles, count := map[string]int{}, map[string]int{}
	for _, t := range topics {
		titles[t.Title]++
	}
	drafts := make([]draft, len(topics))
	conceptIn := map[string]int{}
	for i, t := range topics {
		drafts[i] = readTopic(t, titles[t.Title] == 1, stems)
		drafts[i].each(func(stem string) { count[stem]++ }, func(concept string) { conceptIn[concept]++ })
	}
	r := &ranker{words: newVocabulary(count, len(topics)), meaning: stems.lexicon, concepts: map[string]int32{}}
	for i, name := range slices.Sorted(maps.Keys(conceptIn)) {
		r.concepts[name] = int32(i)
		r.rare = append(r.rare, rarityOf(conceptIn[name], len(topics)))
	}
	r.phrases = make([][]int32, len(r.words.stems))
	for i := range drafts {
		r.add(&drafts[i])
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
func (r *ranker) add(d *draft) {
	var p passage
	number := int32(len(r.passages))
	all, asked, meant := map[int32]uint16{}, map[int32]uint16{}, map[int32]uint16{}
	for part, list := range [][]question{d.asked, d.text} {
		for _, q := range list {
			p.Pairs = r.appendPairs(p.Pairs, q)
			for _, c := range q.concepts {
				meant[r.concepts[c]]++
				p.Length.Concepts++
			}
			terms := r.subject(q)
			p.Length.All += float32(len(terms))
			for _, t := range terms {
				all[t]++
			}
			if part == 1 {
				continue
			}
			p.Length.Asked += float32(len(terms))
			for _, t := range terms {
				asked[t]++
			}
			r.addPhrase(number, terms)
		}
	}
	p.Terms = slices.Sorted(maps.Keys(all))
	for _, t := range p.Terms {
		p.All, p.Asked = append(p.All, all[t]), append(p.Asked, asked[t])
	}
	p.Means = slices.Sorted(maps.Keys(meant))
	for _, c := range p.Means {
		p.Meant = append(p.Meant, meant[c])
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

// wanted is a question as the ranker looks for it.
type wanted struct {
	words    []wantedWord
	mass     float32 // what all the words weigh
	pairs    []wantedPair
	concepts []int32
	meaning  float32 // what the concepts weigh
}

type wantedWord struct {
	stem   string
	weight float32
	near   []near // what it may stand for, best first; empty when nothing in the base is like it
}

type wantedPair struct {
	pair   uint32
	weight float32
}

// mostWords bounds the work for one question, however long.
const mostWords = 60

// want prepares a question.
func (r *ranker) want(q question) wanted {
	var w wanted
	stops := true
	for _, word := range q.words {
		stops = stops && stopWords[word]
	}
	unknown := float32(math.Log(1 + 2*float64(len(r.passages)+1)))
	seen := map[string]bool{}
	for i, s := range q.stems {
		if seen[s] || len(w.words) == mostWords || stopWords[q.words[i]] && !stops {
			continue
		}
		seen[s] = true
		word := wantedWord{stem: s, weight: unknown, near: r.words.near(s)}
		if len(word.near) > 0 {
			word.weight = r.words.rarity[word.near[0].term]
		}
		w.words = append(w.words, word)
		w.mass += word.weight
	}
	w.mass = max(w.mass, 1)
	last := int32(-1)
	for i, s := range q.stems {
		n, ok := r.words.number[s]
		if ok && last >= 0 && i < 4*mostWords {
			w.pairs = append(w.pairs, r.wantPair(pair(last, n)))
		}
		if last = n; !ok {
			last = -1
		}
	}
	for _, c := range q.concepts {
		if n, ok := r.concepts[c]; ok && !slices.Contains(w.concepts, n) && len(w.concepts) < mostWords {
			w.concepts = append(w.concepts, n)
			w.meaning += r.rare[n]
		}
	}
	return w
}

func (r *ranker) wantPair(p uint32) wantedPair {
	return wantedPair{p, rarityOf(int(r.paired[p%pairSlots]), len(r.passages))}
}

// measure gives the features of passages, in their order.
func (r *ranker) measure(w wanted, passages []int32) []Features {
	best := r.bestPhrases(w, passages)
	out := make([]Features, len(passages))
	for i, n := range passages {
		p := &r.passages[n]
		f := &out[i]
		for _, word := range w.words {
			all, asked, fit := r.match(p, word)
			f.Words += float64(word.weight) * all
			f.Title += float64(word.weight) * asked
			f.Covered += float64(word.weight) * fit
		}
		for _, pr := range w.pairs {
			if at, ok := slices.BinarySearch(p.Pairs, pr.pair); ok {
				n := 0
				for at < len(p.Pairs) && p.Pairs[at] == pr.pair {
					n++
					at++
				}
				f.Pairs += float64(pr.weight) * bm25(float32(n), p.Length.Pairs, r.mean.Pairs)
			}
		}
		for _, c := range w.concepts {
			if at, ok := slices.BinarySearch(p.Means, c); ok {
				f.Concepts += float64(r.rare[c]) * bm25(float32(p.Meant[at]), p.Length.Concepts, r.mean.Concepts)
			}
		}
		mass := float64(w.mass)
		f.Words, f.Title, f.Covered, f.Pairs = f.Words/mass, f.Title/mass, f.Covered/mass, f.Pairs/mass
		f.Concepts /= float64(max(w.mass, w.meaning))
		f.Phrase = float64(best[i])
	}
	return out
}

// match gives the BM25 of the best of what a word may stand for in a passage, over everything and over what is asked, and
// how well it stands for it.
func (r *ranker) match(p *passage, word wantedWord) (all, asked, fit float64) {
	for _, n := range word.near {
		at, ok := slices.BinarySearch(p.Terms, n.term)
		if !ok {
			continue
		}
		f := float64(n.fit)
		all = max(all, f*bm25(float32(p.All[at]), p.Length.All, r.mean.All))
		asked = max(asked, f*bm25(float32(p.Asked[at]), p.Length.Asked, r.mean.Asked))
		if fit = max(fit, f); n.fit == 1 {
			break // the word itself
		}
	}
	return all, asked, fit
}

// bestPhrases finds how alike the most alike title or way to ask of each passage is: the weight of the words in common
// over the mean weight of both.
func (r *ranker) bestPhrases(w wanted, passages []int32) []float32 {
	buffer, _ := r.totals.Get().(*[]float32)
	if buffer == nil {
		fresh := make([]float32, len(r.phraseOf))
		buffer = &fresh
	}
	defer r.totals.Put(buffer)
	total := *buffer
	place := make(map[int32]int, len(passages))
	for i, p := range passages {
		place[p] = i
	}
	touched := make([]int32, 0, 256)
	for _, word := range w.words {
		// What a word may stand for counts once in a phrase, by the best: the list is in that order, so a phrase that
		// has a better one is left alone.
		for i, n := range word.near {
			for _, phrase := range r.phrases[n.term] {
				if i > 0 && r.hasBetter(phrase, word.near[:i]) {
					continue
				}
				if total[phrase] == 0 {
					touched = append(touched, phrase)
				}
				total[phrase] += n.fit * word.weight
			}
		}
	}
	out := make([]float32, len(passages))
	for _, phrase := range touched {
		if i, ok := place[r.phraseOf[phrase]]; ok {
			out[i] = max(out[i], 2*total[phrase]/(r.phraseMass[phrase]+w.mass))
		}
		total[phrase] = 0
	}
	return out
}

func (r *ranker) hasBetter(phrase int32, better []near) bool {
	for _, n := range better {
		if _, ok := slices.BinarySearch(r.phrases[n.term], phrase); ok {
			return true
		}
	}
	return false
}
