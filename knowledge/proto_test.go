package knowledge

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"
)

type jl struct {
	ID, Topic, Kind, Ticket, Scope, Text, Style string
	Expect                                      []string
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

func TestProto(t *testing.T) {
	var texts, labels []string
	files, _ := filepath.Glob("../../shared/corpus/asked-*.jsonl")
	for _, f := range files {
		for _, l := range readJL(t, f) {
			switch {
			case l.Topic != "":
				labels = append(labels, l.Topic)
			case l.Kind == "abstain":
				labels = append(labels, "outside:"+l.Scope)
			case l.Kind == "escalate":
				labels = append(labels, "request:"+l.Ticket)
			case l.Kind == "smalltalk":
				labels = append(labels, "smalltalk:")
			default:
				continue
			}
			texts = append(texts, l.Text)
		}
	}
	names := map[string]int{}
	var list []string
	for _, l := range labels {
		if _, ok := names[l]; !ok {
			names[l] = len(list)
			list = append(list, l)
		}
	}
	st := newStemmer()
	start := time.Now()
	var qs []question
	for _, x := range texts {
		qs = append(qs, st.understand(x))
	}
	v := newVectorizer(qs)
	var rows []vector
	var target []int
	for i, q := range qs {
		rows = append(rows, v.vector(q))
		target = append(target, names[labels[i]])
	}
	fmt.Println("rows", len(rows), "features", len(v.rarity), "labels", len(list), time.Since(start))
	start = time.Now()
	m := train(rows, target, len(v.rarity), len(list), training{epochs: 12, rate: 0.6, decay: 0})
	fmt.Println("trained", time.Since(start))
	p := make([]float32, len(list))
	ok, n := map[string]int{}, map[string]int{}
	for _, q := range readJL(t, "../../shared/eval/questions.jsonl") {
		m.scores(v.vector(st.understand(q.Text)), p)
		for i, l := range list {
			if q.Scope != "" {
				if c, _, isTopic := strings.Cut(l, "."); isTopic && c != q.Scope {
					p[i] = -1e9
				}
				if strings.HasPrefix(l, "outside:") && l != "outside:"+q.Scope {
					p[i] = -1e9
				}
			}
		}
		softmax(p)
		idx := make([]int, len(p))
		for i := range idx {
			idx[i] = i
		}
		sort.Slice(idx, func(a, b int) bool { return p[idx[a]] > p[idx[b]] })
		got := list[idx[0]]
		n[q.Kind]++
		n["s:"+q.Style]++
		good := false
		switch q.Kind {
		case "answer":
			for _, e := range q.Expect {
				good = good || e == got
			}
		case "abstain":
			good = strings.HasPrefix(got, "outside:")
		case "escalate":
			good = got == "request:"+q.Ticket
		case "smalltalk":
			good = strings.HasPrefix(got, "smalltalk")
		case "clarify":
			continue
		}
		if good {
			ok[q.Kind]++
			ok["s:"+q.Style]++
		} else if os.Getenv("MISS") != "" {
			fmt.Printf("%s %s %q want %v %s got %s %.2f, %s %.2f\n", q.ID, q.Scope, q.Text, q.Expect, q.Ticket, got, p[idx[0]], list[idx[1]], p[idx[1]])
		}
	}
	keys := []string{}
	for k := range n {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Printf("%-14s %.3f (%d)\n", k, float64(ok[k])/float64(n[k]), n[k])
	}
}
