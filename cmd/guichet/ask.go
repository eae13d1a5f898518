package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"guichet/bot"
)

type askCommand struct {
	contentsFlags
	Site    string `help:"Answer as this site does." placeholder:"ID"`
	Scope   string `help:"Answer from this collection only." placeholder:"COLLECTION"`
	JSON    bool   `name:"json" help:"Print the answer as JSON."`
	Explain bool   `help:"Say also what was understood, the candidates and the rule that decided."`
	Batch   string `help:"Ask each line of a JSON Lines file of {id, scope, text}; - is standard input." placeholder:"FILE"`
	Sites   string `help:"The file of sites, instead of the shipped ones." type:"existingfile" placeholder:"FILE"`
	Text    string `arg:"" optional:"" help:"The question."`
}

// explainedJSON is an answer with how it was decided.
type explainedJSON struct {
	bot.AnswerJSON
	Explanation *explanationJSON `json:"explanation,omitempty"` // with --explain
}

// Run asks one question or a file of them.
func (a *askCommand) Run(c console) error {
	if a.Batch != "" && (a.Text != "" || a.Site != "" || a.Scope != "" || a.Explain) {
		return errors.New("--batch takes the questions and their scopes from the file: leave out TEXT, --site, --scope and --explain")
	}
	if a.Batch == "" {
		if err := bot.CheckQuestion(a.Text); err != nil {
			return err
		}
	}
	engine, err := a.engine()
	if err != nil {
		return err
	}
	if a.Batch != "" {
		return a.batch(engine, c)
	}
	site, err := a.site(engine)
	if err != nil {
		return err
	}
	turn, err := engine.Ask(site, a.Text, time.Now())
	if err != nil {
		return err
	}
	if a.JSON {
		answer := explainedJSON{AnswerJSON: bot.NewAnswerJSON("", turn.Reply)}
		if a.Explain {
			answer.Explanation = explain(engine.Base(), turn.Why)
		}
		return json.NewEncoder(c.out).Encode(answer)
	}
	printReply(c.out, turn.Reply)
	if a.Explain {
		fmt.Fprintln(c.out)
		explain(engine.Base(), turn.Why).print(c.out)
	}
	return nil
}

func (a *askCommand) site(engine *bot.Engine) (bot.Site, error) {
	if a.Site == "" {
		return engine.Scope(a.Scope)
	}
	list, err := readSites(a.Sites)
	if err != nil {
		return bot.Site{}, err
	}
	if err := list.fit(engine.Base().Contents()); err != nil {
		return bot.Site{}, err
	}
	for _, s := range list.Sites {
		if s.ID == a.Site {
			return s, nil
		}
	}
	return bot.Site{}, fmt.Errorf("there is no site %q", a.Site)
}

func printReply(w io.Writer, r bot.Reply) {
	fmt.Fprintln(w, bot.Plain(r.Text))
	for _, c := range r.Citations {
		fmt.Fprintf(w, "\nSource : %s — %s (vérifié le %s)\n", c.Document, c.Section, c.Checked)
	}
	for _, c := range r.Choices {
		fmt.Fprintf(w, "  [%s]\n", c.Label)
	}
}

// questionLine is a line of a file of questions; other fields are ignored here.
type questionLine struct {
	ID    string  `json:"id"`
	Scope *string `json:"scope"`
	Text  string  `json:"text"`
}

func (a *askCommand) batch(engine *bot.Engine, c console) error {
	in, name := c.in, "standard input"
	if a.Batch != "-" {
		file, err := os.Open(a.Batch)
		if err != nil {
			return err
		}
		defer file.Close()
		in, name = file, a.Batch
	}
	out := json.NewEncoder(c.out)
	return eachLine(in, name, func(line []byte) error {
		var q questionLine
		if err := json.Unmarshal(line, &q); err != nil {
			return fmt.Errorf("not a JSON question: %w", err)
		}
		if err := bot.CheckQuestion(q.Text); err != nil {
			return err
		}
		site, err := engine.Scope(deref(q.Scope))
		if err != nil {
			return err
		}
		turn, err := engine.Ask(site, q.Text, time.Now())
		if err != nil {
			return err
		}
		return out.Encode(bot.NewAnswerJSON(q.ID, turn.Reply))
	})
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// maxLine bounds a line of a JSON Lines file.
const maxLine = 4 << 20

// eachLine calls do with each line that is not blank; an error names the file and the line.
func eachLine(r io.Reader, name string, do func(line []byte) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxLine)
	number := 0
	for s.Scan() {
		number++
		if strings.TrimSpace(s.Text()) == "" {
			continue
		}
		if err := do(s.Bytes()); err != nil {
			return fmt.Errorf("%s:%d: %w", name, number, err)
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("%s:%d: %w", name, number+1, err)
	}
	return nil
}
