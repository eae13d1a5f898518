package main

import (
	"fmt"
	"io"

	"guichet/bot"
	"guichet/knowledge"
)

// explanationJSON says how an answer was decided.
type explanationJSON struct {
	Rule      string      `json:"rule"`
	Named     []string    `json:"named"`     // collections the message names
	Hits      []guessJSON `json:"hits"`      // topics among those allowed
	Rivals    []guessJSON `json:"rivals"`    // the best topic of each collection, taken alone
	Readings  []guessJSON `json:"readings"`  // requests and small talk
	Outside   float64     `json:"outside"`   // probability that nothing here answers
	Elsewhere string      `json:"elsewhere"` // a topic of a collection that is not allowed, when it fits better
}

type guessJSON struct {
	Name        string  `json:"name"`
	Probability float64 `json:"probability"`
}

// likely is the least probability worth showing.
const likely = 0.01

func explain(why bot.Explanation) *explanationJSON {
	f := why.Findings
	e := &explanationJSON{Rule: why.Rule, Named: f.Named, Hits: guesses(f.Hits), Rivals: rivals(f.Rivals), Outside: f.Outside}
	for _, r := range f.Readings {
		if r.Probability >= likely {
			e.Readings = append(e.Readings, guessJSON{r.Label, r.Probability})
		}
	}
	if f.Elsewhere != nil {
		e.Elsewhere = f.Elsewhere.Topic.ID
	}
	return e
}

func rivals(list []knowledge.Rival) []guessJSON {
	var out []guessJSON
	for _, r := range list {
		if r.Sure >= likely {
			out = append(out, guessJSON{r.Topic.ID, r.Sure})
		}
	}
	return out
}

func guesses(hits []knowledge.Hit) []guessJSON {
	var out []guessJSON
	for _, h := range hits {
		if h.Probability >= likely {
			out = append(out, guessJSON{h.Topic.ID, h.Probability})
		}
	}
	return out
}

func (e *explanationJSON) print(w io.Writer) {
	fmt.Fprintf(w, "rule: %s\nnamed: %v\noutside: %.3f\nelsewhere: %s\n", e.Rule, e.Named, e.Outside, e.Elsewhere)
	for _, list := range []struct {
		title   string
		guesses []guessJSON
	}{{"hit", e.Hits}, {"rival", e.Rivals}, {"reading", e.Readings}} {
		for _, g := range list.guesses {
			fmt.Fprintf(w, "%s: %.3f %s\n", list.title, g.Probability, g.Name)
		}
	}
}
