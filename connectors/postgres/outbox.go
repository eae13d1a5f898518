package postgres

import (
	"context"
	"fmt"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// The first message of a conversation that has not left is due at some time; those behind it are due at infinity, until
// the one before them has left. A claim then reads the first row of an index, however much waits. Who adds a message
// or settles the first one holds the conversation's lock, so that neither misses the other.

// queueDelivery puts a message into the outbox with the transaction that keeps it, where the channel needs it.
func queueDelivery(batch *pgx.Batch, c bot.Conversation, m bot.Message) {
	if !bot.Delivers(c.Channel) || m.From == bot.FromCustomer {
		return
	}
	batch.Queue(`insert into outbox (conversation_id, seq, channel, next_at) values ($1, $2, $3,
		case when exists (select from outbox where conversation_id = $1 and state = 'pending') then 'infinity' else $4::timestamptz end)`,
		c.ID, m.Seq, c.Channel, m.At)
}

// ClaimDelivery implements bot.Outbox. A lease that ends later than any given now was given before the clock was set back: it
// is none.
func (db *DB) ClaimDelivery(ctx context.Context, channel string, lease time.Duration) (bot.Delivery, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d := bot.Delivery{Channel: channel}
	m := &d.Message
	err := db.pool.QueryRow(ctx, `with head as (
			select conversation_id, seq from outbox
			where channel = $1 and state = 'pending' and next_at <= now() and (claimed_until is null or claimed_until not between now() and now() + 2 * $2::interval)
			order by next_at, conversation_id limit 1 for update skip locked
		), held as (
			update outbox o set attempts = attempts + 1, claimed_until = clock_timestamp() + $2
			from head where o.conversation_id = head.conversation_id and o.seq = head.seq
			returning o.conversation_id, o.seq, o.parts, o.attempts, o.claimed_until
		)
		select h.conversation_id, h.parts, h.attempts, h.claimed_until, c.key,
			coalesce(question.external_id, ''), `+messageColumns+`
		from held h join conversations c on c.id = h.conversation_id
			join messages m on m.conversation_id = h.conversation_id and m.seq = h.seq
			left join messages question on question.conversation_id = h.conversation_id and question.seq = h.seq - 1`, channel, lease).
		Scan(append([]any{&d.Conversation, &d.Parts, &d.Attempt, &d.Until, &d.Key, &d.Answers}, columnsOf(m)...)...)
	return d, fail(err, "claim a delivery on "+channel)
}

// SettleDelivery implements bot.Outbox.
func (db *DB) SettleDelivery(ctx context.Context, held bot.Delivery, as bot.Dispatch) error {
	doing := fmt.Sprintf("settle message %d of conversation %d", held.Message.Seq, held.Conversation)
	attempts := ""
	switch as.State {
	case bot.Sent, bot.Dead, bot.Gone:
		return fail(db.endDelivery(ctx, held, as), doing)
	case bot.Postponed:
		attempts = `attempts = attempts - 1,`
	case bot.Failed:
	default:
		return fmt.Errorf("%s: no such state as %q", doing, as.State)
	}
	return db.change(ctx, doing, `update outbox set `+attempts+` claimed_until = null, parts = greatest(parts, $4), last_error = $5,
			next_at = clock_timestamp() + $6
		where conversation_id = $1 and seq = $2 and claimed_until = $3 and state = 'pending'`,
		held.Conversation, held.Message.Seq, held.Until, as.Parts, brief(as.Reason), as.After)
}

// endDelivery notes that a message has left or never will, and makes the one behind it due.
func (db *DB) endDelivery(ctx context.Context, held bot.Delivery, as bot.Dispatch) error {
	state := "dead"
	if as.State == bot.Sent {
		state = "sent"
	}
	return db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		batch := &pgx.Batch{}
		// First, as everywhere: two transactions can then never wait for each other.
		batch.Queue(`select from conversations where id = $1 for no key update`, held.Conversation)
		ended := int64(0)
		batch.Queue(`update outbox set state = $6, settled_at = clock_timestamp(), claimed_until = null,
				parts = greatest(parts, $4), last_error = $5
			where conversation_id = $1 and seq = $2 and claimed_until = $3 and state = 'pending'`,
			held.Conversation, held.Message.Seq, held.Until, as.Parts, brief(as.Reason), state).
			Query(func(rows pgx.Rows) error {
				rows.Close()
				ended = rows.CommandTag().RowsAffected()
				return rows.Err()
			})
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		if ended == 0 {
			return bot.ErrNotFound
		}
		rest := &pgx.Batch{}
		if as.State == bot.Gone {
			rest.Queue(`update outbox set state = 'dead', settled_at = clock_timestamp(), last_error = $2
				where conversation_id = $1 and state = 'pending'`, held.Conversation, brief(as.Reason))
		}
		rest.Queue(`update outbox set next_at = clock_timestamp() where conversation_id = $1 and state = 'pending'
			and seq = (select min(seq) from outbox where conversation_id = $1 and state = 'pending')`, held.Conversation)
		if as.State == bot.Sent && held.Message.From == bot.FromAgent { // the desk shows that it has left
			if err := queueNotification(rest, held.Channel, held.Key); err != nil {
				return err
			}
		}
		if as.State != bot.Sent {
			if err := queueUndelivered(rest, held, as); err != nil {
				return err
			}
		}
		return db.finish(ctx, tx, rest, held.Conversation, 0, 0)
	})
}

// queueUndelivered says on the conversation's tickets that a message will not arrive.
func queueUndelivered(batch *pgx.Batch, held bot.Delivery, as bot.Dispatch) error {
	batch.Queue(`with touched as (
			update tickets set updated_at = clock_timestamp()
			where conversation_id = $1 and status <> 'closed' returning reference)
		insert into ticket_events (reference, at, actor, kind, detail, seq)
		select reference, clock_timestamp(), $2, 'undelivered', $3, $4 from touched`,
		held.Conversation, actorBot, brief(as.Reason), held.Message.Seq)
	return queueNotification(batch, held.Channel, held.Key)
}
