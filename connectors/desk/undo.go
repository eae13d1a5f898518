package desk

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"guichet/bot"
)

// pendingReply is a reply that was sent and can still be called back.
type pendingReply struct {
	Who          string
	Mine         bool
	Seconds      int // until it leaves, rounded up
	Milliseconds int64
	HTML         template.HTML
	Files        []shownFile
	After        string // "mettre en attente", "résoudre"
	Once         string
	Since        int // messages that came since its author last looked
}

func (d *desk) pendingReplies(ctx context.Context, file bot.TicketFile, user bot.User, people people) ([]pendingReply, error) {
	if d.replies == nil {
		return nil, nil
	}
	all, err := d.replies.PendingReplies(ctx, file.Reference)
	var shown []pendingReply
	for _, p := range all {
		shown = append(shown, pendingReply{
			Who: people.name(p.By.Email), Mine: p.By.Email == user.Email, Seconds: int((p.Left + time.Second - 1) / time.Second), Milliseconds: p.Left.Milliseconds(),
			HTML: d.renderer.HTML(bot.KeepLines(p.Text)), Files: d.shownFiles(p.Attachments), After: d.say(afterName(p.After)), Once: p.Once,
			Since: len(unseen(file.Transcript, p.Seen, p.By)),
		})
	}
	return shown, err
}

// send has a reply leave, at once or when it can no longer be called back. pending tells that it waits.
func (d *desk) send(ctx context.Context, reference string, user bot.User, reply bot.PendingReply) (pending bool, err error) {
	if d.replies != nil {
		left, err := d.replies.SendReply(ctx, reference, user, reply)
		return left > 0, err
	}
	said := reply.AgentReply
	said.Text = bot.KeepLines(said.Text)
	if err := d.tickets.ReplyTicket(ctx, reference, user, said); err != nil {
		return false, err
	}
	d.afterReply(ctx, reference, user, reply.After)
	return false, nil
}

// recall calls a reply back, which is a draft again with its files.
func (d *desk) recall(w http.ResponseWriter, r *http.Request, user bot.User) {
	reference := r.PathValue("reference")
	if d.replies == nil {
		d.notFound(w, r)
		return
	}
	back, err := d.replies.RecallReply(r.Context(), reference, user, r.PostFormValue("once"))
	if errors.Is(err, bot.ErrNotFound) {
		if _, err = d.tickets.Ticket(r.Context(), reference); err == nil {
			done(w, r, reference, "left")
			return
		}
	}
	if err != nil {
		d.broken(w, r, "call a reply back", err)
		return
	}
	d.keepFiles(r, back.Once, back.Attachments)
	done(w, r, reference, "recalled")
}

// undoChoices are the times for which somebody's replies can be called back.
func (d *desk) undoChoices(ctx context.Context, email string) ([]option, error) {
	if d.replies == nil {
		return nil, nil
	}
	chosen, err := d.replies.UndoTime(ctx, email)
	var all []option
	for _, t := range bot.UndoTimes() {
		all = append(all, option{Value: strconv.Itoa(int(t / time.Second)), Label: d.undoName(t), Selected: t == chosen})
	}
	return all, err
}

func (d *desk) setUndo(w http.ResponseWriter, r *http.Request, user bot.User) {
	seconds, err := strconv.Atoi(r.PostFormValue("seconds"))
	t := time.Duration(seconds) * time.Second
	if err != nil || d.replies == nil || !bot.ValidUndoTime(t) {
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	if err := d.replies.SetUndoTime(r.Context(), user.Email, t); err != nil {
		d.broken(w, r, "set an undo time", err)
		return
	}
	http.Redirect(w, r, "/desk/account?done=undo", http.StatusSeeOther)
}
