package postgres

import (
	"context"
	"fmt"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// Redeliver implements bot.Outbox. A message behind it that is just being sent is not called back: it leaves first.
func (db *DB) Redeliver(ctx context.Context, reference string, by bot.User, seq int64) error {
	act := func(ctx context.Context, tx pgx.Tx, t *held) error {
		conversation := t.conversation.ID
		// The rows are locked before they are looked at, so that no sender takes one meanwhile.
		rows, err := tx.Query(ctx, `select claimed_until is not null and claimed_until > clock_timestamp() from outbox
			where conversation_id = $1 and state = 'pending' order by seq for update`, conversation)
		if err != nil {
			return err
		}
		claimed, err := pgx.CollectRows(rows, pgx.RowTo[bool])
		if err != nil {
			return err
		}
		back, err := tx.Exec(ctx, `update outbox o set state = 'pending', settled_at = null, attempts = 0, claimed_until = null,
				last_error = '', next_at = 'infinity'
			from outbox asked
			where asked.conversation_id = $1 and asked.seq = $2 and asked.state = 'dead'
				and o.conversation_id = $1 and o.state = 'dead'
				and (o.seq = $2 or o.seq > $2 and asked.last_error = $3 and o.last_error = $3)`,
			conversation, seq, bot.ReasonBlocked)
		if err != nil {
			return err
		}
		if back.RowsAffected() == 0 {
			return bot.ErrNotFound
		}
		for _, leaving := range claimed {
			if leaving { // its end makes the first of the others due
				t.record(event{actor: by.Email, kind: bot.EventRedelivered, seq: seq})
				return nil
			}
		}
		t.batch.Queue(`update outbox set next_at = case when seq = (select min(seq) from outbox
				where conversation_id = $1 and state = 'pending') then clock_timestamp() else 'infinity' end
			where conversation_id = $1 and state = 'pending'`, conversation)
		t.record(event{actor: by.Email, kind: bot.EventRedelivered, seq: seq})
		return nil
	}
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error { return db.actIn(ctx, tx, reference, act) })
	return fail(err, fmt.Sprintf("send message %d of ticket %s again", seq, quoteReference(reference)))
}
