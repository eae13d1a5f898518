package desk

import (
	"context"
	"net/http"
	"strconv"

	"guichet/bot"
)

// countMost is up to how many tickets a narrowed queue is counted; beyond, a count is shown with "+".
const countMost = 2000

// queuePage is the list of tickets.
type queuePage struct {
	page
	Filter     filter
	Tabs       []tab
	Scopes     []tab
	Categories []option
	Rows       []row
	Range      string // "26 à 50 sur 132"
	Previous   string
	Next       string
	Elsewhere  []tab // where a search has results when this tab has none
	Clear      string
	List       string // the accessible name of the list
}

// tab is a link to a part of the queue.
type tab struct {
	Label   string
	Href    string
	Count   string
	Current bool
	Status  bot.Status
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
	counts, err := d.count(ctx, f, user)
	if err != nil {
		return queuePage{}, err
	}
	people, err := d.people(ctx, user)
	if err != nil {
		return queuePage{}, err
	}
	narrow := f.store(user)
	narrow.Statuses = []bot.Status{f.Status}
	narrow.Limit, narrow.Offset = perPage+1, (f.Page-1)*perPage
	tickets, err := d.tickets.Tickets(ctx, narrow)
	if err != nil {
		return queuePage{}, err
	}
	p := queuePage{
		page: d.inside(statusTab(f.Status), user), Filter: f, Tabs: f.tabs(counts), Scopes: f.scopes(),
		Categories: f.categories(), Clear: filter{Status: f.Status}.Queue(), List: statusTab(f.Status),
	}
	p.Search = f.Text
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
		p.Range = strconv.Itoa(first) + " à " + strconv.Itoa(first+len(p.Rows)-1) + " sur " + counts.of(f.Status)
	}
	if len(p.Rows) == 0 && f.Narrowed() {
		p.Elsewhere = others(p.Tabs)
	}
	return p, nil
}

// counts says how many tickets each status has within a filter.
type counts struct {
	byStatus map[bot.Status]int
	atLeast  bool // there were more than are counted
}

func (c counts) of(s bot.Status) string {
	n := grouped(c.byStatus[s])
	if c.atLeast {
		n += "+"
	}
	return n
}

// count counts what the tabs lead to, so that a number always is the length of its list.
func (d *desk) count(ctx context.Context, f filter, user bot.User) (counts, error) {
	if !f.Narrowed() {
		byStatus, err := d.tickets.CountTickets(ctx)
		return counts{byStatus: byStatus}, err
	}
	narrow := f.store(user)
	narrow.Limit = countMost + 1
	tickets, err := d.tickets.Tickets(ctx, narrow)
	if err != nil {
		return counts{}, err
	}
	c := counts{byStatus: map[bot.Status]int{}, atLeast: len(tickets) > countMost}
	for _, t := range tickets[:min(len(tickets), countMost)] {
		c.byStatus[t.Status]++
	}
	return c, nil
}

func (f filter) tabs(c counts) []tab {
	var all []tab
	for _, s := range bot.Statuses() {
		all = append(all, tab{
			Label: statusTab(s), Href: f.with(s).Queue(), Count: c.of(s), Current: s == f.Status, Status: s,
		})
	}
	return all
}

func (f filter) scopes() []tab {
	all, mine := f.with(f.Status), f.with(f.Status)
	all.Mine, mine.Mine = false, true
	return []tab{
		{Label: "Tous", Href: all.Queue(), Current: !f.Mine},
		{Label: "Les miens", Href: mine.Queue(), Current: f.Mine},
	}
}

func (f filter) categories() []option {
	all := []option{{Label: "Toutes les demandes"}}
	for _, d := range bot.Definitions() {
		all = append(all, option{Value: string(d.Category), Label: capital(d.Label), Selected: d.Category == f.Category})
	}
	return all
}

// others are the tabs that have something where this one has nothing.
func others(tabs []tab) []tab {
	var found []tab
	for _, t := range tabs {
		if !t.Current && t.Count != "0" {
			found = append(found, t)
		}
	}
	return found
}
