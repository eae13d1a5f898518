package desk

import (
	"context"
	"net/http"
	"strings"
	"time"

	"guichet/bot"
)

// attendLife is how long somebody is taken to be at a ticket after their page has said so; it says so every 20 seconds.
const attendLife = 50 * time.Second

// keepDraft keeps what is in a form, which is not sent. The script asks for no page.
func (d *desk) keepDraft(w http.ResponseWriter, r *http.Request, user bot.User) {
	widen(w, r)
	form, file, ok := d.open(w, r)
	if !ok {
		return
	}
	mode := bot.DraftMode(r.PostFormValue("draft"))
	if mode != bot.DraftReply && mode != bot.DraftNote || form.once == "" || len(form.once) > onceMost {
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	quiet := r.PostFormValue("quiet") != ""
	if !quiet && mode == bot.DraftReply {
		files, problem, err := d.received(r, form.once)
		if err != nil {
			d.broken(w, r, "keep the files of a draft", err)
			return
		}
		if form.files = files; problem != "" {
			d.refuseReply(w, r, file, user, form, problem)
			return
		}
		d.keepFiles(r, form.once, files)
	}
	kept := bot.Draft{Text: form.text, Once: form.once, Seen: form.seen}
	if strings.TrimSpace(kept.Text) == "" && len(form.files) == 0 {
		kept.Text = ""
	} else if kept.Text == "" {
		kept.Text = "\n" // only files: the form is to be found again by its once
	}
	if err := d.drafts.KeepDraft(r.Context(), file.Reference, user, mode, kept); err != nil {
		d.broken(w, r, "keep a draft", err)
		return
	}
	if quiet {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	done(w, r, file.Reference, "draft")
}

// takeUpDrafts puts what its author has begun to write into the forms.
func (d *desk) takeUpDrafts(r *http.Request, p *ticketPage, file bot.TicketFile, user bot.User) error {
	all, err := d.drafts.Drafts(r.Context(), p.Reference, user)
	if err != nil {
		return err
	}
	if kept, ok := all[bot.DraftReply]; ok {
		form := &p.Compose.Reply
		// The page shows the messages that came since, so that they count as seen; that they came since is said.
		form.Text, form.Once, form.Since = kept.Text, kept.Once, len(unseen(file.Transcript, kept.Seen, user))
		form.Files, form.Kept = d.shownFiles(d.keptFiles(r, kept.Once)), d.clock.moment(kept.At)
	}
	if kept, ok := all[bot.DraftNote]; ok {
		form := &p.Compose.Note
		form.Text, form.Once, form.Kept = kept.Text, kept.Once, d.clock.moment(kept.At)
		if reply, also := all[bot.DraftReply]; !also || reply.At.Before(kept.At) {
			p.Compose.Mode = "note"
		}
	}
	return nil
}

// attend notes what somebody does at a ticket; their page says it again and again.
func (d *desk) attend(w http.ResponseWriter, r *http.Request, user bot.User) {
	doing := bot.Doing(r.PostFormValue("doing"))
	switch doing {
	case bot.Looking, bot.Writing, bot.Leaving:
	default:
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	if err := d.attendance.Attend(r.Context(), r.PathValue("reference"), user, doing, attendLife); err != nil {
		d.broken(w, r, "attend a ticket", err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// others says who else is at a ticket: "Paul est en train de répondre. Nadia regarde aussi."
func (d *desk) others(ctx context.Context, reference string, people people) (string, error) {
	attending, err := d.attendance.Attending(ctx, reference)
	var said []string
	for _, a := range attending {
		switch {
		case a.Email == people.self:
		case a.Doing == bot.Writing:
			said = append(said, d.say("%s est en train de répondre.", people.name(a.Email)))
		default:
			said = append(said, d.say("%s regarde aussi.", people.name(a.Email)))
		}
	}
	return strings.Join(said, " "), err
}
