package postgres

import (
	"context"
	"encoding/json"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// other is the ticket at the other end of a tie. Its row is locked and its conversation is not: nothing is said there, and
// its state stays.
type other struct {
	reference    string
	status       bot.Status
	clock        bot.Clock
	mergedInto   string
	conversation int64
	channel, key string
}

// tie runs an action on two tickets. do puts what it changes into the batch of the first.
func (db *DB) tie(ctx context.Context, reference, second string, do func(context.Context, pgx.Tx, *held, *other) error) error {
	reference, second = clean(reference), clean(second)
	if reference == second {
		return bot.ErrSelf
	}
	return db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		o := other{reference: second}
		if err := lockTied(ctx, tx, reference, &o); err != nil {
			return err
		}
		apart := false
		err := db.actIn(ctx, tx, reference, func(ctx context.Context, tx pgx.Tx, t *held) error {
			apart = o.conversation != t.conversation.ID
			if err := do(ctx, tx, t, &o); err != nil || t.batch.Len() == 0 || !apart {
				return err
			}
			return queueNotification(t.batch, o.channel, o.key)
		})
		if err != nil || !apart {
			return err
		}
		return db.finish(ctx, tx, &pgx.Batch{}, o.conversation, 0, 0) // the webhooks hear of the other's events too
	})
}

// lockTied locks the conversation of the first, then the rows of both tickets, in the order that everybody keeps to (holdTicket).
func lockTied(ctx context.Context, tx pgx.Tx, reference string, o *other) error {
	var locked, now int64
	batch := &pgx.Batch{}
	batch.Queue(`select id from conversations where id = (select conversation_id from tickets where reference = $1) for no key update`, reference).
		QueryRow(func(row pgx.Row) error { return row.Scan(&locked) })
	batch.Queue(`select from tickets where reference in ($1, $2) order by reference for no key update`, reference, o.reference)
	batch.Queue(`select conversation_id from tickets where reference = $1`, reference).
		QueryRow(func(row pgx.Row) error { return row.Scan(&now) })
	batch.Queue(`select t.status, t.clock, coalesce(t.merged_into, ''), c.id, c.channel, c.key
		from tickets t join conversations c on c.id = t.conversation_id where t.reference = $1`, o.reference).
		QueryRow(func(row pgx.Row) error {
			return row.Scan(&o.status, &o.clock, &o.mergedInto, &o.conversation, &o.channel, &o.key)
		})
	err := tx.SendBatch(ctx, batch).Close()
	if err == nil && now != locked {
		return errMoved
	}
	return err
}

// become sets another status of the other ticket.
func (o *other) become(t *held, by bot.User, status bot.Status) {
	queueStatus(t.batch, o.reference, status, t.at)
	o.status = status
	o.clock.Turn(status, t.at)
	o.record(t, event{actor: by.Email, kind: bot.EventStatus, detail: string(status)})
}

func (o *other) record(t *held, e event) {
	e.at, e.address = t.at, t.address
	queueEvent(t.batch, o.reference, e)
}

// LinkTickets implements bot.TicketTies.
func (db *DB) LinkTickets(ctx context.Context, reference string, by bot.User, second string) error {
	err := db.tie(ctx, reference, second, func(ctx context.Context, tx pgx.Tx, t *held, o *other) error {
		if t.mergedInto != "" || o.mergedInto != "" {
			return bot.ErrMerged
		}
		tag, err := tx.Exec(ctx, `insert into ticket_links (reference, other) values (least($1, $2), greatest($1, $2)) on conflict do nothing`, t.reference, o.reference)
		if err == nil && tag.RowsAffected() > 0 {
			t.record(event{actor: by.Email, kind: bot.EventLinked, detail: o.reference})
			o.record(t, event{actor: by.Email, kind: bot.EventLinked, detail: t.reference})
		}
		return err
	})
	return fail(err, "link ticket "+quoteReference(reference))
}

// UnlinkTickets implements bot.TicketTies.
func (db *DB) UnlinkTickets(ctx context.Context, reference string, by bot.User, second string) error {
	err := db.tie(ctx, reference, second, func(ctx context.Context, tx pgx.Tx, t *held, o *other) error {
		tag, err := tx.Exec(ctx, `delete from ticket_links where reference = least($1, $2) and other = greatest($1, $2)`, t.reference, o.reference)
		if err == nil && tag.RowsAffected() > 0 {
			t.record(event{actor: by.Email, kind: bot.EventUnlinked, detail: o.reference})
			o.record(t, event{actor: by.Email, kind: bot.EventUnlinked, detail: t.reference})
		}
		return err
	})
	return fail(err, "unlink ticket "+quoteReference(reference))
}

// Ties implements bot.TicketTies.
func (db *DB) Ties(ctx context.Context, reference string) (bot.Ties, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var ties bot.Ties
	reference = clean(reference)
	notes := map[string][]bot.Event{}
	const below = `with recursive below as (select reference from tickets where merged_into = $1
		union select t.reference from tickets t join below b on t.merged_into = b.reference) `
	batch := &pgx.Batch{}
	batch.Queue(`select `+ticketColumns+` from ticket_links l join tickets t on t.reference = case when l.reference = $1 then l.other else l.reference end
		join conversations c on c.id = t.conversation_id
		where l.reference = $1 or l.other = $1 order by t.created_at desc, t.reference`, reference).Query(func(rows pgx.Rows) (err error) {
		ties.Linked, err = pgx.CollectRows(rows, scanTicket)
		return err
	})
	batch.Queue(below+`select reference, at, actor, kind, detail from ticket_events
		where reference in (select reference from below) and kind = 'note' order by id`, reference).Query(func(rows pgx.Rows) error {
		var of string
		var e bot.Event
		_, err := pgx.ForEachRow(rows, []any{&of, &e.At, &e.Actor, &e.Kind, &e.Detail}, func() error {
			notes[of] = append(notes[of], e)
			return nil
		})
		return err
	})
	batch.Queue(below+`select `+ticketColumns+` from tickets t join conversations c on c.id = t.conversation_id
		where t.reference in (select reference from below) order by t.created_at, t.reference`, reference).Query(func(rows pgx.Rows) error {
		merged, err := pgx.CollectRows(rows, scanTicket)
		for _, t := range merged {
			ties.Merged = append(ties.Merged, bot.MergedTicket{Ticket: t, Notes: notes[t.Reference]})
		}
		return err
	})
	err := db.pool.SendBatch(ctx, batch).Close()
	return ties, fail(err, "read the ties of ticket "+quoteReference(reference))
}

// mergeWas is what separating gives back.
type mergeWas struct {
	At     time.Time  `json:"at"`
	Status bot.Status `json:"status"`         // of the ticket that was merged
	Into   bot.Status `json:"into,omitempty"` // of the one it went into, when the merge changed it
}

func readMergeWas(data []byte) (was mergeWas, err error) {
	err = json.Unmarshal(data, &was)
	return was, err
}
