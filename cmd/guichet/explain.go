package main

import (
	"fmt"
	"io"

	"guichet/bot"
	"guichet/knowledge"
)

// explanationJSON says how an answer was decided.
type explanationJSON struct {
	Rule      string       `json:"rule"`
	Read      string       `json:"read"`      // the message as it is read: phone spelling written out, accents folded
	Named     []string     `json:"named"`     // collections the message names
	Sure      float64      `json:"sure"`      // calibrated probability that the first hit is right
	Reasons   []reasonJSON `json:"reasons"`   // what made it so, the weightiest first
	Hits      []hitJSON    `json:"hits"`      // topics among those allowed
	Rivals    []rivalJSON  `json:"rivals"`    // the best topic of each collection, taken alone
	Readings  []guessJSON  `json:"readings"`  // requests and small talk
	Outside   float64      `json:"outside"`   // probability that nothing here answers
	Elsewhere string       `json:"elsewhere"` // a topic of a collection that is not allowed, when it fits better
}

type hitJSON struct {
	Topic       string             `json:"topic"`
	Probability float64            `json:"probability"`
	Features    knowledge.Features `json:"features"`
}

type rivalJSON struct {
	Topic string  `json:"topic"`
	Sure  float64 `json:"sure"` // were its collection the only one
	Odds  float64 `json:"odds"` // beside the best of all
}

type reasonJSON struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Adds  float64 `json:"adds"` // to the log odds of being right
}

type guessJSON struct {
	Name        string  `json:"name"`
	Probability float64 `json:"probability"`
}

// likely is the least probability worth showing.
const likely = 0.01

func explain(base *knowledge.Base, why bot.Explanation) *explanationJSON {
	f := why.Findings
	e := &explanationJSON{Rule: string(why.Rule), Read: why.Read, Named: f.Named, Sure: f.Sure, Outside: f.Outside}
	for _, h := range f.Hits {
		if h.Probability >= likely {
			e.Hits = append(e.Hits, hitJSON{h.Topic.ID, h.Probability, h.Features})
		}
	}
	for _, r := range f.Rivals {
		if r.Sure >= likely {
			e.Rivals = append(e.Rivals, rivalJSON{r.Topic.ID, r.Sure, r.Odds})
		}
	}
	for _, r := range f.Readings {
		if r.Probability >= likely {
			e.Readings = append(e.Readings, guessJSON{r.Label, r.Probability})
		}
	}
	for _, r := range base.Reasons(f) {
		e.Reasons = append(e.Reasons, reasonJSON(r))
	}
	if f.Elsewhere != nil {
		e.Elsewhere = f.Elsewhere.Topic.ID
	}
	return e
}

// mostReasons is how many reasons are printed for a person to read.
const mostReasons = 8

func (e *explanationJSON) print(w io.Writer) {
	fmt.Fprintf(w, "rule: %s\nread: %s\nnamed: %v\nsure: %.3f   outside: %.3f   elsewhere: %s\n", e.Rule, e.Read, e.Named, e.Sure, e.Outside, e.Elsewhere)
	for _, h := range e.Hits {
		f := h.Features
		fmt.Fprintf(w, "hit: %.3f %-32s words %.2f title %.2f concepts %.2f pairs %.2f phrase %.2f covered %.2f\n",
			h.Probability, h.Topic, f.Words, f.Title, f.Concepts, f.Pairs, f.Phrase, f.Covered)
	}
	for _, r := range e.Rivals {
		fmt.Fprintf(w, "rival: sure %.3f odds %.3f %s\n", r.Sure, r.Odds, r.Topic)
	}
	for _, g := range e.Readings {
		fmt.Fprintf(w, "reading: %.3f %s\n", g.Probability, g.Name)
	}
	for _, r := range e.Reasons[:min(mostReasons, len(e.Reasons))] {
		fmt.Fprintf(w, "reason: %+.2f %s %.2f\n", r.Adds, r.Name, r.Value)
	}
}
