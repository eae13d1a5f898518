package postgres

import (
	"context"
	"slices"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// MergeTicket implements bot.TicketTies.
func (db *DB) MergeTicket(ctx context.Context, reference string, by bot.User, into string) error {
	err := db.tie(ctx, reference, into, func(ctx context.Context, tx pgx.Tx, t *held, o *other) error {
		if t.mergedInto != "" || o.mergedInto != "" {
			return bot.ErrMerged
		}
		var leaves bool
		if err := tx.QueryRow(ctx, `select exists (select from pending_replies where reference = $1)`, t.reference).Scan(&leaves); err != nil {
			return err
		}
		if leaves {
			return bot.ErrPending
		}
		was := mergeWas{At: t.at, Status: t.status}
		if statuses := bot.Statuses(); slices.Index(statuses, t.status) < slices.Index(statuses, o.status) {
			was.Into = o.status
			o.become(t, by, t.status)
		}
		o.clock.Join(t.reference, t.clock, o.status, t.at)
		if err := queueClock(t.batch, o.reference, o.clock); err != nil {
			return err
		}
		if err := db.end(ctx, tx, t, by, o); err != nil {
			return err
		}
		encoded, err := encode(was)
		if err != nil {
			return err
		}
		t.batch.Queue(`update tickets set merged_into = $2, merge_was = $3 where reference = $1`, t.reference, o.reference, encoded)
		t.batch.Queue(`update tickets set updated_at = $2 where reference = $1`, o.reference, t.at)
		t.record(event{actor: by.Email, kind: bot.EventMergedInto, detail: o.reference})
		o.record(t, event{actor: by.Email, kind: bot.EventMergedFrom, detail: t.reference})
		return nil
	})
	return fail(err, "merge ticket "+quoteReference(reference))
}

// end closes a ticket that goes on in another one. In one conversation whoever answered through it answers through the
// other from then on.
func (db *DB) end(ctx context.Context, tx pgx.Tx, t *held, by bot.User, o *other) error {
	agent := t.conversation.State.Agent
	heir := t.heldBy != "" && o.conversation == t.conversation.ID
	if err := db.become(ctx, tx, t, by, bot.Closed); err != nil {
		return err
	}
	if heir {
		t.conversation.State.Agent = agent
		t.batch.Queue(`update tickets set held_by = $2, holder_name = $2, holder = $3
			where reference = $1 and held_by = '' and status in ('open', 'waiting')`, o.reference, t.heldBy, t.holder)
	}
	return nil
}

// SeparateTicket implements bot.TicketTies.
func (db *DB) SeparateTicket(ctx context.Context, reference string, by bot.User) error {
	doing := "separate ticket " + quoteReference(reference)
	reading, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var into string
	if err := db.pool.QueryRow(reading, `select merged_into from tickets where reference = $1 and merged_into is not null`, clean(reference)).Scan(&into); err != nil {
		return fail(err, doing)
	}
	return fail(db.tie(ctx, reference, into, func(ctx context.Context, tx pgx.Tx, t *held, o *other) error {
		switch {
		case t.mergedInto != o.reference: // somebody was quicker
			return bot.ErrNotFound
		case o.mergedInto != "":
			return bot.ErrMerged
		}
		return t.separate(ctx, tx, by, o)
	}), doing)
}

func (t *held) separate(ctx context.Context, tx pgx.Tx, by bot.User, o *other) error {
	var data []byte
	if err := tx.QueryRow(ctx, `select merge_was from tickets where reference = $1`, t.reference).Scan(&data); err != nil {
		return err
	}
	was, err := readMergeWas(data)
	if err != nil {
		return err
	}
	var written, moved bool
	err = tx.QueryRow(ctx, `select
			exists (select from messages where conversation_id in ($1, $2) and author <> 'bot' and at > $5)
			or exists (select from ticket_events where reference in ($3, $4) and kind = 'note' and at > $5)
			or exists (select from pending_replies where reference in ($3, $4)),
			exists (select from ticket_events where reference = $4 and kind = 'status' and at > $5)`,
		t.conversation.ID, o.conversation, t.reference, o.reference, was.At).Scan(&written, &moved)
	if err != nil {
		return err
	}
	if written {
		return bot.ErrWritten
	}
	t.batch.Queue(`update tickets set merged_into = null, merge_was = null where reference = $1`, t.reference)
	t.record(event{actor: by.Email, kind: bot.EventSeparated, detail: o.reference})
	if was.Status != bot.Closed {
		t.setStatus(by, was.Status)
	}
	o.clock.Part(t.reference, t.clock)
	o.record(t, event{actor: by.Email, kind: bot.EventSeparated, detail: t.reference})
	if was.Into != "" && !moved {
		o.become(t, by, was.Into)
	}
	if err := queueClock(t.batch, o.reference, o.clock); err != nil {
		return err
	}
	t.batch.Queue(`update tickets set updated_at = $2 where reference = $1`, o.reference, t.at)
	return nil
}
