package postgres

import (
	"context"
	"errors"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

const (
	noticeKind  = "guichet_notices"
	noticeEvery = time.Minute
)

type noticeArgs struct{}

func (noticeArgs) Kind() string { return noticeKind }

// InsertOpts gives up a run that failed: the next one is a minute away.
func (noticeArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1} }

type noticeWorker struct {
	river.WorkerDefaults[noticeArgs]
	Mailing
	db *DB
}

func (w *noticeWorker) Work(ctx context.Context, _ *river.Job[noticeArgs]) error {
	return w.db.tellNotices(ctx, w.Mailing)
}

// tellNotices records the deadlines that came near or passed, and gathers what each person is to be told into one mail.
func (db *DB) tellNotices(ctx context.Context, m Mailing) error {
	now := m.Now()
	err := db.recordDeadlines(ctx, now)
	recipients, problem := db.recipients(ctx, m, now)
	err = errors.Join(err, problem)
	for _, recipient := range recipients {
		err = errors.Join(err, db.tell(ctx, m, recipient, now))
	}
	return err
}

// recipients are those who have something to be told, for long enough, and have had peace for long enough.
func (db *DB) recipients(ctx context.Context, m Mailing, now time.Time) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select recipient from notices n where told_at is null group by recipient
		having min(at) <= $1 and not exists (select from notices told where told.recipient = n.recipient and told.told_at > $2)
		order by recipient`, now.Add(-m.Wait), now.Add(-m.Pause))
	if err != nil {
		return nil, fail(err, "look for notices")
	}
	recipients, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return recipients, fail(err, "look for notices")
}

// tell puts all that one person is to be told into a mail, in the language of their desk. The account's row is the lock between replicas.
func (db *DB) tell(ctx context.Context, m Mailing, recipient string, now time.Time) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		to := bot.User{Email: recipient}
		err := tx.QueryRow(ctx, `select language from users where email = $1 for update`, recipient).Scan(&to.Language)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		rows, err := tx.Query(ctx, `with told as (
				update notices set told_at = $2 where recipient = $1 and told_at is null returning kind, reference, at
			)
			select told.kind, `+ticketColumns+` from told join tickets t on t.reference = told.reference
				join conversations c on c.id = t.conversation_id order by told.at, told.reference`, recipient, now)
		if err != nil {
			return err
		}
		notices, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (n bot.Notice, err error) {
			n = bot.Notice{Recipient: recipient}
			n.Ticket, err = scanTicket(behind{row, &n.Kind})
			return n, err
		})
		if err != nil || len(notices) == 0 || m.Send == nil {
			return err
		}
		return db.post(ctx, tx, letter{kind: mailNotice, mail: bot.NoticeMail(to, m.Base, notices, now)})
	})
	return fail(err, "tell somebody of the team")
}

var _ river.Worker[noticeArgs] = (*noticeWorker)(nil)
