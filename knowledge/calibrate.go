package knowledge

import (
	"math"
	"slices"

	"guichet/faq"
)

// Calibration is what asking a base questions it has not seen taught.
type Calibration struct {
	Weights     Weights
	Asked       int     // questions asked
	Right       float64 // share of those with an answer whose first topic was right
	Reliability []Bin   // how often the first topic was right, by how sure it was
	Error       float64 // expected calibration error: the mean distance between sure and right, over the questions
}

// Bin is a row of a reliability table.
type Bin struct {
	From, To    float64
	Questions   int
	Sure, Right float64 // mean confidence, and share that was right
}

// folds is in how many parts the phrases are cut: each is asked of a base that learned the others.
const folds = 5

// trial is one question asked of a base that has not learned it.
type trial struct {
	fits     []Features // by candidate
	scores   []float64  // the classifier's, by candidate; nil without
	right    int        // the candidate that is right; -1 when none is or it was not found
	answered bool       // some topic answers it
	outside  float64    // the classifier's score of "none of them"
	judge    func(Weights) opinion
}

// Calibrate makes weights for the ranking and for its confidence by cross-validation: a fifth of the ways to ask and of the
// questions without answer is kept back in turn and asked of a base that learned the rest. It takes a minute; the same
// input gives the same weights.
func Calibrate(contents Contents, examples []Example) (Calibration, error) {
	return calibrate(contents, examples, nil)
}

func calibrate(contents Contents, examples []Example, without []Part) (Calibration, error) {
	var trials []trial
	for fold := range folds {
		base, asked, err := withoutFold(contents, examples, fold, without)
		if err != nil {
			return Calibration{}, err
		}
		for _, q := range asked {
			t, err := base.try(q)
			if err != nil {
				return Calibration{}, err
			}
			trials = append(trials, t)
		}
	}
	c := Calibration{Asked: len(trials)}
	c.Weights.Rank = fitRank(trials)
	c.Weights.Sure = fitSure(trials, c.Weights)
	c.report(trials)
	return c, nil
}

// question kept back, and the topic that answers it; none when it has no answer.
type keptBack struct{ text, topic, collection string }

// withoutFold builds a base that has not learned one part of the phrases, and lists those.
func withoutFold(contents Contents, examples []Example, fold int, without []Part) (*Base, []keptBack, error) {
	var kept []keptBack
	c := contents
	c.Topics, c.Collections = slices.Clone(contents.Topics), slices.Clone(contents.Collections)
	part := func(phrases []faq.Phrase, topic, collection string, offset int) []faq.Phrase {
		var rest []faq.Phrase
		for i, p := range phrases {
			if (i+offset)%folds == fold {
				kept = append(kept, keptBack{p.Text, topic, collection})
			} else {
				rest = append(rest, p)
			}
		}
		return rest
	}
	for i, t := range c.Topics {
		c.Topics[i].Asked = part(t.Asked, t.ID, t.Collection, i)
	}
	for i, col := range c.Collections {
		c.Collections[i].Outside = part(col.Outside, "", col.ID, i)
	}
	base, err := build(c, examples, without, nil)
	return base, kept, err
}

// try asks a question of its own collection.
func (b *Base) try(q keptBack) (trial, error) {
	here := []string{q.collection}
	s, err := b.look(Query{Text: q.text, Collections: here})
	if err != nil {
		return trial{}, err
	}
	t := trial{fits: s.features, scores: s.scoreOf, right: -1, answered: q.topic != ""}
	for i := range s.candidates {
		if s.topic(b, i).ID == q.topic {
			t.right = i
		}
	}
	if s.scores != nil {
		t.outside = b.outsideFit(s, here)/max(b.weights.Rank.Classifier, 1e-9) - b.weights.Rank.Outside/max(b.weights.Rank.Classifier, 1e-9)
	}
	t.judge = func(w Weights) opinion {
		again := *b
		again.weights = w
		return again.judge(s, here)
	}
	return t, nil
}

// inputs are what a candidate's score is summed from, in the order of the weights below.
func (t trial) inputs(candidate int) [7]float64 {
	f := t.fits[candidate]
	x := [7]float64{0, f.Words, f.Title, f.Concepts, f.Pairs, f.Phrase, f.Covered}
	if t.scores != nil {
		x[0] = t.scores[candidate]
	}
	return x
}

// fitRank fits the weights of the ranking: softmax regression over the candidates and "none of them".
func fitRank(trials []trial) RankWeights {
	const n, bias = 8, 7 // the inputs, and what is added to "none of them"
	d := descent{weights: make([]float64, n), rate: 0.1}
	d.weights[0] = 1
	for range 200 {
		gradient := make([]float64, n)
		for _, t := range trials {
			if len(t.fits) > 0 && (t.right >= 0 || !t.answered) {
				t.addGradient(d.weights, gradient)
			}
		}
		d.step(gradient, len(trials))
		for k, w := range d.weights[:bias] {
			d.weights[k] = max(0, w) // a word in common never speaks against a topic, whatever these phrases happen to show
		}
	}
	w := d.weights
	return RankWeights{
		Classifier: w[0], Outside: w[bias],
		Features: Features{Words: w[1], Title: w[2], Concepts: w[3], Pairs: w[4], Phrase: w[5], Covered: w[6]},
	}
}

// addGradient adds the gradient of the loss of one trial.
func (t trial) addGradient(weights, gradient []float64) {
	scores := make([]float64, len(t.fits)+1)
	for i := range t.fits {
		for k, x := range t.inputs(i) {
			scores[i] += weights[k] * x
		}
	}
	none := len(t.fits)
	scores[none] = weights[0]*t.outside + weights[7]
	top, sum := slices.Max(scores), 0.0
	for i, s := range scores {
		scores[i] = math.Exp(s - top)
		sum += scores[i]
	}
	right := t.right
	if !t.answered {
		right = none
	}
	for i, s := range scores {
		g := s / sum
		if i == right {
			g--
		}
		if i == none {
			gradient[0] += g * t.outside
			gradient[7] += g
			continue
		}
		for k, x := range t.inputs(i) {
			gradient[k] += g * x
		}
	}
}

// evidencePull keeps the weights of the evidence small: pieces that say the same share the weight.
const evidencePull = 0.0005

// fitSure fits the weights of the evidence: logistic regression on whether the first topic is right. The evidence is
// scaled to unit variance while it is fitted, so that the pull is fair.
func fitSure(trials []trial, w Weights) SureWeights {
	const n = len(evidenceNames)
	rows, right := make([][n]float64, 0, len(trials)), make([]float64, 0, len(trials))
	for _, t := range trials {
		o := t.judge(w)
		if len(o.order) == 0 {
			continue
		}
		rows, right = append(rows, o.evidence.list()), append(right, 0)
		if t.right >= 0 && o.order[0] == t.right {
			right[len(right)-1] = 1
		}
	}
	mean, spread := moments(rows)
	d := descent{weights: make([]float64, n+1), rate: 0.05}
	for range 500 {
		gradient := make([]float64, n+1)
		for i, row := range rows {
			sum := d.weights[n]
			for k, x := range row {
				sum += d.weights[k] * (x - mean[k]) / spread[k]
			}
			g := 1/(1+math.Exp(-sum)) - right[i]
			for k, x := range row {
				gradient[k] += g * (x - mean[k]) / spread[k]
			}
			gradient[n] += g
		}
		for k := range n {
			gradient[k] += evidencePull * d.weights[k] * float64(len(rows))
		}
		d.step(gradient, len(rows))
	}
	var out [n]float64
	bias := d.weights[n]
	for k := range n {
		out[k] = d.weights[k] / spread[k]
		bias -= out[k] * mean[k]
	}
	return SureWeights{Bias: bias, Evidence: evidenceOf(out)}
}

// moments are the mean and the standard deviation of each column; a column that never varies has 1.
func moments[R ~[19]float64](rows []R) (mean, spread [19]float64) {
	n := float64(max(1, len(rows)))
	for _, row := range rows {
		for k, x := range row {
			mean[k] += x / n
		}
	}
	for _, row := range rows {
		for k, x := range row {
			spread[k] += (x - mean[k]) * (x - mean[k]) / n
		}
	}
	for k := range spread {
		if spread[k] = math.Sqrt(spread[k]); spread[k] < 1e-9 {
			spread[k] = 1
		}
	}
	return mean, spread
}

// descent is gradient descent whose steps adapt to each weight (RMSProp), slower with time.
type descent struct {
	weights []float64
	rate    float64
	energy  []float64
	steps   int
}

func (d *descent) step(gradient []float64, rows int) {
	if d.energy == nil {
		d.energy = make([]float64, len(d.weights))
	}
	rate := d.rate / (1 + float64(d.steps)/50)
	for k, g := range gradient {
		g /= float64(max(1, rows))
		d.energy[k] = 0.9*d.energy[k] + 0.1*g*g
		d.weights[k] -= rate * g / math.Sqrt(d.energy[k]+1e-12)
	}
	d.steps++
}

// report fills in how well the weights do on the trials.
func (c *Calibration) report(trials []trial) {
	var sure []float64
	var right []bool
	answered, found := 0, 0
	for _, t := range trials {
		o := t.judge(c.Weights)
		ok := len(o.order) > 0 && t.right >= 0 && o.order[0] == t.right
		sure, right = append(sure, o.sure), append(right, ok)
		if t.answered {
			answered++
			if ok {
				found++
			}
		}
	}
	c.Right = float64(found) / float64(max(1, answered))
	c.Reliability, c.Error = Reliability(sure, right)
}

// Reliability compares confidences with what was right, in ten bins, and gives the expected calibration error.
func Reliability(sure []float64, right []bool) ([]Bin, float64) {
	bins := make([]Bin, 10)
	for i := range bins {
		bins[i].From, bins[i].To = float64(i)/10, float64(i+1)/10
	}
	for i, p := range sure {
		b := &bins[min(9, int(p*10))]
		b.Questions++
		b.Sure += p
		if right[i] {
			b.Right++
		}
	}
	distance := 0.0
	for i := range bins {
		b := &bins[i]
		if b.Questions == 0 {
			continue
		}
		distance += math.Abs(b.Sure - b.Right)
		b.Sure, b.Right = b.Sure/float64(b.Questions), b.Right/float64(b.Questions)
	}
	return bins, distance / float64(max(1, len(sure)))
}
