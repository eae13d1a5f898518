package knowledge

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// Weights say how much each part of the answering counts. They speak of features and not of words, so one set serves any
// contents. Calibrate makes them.
type Weights struct {
	Rank RankWeights `json:"rank"`
	Sure SureWeights `json:"sure"`
}

// RankWeights order the topics: a topic's score is the weighted sum of what is seen of it.
type RankWeights struct {
	Classifier float64  `json:"classifier"` // for the classifier's score
	Features   Features `json:"features"`
	Outside    float64  `json:"outside"` // added to the score of "none of the topics"
}

func (w RankWeights) score(f Features) float64 {
	return w.Features.Words*f.Words + w.Features.Title*f.Title + w.Features.Concepts*f.Concepts + w.Features.Pairs*f.Pairs +
		w.Features.Phrase*f.Phrase + w.Features.Covered*f.Covered
}

// SureWeights say how sure the first topic is: a logistic function of the evidence.
type SureWeights struct {
	Bias     float64  `json:"bias"`
	Evidence Evidence `json:"evidence"`
}

func (w SureWeights) probability(e Evidence) float64 {
	sum, weights, values := w.Bias, w.Evidence.list(), e.list()
	for i, v := range values {
		sum += weights[i] * v
	}
	return 1 / (1 + math.Exp(-sum))
}

// Evidence is what is seen of the first topic and of the message when it is judged how sure the first topic is. Of a
// base without classifier, what comes from it is zero.
type Evidence struct {
	First      float64 `json:"first"`      // log odds of the first topic among the topics and "none of them"
	Second     float64 `json:"second"`     // log probability of the second
	Outside    float64 `json:"outside"`    // log odds of "none of them"
	Covered    float64 `json:"covered"`    // the features of the first
	Phrase     float64 `json:"phrase"`     //
	Words      float64 `json:"words"`      //
	Title      float64 `json:"title"`      //
	Pairs      float64 `json:"pairs"`      //
	Concepts   float64 `json:"concepts"`   //
	Unknown    float64 `json:"unknown"`    // share of the words, by weight, that the base does not know as they are written
	Length     float64 `json:"length"`     // log of the number of words that carry the subject
	Few        float64 `json:"few"`        // 1 when they are one or two
	Agree      float64 `json:"agree"`      // 1 when the words alone would put the same topic first
	Missing    float64 `json:"missing"`    // weight of the weightiest word that the first topic has not, beside the weightiest of all
	Margin     float64 `json:"margin"`     // how much better the words of the first fit than those of the next that they fit
	Example    float64 `json:"example"`    // probability, by the classifier, that the message is no question
	Elsewhere  float64 `json:"elsewhere"`  // log of how much likelier a topic that is not allowed is, by the classifier
	Alone      float64 `json:"alone"`      // log odds, by the classifier, of the likeliest allowed topic among everything
	Unanswered float64 `json:"unanswered"` // log probability, by the classifier, of what no collection answers
}

// list gives the evidence in the order of its fields.
func (e Evidence) list() [19]float64 {
	return [...]float64{
		e.First, e.Second, e.Outside, e.Covered, e.Phrase, e.Words, e.Title, e.Pairs, e.Concepts, e.Unknown, e.Length, e.Few,
		e.Agree, e.Missing, e.Margin, e.Example, e.Elsewhere, e.Alone, e.Unanswered,
	}
}

// evidenceOf is the inverse of list.
func evidenceOf(list [19]float64) Evidence {
	return Evidence{
		list[0], list[1], list[2], list[3], list[4], list[5], list[6], list[7], list[8], list[9], list[10], list[11], list[12],
		list[13], list[14], list[15], list[16], list[17], list[18],
	}
}

// logOdds keeps away from certainty, which no classifier deserves.
func logOdds(p float64) float64 {
	p = min(max(p, 1e-6), 1-1e-6)
	return math.Log(p / (1 - p))
}

// least is added before a logarithm is taken: what is less probable is as good as excluded.
const least = 1e-4

// evidence gathers what is seen of the first topic of an opinion.
func (b *Base) evidence(s *sight, o opinion, collections []string) Evidence {
	first := o.order[0]
	f := s.features[first]
	e := Evidence{
		First: logOdds(o.probability[first]), Outside: logOdds(o.outside), Second: math.Log(least),
		Covered: f.Covered, Phrase: f.Phrase, Words: f.Words, Title: f.Title, Pairs: f.Pairs, Concepts: f.Concepts,
		Length: math.Log(1 + float64(len(s.wanted.words))),
	}
	if len(o.order) > 1 {
		e.Second = math.Log(o.probability[o.order[1]] + least)
	}
	if len(s.wanted.words) <= 2 {
		e.Few = 1
	}
	byWords, next := o.order[0], math.Inf(-1)
	for _, i := range o.order {
		if s.features[i].plain() > s.features[byWords].plain() {
			byWords = i
		}
		if i != first {
			next = max(next, s.features[i].plain())
		}
	}
	if byWords == first {
		e.Agree = 1
	}
	e.Margin = f.plain() - max(next, 0)
	if b.lacks(PartEvidence) {
		return Evidence{First: e.First}
	}
	e.Unknown, e.Missing = b.ranker.absent(s.wanted, s.candidates[first])
	if s.everything != nil {
		b.classifierEvidence(s, collections, &e)
	}
	return e
}

// classifierEvidence adds what the classifier alone says, among everything it knows.
func (b *Base) classifierEvidence(s *sight, collections []string, e *Evidence) {
	here, there, unanswered := 0.0, 0.0, 0.0
	for i, l := range b.labels {
		p := s.everything[i]
		switch {
		case l.Kind == exampleLabel:
			e.Example += p
		case l.Kind == outsideLabel:
			unanswered = max(unanswered, p)
		case allowed(collections, l.Collection):
			here = max(here, p)
		default:
			there = max(there, p)
		}
	}
	e.Elsewhere = math.Log(there+least) - math.Log(here+least)
	e.Alone = logOdds(here)
	e.Unanswered = math.Log(unanswered + least)
}

// absent tells which share of a question's words the base does not know as they are written, and how weighty the
// weightiest word is that a passage has not.
func (r *ranker) absent(w wanted, passage int32) (unknown, missing float64) {
	weightiest, there := 0.1, r.holding(passage)
	for _, word := range w.words {
		weight := float64(word.weight)
		weightiest = max(weightiest, weight)
		missing = max(missing, weight*(1-float64(there.fit(word.near))))
		written := 0.0
		if len(word.near) > 0 {
			written = float64(word.near[0].fit)
		}
		unknown += weight * (1 - written)
	}
	return unknown / float64(w.mass), missing / weightiest
}

//go:embed weights.json
var shippedWeights []byte

// weightsFile holds two sets: for a base whose classifier has ways to ask to learn from, and for one that is found by its
// words alone.
type weightsFile struct {
	Learned Weights `json:"learned"`
	Plain   Weights `json:"plain"`
}

func readWeights() (weightsFile, error) {
	var w weightsFile
	if err := json.Unmarshal(shippedWeights, &w); err != nil {
		return w, fmt.Errorf("weights.json: %w", err)
	}
	return w, nil
}

// Reason is one piece of evidence, and what it adds to the log odds that the first topic is right.
type Reason struct {
	Name  string
	Value float64
	Adds  float64
}

var evidenceNames = [...]string{
	"first", "second", "outside", "covered", "phrase", "words", "title", "pairs", "concepts", "unknown", "length", "few",
	"agree", "missing", "margin", "example", "elsewhere", "alone", "unanswered",
}

// Reasons tell what made a base as sure as it was of what it found, the weightiest first.
func (b *Base) Reasons(found Findings) []Reason {
	var list []Reason
	weights, values := b.weights.Sure.Evidence.list(), found.evidence.list()
	for i, name := range evidenceNames {
		if weights[i] != 0 && values[i] != 0 {
			list = append(list, Reason{name, values[i], values[i] * weights[i]})
		}
	}
	slices.SortStableFunc(list, func(a, b Reason) int { return cmp.Compare(math.Abs(b.Adds), math.Abs(a.Adds)) })
	return list
}
