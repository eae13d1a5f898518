package postgres

import (
	"context"
	"errors"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// KeepDraft implements bot.Drafts. The conversation's lock orders it with the sending of the same text: whichever comes
// second sees the other.
func (db *DB) KeepDraft(ctx context.Context, reference string, by bot.User, mode bot.DraftMode, draft bot.Draft) error {
	reference, email := clean(reference), mailbox(by.Email)
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if draft.Text == "" {
			_, err := tx.Exec(ctx, `delete from drafts where email = $1 and reference = $2 and mode = $3`, email, reference, mode)
			return err
		}
		if _, err := tx.Exec(ctx, `select from conversations where id = (select conversation_id from tickets where reference = $1) for share`, reference); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into drafts (email, reference, mode, text, once, seen)
			select $1, t.reference, $3, $4, $5, $6 from tickets t where t.reference = $2
				and not exists (select from ticket_events e where e.reference = t.reference and e.once = $5)
				and not exists (select from pending_replies p where p.reference = t.reference and p.once = $5)
			on conflict (email, reference, mode) do update
				set text = excluded.text, once = excluded.once, seen = excluded.seen, updated_at = clock_timestamp()`,
			email, reference, mode, clean(draft.Text), clean(draft.Once), draft.Seen)
		return err
	})
	return fail(err, "keep a draft for ticket "+quoteReference(reference))
}

// queueSent forgets the draft that was sent.
func (t *held) queueSent(by bot.User, mode bot.DraftMode, once string) {
	t.batch.Queue(`delete from drafts where email = $1 and reference = $2 and mode = $3 and once = $4`, mailbox(by.Email), t.reference, mode, once)
}

// Drafts implements bot.Drafts.
func (db *DB) Drafts(ctx context.Context, reference string, by bot.User) (map[bot.DraftMode]bot.Draft, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	doing := "read the drafts for ticket " + quoteReference(reference)
	rows, err := db.pool.Query(ctx, `select mode, text, once, seen, updated_at from drafts where email = $1 and reference = $2`,
		mailbox(by.Email), clean(reference))
	if err != nil {
		return nil, fail(err, doing)
	}
	all := map[bot.DraftMode]bot.Draft{}
	var mode bot.DraftMode
	var d bot.Draft
	_, err = pgx.ForEachRow(rows, []any{&mode, &d.Text, &d.Once, &d.Seen, &d.At}, func() error {
		all[mode] = d
		return nil
	})
	return all, fail(err, doing)
}

// Attend implements bot.Attendance.
func (db *DB) Attend(ctx context.Context, reference string, by bot.User, doing bot.Doing, life time.Duration) error {
	reference, email := clean(reference), mailbox(by.Email)
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		before := bot.Leaving
		err := tx.QueryRow(ctx, `select doing from presences where reference = $1 and email = $2 and expires_at > clock_timestamp()`, reference, email).Scan(&before)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		batch := &pgx.Batch{}
		if doing == bot.Leaving {
			batch.Queue(`delete from presences where reference = $1 and email = $2`, reference, email)
		} else {
			batch.Queue(`insert into presences (reference, email, doing, expires_at)
				select t.reference, $2, $3, clock_timestamp() + $4 from tickets t where t.reference = $1
				on conflict (reference, email) do update set doing = excluded.doing, expires_at = excluded.expires_at`, reference, email, doing, life)
			batch.Queue(`delete from presences where reference = $1 and expires_at < clock_timestamp()`, reference)
		}
		if before != doing {
			var channel, key string
			err := tx.QueryRow(ctx, `select c.channel, c.key from tickets t join conversations c on c.id = t.conversation_id where t.reference = $1`, reference).Scan(&channel, &key)
			if errors.Is(err, pgx.ErrNoRows) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := queueNotification(batch, channel, key); err != nil {
				return err
			}
		}
		return tx.SendBatch(ctx, batch).Close()
	})
	return fail(err, "attend ticket "+quoteReference(reference))
}

// Attending implements bot.Attendance.
func (db *DB) Attending(ctx context.Context, reference string) ([]bot.Attendant, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	doing := "read who attends ticket " + quoteReference(reference)
	rows, err := db.pool.Query(ctx, `select email, doing from presences where reference = $1 and expires_at > clock_timestamp() order by email`, clean(reference))
	if err != nil {
		return nil, fail(err, doing)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[bot.Attendant])
	return all, fail(err, doing)
}
