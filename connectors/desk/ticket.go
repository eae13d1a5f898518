package desk

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"guichet/bot"
)

// ticketPage is a ticket: the list it was opened from, the conversation, the case.
type ticketPage struct {
	page
	Filter    filter
	List      string // the name of the list
	Rows      []row
	Reference string
	Kind      string // the category, as a title
	Customer  string
	English   bool // the customer reads English: the assistant speaks it to them
	Status    bot.Status
	Due       due
	Action    string // the address below which the actions are
	Query     string // of the list, to come back to
	Entries   []entry
	Last      int64 // the number of the newest message
	Case      caseFile
	History   []happening
	Compose   compose
	Others    string // who else is at it
	Shown     moment // when this page was made, for a printed one
	Tied      tied
	Pending   []pendingReply
}

// Amendable tells whether the two values of a correction can be set here.
func (p ticketPage) Amendable() bool {
	return p.Case.Category == bot.AttestationCorrection && p.Tied.Into == nil
}

// compose is the two forms under the conversation. They are two, so that a note cannot leave as a reply.
type compose struct {
	Mode    string // "reply" or "note"
	Where   string // "sur Telegram"
	Reopens bool   // a reply opens the ticket again
	Assigns bool   // nobody has the ticket: a reply makes it its author's
	After   string // the status chosen for after the reply
	Macros  []option
	Answers []suggestion // the bot's likeliest
	Takes   string       // the kinds of files a reply may bring, as a browser wants them; empty for none
	Reply   draft
	Note    draft
}

// draft is a form's text, with what is wrong with it.
type draft struct {
	Text     string
	Error    string
	Once     string // makes a second submission of the same text do nothing
	Seen     int64  // the newest message its author has seen
	Fresh    []entry
	Files    []shownFile // that came with it already
	Kept     moment      // when it was kept; zero for what was not
	Inserted bool        // a text was put into it just now: the focus goes there
	Since    int         // messages that came since its author last wrote
}

func (d *desk) showTicket(w http.ResponseWriter, r *http.Request, user bot.User) {
	reference := r.PathValue("reference")
	if upper := strings.ToUpper(reference); upper != reference { // as somebody typed it
		http.Redirect(w, r, readFilter(r).ticket(upper), http.StatusSeeOther) // it begins with /desk/ticket/
		return
	}
	file, err := d.tickets.Ticket(r.Context(), reference)
	if err != nil {
		d.broken(w, r, "read a ticket", err)
		return
	}
	if to, merged := forwarded(r, file); merged {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	p, err := d.ticketPage(r, file, user)
	if err == nil {
		err = d.takeUpDrafts(r, &p, file, user)
	}
	if err != nil {
		d.broken(w, r, "show a ticket", err)
		return
	}
	d.render(w, r, http.StatusOK, "ticket", p)
}

// leaveAction shows the ticket to whoever reloads or bookmarks the page that an action answered with.
func (d *desk) leaveAction(w http.ResponseWriter, r *http.Request, _ bot.User) {
	http.Redirect(w, r, readFilter(r).ticket(r.PathValue("reference")), http.StatusSeeOther) // as above
}

// ticketPage puts the page together, with empty forms.
func (d *desk) ticketPage(r *http.Request, file bot.TicketFile, user bot.User) (ticketPage, error) {
	f := readFilter(r)
	people, err := d.people(r.Context(), user)
	if err != nil {
		return ticketPage{}, err
	}
	tickets, err := d.beside(r.Context(), f, user)
	if err != nil {
		return ticketPage{}, err
	}
	last := lastSeq(file)
	p := ticketPage{
		page: d.insideAs(file.Reference+" · "+d.say(categoryTitle(file.Category)), user), Filter: f,
		List: d.listName(f), Rows: d.rows(tickets, f, people, file.Reference),
		Reference: file.Reference, Kind: d.say(categoryTitle(file.Category)), Customer: d.customer(file.Ticket), English: readsEnglish(file.Transcript), Status: file.Status,
		Due:    d.clock.due(file.Clock, file.Clock.Next()),
		Action: "/desk/ticket/" + file.Reference, Query: f.query(), Entries: d.timeline(file, people), Last: last,
		Case: d.caseFile(file, people), History: d.history(file, people), Shown: d.clock.moment(d.clock.now()),
		Compose: compose{
			Mode: "reply", Where: d.onChannel(file.Channel), Reopens: file.Status == bot.Resolved || file.Status == bot.Closed,
			Assigns: file.Assignee == "", Takes: d.takes(),
			Reply: draft{Once: randomToken(), Seen: last}, Note: draft{Once: randomToken()},
		},
	}
	if p.Case.Class, err = d.classing(r.Context(), file.Ticket); err != nil {
		return ticketPage{}, err
	}
	if p.Tied, err = d.tied(r.Context(), file.Ticket, people); err != nil {
		return ticketPage{}, err
	}
	if p.Pending, err = d.pendingReplies(r.Context(), file, user, people); err != nil {
		return ticketPage{}, err
	}
	if p.Case.Others, err = d.otherTickets(r.Context(), file.Ticket, p.Tied, f); err != nil {
		return ticketPage{}, err
	}
	if p.Others, err = d.others(r.Context(), file.Reference, people); err != nil {
		return ticketPage{}, err
	}
	macros, err := d.macros.Macros(r.Context())
	if err != nil {
		return ticketPage{}, err
	}
	for _, m := range macros {
		p.Compose.Macros = append(p.Compose.Macros, option{Value: strconv.FormatInt(m.ID, 10), Label: m.Name})
	}
	p.Compose.Answers = d.suggestions(r, file)
	p.Notice = d.say(notice(r.URL.Query().Get("done")))
	if from := bot.ReadReference(r.URL.Query().Get("from")); p.Tied.isTied(from) {
		p.Notice = d.say("%s continue ici\u202f: il a été fusionné dans ce ticket.", from)
	}
	return p, nil
}

// beside lists the tickets of the view that the ticket was opened from.
func (d *desk) beside(ctx context.Context, f filter, user bot.User) ([]bot.Ticket, error) {
	narrow, err := d.search(ctx, f.store(user, d.clock.now()))
	if err != nil {
		return nil, err
	}
	narrow.Limit, narrow.Offset = listed, (f.Page-1)*perPage
	return d.tickets.Tickets(ctx, narrow)
}

func lastSeq(file bot.TicketFile) int64 {
	if n := len(file.Transcript); n > 0 {
		return file.Transcript[n-1].Seq
	}
	return 0
}

// readsEnglish tells whether the assistant spoke English when it last said something.
func readsEnglish(transcript []bot.Message) bool {
	for _, m := range slices.Backward(transcript) {
		if m.Reply != nil {
			return m.Reply.Language == bot.English
		}
	}
	return false
}
