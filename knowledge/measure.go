package knowledge

import (
	"math"
	"slices"
)

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

func bm25(n, length, mean float32) float32 {
	return n * (saturation + 1) / (n + saturation*(1-lengthPull+lengthPull*length/mean))
}

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
	unknown := float32(math.Log(1 + 2*float64(r.count+1)))
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
	return wantedPair{p, rarityOf(r.paired.count(p), r.count)}
}

// buffer is what one measuring needs, kept for the next.
type buffer struct {
	slot  []int32   // by passage: its place among those measured plus one, 0 when it is none
	total []float32 // by phrase: the weight of the words in common
	word  []int32   // by phrase: the last word counted plus one, 0 when none was
}

func (r *ranker) buffer() *buffer {
	if b, ok := r.buffers.Get().(*buffer); ok {
		return b
	}
	return &buffer{make([]int32, len(r.passages)), make([]float32, len(r.phraseOf)), make([]int32, len(r.phraseOf))}
}

// fits are the best of what a word may stand for in one passage.
type fits struct{ all, asked, fit float32 }

// measure gives the features of passages, in their order.
func (r *ranker) measure(w wanted, passages []int32) []Features {
	if r.texts != nil {
		return r.reread(w, passages)
	}
	b := r.buffer()
	for i, p := range passages {
		b.slot[p] = int32(i) + 1
	}
	out := make([]Features, len(passages))
	best := make([]fits, len(passages))
	for _, word := range w.words {
		clear(best)
		for _, n := range word.near {
			r.match(b, n, best)
		}
		weight := float64(word.weight)
		for i, f := range best {
			out[i].Words += weight * float64(f.all)
			out[i].Title += weight * float64(f.asked)
			out[i].Covered += weight * float64(f.fit)
		}
	}
	for _, c := range w.concepts {
		list := &r.meant[c]
		for k, p := range list.Passages {
			if i := b.slot[p]; i > 0 {
				out[i-1].Concepts += float64(r.rare[c]) * float64(bm25(float32(list.All[k]), r.passages[p].Length.Concepts, r.mean.Concepts))
			}
		}
	}
	mass := float64(w.mass)
	for i, p := range passages {
		f := &out[i]
		f.Pairs = r.pairsIn(&r.passages[p], w.pairs) / mass
		f.Words, f.Title, f.Covered = f.Words/mass, f.Title/mass, f.Covered/mass
		f.Concepts /= float64(max(w.mass, w.meaning))
	}
	r.bestPhrases(b, w, out)
	for _, p := range passages {
		b.slot[p] = 0
	}
	r.buffers.Put(b)
	return out
}

// match raises the fits of the passages where what a word may stand for stands.
func (r *ranker) match(b *buffer, n near, best []fits) {
	list := &r.terms[n.term]
	for k, p := range list.Passages {
		i := b.slot[p]
		if i == 0 {
			continue
		}
		f, length := &best[i-1], &r.passages[p].Length
		f.all = max(f.all, n.fit*bm25(float32(list.All[k]), length.All, r.mean.All))
		f.asked = max(f.asked, n.fit*bm25(float32(list.Asked[k]), length.Asked, r.mean.Asked))
		f.fit = max(f.fit, n.fit)
	}
}

// pairsIn is the BM25 of the pairs that stand in a passage.
func (r *ranker) pairsIn(p *passage, pairs []wantedPair) float64 {
	sum := 0.0
	for _, pr := range pairs {
		if n := count(p.Pairs, pr.pair); n > 0 {
			sum += float64(pr.weight) * float64(bm25(float32(n), p.Length.Pairs, r.mean.Pairs))
		}
	}
	return sum
}

// guessWindow is how far from its guessed place a pair is looked for before the whole list is: a list of ten thousand
// strays by fifty.
const guessWindow = 64

// count tells how often a pair stands in a sorted list. Pairs are spread evenly over their range, so their place is
// guessed, which spares most of the halving.
func count(pairs []uint32, pair uint32) int {
	guess := int(uint64(pair) * uint64(len(pairs)) >> 32)
	from, to := max(0, guess-guessWindow), min(len(pairs), guess+guessWindow)
	if from > 0 && pairs[from-1] >= pair || to < len(pairs) && pairs[to] < pair {
		from, to = 0, len(pairs)
	}
	i, _ := slices.BinarySearch(pairs[from:to], pair)
	n := 0
	for i += from; i+n < len(pairs) && pairs[i+n] == pair; {
		n++
	}
	return n
}

// bestPhrases finds how alike the most alike title or way to ask of each passage is: the weight of the words in common
// over the mean weight of both.
func (r *ranker) bestPhrases(b *buffer, w wanted, out []Features) {
	touched := make([]int32, 0, 256)
	for number, word := range w.words {
		// What a word may stand for counts once in a phrase, by the best: the list is in that order.
		for _, n := range word.near {
			for _, phrase := range r.phrases[n.term] {
				if b.slot[r.phraseOf[phrase]] == 0 || b.word[phrase] == int32(number)+1 {
					continue
				}
				if b.word[phrase] == 0 {
					touched = append(touched, phrase)
				}
				b.word[phrase] = int32(number) + 1
				b.total[phrase] += n.fit * word.weight
			}
		}
	}
	for _, phrase := range touched {
		f := &out[b.slot[r.phraseOf[phrase]]-1]
		f.Phrase = max(f.Phrase, float64(2*b.total[phrase]/(r.phraseMass[phrase]+w.mass)))
		b.total[phrase], b.word[phrase] = 0, 0
	}
}
