package knowledge

// What a ranker knows of each passage takes several times its text. Up to mostInMemory it is kept; of more, only what is
// counted over all of them is, and the few that a question is about are read again, which gives the same features.

// mostInMemory is how many passages a ranker keeps: beyond, reading fifty again costs less than going through the lists of
// where common words stand, and than some kilobytes for each passage.
const mostInMemory = 20_000

// texts are where passages are read again.
type texts struct {
	topics []Topic
	stems  stemmer
	shared map[string]bool // titles that several topics have
}

func newTexts(topics []Topic, stems stemmer) *texts {
	t := &texts{topics: topics, stems: stems, shared: map[string]bool{}}
	seen := make(map[string]struct{}, len(topics))
	for i := range topics {
		if _, again := seen[topics[i].Title]; again {
			t.shared[topics[i].Title] = true
		}
		seen[topics[i].Title] = struct{}{}
	}
	return t
}

// read analyses a passage. A title that several topics share names their document and asks for none of them.
func (t *texts) read(passage int32) draft {
	topic := &t.topics[passage]
	return readTopic(*topic, !t.shared[topic.Title], t.stems)
}

// reread gives the features of passages that are not kept, in their order: those of measure.
func (r *ranker) reread(w wanted, passages []int32) []Features {
	looked := newLooked(w)
	out := make([]Features, len(passages))
	for i, p := range passages {
		out[i] = r.rereadOne(w, looked, r.texts.read(p))
	}
	return out
}

// looked are the things a question looks for, each with how often it was met in the passage that is read.
type looked struct {
	all, asked map[int32]int // terms
	pairs      map[uint32]int
	concepts   map[int32]int
	phrase     map[int32]bool // the terms of one title or way to ask
}

func newLooked(w wanted) *looked {
	l := &looked{all: map[int32]int{}, asked: map[int32]int{}, pairs: map[uint32]int{}, concepts: map[int32]int{}, phrase: map[int32]bool{}}
	for _, word := range w.words {
		for _, n := range word.near {
			l.all[n.term] = 0
		}
	}
	for _, p := range w.pairs {
		l.pairs[p.pair] = 0
	}
	for _, c := range w.concepts {
		l.concepts[c] = 0
	}
	return l
}

// meet counts one more where it is looked for.
func meet[K comparable](met map[K]int, key K) {
	if n, wanted := met[key]; wanted {
		met[key] = n + 1
	}
}

func (l *looked) forget() {
	for t := range l.all {
		l.all[t] = 0
	}
	clear(l.asked)
	for p := range l.pairs {
		l.pairs[p] = 0
	}
	for c := range l.concepts {
		l.concepts[c] = 0
	}
}

// rereadOne is what measure does, for one passage.
func (r *ranker) rereadOne(w wanted, l *looked, d draft) (f Features) {
	l.forget()
	var length lengths
	phrase := float32(0)
	var pairs []uint32
	for part, list := range [][]question{d.asked, d.text} {
		for _, q := range list {
			pairs = r.appendPairs(pairs[:0], q)
			length.Pairs += float32(len(pairs))
			for _, p := range pairs {
				meet(l.pairs, p)
			}
			length.Concepts += float32(len(q.concepts))
			for _, c := range q.concepts {
				meet(l.concepts, r.concepts[c])
			}
			terms := r.subject(q)
			length.All += float32(len(terms))
			for _, t := range terms {
				meet(l.all, t)
			}
			if part == 0 {
				length.Asked += float32(len(terms))
				for _, t := range terms {
					l.asked[t]++
				}
				phrase = max(phrase, r.alike(w, l, terms))
			}
		}
	}
	for _, word := range w.words {
		best := fits{}
		for _, n := range word.near {
			if times := l.all[n.term]; times > 0 {
				best.all = max(best.all, n.fit*bm25(float32(times), length.All, r.mean.All))
				best.asked = max(best.asked, n.fit*bm25(float32(l.asked[n.term]), length.Asked, r.mean.Asked))
				best.fit = max(best.fit, n.fit)
			}
		}
		f.Words += float64(word.weight) * float64(best.all)
		f.Title += float64(word.weight) * float64(best.asked)
		f.Covered += float64(word.weight) * float64(best.fit)
	}
	for _, c := range w.concepts {
		if times := l.concepts[c]; times > 0 {
			f.Concepts += float64(r.rare[c]) * float64(bm25(float32(times), length.Concepts, r.mean.Concepts))
		}
	}
	for _, p := range w.pairs {
		if times := l.pairs[p.pair]; times > 0 {
			f.Pairs += float64(p.weight) * float64(bm25(float32(times), length.Pairs, r.mean.Pairs))
		}
	}
	mass := float64(w.mass)
	f.Words, f.Title, f.Covered, f.Pairs = f.Words/mass, f.Title/mass, f.Covered/mass, f.Pairs/mass
	f.Concepts /= float64(max(w.mass, w.meaning))
	f.Phrase = float64(phrase)
	return f
}

// alike is how alike a title or way to ask, given by its terms, and a question are: the weight of the words in common over
// the mean weight of both.
func (r *ranker) alike(w wanted, l *looked, terms []int32) float32 {
	clear(l.phrase)
	mass := float32(0)
	for _, t := range sortedTerms(terms) {
		l.phrase[t] = true
		mass += r.words.rarity[t]
	}
	total := float32(0)
	for _, word := range w.words {
		for _, n := range word.near {
			if l.phrase[n.term] {
				total += n.fit * word.weight
				break // by the best of what it may stand for: the list is in that order
			}
		}
	}
	return 2 * total / (mass + w.mass)
}

// holding tells what stands in one passage.
type holding struct {
	ranker          *ranker
	passage         int32
	terms, concepts map[int32]bool // nil where the ranker keeps them by term and concept
}

// holding looks into a passage.
func (r *ranker) holding(passage int32) holding {
	h := holding{ranker: r, passage: passage}
	if r.texts == nil {
		return h
	}
	h.terms, h.concepts = map[int32]bool{}, map[int32]bool{}
	d := r.texts.read(passage)
	for _, list := range [][]question{d.asked, d.text} {
		for _, q := range list {
			for _, t := range r.subject(q) {
				h.terms[t] = true
			}
			for _, c := range q.concepts {
				h.concepts[r.concepts[c]] = true
			}
		}
	}
	return h
}

// fit is how well the passage has a word, 0 to 1.
func (h holding) fit(list []near) float32 {
	for _, n := range list { // the best first
		if h.terms == nil && h.ranker.terms[n.term].has(h.passage) || h.terms[n.term] {
			return n.fit
		}
	}
	return 0
}

// means tells whether the passage speaks of a concept.
func (h holding) means(concept int32) bool {
	return h.terms == nil && h.ranker.meant[concept].has(h.passage) || h.concepts[concept]
}
