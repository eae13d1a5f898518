package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"guichet/bot"
)

// textMost is the longest reply or note, in characters.
const textMost = 10_000

// onceMost bounds what recognises a form.
const onceMost = 100

// typed is what a form brought.
type typed struct {
	text string // as typed, to be put back into the form
	once string
	seen int64

	files []bot.Attachment // stored already
}

func readTyped(r *http.Request) typed {
	seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // 0 for nonsense: then everything is new
	return typed{
		text: strings.ReplaceAll(strings.ToValidUTF8(r.PostFormValue("text"), ""), "\r\n", "\n"),
		once: r.PostFormValue("once"), seen: seen,
	}
}

// wrong says why the text is refused, in the words given for each case; "" when it is not.
func (t typed) wrong(empty, long french) french {
	switch n := utf8.RuneCountInString(strings.TrimSpace(t.text)); {
	case n == 0 && len(t.files) == 0:
		return empty
	case n > textMost:
		return long
	case t.once == "" || len(t.once) > onceMost:
		return sayFormOld
	}
	return ""
}

// reply sends an answer to the customer, unless its author has not seen the newest message.
func (d *desk) reply(w http.ResponseWriter, r *http.Request, user bot.User) {
	widen(w, r)
	form, file, ok := d.open(w, r)
	if !ok {
		return
	}
	files, problem, err := d.received(r, form.once)
	if err != nil {
		d.broken(w, r, "keep the files of a reply", err)
		return
	}
	form.files = files
	if problem == "" {
		problem = d.say(form.wrong(sayReplyEmpty, sayReplyLong))
	}
	if left := bot.Variables(form.text); problem == "" && len(left) > 0 {
		problem = d.sayVariablesLeft(left)
	}
	if problem != "" {
		d.refuseReply(w, r, file, user, form, problem)
		return
	}
	if len(unseen(file.Transcript, form.seen, user)) > 0 {
		d.refuseReply(w, r, file, user, form, "")
		return
	}
	pending, err := d.send(r.Context(), file.Reference, user, bot.PendingReply{
		AgentReply: bot.AgentReply{Text: strings.TrimSpace(form.text), Attachments: files, Once: form.once},
		After:      bot.Status(r.PostFormValue("after")), Seen: form.seen,
	})
	if errors.Is(err, bot.ErrExists) {
		form.once = ""
		d.refuseReply(w, r, file, user, form, d.say(sayReplyAgain))
		return
	}
	if err != nil {
		d.broken(w, r, "reply", err)
		return
	}
	d.keepFiles(r, form.once, nil)
	result := "reply"
	if pending {
		result = "pending"
	}
	done(w, r, file.Reference, result)
}

// afterReply sets the status chosen with a reply. The reply has left: a failure here must not look like one of it.
func (d *desk) afterReply(ctx context.Context, reference string, user bot.User, status bot.Status) {
	if status != bot.Waiting && status != bot.Resolved {
		return
	}
	if err := d.tickets.SetTicketStatus(ctx, reference, user, status); err != nil {
		d.log.ErrorContext(ctx, "desk: status after a reply", "ticket", reference, "err", err)
	}
}

func (d *desk) note(w http.ResponseWriter, r *http.Request, user bot.User) {
	form, file, ok := d.open(w, r)
	if !ok {
		return
	}
	if problem := d.say(form.wrong(sayNoteEmpty, sayNoteLong)); problem != "" {
		d.refuseNote(w, r, file, user, form, problem)
		return
	}
	err := d.tickets.NoteTicket(r.Context(), file.Reference, user, strings.TrimSpace(form.text), form.once)
	if errors.Is(err, bot.ErrExists) {
		form.once = ""
		d.refuseNote(w, r, file, user, form, d.say(sayNoteAgain))
		return
	}
	if err != nil {
		d.broken(w, r, "note", err)
		return
	}
	done(w, r, file.Reference, "note")
}

// open reads the form and the ticket it is about; when it cannot, it has answered.
func (d *desk) open(w http.ResponseWriter, r *http.Request) (typed, bot.TicketFile, bool) {
	if err := parse(r); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			d.broken(w, r, "read a form", err)
		} else {
			d.failed(w, r, http.StatusBadRequest)
		}
		return typed{}, bot.TicketFile{}, false
	}
	file, err := d.tickets.Ticket(r.Context(), r.PathValue("reference"))
	if err != nil {
		d.broken(w, r, "read a ticket", err)
		return typed{}, bot.TicketFile{}, false
	}
	return readTyped(r), file, true
}

// parse reads a form of either kind.
func parse(r *http.Request) error {
	if isMultipart(r) {
		return r.ParseMultipartForm(inMemory) // the body is bounded: limited, widen
	}
	return r.ParseForm()
}

// refuseReply shows the ticket again with the text in its form and why it did not leave: a problem, or messages that
// its author had not seen. Sending it once more then confirms.
func (d *desk) refuseReply(w http.ResponseWriter, r *http.Request, file bot.TicketFile, user bot.User, form typed, problem string) {
	p, err := d.ticketPage(r, file, user)
	if err != nil {
		d.broken(w, r, "show a ticket", err)
		return
	}
	status := http.StatusUnprocessableEntity
	reply := &p.Compose.Reply
	reply.Text, reply.Error = form.text, problem
	if form.once != "" && len(form.once) <= onceMost {
		reply.Once = form.once
	}
	reply.Files = d.shownFiles(form.files)
	d.keepFiles(r, reply.Once, form.files)
	for _, m := range unseen(file.Transcript, form.seen, user) {
		reply.Fresh = append(reply.Fresh, d.message(m))
	}
	if problem == "" {
		status = http.StatusConflict
	}
	p.Compose.After = r.PostFormValue("after")
	d.render(w, r, status, "ticket", p)
}

func (d *desk) refuseNote(w http.ResponseWriter, r *http.Request, file bot.TicketFile, user bot.User, form typed, problem string) {
	p, err := d.ticketPage(r, file, user)
	if err != nil {
		d.broken(w, r, "show a ticket", err)
		return
	}
	note := &p.Compose.Note
	p.Compose.Mode, note.Text, note.Error = "note", form.text, problem
	if form.once != "" && len(form.once) <= onceMost {
		note.Once = form.once
	}
	d.render(w, r, http.StatusUnprocessableEntity, "ticket", p)
}

// unseen are the messages after seen that somebody else wrote. One's own do not count: the second of two submissions
// would find the first.
func unseen(transcript []bot.Message, seen int64, user bot.User) []bot.Message {
	var fresh []bot.Message
	for _, m := range transcript {
		if m.Seq > seen && !m.Wrote(user) {
			fresh = append(fresh, m)
		}
	}
	return fresh
}

// assign gives the ticket to who asks, or back, unless somebody else has taken it since the page was shown. Only whoever
// has a ticket gives it back.
func (d *desk) assign(w http.ResponseWriter, r *http.Request, user bot.User) {
	_, file, ok := d.open(w, r)
	if !ok {
		return
	}
	to, result := "", "free"
	switch r.PostFormValue("to") {
	case "me":
		to, result = user.Email, "mine"
	case "none":
	default:
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	seen := file.Assignee == r.PostFormValue("from") && (to != "" || file.Assignee == user.Email)
	if file.Assignee != to && !seen {
		done(w, r, file.Reference, "taken")
		return
	}
	if err := d.tickets.AssignTicket(r.Context(), file.Reference, user, to); err != nil {
		d.broken(w, r, "assign", err)
		return
	}
	done(w, r, file.Reference, result)
}

func (d *desk) setStatus(w http.ResponseWriter, r *http.Request, user bot.User) {
	status := bot.Status(r.PostFormValue("status"))
	if !slices.Contains(bot.Statuses(), status) {
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	reference := r.PathValue("reference")
	if err := d.tickets.SetTicketStatus(r.Context(), reference, user, status); err != nil {
		d.broken(w, r, "set a status", err)
		return
	}
	done(w, r, reference, string(status))
}

// done goes back to the ticket, within the list it was opened from, and says what happened there.
func done(w http.ResponseWriter, r *http.Request, reference, what string) {
	to, err := url.Parse(readFilter(r).ticket(reference))
	if err != nil {
		to = &url.URL{Path: "/desk/"}
	}
	query := to.Query()
	query.Set("done", what)
	to.RawQuery = query.Encode()
	http.Redirect(w, r, to.String(), http.StatusSeeOther) // it begins with /desk/ticket/ and an escaped reference
}
