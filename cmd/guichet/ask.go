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
	"unicode/utf8"

	"guichet/bot"
)

type askCommand struct {
	Site    string `help:"Answer as this site does." placeholder:"ID"`
	Scope   string `help:"Answer from this collection only." placeholder:"COLLECTION"`
	JSON    bool   `name:"json" help:"Print the answer as JSON."`
	Explain bool   `help:"Say also what was understood, the candidates and the rule that decided."`
	Batch   string `help:"Ask each line of a JSON Lines file of {id, scope, text}; - is standard input." placeholder:"FILE"`
	Sites   string `help:"The file of sites, instead of the shipped ones." type:"existingfile" placeholder:"FILE"`
	Cache   string `help:"Folder that keeps what was learned between runs." default:"${cache}" env:"GUICHET_CACHE"`
	Text    string `arg:"" optional:"" help:"The question."`
}

// answerJSON is the public form of a reply (docs/interfaces.md).
type answerJSON struct {
	ID         string         `json:"id,omitempty"`
	Kind       bot.Kind       `json:"kind"`
	Topic      string         `json:"topic"`
	Also       []string       `json:"also,omitempty"`
	Confidence float64        `json:"confidence"`
	Text       string         `json:"text"`
	Citations  []citationJSON `json:"citations"`
	Options    []optionJSON   `json:"options"`
	Ticket     *bot.Category  `json:"ticket"`

	Explanation *explanationJSON `json:"explanation,omitempty"` // with --explain
}

type citationJSON struct {
	Document string `json:"document"`
	Section  string `json:"section"`
	URL      string `json:"url"`
	Checked  string `json:"checked"`
}

type optionJSON struct {
	Topic      string `json:"topic"`
	Collection string `json:"collection"`
	Label      string `json:"label"`
}

func toJSON(id string, r bot.Reply) answerJSON {
	out := answerJSON{
		ID: id, Kind: r.Kind, Topic: r.Topic, Also: r.Also, Confidence: r.Confidence, Text: bot.Plain(r.Text),
		Citations: []citationJSON{}, Options: []optionJSON{},
	}
	for _, c := range r.Citations {
		out.Citations = append(out.Citations, citationJSON{c.Document, c.Section, c.URL, c.Checked})
	}
	for _, c := range r.Choices {
		if c.Topic != "" {
			out.Options = append(out.Options, optionJSON{c.Topic, c.Collection, c.Label})
		}
	}
	if r.Ticket != "" {
		out.Ticket = &r.Ticket
	}
	return out
}

// maxQuestion is the longest question taken, in characters.
const maxQuestion = 20_000

// checkQuestion refuses a text that is no question, saying why.
func checkQuestion(text string) error {
	switch {
	case !utf8.ValidString(text), strings.ContainsRune(text, utf8.RuneError): // the command line replaces what is not UTF-8
		return errors.New("the question is not valid UTF-8 text")
	case strings.TrimSpace(text) == "":
		return errors.New("the question is empty")
	case utf8.RuneCountInString(text) > maxQuestion:
		return fmt.Errorf("the question has %d characters, at most %d are read: shorten it", utf8.RuneCountInString(text), maxQuestion)
	}
	return nil
}

// Run asks one question or a file of them.
func (a *askCommand) Run(c console) error {
	if a.Batch != "" && (a.Text != "" || a.Site != "" || a.Scope != "" || a.Explain) {
		return errors.New("--batch takes the questions and their scopes from the file: leave out TEXT, --site, --scope and --explain")
	}
	if a.Batch == "" {
		if err := checkQuestion(a.Text); err != nil {
			return err
		}
	}
	engine, err := openEngine(a.Cache)
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
	turn, err := askOnce(engine, site, a.Text)
	if err != nil {
		return err
	}
	if a.JSON {
		answer := toJSON("", turn.Reply)
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
		return scopeSite(engine, a.Scope)
	}
	sites, err := openSites(a.Sites, engine)
	if err != nil {
		return bot.Site{}, err
	}
	for _, s := range sites {
		if s.ID == a.Site {
			return s, nil
		}
	}
	return bot.Site{}, fmt.Errorf("there is no site %q", a.Site)
}

// askOnce sends a question to a fresh conversation.
func askOnce(engine *bot.Engine, site bot.Site, text string) (bot.Turn, error) {
	return engine.Next(bot.State{}, site, bot.Inbound{Channel: "cli", Text: text}, bot.Moment{Now: time.Now(), Reference: "G-0000-0000"})
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
		if err := checkQuestion(q.Text); err != nil {
			return err
		}
		site, err := scopeSite(engine, deref(q.Scope))
		if err != nil {
			return err
		}
		turn, err := askOnce(engine, site, q.Text)
		if err != nil {
			return err
		}
		return out.Encode(toJSON(q.ID, turn.Reply))
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
