package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// Mailing is how e-mail leaves, for RunJobs. The zero value sends none: what was to leave is then settled as off.
type Mailing struct {
	Send  bot.SendMail // nil for no server
	Base  string       // the public address, for links; "" for none
	Sites []bot.Site   // by whose names mail comes, and whose delays are told

	Away  time.Duration // how long a customer has to be gone before a reply is mailed; 0 for five minutes
	Wait  time.Duration // how long a notice waits for others to join it; 0 for two minutes
	Pause time.Duration // between two mails with notices to the same person; 0 for a quarter of an hour
	Now   func() time.Time
}

func (m Mailing) withDefaults() Mailing {
	set := func(d *time.Duration, usual time.Duration) {
		if *d == 0 {
			*d = usual
		}
	}
	set(&m.Away, 5*time.Minute)
	set(&m.Wait, 2*time.Minute)
	set(&m.Pause, 15*time.Minute)
	if m.Now == nil {
		m.Now = time.Now
	}
	return m
}

func (m Mailing) site(id string) bot.Site {
	for _, s := range m.Sites {
		if s.ID == id {
			return s
		}
	}
	return bot.Site{ID: id}
}

// mailTimeout bounds one attempt: the server's own time and ours.
const mailTimeout = 2 * time.Minute

type mailWorker struct {
	river.WorkerDefaults[mailArgs]
	Mailing
	db       *DB
	logger   *slog.Logger
	renderer *bot.Renderer
}

func (w *mailWorker) Timeout(*river.Job[mailArgs]) time.Duration { return mailTimeout }

// Work makes a mail, sends it, and says what became of it. A server that cannot take it now is asked again by River; after
// the last attempt, or a refusal for good, the mail is dead and stands on its ticket.
func (w *mailWorker) Work(ctx context.Context, job *river.Job[mailArgs]) error {
	mail, ok, err := w.prepare(ctx, job.Args.ID)
	if err != nil || !ok {
		return err
	}
	err = w.Send(ctx, mail)
	switch {
	case err == nil:
		return w.finish(ctx, job.Args.ID, "sent", "")
	case errors.Is(err, bot.ErrMailRefused):
		w.logger.WarnContext(ctx, "mail: refused", "mail", job.Args.ID, "err", err)
		return w.finish(ctx, job.Args.ID, "dead", bot.ReasonRefused)
	case job.Attempt >= job.MaxAttempts:
		w.logger.ErrorContext(ctx, "mail: given up", "mail", job.Args.ID, "err", err)
		return w.finish(ctx, job.Args.ID, "dead", bot.ReasonTries)
	}
	return err // River logs it and tries again
}

// prepare reads the mail that is to leave. ok is false when nothing is to be done any more.
func (w *mailWorker) prepare(ctx context.Context, id int64) (mail bot.Mail, ok bool, err error) {
	var snooze time.Duration
	err = w.db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		mail, ok, snooze = bot.Mail{}, false, 0 // of a try that was rolled back
		k, err := readMail(ctx, tx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // its ticket has been deleted
		}
		if err != nil {
			return err
		}
		wait := k.createdAt.Add(w.Away).Sub(w.Now())
		switch {
		case k.state != "pending" && k.state != "ready":
			return nil // sent by an attempt whose end nobody noted
		case w.Send == nil:
			return w.settle(ctx, tx, id, "off", "")
		case k.kind == mailReply && k.state == "pending" && wait > 0:
			snooze = wait
			return nil
		}
		ok, err = w.makeMail(ctx, tx, &k)
		mail = k.mail
		mail.ID = fmt.Sprintf("guichet-%d-%d", id, k.createdAt.UnixMicro())
		return err
	})
	if err == nil && snooze > 0 {
		return bot.Mail{}, false, river.JobSnooze(snooze)
	}
	return mail, ok, err
}

func (w *mailWorker) finish(ctx context.Context, id int64, state, reason string) error {
	// The mail has left: a program that is stopping must still note it, or it leaves twice.
	ctx = context.WithoutCancel(ctx)
	err := w.db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := w.settle(ctx, tx, id, state, reason); err != nil {
			return err
		}
		var channel, key string
		err := tx.QueryRow(ctx, `select c.channel, c.key from mails m join tickets t on t.reference = m.reference
			join conversations c on c.id = t.conversation_id where m.id = $1`, id).Scan(&channel, &key)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // of no ticket
		}
		if err != nil {
			return err
		}
		batch := &pgx.Batch{} // whoever looks at the ticket sees it
		if err := queueNotification(batch, channel, key); err != nil {
			return err
		}
		return tx.SendBatch(ctx, batch).Close()
	})
	return fail(err, fmt.Sprintf("note what became of mail %d", id))
}

var _ river.Worker[mailArgs] = (*mailWorker)(nil)
