package postgres

import (
	"context"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// NoticesOf implements bot.Notices.
func (db *DB) NoticesOf(ctx context.Context, email string) ([]bot.NoticeKind, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var kinds []bot.NoticeKind
	err := db.pool.QueryRow(ctx, `select notices from users where email = $1`, mailbox(email)).Scan(&kinds)
	return kinds, fail(err, "read which notices an account wants")
}

// SetNotices implements bot.Notices.
func (db *DB) SetNotices(ctx context.Context, email string, kinds []bot.NoticeKind) error {
	if kinds == nil {
		kinds = []bot.NoticeKind{}
	}
	return db.change(ctx, "set which notices an account wants", `update users set notices = $2 where email = $1`, mailbox(email), kinds)
}

// Told counts the people who are told of a new ticket, were there a way to tell them.
func (db *DB) Told(ctx context.Context) (people int, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = db.pool.QueryRow(ctx, `select count(*) from users where 'new' = any(notices) and disabled_at is null`).Scan(&people)
	return people, fail(err, "count who is told of new tickets")
}

// FailedNotices tells whether mail to the team fails: the newest one settled did not leave.
func (db *DB) FailedNotices(ctx context.Context) (failed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = db.pool.QueryRow(ctx, `select coalesce((select state = 'dead' from mails where kind = 'notice' and state in ('sent', 'dead')
		order by settled_at desc limit 1), false)`).Scan(&failed)
	return failed, fail(err, "read what became of notices")
}

// toTell is who is told of something about the tickets t: whoever has it, else all of the team who want that kind; $1 is
// the kind, $2 who did it and need not be told, $3 when. The same thing that waits already is told once.
const toTell = `insert into notices (recipient, kind, reference, at)
	select u.email, $1, t.reference, $3 from t join users u on $1 = any(u.notices) and u.disabled_at is null
		and (u.email = t.assignee or not exists (select from users h where h.email = t.assignee and h.disabled_at is null))
	where u.email <> $2 order by u.email
	on conflict (recipient, kind, reference) where told_at is null do nothing`

// queueNotice tells of something that happened to a ticket.
func queueNotice(batch *pgx.Batch, kind bot.NoticeKind, reference, by string, at time.Time) {
	batch.Queue(`with t as (select reference, assignee from tickets where reference = $4) `+toTell, kind, by, at, reference)
}

// queueAnswered tells that a customer wrote in a conversation with tickets that are not closed.
func queueAnswered(batch *pgx.Batch, conversation int64, at time.Time) {
	batch.Queue(`with t as (select reference, assignee from tickets where conversation_id = $4 and status <> 'closed') `+toTell,
		bot.NoticeAnswer, actorCustomer, at, conversation)
}

// queueMentions tells those whom a note names, whoever has the ticket.
func queueMentions(ctx context.Context, tx pgx.Tx, batch *pgx.Batch, reference, note string, by bot.User, at time.Time) error {
	rows, err := tx.Query(ctx, `select email, name from users where disabled_at is null order by email`)
	if err != nil {
		return err
	}
	users, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (u bot.User, err error) {
		err = row.Scan(&u.Email, &u.Name)
		return u, err
	})
	if err != nil {
		return err
	}
	for _, email := range bot.Mentioned(note, users) {
		if email == by.Email {
			continue
		}
		batch.Queue(`insert into notices (recipient, kind, reference, at)
			select email, $2, $3, $4 from users where email = $1 and $2 = any(notices)
			on conflict (recipient, kind, reference) where told_at is null do nothing`, email, bot.NoticeMention, reference, at)
	}
	return nil
}
