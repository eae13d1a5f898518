package knowledge

import (
	"cmp"
	"math"
	"slices"
)

// Query is a message to understand.
type Query struct {
	Text        string
	Collections []string // where the answer may come from; empty means all
}

// Hit is a topic that may be what is asked.
type Hit struct {
	Topic       *Topic   // the base's own, not to be changed
	Probability float64  // among the allowed topics and "none of them"
	Features    Features // how well its text fits the question
}

// Reading is a label of an Example with the probability that the message is one of its kind.
type Reading struct {
	Label       string
	Probability float64
}

// Findings is what a message may mean.
type Findings struct {
	Hits      []Hit     // the best ten allowed topics, best first, as probable as if the message is a question about something here
	Outside   float64   // probability that no allowed topic answers that question; adds up to one with those of all the topics
	Sure      float64   // calibrated probability that the first hit is right (docs/answering.md has the table)
	Rivals    []Rival   // the best topic of each allowed collection, were it the only one, the surest first; none when one is allowed
	Readings  []Reading // labels of examples, most probable first, among everything that is known, allowed or not
	Named     []string  // collections the message names, allowed or not
	Elsewhere *Rival    // the best topic of a collection that is not allowed, when it fits better than all that is
	evidence  Evidence  // what Sure was judged by
}

// Rival is the best topic of one collection.
type Rival struct {
	Topic *Topic
	Sure  float64 // calibrated probability that it is right, were its collection the only one
	Odds  float64 // how probable it is beside the best of all the allowed, 0 to 1
}

// Find says what a message may mean.
func (b *Base) Find(q Query) (Findings, error) {
	s, err := b.look(q)
	f := Findings{Named: s.named}
	if err != nil || len(s.candidates) == 0 {
		f.Outside = 1
		f.Readings = b.readings(s)
		return f, err
	}
	o := b.judge(s, q.Collections)
	f.Outside, f.Sure, f.evidence = o.outside, o.sure, o.evidence
	for _, i := range o.order[:min(10, len(o.order))] {
		f.Hits = append(f.Hits, Hit{s.topic(b, i), o.probability[i], s.features[i]})
	}
	f.Readings = b.readings(s)
	f.Rivals = b.rivals(s, o.fit, q.Collections)
	f.Elsewhere = b.elsewhere(s, o, q.Collections)
	return f, nil
}

// sight is a message as every part of the base sees it, before anything is weighed.
type sight struct {
	named      []string
	question   question
	wanted     wanted
	scores     []float32 // the classifier's, by label; nil when it knows nothing of the message or there is none
	everything []float64 // the probabilities of the labels by the classifier alone
	candidates []int32   // topics that may be meant, by number
	features   []Features
	scoreOf    []float64 // the classifier's score of each candidate
}

func (s *sight) topic(b *Base, candidate int) *Topic {
	return &b.contents.Topics[s.candidates[candidate]]
}

// surest is how many of the classifier's best topics are candidates, whatever the index finds: it knows words that mean
// the same, and topics that are not allowed.
const surest = 10

// look reads a message with the index, the classifier and the ranker.
func (b *Base) look(q Query) (*sight, error) {
	q.Text = settled(q.Text)
	text, named := b.unnamed(q.Text)
	s := &sight{named: named, question: b.stemmer.understand(text)}
	s.wanted = b.ranker.want(s.question)
	if err := b.nominate(s, q.Collections); err != nil {
		return s, err
	}
	if b.classifier != nil {
		b.classify(s, q)
	}
	s.features = b.ranker.measure(s.wanted, s.candidates)
	for i := range s.features {
		if b.lacks(PartRanker) {
			s.features[i] = Features{}
		}
		if b.lacks(PartPairs) {
			s.features[i].Pairs = 0
		}
	}
	return s, nil
}

// nominate lists the candidates: the best of the index or, where no more are allowed, all.
func (b *Base) nominate(s *sight, collections []string) (err error) {
	if b.all(collections) {
		collections = nil
	}
	count := 0
	for c, topics := range b.of {
		if allowed(collections, c) {
			count += len(topics)
		}
	}
	if count > candidates {
		s.candidates, err = b.index.search(s.wanted, collections)
		return err
	}
	s.candidates = make([]int32, 0, count)
	for c, topics := range b.of {
		if allowed(collections, c) {
			s.candidates = append(s.candidates, topics...)
		}
	}
	slices.Sort(s.candidates)
	return nil
}

// all tells whether collections are all that the base has.
func (b *Base) all(collections []string) bool {
	for _, c := range b.contents.Collections {
		if !slices.Contains(collections, c.ID) {
			return false
		}
	}
	return true
}

// classify adds what the classifier says.
func (b *Base) classify(s *sight, q Query) {
	row := b.vectorizer.vector(s.question)
	if len(row.index) == 0 { // not one known piece of a word
		s.candidates = nil
		return
	}
	s.scores = make([]float32, len(b.labels))
	b.classifier.scores(row, s.scores)
	if asked := questionIn(q.Text); asked != "" && !b.lacks(PartLong) {
		b.lean(s.scores, asked)
	}
	s.everything = probabilities(s.scores)
	best := make([]int, 0, len(b.labels))
	for i, l := range b.labels {
		if l.Kind == topicLabel {
			best = append(best, i)
		}
	}
	slices.SortStableFunc(best, func(i, j int) int { return cmp.Compare(s.scores[j], s.scores[i]) })
	for _, i := range best[:min(surest, len(best))] {
		if n := b.numbers[b.labels[i].Name]; !slices.Contains(s.candidates, n) {
			s.candidates = append(s.candidates, n)
		}
	}
	s.scoreOf = make([]float64, len(s.candidates))
	for i, n := range s.candidates {
		s.scoreOf[i] = float64(s.scores[b.labelOf[n]])
	}
}

// lean moves the scores of a long message half-way to those of the question found in it.
func (b *Base) lean(scores []float32, asked string) {
	asked, _ = b.unnamed(asked)
	row := b.vectorizer.vector(b.stemmer.understand(asked))
	if len(row.index) == 0 {
		return
	}
	of := make([]float32, len(scores))
	b.classifier.scores(row, of)
	for i := range scores {
		scores[i] = (scores[i] + of[i]) / 2
	}
}

// probabilities turns scores into probabilities that add up to one.
func probabilities(scores []float32) []float64 {
	p := slices.Clone(scores)
	softmax(p)
	out := make([]float64, len(p))
	for i, x := range p {
		out[i] = float64(x)
	}
	return out
}

// opinion is what may be meant among some collections.
type opinion struct {
	order       []int     // candidates, best first
	fit         []float64 // by candidate: the ranking's score
	probability []float64 // by candidate
	outside     float64
	sure        float64
	evidence    Evidence
}

// judge ranks the candidates of the collections (all when empty) and says how sure the first is.
func (b *Base) judge(s *sight, collections []string) opinion {
	o := opinion{fit: make([]float64, len(s.candidates)), probability: make([]float64, len(s.candidates))}
	for i := range s.candidates {
		if !allowed(collections, s.topic(b, i).Collection) {
			continue
		}
		o.fit[i] = b.fit(s, i)
		o.order = append(o.order, i)
	}
	if len(o.order) == 0 {
		o.outside = 1
		return o
	}
	slices.SortStableFunc(o.order, func(i, j int) int { return cmp.Compare(o.fit[j], o.fit[i]) })
	outside := b.outsideFit(s, collections)
	top := max(o.fit[o.order[0]], outside)
	o.outside = math.Exp(outside - top)
	sum := o.outside
	for _, i := range o.order {
		o.probability[i] = math.Exp(o.fit[i] - top)
		sum += o.probability[i]
	}
	o.outside /= sum
	for _, i := range o.order {
		o.probability[i] /= sum
	}
	o.evidence = b.evidence(s, o, collections)
	o.sure = b.weights.Sure.probability(o.evidence)
	return o
}

// outsideFit is the score of "none of the topics": the best of what the collections are known not to answer.
func (b *Base) outsideFit(s *sight, collections []string) float64 {
	best := 0.0
	if s.scores != nil {
		best = -1e9
		for i, l := range b.labels {
			if l.Kind == outsideLabel && allowed(collections, l.Name) {
				best = max(best, float64(s.scores[i]))
			}
		}
		if best == -1e9 { // nothing is known of what they do not answer
			best = 0
		}
	}
	return b.weights.Rank.Classifier*best + b.weights.Rank.Outside
}

// readings lists the kinds of example.
func (b *Base) readings(s *sight) []Reading {
	var list []Reading
	for i, l := range b.labels {
		if l.Kind == exampleLabel {
			r := Reading{Label: l.Name}
			if s.everything != nil {
				r.Probability = s.everything[i]
			}
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(x, y Reading) int { return cmp.Compare(y.Probability, x.Probability) })
	return list
}

// leastOdds is how probable beside the best a collection's topic must be to be worth judging by itself.
const leastOdds = 0.001

// rivals finds the best topic of each allowed collection taken alone. fit is the score of each candidate.
func (b *Base) rivals(s *sight, fit []float64, collections []string) []Rival {
	if len(collections) == 1 || len(b.contents.Collections) < 2 {
		return nil
	}
	top, best := math.Inf(-1), map[string]float64{}
	for i := range s.candidates {
		c := s.topic(b, i).Collection
		if !allowed(collections, c) {
			continue
		}
		if of, ok := best[c]; !ok || fit[i] > of {
			best[c] = fit[i]
		}
		top = max(top, fit[i])
	}
	var rivals []Rival
	for _, c := range b.contents.Collections {
		of, ok := best[c.ID]
		if odds := math.Exp(of - top); ok && odds >= leastOdds {
			o := b.judge(s, []string{c.ID})
			rivals = append(rivals, Rival{s.topic(b, o.order[0]), o.sure, odds})
		}
	}
	slices.SortStableFunc(rivals, func(x, y Rival) int { return cmp.Compare(y.Sure, x.Sure) })
	return rivals
}

// elsewhereMargin is how many times more probable than every allowed topic another must be to be "elsewhere".
const elsewhereMargin = 5

// elsewhere finds the best topic that is not allowed, when it clearly beats the best that is.
func (b *Base) elsewhere(s *sight, here opinion, collections []string) *Rival {
	if len(collections) == 0 {
		return nil
	}
	best, fit := -1, math.Inf(-1)
	for i := range s.candidates {
		if allowed(collections, s.topic(b, i).Collection) {
			continue
		}
		if of := b.fit(s, i); of > fit {
			best, fit = i, of
		}
	}
	if best < 0 || len(here.order) > 0 && fit < here.fit[here.order[0]]+math.Log(elsewhereMargin) {
		return nil
	}
	o := b.judge(s, []string{s.topic(b, best).Collection})
	return &Rival{Topic: s.topic(b, o.order[0]), Sure: o.sure, Odds: 1}
}

// fit is the ranking's score of a candidate.
func (b *Base) fit(s *sight, candidate int) float64 {
	fit := b.weights.Rank.score(s.features[candidate])
	if s.scoreOf != nil {
		fit += b.weights.Rank.Classifier * s.scoreOf[candidate]
	}
	return fit
}
