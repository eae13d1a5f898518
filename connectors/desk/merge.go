package desk

import (
	"errors"
	"net/http"

	"guichet/bot"
)

// mergePage asks once more before two tickets become one.
type mergePage struct {
	page
	From, Into mergeSide
	Same       string // what both have in common; empty when they may be of two persons
	Apart      bool   // they are in two conversations
	Unsure     bool   // the form came without the word that this is meant
	Action     string
	Back       string
}

// mergeSide is one of the two.
type mergeSide struct {
	tie
	Facts []fact
}

// showMerge shows what a merge would do.
func (d *desk) showMerge(w http.ResponseWriter, r *http.Request, user bot.User) {
	if file, into, ok := d.mergeSides(w, r, r.URL.Query().Get("into")); ok {
		d.renderMerge(w, r, http.StatusOK, user, file, into)
	}
}

// merge has a ticket go on in another one. Tickets of what may be two persons only when that is said to be meant.
func (d *desk) merge(w http.ResponseWriter, r *http.Request, user bot.User) {
	file, into, ok := d.mergeSides(w, r, r.PostFormValue("into"))
	if !ok {
		return
	}
	if inCommon(file.Ticket, into.Ticket) == "" && r.PostFormValue("sure") != "yes" {
		d.renderMerge(w, r, http.StatusUnprocessableEntity, user, file, into)
		return
	}
	err := d.ties.MergeTicket(r.Context(), file.Reference, user, into.Reference)
	if err != nil {
		d.tieDone(w, r, file.Reference, "", "merge tickets", err)
		return
	}
	done(w, r, into.Reference, "merged")
}

// mergeSides reads both tickets; when they cannot be merged, it has answered.
func (d *desk) mergeSides(w http.ResponseWriter, r *http.Request, typed string) (file, into bot.TicketFile, ok bool) {
	file, err := d.tickets.Ticket(r.Context(), r.PathValue("reference"))
	if err != nil {
		d.broken(w, r, "read a ticket", err)
		return file, into, false
	}
	into, err = d.tickets.Ticket(r.Context(), bot.ReadReference(typed))
	switch {
	case errors.Is(err, bot.ErrNotFound):
	case err != nil:
		d.broken(w, r, "read a ticket", err)
		return file, into, false
	case into.Reference == file.Reference:
		err = bot.ErrSelf
	case into.MergedInto != "" || file.MergedInto != "":
		err = bot.ErrMerged
	}
	if err != nil {
		d.tieDone(w, r, file.Reference, "", "merge tickets", err)
	}
	return file, into, err == nil
}

func (d *desk) renderMerge(w http.ResponseWriter, r *http.Request, status int, user bot.User, file, into bot.TicketFile) {
	people, err := d.people(r.Context(), user)
	if err != nil {
		d.broken(w, r, "merge tickets", err)
		return
	}
	f := readFilter(r)
	d.render(w, r, status, "merge", mergePage{
		page: d.insideAs(d.say("Fusionner %s", file.Reference), user),
		From: mergeSide{d.tie(file.Ticket, people), d.facts(file.Ticket)}, Into: mergeSide{d.tie(into.Ticket, people), d.facts(into.Ticket)},
		Same: d.say(inCommon(file.Ticket, into.Ticket)), Apart: file.ConversationID != into.ConversationID, Unsure: status != http.StatusOK,
		Action: "/desk/ticket/" + file.Reference + "/merge" + f.query(), Back: f.ticket(file.Reference),
	})
}
