package bot

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/knowledge"
)

// AnswerJSON is the public form of a reply: what guichet ask --json prints and the API answers (docs/interfaces.md).
type AnswerJSON struct {
	ID         string         `json:"id,omitempty"`
	Kind       Kind           `json:"kind"`
	Topic      string         `json:"topic"`
	Also       []string       `json:"also,omitempty"`
	Confidence float64        `json:"confidence"`
	Text       string         `json:"text"` // plain, without marks
	Citations  []CitationJSON `json:"citations"`
	Options    []OptionJSON   `json:"options"`
	Ticket     *Category      `json:"ticket"`
}

// CitationJSON is where an answer comes from.
type CitationJSON struct {
	Document string `json:"document"`
	Section  string `json:"section"`
	URL      string `json:"url"`
	Checked  string `json:"checked"` // ISO date
}

// OptionJSON is a topic that the person may have meant or may want next.
type OptionJSON struct {
	Topic      string `json:"topic"`
	Collection string `json:"collection"`
	Label      string `json:"label"`
}

// NewAnswerJSON gives a reply its public form. id is the question's own, if it has one.
func NewAnswerJSON(id string, r Reply) AnswerJSON {
	out := AnswerJSON{
		ID: id, Kind: r.Kind, Topic: r.Topic, Also: r.Also, Confidence: r.Confidence, Text: Plain(r.Text),
		Citations: []CitationJSON{}, Options: []OptionJSON{},
	}
	for _, c := range r.Citations {
		out.Citations = append(out.Citations, CitationJSON{c.Document, c.Section, c.URL, c.Checked})
	}
	for _, c := range r.Choices {
		if c.Topic != "" {
			out.Options = append(out.Options, OptionJSON{c.Topic, c.Collection, c.Label})
		}
	}
	if r.Ticket != "" {
		out.Ticket = &r.Ticket
	}
	return out
}

// maxQuestion is the longest question taken, in characters.
const maxQuestion = 20_000

// CheckQuestion refuses a text that is no question, saying why.
func CheckQuestion(text string) error {
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

// Ask sends a question to a fresh conversation, of which nothing is kept. A ticket it would open has no real reference.
func (e *Engine) Ask(site Site, text string, now time.Time) (Turn, error) {
	return e.Next(State{}, site, Inbound{Channel: "cli", Text: text}, Moment{Now: now, Reference: "G-0000-0000"})
}

// Scope is a site that answers from one collection, or from all of them when collection is empty. The error for an
// unknown one lists those there are.
func (e *Engine) Scope(collection string) (Site, error) {
	return ScopeOf(e.base.Contents(), collection)
}

// ScopeOf is Engine.Scope before there is an engine.
func ScopeOf(contents knowledge.Contents, collection string) (Site, error) {
	if collection == "" {
		return Site{ID: "all"}, nil
	}
	var known []string
	for _, c := range contents.Collections {
		if c.ID == collection {
			return Site{ID: collection, Collections: []string{collection}}, nil
		}
		known = append(known, c.ID)
	}
	return Site{}, fmt.Errorf("there is no collection %q; the collections are %s", collection, strings.Join(known, ", "))
}
