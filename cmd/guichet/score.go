package main

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"guichet/bot"
)

// labelled is a question of an evaluation file with what a fair judge accepts.
type labelled struct {
	ID     string   `json:"id"`
	Scope  *string  `json:"scope"`
	Text   string   `json:"text"`
	Kind   string   `json:"kind"`
	Expect []string `json:"expect"`
	Ticket *string  `json:"ticket"`
	Style  string   `json:"style"`
}

// The verdicts on one answer.
const (
	verdictOK       = "ok"
	verdictWrong    = "wrong"    // stated as the answer, and is not
	verdictRefused  = "refused"  // no answer where there is one
	verdictMissed   = "missed"   // something else than wanted, but no false statement
	verdictCategory = "category" // a ticket, of another category
	verdictForced   = "false_escal"
)

// judge compares an answer with its label, by the rules of the evaluation's description.
func judge(q labelled, a bot.AnswerJSON) string {
	kind := string(a.Kind)
	switch q.Kind {
	case "answer":
		switch {
		case kind == "answer" && slices.Contains(q.Expect, a.Topic):
			return verdictOK
		case kind == "answer":
			return verdictWrong
		case kind == "escalate":
			return verdictForced
		}
		return verdictRefused
	case "escalate":
		switch {
		case kind != "escalate":
			return verdictMissed
		case a.Ticket != nil && q.Ticket != nil && string(*a.Ticket) == *q.Ticket:
			return verdictOK
		}
		return verdictCategory
	case "clarify":
		if kind == "clarify" && offersOne(a.Options, q.Expect) {
			return verdictOK
		}
	case "smalltalk":
		if kind == "escalate" {
			return verdictForced
		}
	}
	if kind == q.Kind && q.Kind != "clarify" {
		return verdictOK
	}
	if kind == "answer" && q.Kind != "smalltalk" {
		return verdictWrong
	}
	return verdictMissed
}

// offersOne tells whether the choices hold an acceptable topic or its collection.
func offersOne(options []bot.OptionJSON, expect []string) bool {
	for _, o := range options {
		for _, e := range expect {
			if collection, _, _ := strings.Cut(e, "."); o.Topic == e || o.Collection == collection {
				return true
			}
		}
	}
	return false
}

// tally counts verdicts by kind, and for questions to answer by style and collection.
type tally struct {
	kinds, styles, collections map[string]map[string]int
	sure                       []float64 // how sure the first topic was, of questions with and without an answer
	right                      []bool    // beside sure: whether it was right
}

func newTally() *tally {
	return &tally{kinds: map[string]map[string]int{}, styles: map[string]map[string]int{}, collections: map[string]map[string]int{}}
}

func (t *tally) add(q labelled, verdict string) {
	count(t.kinds, q.Kind, verdict)
	if q.Kind == "answer" {
		collection, _, _ := strings.Cut(q.Expect[0], ".")
		count(t.styles, q.Style, verdict)
		count(t.collections, collection, verdict)
	}
}

// weigh notes how sure the first topic was, whatever was done with it.
func (t *tally) weigh(q labelled, why bot.Explanation) {
	if q.Kind != "answer" && q.Kind != "abstain" || len(why.Findings.Hits) == 0 {
		return
	}
	t.sure = append(t.sure, why.Findings.Sure)
	t.right = append(t.right, slices.Contains(q.Expect, why.Findings.Hits[0].Topic.ID))
}

func count(m map[string]map[string]int, key, verdict string) {
	if m[key] == nil {
		m[key] = map[string]int{}
	}
	m[key][verdict]++
}

func total(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

// share is the part of a kind's questions with one of the verdicts; NaN when there is no such question.
func (t *tally) share(kind string, verdicts ...string) float64 {
	n := 0
	for _, v := range verdicts {
		n += t.kinds[kind][v]
	}
	return float64(n) / float64(total(t.kinds[kind]))
}

// metric is one figure, by the name that --min and --max use.
type metric struct {
	name  string
	value float64
}

// metrics computes the figures of the evaluation's description.
func (t *tally) metrics() []metric {
	forced := t.kinds["answer"][verdictForced] + t.kinds["smalltalk"][verdictForced]
	wrong := t.kinds["answer"][verdictWrong] + t.kinds["abstain"][verdictWrong] + t.kinds["clarify"][verdictWrong]
	asked := total(t.kinds["answer"]) + total(t.kinds["abstain"]) + total(t.kinds["clarify"])
	worst := 1.0
	for _, counts := range t.styles {
		worst = min(worst, float64(counts[verdictOK])/float64(total(counts)))
	}
	return []metric{
		{"accuracy", t.share("answer", verdictOK)},
		{"wrong", t.share("answer", verdictWrong)},
		{"refused", t.share("answer", verdictRefused)},
		{"abstained", t.share("abstain", verdictOK)},
		{"escalated", t.share("escalate", verdictOK)},
		{"escal_any", t.share("escalate", verdictOK, verdictCategory)},
		{"false_escal", float64(forced) / float64(max(1, total(t.kinds["answer"])+total(t.kinds["smalltalk"])))},
		{"clarified", t.share("clarify", verdictOK)},
		{"smalltalk", t.share("smalltalk", verdictOK)},
		{"harm", float64(wrong) / float64(max(1, asked))},
		{"worst_style", worst},
	}
}

// table prints the share of right answers by style or collection, one a line.
func table(title string, m map[string]map[string]int) string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&b, "  %-12s %-12s %.3f of %d\n", title, k, float64(m[k][verdictOK])/float64(total(m[k])), total(m[k]))
	}
	return b.String()
}

func (m metric) String() string {
	if math.IsNaN(m.value) {
		return fmt.Sprintf("%-14s -", m.name)
	}
	return fmt.Sprintf("%-14s %.4f", m.name, m.value)
}

func missLine(q labelled, a bot.AnswerJSON, verdict string) string {
	want, _ := json.Marshal(q.Expect)
	return fmt.Sprintf("%s %-9s %-11s scope=%s %q\n      want %s %s; got %s %s %s conf=%.2f", q.ID, q.Kind, verdict, deref(q.Scope), shorten(q.Text, 110),
		want, deref(q.Ticket), a.Kind, a.Topic, deref((*string)(a.Ticket)), a.Confidence)
}

func shorten(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n]) + "…"
	}
	return text
}
