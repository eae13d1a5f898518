package knowledge

import (
	"math"
	"math/bits"
	"runtime"
	"slices"
)

// vector is a sparse row of feature numbers, ascending, with their weights.
type vector struct {
	index []int32
	value []float32
}

// vectorizer numbers the features of one set of phrases and weights them by how rare they are.
type vectorizer struct {
	features []feature // by number, channel after channel, ascending within one
	ends     [channels]int32
	rarity   []float32 // idf by number
	weight   [channels]float64
}

// channelWeight is how much each channel counts in a row: a few values were compared by cross-validation on the shipped
// phrases, these did best.
var channelWeight = [channels]float64{1.0, 1.0, 0.5, 1.0}

// minPhrases is in how many phrases a feature must stand to be kept, by channel.
var minPhrases = [channels]int{2, 3, 2, 2}

func newVectorizer(lessons []lesson) *vectorizer {
	v := &vectorizer{weight: channelWeight}
	var found []feature
	for c := range channels {
		count := map[feature]int{}
		for _, l := range lessons {
			found = l.question.features(c, found[:0])
			slices.Sort(found)
			for _, f := range slices.Compact(found) {
				count[f]++
			}
		}
		kept := make([]feature, 0, len(count))
		for f, n := range count {
			if n >= minPhrases[c] {
				kept = append(kept, f)
			}
		}
		slices.Sort(kept)
		for _, f := range kept {
			v.rarity = append(v.rarity, float32(math.Log(float64(1+len(lessons))/float64(1+count[f]))+1))
		}
		v.features = append(v.features, kept...)
		v.ends[c] = int32(len(v.features))
	}
	return v
}

// strays is how far from its guessed place a feature is looked for before its whole channel is: of 60 000, spread evenly as hashes
// are, hardly one strays further.
const strays = 512

// number finds a feature that a channel has seen.
func (v *vectorizer) number(c channel, f feature) (int32, bool) {
	first := int32(0)
	if c > 0 {
		first = v.ends[c-1]
	}
	list := v.features[first:v.ends[c]]
	place, _ := bits.Mul64(uint64(f), uint64(len(list)))
	from, to := max(0, int(place)-strays), min(len(list), int(place)+strays)
	if from > 0 && list[from-1] >= f || to < len(list) && list[to] < f {
		from, to = 0, len(list)
	}
	i, ok := slices.BinarySearch(list[from:to], f)
	return first + int32(from+i), ok
}

// vector weights a question: sublinear counts times rarity, each channel of length channelWeight.
func (v *vectorizer) vector(q question) vector {
	var room [256]feature
	var known [256]int32
	var out vector
	for c := range channels {
		numbers := known[:0]
		for _, f := range q.features(c, room[:0]) {
			if n, ok := v.number(c, f); ok {
				numbers = append(numbers, n)
			}
		}
		slices.Sort(numbers)
		first := len(out.index)
		length := 0.0
		for i := 0; i < len(numbers); {
			times := 1
			for i+times < len(numbers) && numbers[i+times] == numbers[i] {
				times++
			}
			x := float64(v.rarity[numbers[i]])
			if times > 1 {
				x *= 1 + math.Log(float64(times))
			}
			out.index, out.value = append(out.index, numbers[i]), append(out.value, float32(x))
			length += x * x
			i += times
		}
		if length == 0 {
			continue
		}
		scale := float32(v.weight[c] / math.Sqrt(length))
		for i := first; i < len(out.value); i++ {
			out.value[i] *= scale
		}
	}
	return out
}

// classifier is a multinomial logistic regression over sparse rows. A weight is kept in a byte: the score that all the
// features of a message add up to does not notice, and a small server does.
type classifier struct {
	labels  int
	weights []byte    // int8: feature number * labels + label
	scale   []float32 // by feature number: what a weight of 1 is worth
	bias    []float32
}

// scores fills out with the unnormalised score of each label.
func (m *classifier) scores(row vector, out []float32) {
	copy(out, m.bias)
	for k, f := range row.index {
		x := row.value[k] * m.scale[f]
		w := m.weights[int(f)*m.labels : int(f)*m.labels+m.labels]
		for label, weight := range w {
			out[label] += x * float32(int8(weight))
		}
	}
	runtime.KeepAlive(m) // the weights may be a mapping that ends with it
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
