package postgres

import (
	"context"
	"fmt"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// queueDelivery puts a message into the outbox with the transaction that keeps it, where the channel needs it.
func queueDelivery(batch *pgx.Batch, c bot.Conversation, m bot.Message) {
	if !bot.Delivers(c.Channel) || m.From == bot.FromCustomer {
		return
	}
	batch.Queue(`insert into outbox (conversation_id, seq, channel, next_at) values ($1, $2, $3, $4)`,
		c.ID, m.Seq, c.Channel, m.At)
}

// ClaimDelivery implements bot.Outbox.
func (db *DB) ClaimDelivery(ctx context.Context, channel string, lease time.Duration) (bot.Delivery, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d := bot.Delivery{Channel: channel}
	m := &d.Message
	err := db.pool.QueryRow(ctx, `with head as (
			select o.conversation_id, o.seq from outbox o
			where o.channel = $1 and o.state = 'pending' and o.next_at <= clock_timestamp()
				and (o.claimed_until is null or o.claimed_until < clock_timestamp())
				and not exists (select from outbox earlier where earlier.conversation_id = o.conversation_id
					and earlier.seq < o.seq and earlier.state = 'pending')
			order by o.next_at, o.conversation_id limit 1 for update skip locked
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
		Scan(&d.Conversation, &d.Parts, &d.Attempt, &d.Until, &d.Key, &d.Answers,
			&m.Seq, &m.From, &m.Text, &m.Reply, &m.Agent, &m.ExternalID, &m.At)
	return d, fail(err, "claim a delivery on "+channel)
}

// SettleDelivery implements bot.Outbox.
func (db *DB) SettleDelivery(ctx context.Context, held bot.Delivery, as bot.Dispatch) error {
	doing := fmt.Sprintf("settle message %d of conversation %d", held.Message.Seq, held.Conversation)
	set := ""
	args := []any{held.Conversation, held.Message.Seq, held.Until, as.Parts, brief(as.Reason)}
	switch as.State {
	case bot.Sent:
		set = `state = 'sent', settled_at = clock_timestamp()`
	case bot.Postponed:
		set, args = `attempts = attempts - 1, next_at = clock_timestamp() + $6`, append(args, as.After)
	case bot.Failed:
		set, args = `next_at = clock_timestamp() + $6`, append(args, as.After)
	case bot.Dead, bot.Gone:
		return fail(db.bury(ctx, held, as), doing)
	default:
		return fmt.Errorf("%s: no such state as %q", doing, as.State)
	}
	return db.settle(ctx, `update outbox set claimed_until = null, parts = greatest(parts, $4), last_error = $5, `+set+`
		where conversation_id = $1 and seq = $2 and claimed_until = $3 and state = 'pending'`, args, doing)
}

// bury ends a delivery, and with Gone all that waits behind it, and says so on the conversation's tickets.
func (db *DB) bury(ctx context.Context, held bot.Delivery, as bot.Dispatch) error {
	return db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		// The conversation's lock comes first, as everywhere: two transactions can then never wait for each other.
		if _, err := tx.Exec(ctx, `select from conversations where id = $1 for update`, held.Conversation); err != nil {
			return err
		}
		buried, err := tx.Exec(ctx, `update outbox set state = 'dead', settled_at = clock_timestamp(), claimed_until = null,
				parts = greatest(parts, $4), last_error = $5
			where conversation_id = $1 and seq = $2 and claimed_until = $3 and state = 'pending'`,
			held.Conversation, held.Message.Seq, held.Until, as.Parts, brief(as.Reason))
		if err != nil {
			return err
		}
		if buried.RowsAffected() == 0 {
			return bot.ErrNotFound
		}
		if as.State == bot.Gone {
			if _, err := tx.Exec(ctx, `update outbox set state = 'dead', settled_at = clock_timestamp(), last_error = $2
				where conversation_id = $1 and state = 'pending'`, held.Conversation, brief(as.Reason)); err != nil {
				return err
			}
		}
		batch := &pgx.Batch{}
		batch.Queue(`with touched as (
				update tickets set updated_at = clock_timestamp()
				where conversation_id = $1 and status <> 'closed' returning reference)
			insert into ticket_events (reference, at, actor, kind, detail, seq)
			select reference, clock_timestamp(), $2, 'undelivered', $3, $4 from touched`,
			held.Conversation, actorBot, brief(as.Reason), held.Message.Seq)
		if err := queueNotification(batch, held.Channel, held.Key); err != nil {
			return err
		}
		return tx.SendBatch(ctx, batch).Close()
	})
}
