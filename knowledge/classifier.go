package knowledge

import (
	"math"
	"math/rand/v2"
	"sort"
)

// vector is a sparse row of feature numbers, ascending, with their weights.
type vector struct {
	index []int32
	value []float32
}

// vectorizer numbers the features of one set of phrases and weights them by how rare they are.
type vectorizer struct {
	number [channels]map[string]int32
	rarity []float32 // idf by feature number
}

// channelWeight is how much each channel counts in a row: a few values were compared by cross-validation on the shipped
// phrases, these did best.
var channelWeight = [channels]float64{1.0, 1.4, 0.5, 1.0}

// minPhrases is in how many phrases a feature must stand to be kept, by channel.
var minPhrases = [channels]int{2, 3, 2, 2}

func newVectorizer(lessons []lesson) *vectorizer {
	v := &vectorizer{}
	for c := range channels {
		count := map[string]int{}
		for _, l := range lessons {
			seen := map[string]bool{}
			for _, f := range l.question.features(c) {
				if !seen[f] {
					seen[f] = true
					count[f]++
				}
			}
		}
		kept := make([]string, 0, len(count))
		for f, n := range count {
			if n >= minPhrases[c] {
				kept = append(kept, f)
			}
		}
		sort.Strings(kept)
		v.number[c] = make(map[string]int32, len(kept))
		for _, f := range kept {
			v.number[c][f] = int32(len(v.rarity))
			v.rarity = append(v.rarity, float32(math.Log(float64(1+len(lessons))/float64(1+count[f]))+1))
		}
	}
	return v
}

// vector weights a question: sublinear counts times rarity, each channel of length channelWeight.
func (v *vectorizer) vector(q question) vector {
	var out vector
	for c := range channels {
		counts := map[int32]float64{}
		for _, f := range q.features(c) {
			if n, ok := v.number[c][f]; ok {
				counts[n]++
			}
		}
		index := make([]int32, 0, len(counts))
		for n := range counts {
			index = append(index, n)
		}
		sort.Slice(index, func(i, j int) bool { return index[i] < index[j] })
		length := 0.0
		values := make([]float64, len(index))
		for i, n := range index {
			values[i] = (1 + math.Log(counts[n])) * float64(v.rarity[n])
			length += values[i] * values[i]
		}
		if length == 0 {
			continue
		}
		scale := channelWeight[c] / math.Sqrt(length)
		for i, n := range index {
			out.index = append(out.index, n)
			out.value = append(out.value, float32(values[i]*scale))
		}
	}
	return out
}

// classifier is a multinomial logistic regression over sparse rows.
type classifier struct {
	labels  int
	weights []float32 // feature number * labels + label
	bias    []float32
}

// training sets how long and how fast a classifier learns. The same settings and rows give the same classifier.
type training struct {
	epochs int
	rate   float64
}

// train fits a classifier by stochastic gradient descent with rates that adapt per feature (AdaGrad).
func train(lessons []lesson, v *vectorizer, labels int, t training) *classifier {
	features := len(v.rarity)
	m := &classifier{labels: labels, weights: make([]float32, features*labels), bias: make([]float32, labels)}
	// The mean over the second half of the training hardly depends on the order of the lessons, so that an editor's new
	// phrase moves what it is about and little else.
	mean := &classifier{labels: labels, weights: make([]float32, features*labels), bias: make([]float32, labels)}
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
	return mean.scaled(1 / float32(t.epochs-t.epochs/2))
}

// add adds the weights of another classifier.
func (m *classifier) add(other *classifier) {
	for i, w := range other.weights {
		m.weights[i] += w
	}
	for i, w := range other.bias {
		m.bias[i] += w
	}
}

// scaled multiplies the weights.
func (m *classifier) scaled(by float32) *classifier {
	for i := range m.weights {
		m.weights[i] *= by
	}
	for i := range m.bias {
		m.bias[i] *= by
	}
	return m
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
func (m *classifier) step(row vector, target int, p, energy []float32, rate float64) {
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
func (m *classifier) scores(row vector, out []float32) {
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
func (m *classifier) probabilities(row vector, out []float32) {
	m.scores(row, out)
	softmax(out)
}

func softmax(scores []float32) {
	if len(scores) == 0 {
		return
	}
	top := scores[0]
	for _, s := range scores {
		top = max(top, s)
	}
	sum := float32(0)
	for i, s := range scores {
		scores[i] = float32(math.Exp(float64(s - top)))
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
}
