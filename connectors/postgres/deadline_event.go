package postgres

import (
	"context"
	"errors"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// recordDeadlines makes an event of each deadline that came near or passed, and tells who wants a notice of it. Several
// replicas may do so at once. A ticket that cannot be told keeps no other from it.
func (db *DB) recordDeadlines(ctx context.Context, now time.Time) error {
	references, err := db.alarmed(ctx, now)
	for _, reference := range references {
		err = errors.Join(err, db.recordDeadline(ctx, reference, now))
		if ctx.Err() != nil {
			break
		}
	}
	return err
}

// alarmed are the tickets with something to tell of their deadlines, those that have waited the longest first.
func (db *DB) alarmed(ctx context.Context, now time.Time) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select reference from tickets
		where coalesce(tell_at, warn_at) <= $1 and warn_at is not null and status in ('open', 'waiting')
		order by coalesce(tell_at, warn_at)`, now)
	if err != nil {
		return nil, fail(err, "look for near deadlines")
	}
	references, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return references, fail(err, "look for near deadlines")
}

// recordDeadline looks at one ticket under its lock: it may have been answered meanwhile, or told by another replica. It
// touches neither updated_at nor what was set aside: nobody has done anything.
func (db *DB) recordDeadline(ctx context.Context, reference string, now time.Time) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		t, err := holdTicket(ctx, tx, reference)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // deleted meanwhile
		}
		if err != nil {
			return err
		}
		told := false
		for _, d := range t.clock.Deadlines() {
			kind := passed(d.Urgency(now))
			if kind == "" {
				continue
			}
			tag, err := tx.Exec(ctx, `insert into ticket_events (reference, at, actor, kind, detail, once) values ($1, $2, $3, $4, $5, $6)
				on conflict (reference, once) where once is not null do nothing`, reference, now, actorBot, kind, d.String(), string(kind)+" "+d.String())
			if err != nil {
				return err
			}
			told = told || tag.RowsAffected() > 0
		}
		t.batch.Queue(`update tickets set tell_at = coalesce($2::timestamptz, 'infinity') where reference = $1`, reference, orNull(t.clock.Alarm(now)))
		if !told {
			return tx.SendBatch(ctx, t.batch).Close()
		}
		queueNotice(t.batch, bot.NoticeDeadline, reference, "", now)
		if err := queueNotification(t.batch, t.conversation.Channel, t.conversation.Key); err != nil {
			return err
		}
		return db.finish(ctx, tx, t.batch, t.conversation.ID, 0, 0)
	})
	return fail(err, "tell of the deadlines of ticket "+quoteReference(reference))
}

// passed is the event that an urgency is recorded as, empty for none.
func passed(u bot.Urgency) bot.EventKind {
	switch u {
	case bot.Soon:
		return bot.EventDueSoon
	case bot.Overdue:
		return bot.EventOverdue
	}
	return ""
}
