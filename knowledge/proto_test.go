package knowledge

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
	"time"
)

type jl struct {
	ID, Kind, Ticket, Scope, Text, Style string
	Expect                               []string
}

func readJL(t *testing.T, path string) (out []jl) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var l jl
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return
}

func protoExamples() []Example {
	var out []Example
	for _, f := range []string{"attestation_copy", "attestation_correction", "claim", "complaint", "human", "smalltalk"} {
		data, _ := os.ReadFile("../bot/phrases/" + f + ".md")
		for _, line := range strings.Split(string(data), "\n") {
			if x, ok := strings.CutPrefix(line, "- "); ok {
				out = append(out, Example{f, x})
			}
		}
	}
	return out
}

func TestCross(t *testing.T) {
	if os.Getenv("CROSS") == "" {
		t.Skip("experiment")
	}
	fmt.Sscanf(os.Getenv("W"), "%g,%g,%g,%g", &channelWeight[0], &channelWeight[1], &channelWeight[2], &channelWeight[3])
	fmt.Sscanf(os.Getenv("MIN"), "%d,%d,%d", &minPhrases[0], &minPhrases[1], &minPhrases[2])
	fmt.Sscanf(os.Getenv("T"), "%d,%g", &learning.epochs, &learning.rate)
	contents, _, _ := Shipped()
	b := newBase(contents)
	lessons := b.lessons(protoExamples())
	const folds = 5
	type res struct{ n, in, all int }
	by := map[string]*res{}
	start := time.Now()
	for fold := range folds {
		var ls []lesson
		for i, l := range lessons {
			if i*7919%folds != fold || l.weight < 1 {
				ls = append(ls, l)
			}
		}
		v := newVectorizer(ls)
		m := train(ls, v, len(b.labels), learning)
		p := make([]float32, len(b.labels))
		for i := range lessons {
			if i*7919%folds != fold || lessons[i].weight < 1 {
				continue
			}
			l := b.labels[lessons[i].label]
			m.scores(v.vector(lessons[i].question), p)
			best := func(scope string) label {
				k := -1
				for j, lj := range b.labels {
					if scope != "" {
						if lj.Kind == topicLabel && b.topics[lj.Name].Collection != scope || lj.Kind == outsideLabel && lj.Name != scope {
							continue
						}
					}
					if k < 0 || p[j] > p[k] {
						k = j
					}
				}
				return b.labels[k]
			}
			scope, key := "", ""
			switch l.Kind {
			case topicLabel:
				scope = b.topics[l.Name].Collection
				key = "topic " + scope
			case outsideLabel:
				scope = l.Name
				key = "outside"
			default:
				key = "ex " + l.Name
			}
			if by[key] == nil {
				by[key] = &res{}
			}
			by[key].n++
			if best(scope) == l {
				by[key].in++
			}
			if best("") == l {
				by[key].all++
			}
		}
	}
	var keys []string
	for k := range by {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var tot res
	for _, k := range keys {
		r := by[k]
		fmt.Printf("%-30s %5d  in %.3f  all %.3f\n", k, r.n, float64(r.in)/float64(r.n), float64(r.all)/float64(r.n))
		if strings.HasPrefix(k, "topic") {
			tot.n += r.n
			tot.in += r.in
			tot.all += r.all
		}
	}
	fmt.Printf("TOPICS %d in %.4f all %.4f  %v\n", tot.n, float64(tot.in)/float64(tot.n), float64(tot.all)/float64(tot.n), time.Since(start))
}
