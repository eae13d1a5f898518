package desk

import (
	"context"
	"net/http"
	"slices"

	"guichet/bot"
)

// queuePage is the list of tickets.
type queuePage struct {
	page
	Filter    filter
	Tabs      []tab
	Choices   []choice
	Rows      []row
	Range     string // "26 à 50 sur 132"
	Previous  string
	Next      string
	Elsewhere []tab // where a search has results when this view has none
	Clear     string
	Cut       string // of how many tickets a search shows the newest, when more have its words
	List      string // the accessible name of the list
}

// tab is a link to a part of the queue.
type tab struct {
	Label   string
	Href    string
	Count   string
	Current bool
	Alert   bool // it should be empty and is not
}

// choice is a select of the filters.
type choice struct {
	Name, Label string
	Options     []option
}

// option is a choice of a select.
type option struct {
	Value, Label string
	Selected     bool
}

func (d *desk) showQueue(w http.ResponseWriter, r *http.Request, user bot.User) {
	f := readFilter(r)
	p, err := d.queuePage(r.Context(), f, user)
	if err != nil {
		d.broken(w, r, "list tickets", err)
		return
	}
	d.render(w, r, http.StatusOK, "queue", p)
}

func (d *desk) queuePage(ctx context.Context, f filter, user bot.User) (queuePage, error) {
	narrow, err := d.search(ctx, f.store(user, d.clock.now()))
	if err != nil {
		return queuePage{}, err
	}
	counts, err := d.tickets.CountViews(ctx, narrow)
	if err != nil {
		return queuePage{}, err
	}
	people, err := d.people(ctx, user)
	if err != nil {
		return queuePage{}, err
	}
	narrow.Limit, narrow.Offset = perPage+1, (f.Page-1)*perPage
	tickets, err := d.tickets.Tickets(ctx, narrow)
	if err != nil {
		return queuePage{}, err
	}
	p := queuePage{
		page: d.insideAs(d.listName(f), user), Filter: f, Tabs: d.tabs(f, counts),
		Clear: filter{View: f.View}.Queue(), List: d.listName(f),
	}
	if narrow.Among != nil && narrow.Among.More {
		p.Cut = grouped(searchMost)
	}
	p.Search = f.Text
	if p.Choices, err = d.choices(ctx, f); err != nil {
		return queuePage{}, err
	}
	if f.Page > 1 {
		before := f
		before.Page--
		p.Previous = before.Queue()
	}
	if len(tickets) > perPage {
		tickets = tickets[:perPage]
		after := f
		after.Page++
		p.Next = after.Queue()
	}
	p.Rows = d.rows(tickets, f, people, "")
	if len(p.Rows) > 0 && (p.Previous != "" || p.Next != "") {
		first := (f.Page-1)*perPage + 1
		p.Range = d.say("%d à %d sur %s", first, first+len(p.Rows)-1, grouped(counts[f.View]))
	}
	if len(p.Rows) == 0 && p.Previous == "" {
		p.Elsewhere, err = d.elsewhere(ctx, f, narrow, p.Tabs)
	}
	return p, err
}

// search looks up the words of a filter, once for all that is shown of them.
func (d *desk) search(ctx context.Context, narrow bot.TicketFilter) (bot.TicketFilter, error) {
	var err error
	if narrow.Text != "" {
		narrow.Among, err = d.tickets.FindTickets(ctx, narrow.Text, searchMost)
	}
	return narrow, err
}

func (l language) tabs(f filter, counts map[bot.View]int) []tab {
	var all []tab
	for _, v := range bot.Views() {
		all = append(all, tab{
			Label: l.say(viewName(v)), Href: f.with(v).Queue(), Count: grouped(counts[v]), Current: v == f.View,
			Alert: v == bot.ViewOverdue && counts[v] > 0,
		})
	}
	return all
}

// choices are the filters, with what is chosen.
func (d *desk) choices(ctx context.Context, f filter) ([]choice, error) {
	categories := []option{{Label: d.say("Toutes les demandes")}}
	for _, c := range bot.Definitions() {
		categories = append(categories, option{string(c.Category), d.say(categoryTitle(c.Category)), c.Category == f.Category})
	}
	progress := d.say("En cours")
	if f.Text != "" {
		progress = d.say("Tous les états")
	}
	statuses := []option{{Label: progress}}
	for _, s := range bot.Statuses() {
		statuses = append(statuses, option{string(s), d.say(statusTab(s)), s == f.Status})
	}
	if f.Text == "" {
		statuses = append(statuses, option{string(anyStatus), d.say("Tous les états"), f.Status == anyStatus})
	}
	places := []option{{Label: d.say("Tous les canaux")}}
	for _, c := range channels {
		places = append(places, option{c, d.say(channelName(c)), c == f.Channel})
	}
	all := []choice{{"category", d.say("Demande"), categories}, {"status", d.say("État"), statuses}, {"channel", d.say("Canal"), places}}
	if sites := d.siteOptions(f.Site); len(sites) > 2 {
		all = append(all, choice{"site", d.say("Site"), sites})
	}
	priorities := []option{{Label: d.say("Toutes les priorités")}}
	for _, p := range bot.Priorities() {
		priorities = append(priorities, option{string(p), d.say(priorityName(p)), p == f.Priority})
	}
	all = append(all, choice{"priority", d.say("Priorité"), priorities})
	known, err := d.work.TagsInUse(ctx)
	if f.Tag != "" && !slices.Contains(known, f.Tag) {
		known = append(known, f.Tag)
	}
	if len(known) > 0 {
		tags := []option{{Label: d.say("Toutes les étiquettes")}}
		for _, t := range known {
			tags = append(tags, option{t, t, t == f.Tag})
		}
		all = append(all, choice{"tag", d.say("Étiquette"), tags})
	}
	return append(all, choice{"sort", d.say("Ordre"), []option{{Label: d.say("Prochaine échéance")}, {"newest", d.say("Plus récents"), f.Newest}}}), err
}

func (d *desk) siteOptions(chosen string) []option {
	all, known := []option{{Label: d.say("Tous les sites")}}, chosen == ""
	for _, s := range d.sites {
		all = append(all, option{s.ID, s.Name, s.ID == chosen})
		known = known || s.ID == chosen
	}
	if !known { // of a site that is no longer served
		all = append(all, option{chosen, chosen, true})
	}
	return all
}

// elsewhere are the views that have something where this one has nothing, and the tickets that are done.
func (d *desk) elsewhere(ctx context.Context, f filter, narrow bot.TicketFilter, tabs []tab) ([]tab, error) {
	if !f.Narrowed() && f.View != bot.ViewAll {
		return nil, nil // an empty view is good news
	}
	var found []tab
	for _, t := range tabs {
		if f.Narrowed() && !t.Current && t.Count != "0" {
			found = append(found, t)
		}
	}
	wide := f.whatever()
	if f.Status == anyStatus || f.Text != "" && f.Status == "" {
		return found, nil
	}
	everything := wide.store(bot.User{Email: narrow.Viewer}, narrow.Now)
	everything.Among = narrow.Among
	counts, err := d.tickets.CountViews(ctx, everything)
	if n := counts[f.View]; n > 0 {
		found = append(found, tab{Label: d.say("Tous les états"), Href: wide.Queue(), Count: grouped(n)})
	}
	return found, err
}
