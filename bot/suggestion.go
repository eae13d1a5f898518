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
		text, source := Told(e.base.Contents(), *h.Topic)
		all = append(all, Suggestion{
			Topic: h.Topic.ID, Title: Typeset(h.Topic.Title), Text: text + "\n\n" + Typeset(textSource(source)), Citation: source, Probability: rounded(h.Probability),
		})
	}
	return all, nil
}

// Told is a topic's answer as a customer reads it, in Markdown, and where it comes from.
func Told(contents knowledge.Contents, topic knowledge.Topic) (text string, source Citation) {
	text = topic.Body
	for _, c := range contents.Collections {
		if c.ID == topic.Collection {
			text = "*" + c.Lead + " :*\n\n" + text
		}
	}
	return Typeset(text), cite(topic)
}

// Suggest implements Suggest with the engine that answers now. ErrNotFound: no such site.
func (c *Counter) Suggest(site, text string, most int) ([]Suggestion, error) {
	s, ok := c.sites[site]
	if !ok {
		return nil, fmt.Errorf("suggest on site %q: %w", site, ErrNotFound)
	}
	return c.Engine().Suggest(s, text, most)
}
