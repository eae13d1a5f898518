package bot

import (
	"fmt"

	"guichet/knowledge"
)

// Suggestion is an answer that an agent may put into a reply.
type Suggestion struct {
	Topic       string
	Title       string
	Text        string // Markdown, as the bot would say it, with its source
	Citation    Citation
	Probability float64
}

// Suggest lists the answers that a site has to a message, the likeliest first, at most so many.
type Suggest func(site, text string, most int) ([]Suggestion, error)

// Suggest implements Suggest for an engine. What the knowledge has no answer to has none.
func (e *Engine) Suggest(site Site, text string, most int) ([]Suggestion, error) {
	found, err := e.base.Find(knowledge.Query{Text: keptMarks.ReplaceAllString(text, ""), Collections: site.Collections})
	if err != nil {
		return nil, err
	}
	var all []Suggestion
	for _, h := range found.Hits {
		if len(all) == most || h.Probability < leastConsidered {
			break
		}
		s := Suggestion{Topic: h.Topic.ID, Title: Typeset(h.Topic.Title), Text: h.Topic.Body, Citation: cite(*h.Topic), Probability: rounded(h.Probability)}
		if c, ok := e.base.Collection(h.Topic.Collection); ok {
			s.Text = "*" + c.Lead + " :*\n\n" + s.Text
		}
		s.Text = Typeset(s.Text + "\n\n" + textSource(s.Citation))
		all = append(all, s)
	}
	return all, nil
}

// Suggest implements Suggest with the engine that answers now. ErrNotFound: no such site.
func (c *Counter) Suggest(site, text string, most int) ([]Suggestion, error) {
	s, ok := c.sites[site]
	if !ok {
		return nil, fmt.Errorf("suggest on site %q: %w", site, ErrNotFound)
	}
	return c.Engine().Suggest(s, text, most)
}
