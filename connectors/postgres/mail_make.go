package postgres

import (
	"context"
	"errors"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// kept is a row of mails that is to leave.
type kept struct {
	id        int64
	kind      string
	reference string
	state     string
	seq       *int64
	createdAt time.Time
	mail      bot.Mail

	conversation *int64 // of mailCopy
	resumes      bool
}

func readMail(ctx context.Context, tx pgx.Tx, id int64) (k kept, err error) {
	k.id = id
	err = tx.QueryRow(ctx, `select kind, coalesce(reference, ''), recipient, sender, subject, body, seq, state, created_at, conversation_id, resumes
		from mails where id = $1 for update`, id).
		Scan(&k.kind, &k.reference, &k.mail.To, &k.mail.From, &k.mail.Subject, &k.mail.Text, &k.seq, &k.state, &k.createdAt, &k.conversation, &k.resumes)
	if err == nil {
		k.mail.Language, err = readerLanguage(ctx, tx, k)
	}
	return k, err
}

// readerLanguage is the language of a mail: of its ticket's conversation, or of the account that it goes to.
func readerLanguage(ctx context.Context, tx pgx.Tx, k kept) (language string, err error) {
	if k.reference != "" {
		err = tx.QueryRow(ctx, `select coalesce(c.state->>'language', '') from tickets t join conversations c on c.id = t.conversation_id
			where t.reference = $1`, k.reference).Scan(&language)
	} else {
		err = tx.QueryRow(ctx, `select language from users where email = $1`, mailbox(k.mail.To)).Scan(&language)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return bot.KnownLanguage(language), err
}

// makeMail writes what a mail says, as things are now, and keeps it: every attempt then sends the same. ok is false when
// there is nothing to send any more.
func (w *mailWorker) makeMail(ctx context.Context, tx pgx.Tx, k *kept) (ok bool, err error) {
	if k.state == "pending" && (k.kind == mailAcknowledgement || k.kind == mailReply) {
		file, err := readTicketFile(ctx, tx, k.reference)
		if err != nil {
			return false, err
		}
		site, language := w.site(file.Site), k.mail.Language
		if k.kind == mailAcknowledgement {
			k.mail = bot.AcknowledgementMail(site, file.Ticket, language)
		} else if ok, err := w.makeReply(ctx, tx, k, site, language, file); !ok || err != nil {
			return false, err
		}
	}
	if k.kind == mailCopy {
		if err := w.makeCopy(ctx, tx, k); err != nil {
			return false, err
		}
	}
	_, err = tx.Exec(ctx, `update mails set state = 'ready', recipient = $2, sender = $3, subject = $4, body = $5, seq = $6, kind = $7 where id = $1`,
		k.id, k.mail.To, k.mail.From, k.mail.Subject, k.mail.Text, k.seq, k.kind)
	return true, err
}

// makeReply puts the messages of agents into the mail that the customer has not seen and no mail has brought, and that the
// request is resolved, if it still is.
func (w *mailWorker) makeReply(ctx context.Context, tx pgx.Tx, k *kept, site bot.Site, language string, file bot.TicketFile) (ok bool, err error) {
	var seen *time.Time
	var brought int64
	err = tx.QueryRow(ctx, `select c.seen_at, coalesce((select max(seq) from mails where reference = $2 and kind in ('reply', 'resolved')), 0)
		from conversations c where c.id = $1`, file.ConversationID, k.reference).Scan(&seen, &brought)
	if err != nil {
		return false, err
	}
	var unread []bot.Message
	k.kind = mailResolved
	for _, m := range file.Transcript {
		if m.From == bot.FromCustomer { // who wrote after it has read it
			unread, k.kind = nil, mailResolved
		}
		if m.Seq <= brought || seen != nil && !m.At.After(*seen) {
			continue
		}
		switch {
		case m.From == bot.FromAgent:
			unread, k.kind = append(unread, m), mailReply
		case m.Resolves(file.Ticket) && file.Status.Done() && file.MergedInto == "":
			unread = append(unread, m)
		}
	}
	if len(unread) == 0 {
		return false, w.settle(ctx, tx, k.id, "read", "")
	}
	k.seq = &unread[len(unread)-1].Seq
	link, expires := "", w.Now().Add(resumeLife)
	if w.Base != "" {
		token, err := newResumeToken(ctx, tx, file.ConversationID, expires)
		if err != nil {
			return false, err
		}
		link = resumeLink(w.Base, token, language)
	}
	to := k.mail.To
	k.mail = bot.ReplyMail(site, file.Ticket, language, unread, link, expires)
	k.mail.To = to
	return true, nil
}

// settle says what became of a mail, and erases what it said.
func (w *mailWorker) settle(ctx context.Context, tx pgx.Tx, id int64, state, reason string) error {
	_, err := tx.Exec(ctx, `update mails set state = $2, error = $3, body = '', settled_at = clock_timestamp() where id = $1`,
		id, state, brief(reason))
	return err
}
