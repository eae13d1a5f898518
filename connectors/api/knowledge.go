package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"guichet/bot"
	"guichet/knowledge"
)

// questionJSON is a text asked of a site, or of one collection, or of all of them.
type questionJSON struct {
	Text  string `json:"text"`
	Site  string `json:"site"`
	Scope string `json:"scope"`
}

// read reads the question and finds out who answers it, and from what: the knowledge may be another one a moment later.
func (a *api) read(c call) (text string, site bot.Site, engine *bot.Engine, err error) {
	var q questionJSON
	if err := readJSON(c, &q); err != nil {
		return "", site, nil, err
	}
	if err := bot.CheckQuestion(q.Text); err != nil {
		return "", site, nil, invalid("%s", err)
	}
	if q.Site != "" && q.Scope != "" {
		return "", site, nil, invalid("give a site or a scope, not both: a site has its collections")
	}
	engine = a.counter.Engine()
	if q.Site != "" {
		site, known := a.counter.Site(q.Site)
		if !known {
			return "", site, nil, invalid("there is no site of this name")
		}
		return q.Text, site, engine, nil
	}
	if site, err = engine.Scope(q.Scope); err != nil {
		return "", site, nil, invalid("%s", err)
	}
	return q.Text, site, engine, nil
}

// ask answers a question as guichet ask --json does. Nothing is kept of it.
func (a *api) ask(_ context.Context, c call) (any, error) {
	text, site, engine, err := a.read(c)
	if err != nil {
		return nil, err
	}
	turn, err := engine.Ask(site, text, a.now())
	if err != nil {
		return nil, err
	}
	return bot.NewAnswerJSON("", turn.Reply), nil
}

type hitJSON struct {
	Topic       string  `json:"topic"`
	Collection  string  `json:"collection"`
	Title       string  `json:"title"`
	Probability float64 `json:"probability"`
}

type hitListJSON struct {
	Hits []hitJSON `json:"hits"`
}

// search lists what a text may be about. It is a POST, since what customers write does not belong into an address, which
// servers on the way log.
func (a *api) search(_ context.Context, c call) (any, error) {
	text, site, engine, err := a.read(c)
	if err != nil {
		return nil, err
	}
	found, err := engine.Base().Find(knowledge.Query{Text: text, Collections: site.Collections})
	if err != nil {
		return nil, err
	}
	out := hitListJSON{Hits: []hitJSON{}}
	for _, h := range found.Hits {
		out.Hits = append(out.Hits, hitJSON{h.Topic.ID, h.Topic.Collection, h.Topic.Title, h.Probability})
	}
	return out, nil
}

// topicJSON is a topic as it stands in a list.
type topicJSON struct {
	ID         string `json:"id"`
	Collection string `json:"collection"`
	Kind       string `json:"kind"`
	Title      string `json:"title"`
}

func topicOf(t knowledge.Topic) topicJSON { return topicJSON{t.ID, t.Collection, t.Kind, t.Title} }

type topicListJSON struct {
	Topics []topicJSON `json:"topics"`
	Next   *string     `json:"next"`
}

func (a *api) listTopics(_ context.Context, c call) (any, error) {
	q := queryOf(c, "collection", "limit", "cursor")
	limit, collection, after := q.limit(), q.text("collection"), ""
	if at := q.cursor(1); at != nil {
		after = at[0]
	}
	engine := a.counter.Engine()
	if _, err := engine.Scope(collection); err != nil {
		q.refuse(err.Error())
	}
	if q.err != nil {
		return nil, q.err
	}
	topics := slices.DeleteFunc(slices.Clone(engine.Base().Contents().Topics), func(t knowledge.Topic) bool {
		return t.ID <= after || collection != "" && t.Collection != collection
	})
	slices.SortFunc(topics, func(a, b knowledge.Topic) int { return cmp.Compare(a.ID, b.ID) })
	page := topicListJSON{Topics: []topicJSON{}}
	if len(topics) > limit {
		topics = topics[:limit]
		page.Next = newCursor(topics[limit-1].ID)
	}
	for _, t := range topics {
		page.Topics = append(page.Topics, topicOf(t))
	}
	return page, nil
}

type topicFileJSON struct {
	topicJSON
	Text     string           `json:"text"` // Markdown
	Citation bot.CitationJSON `json:"citation"`
	Page     string           `json:"page"` // where people read it, on this server
	Next     []string         `json:"next"`
}

func (a *api) readTopic(_ context.Context, c call) (any, error) {
	t, ok := a.counter.Engine().Base().Topic(c.PathValue("id"))
	if !ok {
		return nil, problem{http.StatusNotFound, "there is no topic of this id: " + root + "/topics lists those there are"}
	}
	out := topicFileJSON{
		topicJSON: topicOf(t), Text: strings.TrimSpace(t.Body), Page: "/source/" + t.ID, Next: t.Next,
		Citation: bot.CitationJSON{
			Document: t.Citation.Document, Section: t.Citation.Section, URL: t.Citation.URL, Checked: t.Citation.Checked.Format(time.DateOnly),
		},
	}
	if out.Next == nil {
		out.Next = []string{}
	}
	return out, nil
}
