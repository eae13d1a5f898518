package desk

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/bot"
	"guichet/bot/publish"
	"guichet/knowledge"
)

const (
	knowledgePath = "/desk/knowledge"
	topicPath     = knowledgePath + "/topic"

	// dueSoon is how long before its day a review is asked for.
	dueSoon = 30 * 24 * time.Hour

	// editionsShown is how many editions the page lists, the newest first.
	editionsShown = 50
)

// Knowledge is what customers are answered from, for editors.
type Knowledge struct {
	Publisher *publish.Publisher
	Serving   func() int64 // the edition that this server answers from; nil when that is always the newest
}

// withKnowledge runs a page that is there only where the knowledge can be edited.
func (d *desk) withKnowledge(show func(http.ResponseWriter, *http.Request, bot.User)) func(http.ResponseWriter, *http.Request, bot.User) {
	return func(w http.ResponseWriter, r *http.Request, user bot.User) {
		if d.knowledge == nil {
			d.notFound(w, r)
			return
		}
		show(w, r, user)
	}
}

// knowledgePage is what is answered from now, topic by topic, and what was before.
type knowledgePage struct {
	page
	Now      editionRow
	Count    string
	Behind   string // this server has not taken the newest edition over
	Query    string
	Due      []topicRow
	Groups   []topicGroup
	Editions []editionRow
}

// topicRow is a topic in a list.
type topicRow struct {
	ID, Href, Title, Source string
	Checked, Review         string // days
	State                   string // of its review, in words; empty when that is far
	Late                    bool
}

// topicGroup are the topics of a collection.
type topicGroup struct {
	ID, Name, Href string // Href edits the description of the collection
	Count          string
	Topics         []topicRow
}

// editionRow is an edition in the list; the shipped knowledge has the number 0.
type editionRow struct {
	Number    int64
	Who, Note string
	At        *moment
	Count     string
	Href      string // to come back to it; empty for what is answered from
}

func (d *desk) showKnowledge(w http.ResponseWriter, r *http.Request, user bot.User) {
	newest, err := d.knowledge.Publisher.Newest(r.Context())
	var editions []bot.Edition
	if err == nil {
		editions, err = d.knowledge.Publisher.Editions.ListEditions(r.Context(), editionsShown)
	}
	var who people
	if err == nil {
		who, err = d.people(r.Context(), user)
	}
	if err != nil {
		d.broken(w, r, "show the knowledge", err)
		return
	}
	query := r.URL.Query()
	p := knowledgePage{page: d.inside("Connaissances", user), Query: strings.TrimSpace(query.Get("q"))}
	p.Now = d.editionRow(newest.Edition, who, newest.Number)
	p.Count = d.count(len(newest.Contents.Topics), "%d sujet", "%d sujets", len(newest.Contents.Topics)) + ", " +
		d.count(len(newest.Contents.Collections), "%d collection", "%d collections", len(newest.Contents.Collections))
	if serving := d.knowledge.Serving; serving != nil && serving() != newest.Number {
		p.Behind = d.say("Ce serveur répond encore d’après l’édition précédente. Rechargez la page dans quelques secondes\u202f; si cela dure, le journal du serveur dit pourquoi.")
	}
	p.Due, p.Groups = d.topicRows(newest.Contents, p.Query)
	for _, e := range editions {
		p.Editions = append(p.Editions, d.editionRow(e, who, newest.Number))
	}
	if len(editions) > 0 && editions[len(editions)-1].Number == 1 {
		p.Editions = append(p.Editions, d.editionRow(bot.Edition{}, who, newest.Number))
	}
	p.Notice = d.knowledgeNotice(query.Get("done"), query.Get("edition"))
	d.render(w, r, http.StatusOK, "knowledge", p)
}

func (d *desk) editionRow(e bot.Edition, who people, newest int64) editionRow {
	row := editionRow{Number: e.Number, Note: e.Note}
	if e.Number != 0 {
		at := d.clock.moment(e.At)
		row.At, row.Who = &at, who.name(e.By.Who)
		if e.By.Who == "guichet" {
			row.Who = d.say("Ligne de commande")
		}
		row.Count = d.count(e.Topics, "%d sujet", "%d sujets", e.Topics)
	}
	if e.Number != newest {
		row.Href = knowledgePath + "/edition?number=" + strconv.FormatInt(e.Number, 10)
	}
	return row
}

// topicRows lists the topics that have the words, by collection, and before them those to be reviewed, the first day first.
func (d *desk) topicRows(contents knowledge.Contents, words string) (due []topicRow, groups []topicGroup) {
	wanted := knowledge.Words(words)
	type dated struct {
		topicRow
		day time.Time
	}
	var soon []dated
	for _, c := range contents.Collections {
		g := topicGroup{ID: c.ID, Name: bot.Typeset(c.Name), Href: excerptPath("knowledge/content/"+c.File, "")}
		for _, t := range contents.Topics {
			if t.Collection != c.ID || !hasWords(t, wanted) {
				continue
			}
			row := d.topicRow(t)
			g.Topics = append(g.Topics, row)
			if row.State != "" {
				soon = append(soon, dated{row, t.Review})
			}
		}
		if g.Count = d.count(len(g.Topics), "%d sujet", "%d sujets", len(g.Topics)); len(g.Topics) > 0 || len(wanted) == 0 {
			groups = append(groups, g)
		}
	}
	slices.SortStableFunc(soon, func(a, b dated) int { return cmp.Compare(a.day.Unix(), b.day.Unix()) })
	for _, s := range soon {
		due = append(due, s.topicRow)
	}
	return due, groups
}

// hasWords tells whether each word stands in a topic's id or title, also within another.
func hasWords(t knowledge.Topic, wanted []string) bool {
	text := strings.Join(knowledge.Words(t.ID+" "+t.Title), " ")
	return !slices.ContainsFunc(wanted, func(word string) bool { return !strings.Contains(text, word) })
}

func (d *desk) topicRow(t knowledge.Topic) topicRow {
	row := topicRow{ID: t.ID, Href: topicPath + "?" + url.Values{"id": {t.ID}}.Encode(), Title: bot.Typeset(t.Title), Source: bot.Typeset(t.Citation.Document)}
	if t.Citation.Section != "" && t.Citation.Section != t.Title {
		row.Source += bot.Typeset(", " + t.Citation.Section)
	}
	if !t.Citation.Checked.IsZero() {
		row.Checked = d.date(t.Citation.Checked)
	}
	if t.Review.IsZero() {
		return row
	}
	row.Review = d.date(t.Review)
	switch left := t.Review.Sub(d.clock.now()); {
	case left < 0:
		row.State, row.Late = d.say("À revoir depuis le %s", row.Review), true
	case left < dueSoon:
		row.State = d.say("À revoir avant le %s", row.Review)
	}
	return row
}

func (d *desk) knowledgeNotice(done, edition string) string {
	number, err := strconv.ParseInt(edition, 10, 64)
	if done != "published" || err != nil {
		return ""
	}
	return d.say("L’édition %s est publiée\u202f: les prochaines questions sont répondues d’après elle.", strconv.FormatInt(number, 10))
}
