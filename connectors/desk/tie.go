package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"guichet/bot"
)

// tied is what belongs to a ticket.
type tied struct {
	Into      *tie // the ticket in which this one goes on; nil when it was not merged
	Merged    []mergedTie
	Linked    []tie
	Elsewhere []tie // those of Merged whose customer reads another conversation, where a reply does not arrive
}

// tie is another ticket, in a line.
type tie struct {
	Reference, Href string
	Title           string // the category
	Customer        string
	State           string
	Who             string // has it: "Vous", a name, or ""
	Place           string // "sur Telegram"
	Opened          moment
}

// mergedTie is a ticket that goes on here, with the notes there are about it.
type mergedTie struct {
	tie
	Notes []entry
	Mine  bool // it was merged into this very ticket, and can be separated from it
}

// alone is the address of a ticket that was merged, which otherwise leads to the one it goes on in.
func alone(reference string) string { return "/desk/ticket/" + url.PathEscape(reference) + "?own=1" }

func (d *desk) tie(t bot.Ticket, people people) tie {
	href := filter{}.ticket(t.Reference)
	if t.MergedInto != "" {
		href = alone(t.Reference)
	}
	return tie{
		Reference: t.Reference, Href: href, Title: d.say(categoryTitle(t.Category)), Customer: d.customer(t), State: d.say(stateWord(t.Status)),
		Who: people.within(t.Assignee), Place: d.onChannel(t.Channel), Opened: d.clock.moment(t.CreatedAt),
	}
}

func (d *desk) tied(ctx context.Context, t bot.Ticket, people people) (tied, error) {
	ties, err := d.ties.Ties(ctx, t.Reference)
	if err != nil {
		return tied{}, err
	}
	var shown tied
	for _, l := range ties.Linked {
		shown.Linked = append(shown.Linked, d.tie(l, people))
	}
	for _, m := range ties.Merged {
		one := mergedTie{tie: d.tie(m.Ticket, people), Mine: m.MergedInto == t.Reference && t.MergedInto == ""}
		for _, n := range m.Notes {
			one.Notes = append(one.Notes, entry{Kind: "note", Who: people.name(n.Actor), Text: n.Detail, At: d.clock.moment(n.At)})
		}
		shown.Merged = append(shown.Merged, one)
		if m.ConversationID != t.ConversationID {
			shown.Elsewhere = append(shown.Elsewhere, one.tie)
		}
	}
	if t.MergedInto == "" {
		return shown, nil
	}
	file, err := d.tickets.Ticket(ctx, t.MergedInto)
	if err != nil {
		return tied{}, err
	}
	into := d.tie(file.Ticket, people)
	shown.Into = &into
	return shown, nil
}

// forwarded leads from a ticket that was merged to the one it goes on in, unless it is asked for itself. The parts that a
// page asks for stay those of its own ticket.
func forwarded(r *http.Request, file bot.TicketFile) (to string, ok bool) {
	query := r.URL.Query()
	if file.MergedInto == "" || query.Get("own") != "" || query.Get("fragment") != "" {
		return "", false
	}
	f := readFilter(r).ticket(file.MergedInto)
	separator := "?"
	if strings.Contains(f, "?") {
		separator = "&"
	}
	return f + separator + url.Values{"from": {file.Reference}}.Encode(), true
}

// link links the ticket with another one, or takes the link away.
func (d *desk) link(w http.ResponseWriter, r *http.Request, user bot.User) {
	reference, other := r.PathValue("reference"), bot.ReadReference(r.PostFormValue("other"))
	var err error
	result := "linked"
	switch r.PostFormValue("do") {
	case "", "link":
		err = d.ties.LinkTickets(r.Context(), reference, user, other)
	case "unlink":
		result, err = "unlinked", d.ties.UnlinkTickets(r.Context(), reference, user, other)
	default:
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	d.tieDone(w, r, reference, result, "link tickets", err)
}

// separate takes a merge back: of the ticket itself, or of one that goes on in it.
func (d *desk) separate(w http.ResponseWriter, r *http.Request, user bot.User) {
	reference, merged := r.PathValue("reference"), r.PostFormValue("merged")
	if merged == "" {
		merged = reference
	}
	err := d.ties.SeparateTicket(r.Context(), merged, user)
	if errors.Is(err, bot.ErrNotFound) {
		_, err = d.tickets.Ticket(r.Context(), merged) // a colleague was quicker
	}
	d.tieDone(w, r, reference, "separated", "separate tickets", err)
}

// tieDone goes back to the ticket and says what happened, or why nothing did.
func (d *desk) tieDone(w http.ResponseWriter, r *http.Request, reference, result, doing string, err error) {
	switch {
	case err == nil:
	case errors.Is(err, bot.ErrSelf):
		result = "tie-self"
	case errors.Is(err, bot.ErrMerged):
		result = "tie-merged"
	case errors.Is(err, bot.ErrPending):
		result = "tie-pending"
	case errors.Is(err, bot.ErrWritten):
		result = "tie-written"
	case errors.Is(err, bot.ErrNotFound):
		if _, err := d.tickets.Ticket(r.Context(), reference); err != nil {
			d.broken(w, r, doing, err)
			return
		}
		result = "tie-unknown"
	default:
		d.broken(w, r, doing, err)
		return
	}
	done(w, r, reference, result)
}

// isTied tells whether a ticket is linked with this one already, or goes on in it.
func (t tied) isTied(reference string) bool {
	return slices.ContainsFunc(t.Linked, func(l tie) bool { return l.Reference == reference }) ||
		slices.ContainsFunc(t.Merged, func(m mergedTie) bool { return m.Reference == reference })
}
