package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guichet/bot"
	"guichet/knowledge"
)

type evalCommand struct {
	contentsFlags
	Min     string   `help:"Fail when a figure is below, as accuracy=0.9,abstained=0.8." placeholder:"NAME=VALUE,..."`
	Max     string   `help:"Fail when a figure is above, as harm=0.03." placeholder:"NAME=VALUE,..."`
	Without string   `help:"Leave parts of the answering out, as lexicon,sounds, to see what they are worth. It takes a minute." placeholder:"PART,..."`
	Quiet   bool     `help:"Do not list the misses."`
	Set     string   `help:"Ask DIR/queries.jsonl of DIR/corpus.jsonl instead of the shipped knowledge." type:"existingdir" placeholder:"DIR"`
	Out     string   `help:"With --set: where guichet.run.tsv and guichet.lat are written." placeholder:"DIR"`
	Files   []string `arg:"" optional:"" name:"file" help:"JSON Lines of labelled questions; each file's figures are its own."`
}

// Run asks every question in a fresh conversation and prints the figures and the misses.
func (e *evalCommand) Run(c console) error {
	switch {
	case e.Set != "":
		return runSet(e.Set, e.Out)
	case len(e.Files) == 0:
		return errors.New("name a file of labelled questions, or a folder with --set")
	}
	engine, err := e.open()
	if err != nil {
		return err
	}
	var short []error
	for _, name := range e.Files {
		if len(e.Files) > 1 {
			fmt.Fprintf(c.out, "%s\n", name)
		}
		counts, err := e.ask(engine, name, c)
		if err != nil {
			return err
		}
		e.print(counts, c)
		short = append(short, limits(e.Min, counts, false), limits(e.Max, counts, true))
	}
	return errors.Join(short...)
}

// ask asks the questions of a file.
func (e *evalCommand) ask(engine *bot.Engine, name string, c console) (*tally, error) {
	counts := newTally()
	return counts, readLines(name, func(line []byte) error {
		q, a, why, err := evalOne(engine, line)
		if err != nil {
			return err
		}
		counts.weigh(q, why)
		verdict := judge(q, a)
		counts.add(q, verdict)
		if verdict != verdictOK && !e.Quiet {
			fmt.Fprintln(c.out, missLine(q, a, verdict))
		}
		return nil
	})
}

func (e *evalCommand) print(counts *tally, c console) {
	for _, m := range counts.metrics() {
		fmt.Fprintln(c.out, m)
	}
	fmt.Fprint(c.out, table("style", counts.styles), table("collection", counts.collections))
	if !e.Quiet {
		bins, distance := knowledge.Reliability(counts.sure, counts.right)
		fmt.Fprintln(c.out)
		printReliability(c.out, bins, distance)
	}
}

// open builds the engine, without what is to be left out.
func (e *evalCommand) open() (*bot.Engine, error) {
	if e.Without == "" {
		return e.engine()
	}
	without, err := knowledge.ParseParts(e.Without)
	if err != nil {
		return nil, err
	}
	contents, examples, err := readContents(e.tree())
	if err != nil {
		return nil, err
	}
	base, err := knowledge.BuildWithout(contents, examples, without)
	if err != nil {
		return nil, err
	}
	return bot.NewEngine(base), nil
}

func evalOne(engine *bot.Engine, line []byte) (q labelled, a bot.AnswerJSON, why bot.Explanation, err error) {
	if err := json.Unmarshal(line, &q); err != nil {
		return q, a, why, fmt.Errorf("not a labelled question: %w", err)
	}
	if q.Kind == "answer" && len(q.Expect) == 0 {
		return q, a, why, fmt.Errorf("question %s is to be answered but expects no topic", q.ID)
	}
	site, err := engine.Scope(deref(q.Scope))
	if err != nil {
		return q, a, why, err
	}
	turn, err := engine.Ask(site, q.Text, time.Now())
	return q, bot.NewAnswerJSON(q.ID, turn.Reply), turn.Why, err
}

// limits checks the figures named in list, as accuracy=0.9,abstained=0.8, against their bounds.
func limits(list string, counts *tally, upper bool) error {
	if list == "" {
		return nil
	}
	var short []error
	for _, part := range strings.Split(list, ",") {
		name, text, _ := strings.Cut(part, "=")
		bound, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%q is not NAME=VALUE", part)
		}
		value, known := 0.0, false
		for _, m := range counts.metrics() {
			if m.name == name {
				value, known = m.value, true
			}
		}
		switch {
		case !known:
			return fmt.Errorf("there is no figure %q", name)
		case upper && !(value <= bound):
			short = append(short, fmt.Errorf("%s is %.4f, at most %.4f is wanted", name, value, bound))
		case !upper && !(value >= bound):
			short = append(short, fmt.Errorf("%s is %.4f, at least %.4f is wanted", name, value, bound))
		}
	}
	return errors.Join(short...)
}
