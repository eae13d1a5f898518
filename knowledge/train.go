package knowledge

import (
	"math"
	"math/rand/v2"
)

// training sets how long and how fast a classifier learns. The same settings and rows give the same classifier.
type training struct {
	epochs int
	rate   float64
}

// train fits a classifier by stochastic gradient descent with rates that adapt per feature (AdaGrad).
func train(lessons []lesson, v *vectorizer, labels int, t training) *classifier {
	features := len(v.rarity)
	m := &regression{labels: labels, weights: make([]float32, features*labels), bias: make([]float32, labels)}
	// The mean over the second half of the training hardly depends on the order of the lessons, so that an editor's new
	// phrase moves what it is about and little else.
	mean := &regression{labels: labels, weights: make([]float32, features*labels), bias: make([]float32, labels)}
	rows := make([]vector, len(lessons))
	order := make([]int, len(lessons))
	for i, l := range lessons {
		rows[i], order[i] = v.vector(l.question), i
	}
	energy, p := make([]float32, features), make([]float32, labels)
	weight := balance(lessons, labels)
	random := rand.New(rand.NewPCG(1, 2))
	for epoch := range t.epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := t.rate * (1 - 0.9*float64(epoch)/float64(t.epochs))
		for _, i := range order {
			l := lessons[i]
			m.step(rows[i], l.label, p, energy, rate*l.weight*weight[l.label])
		}
		if epoch >= t.epochs/2 {
			mean.add(m)
		}
	}
	return mean.classifier(1 / float32(t.epochs-t.epochs/2))
}

// regression is a classifier in training. Nobody but its train holds it, and its sums over some ten million weights are all that
// training takes: they are left out of the race detector, under which they took a minute instead of two seconds.
type regression struct {
	labels  int
	weights []float32 // feature number * labels + label
	bias    []float32
}

// add adds the weights of another.
//
//go:norace
func (m *regression) add(other *regression) {
	for i, w := range other.weights {
		m.weights[i] += w
	}
	for i, w := range other.bias {
		m.bias[i] += w
	}
}

// classifier multiplies the weights and rounds them to bytes.
func (m *regression) classifier(by float32) *classifier {
	features := len(m.weights) / max(1, m.labels)
	c := &classifier{labels: m.labels, weights: make([]byte, len(m.weights)), scale: make([]float32, features), bias: m.bias}
	for i := range c.bias {
		c.bias[i] *= by
	}
	for f := range features {
		row := m.weights[f*m.labels : (f+1)*m.labels]
		most := float32(0)
		for _, w := range row {
			most = max(most, w, -w)
		}
		if most == 0 {
			continue
		}
		for label, w := range row {
			c.weights[f*m.labels+label] = byte(int8(math.Round(float64(w / most * math.MaxInt8))))
		}
		c.scale[f] = most * by / math.MaxInt8
	}
	return c
}

// balance weighs the labels so that one with many phrases is not preferred for that alone, half-way to equality: how
// often people ask is not quite unlike how many phrases there are.
func balance(lessons []lesson, labels int) []float64 {
	weight := make([]float64, labels)
	total := 0.0
	for _, l := range lessons {
		weight[l.label] += l.weight
		total += l.weight
	}
	for label, w := range weight {
		weight[label] = math.Sqrt(total / float64(labels) / max(1, w))
	}
	return weight
}

// step moves the weights of one row's features against the gradient of its loss. Labels the model already rules out
// are skipped: their gradient is negligible and they are almost all of the work.
//
//go:norace
func (m *regression) step(row vector, target int, p, energy []float32, rate float64) {
	m.probabilities(row, p)
	p[target]--
	active := make([]int32, 0, 16)
	for label, g := range p {
		if g > 1e-3 || g < -1e-3 {
			active = append(active, int32(label))
		}
	}
	for _, label := range active {
		m.bias[label] -= float32(0.05*rate) * p[label]
	}
	for k, f := range row.index {
		x := row.value[k]
		energy[f] += x * x
		step := float32(rate/math.Sqrt(float64(energy[f])+0.1)) * x
		base := int(f) * m.labels
		for _, label := range active {
			m.weights[base+int(label)] -= step * p[label]
		}
	}
}

// scores fills out with the unnormalised score of each label.
//
//go:norace
func (m *regression) scores(row vector, out []float32) {
	copy(out, m.bias)
	for k, f := range row.index {
		x := row.value[k]
		w := m.weights[int(f)*m.labels : int(f)*m.labels+m.labels]
		for label, weight := range w {
			out[label] += x * weight
		}
	}
}

// probabilities fills out with the probability of each label.
func (m *regression) probabilities(row vector, out []float32) {
	m.scores(row, out)
	softmax(out)
}
