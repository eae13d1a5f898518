package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// goodPassages is how many tokens of a conversation are good at once: somebody may ask for another before using one.
const goodPassages = 3

// NewPassage implements bot.Passages.
func (db *DB) NewPassage(ctx context.Context, channel, key string, tokenHash []byte, life time.Duration) error {
	const doing = "keep a passage"
	if (bot.Inbound{Channel: channel, Key: key}).CheckNames() != nil {
		return fail(bot.ErrNotFound, doing)
	}
	return fail(db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var conversation int64
		err := tx.QueryRow(ctx, `insert into passages (hash, conversation_id, expires_at)
			select $3, id, clock_timestamp() + $4 from conversations where channel = $1 and key = $2
			returning conversation_id`, channel, key, tokenHash, life).Scan(&conversation)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `delete from passages where conversation_id = $1 and hash not in (select hash from passages
			where conversation_id = $1 order by expires_at desc limit $2)`, conversation, goodPassages)
		return err
	}), doing)
}

// TakePassage implements bot.Passages.
func (db *DB) TakePassage(ctx context.Context, tokenHash []byte, in bot.Inbound, decide func(left, taken bot.Conversation) (bot.Crossing, error)) (bot.Outcome, error) {
	if err := in.CheckNames(); err != nil {
		return bot.Outcome{}, err
	}
	var outcome bot.Outcome
	var refused error
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := lockEarlier(ctx, tx, tokenHash, in); err != nil {
			return err
		}
		opening, err := openTurn(ctx, tx, in)
		if err != nil {
			return err
		}
		if len(opening.handled) > 0 {
			outcome, err = repeat(opening)
			return err
		}
		left, err := usePassage(ctx, tx, tokenHash, opening.conversation.ID)
		if err != nil {
			return err
		}
		crossing, err := decide(left, opening.conversation)
		if err != nil {
			refused = err
			return err
		}
		if opening.before, err = carry(ctx, tx, left, opening.conversation, opening.at); err != nil {
			return err
		}
		opening.conversation.LastSeq += left.LastSeq
		if outcome, err = db.keepTurn(ctx, tx, in, opening, crossing.Turn); err != nil {
			return err
		}
		return sayGoodbye(ctx, tx, left, crossing, opening.at)
	})
	if refused != nil {
		return bot.Outcome{}, refused
	}
	return outcome, fail(err, "take a passage to "+in.Channel)
}

// lockEarlier locks the conversation that a token leads from when it is older than the one that goes on, so that the two are locked in
// the order of their ids, as holdTicket says. One that does not exist yet will be the younger.
func lockEarlier(ctx context.Context, tx pgx.Tx, tokenHash []byte, in bot.Inbound) error {
	_, err := tx.Exec(ctx, `select from conversations where id = (select conversation_id from passages where hash = $1)
		and id < coalesce((select id from conversations where channel = $2 and key = $3), 9223372036854775807) for no key update`,
		tokenHash, in.Channel, in.Key)
	return err
}

// usePassage uses a token up and locks the conversation it leads from.
func usePassage(ctx context.Context, tx pgx.Tx, tokenHash []byte, to int64) (left bot.Conversation, err error) {
	err = tx.QueryRow(ctx, `delete from passages where hash = $1 and expires_at > clock_timestamp() and conversation_id <> $2
		returning conversation_id`, tokenHash, to).Scan(&left.ID)
	if err != nil {
		return left, err
	}
	var state []byte
	err = tx.QueryRow(ctx, `select channel, key, site, state, last_seq, created_at, updated_at from conversations where id = $1 for no key update`, left.ID).
		Scan(&left.Channel, &left.Key, &left.Site, &state, &left.LastSeq, &left.CreatedAt, &left.UpdatedAt)
	if err != nil {
		return left, err
	}
	if json.Unmarshal(state, &left.State) != nil {
		return left, errors.New("the state of the conversation left is unreadable")
	}
	return left, nil
}

// carry puts the messages of one conversation behind those of another and moves its tickets. What a ticket's events and
// staff threads say of messages by their numbers moves with them; before is the number of the last of these events.
func carry(ctx context.Context, tx pgx.Tx, left, to bot.Conversation, at time.Time) (before int64, err error) {
	batch := &pgx.Batch{}
	batch.Queue(`select from tickets where conversation_id = $1 order by reference for no key update`, left.ID)
	batch.Queue(`select coalesce(max(id), 0) from ticket_events
		where reference in (select reference from tickets where conversation_id = $1)`, left.ID).
		QueryRow(func(row pgx.Row) error { return row.Scan(&before) })
	batch.Queue(`insert into messages (conversation_id, seq, author, text, reply, agent, at, attachments, agent_email)
		select $2, seq + $3, author, text, reply, agent, at, attachments, agent_email from messages where conversation_id = $1`, left.ID, to.ID, to.LastSeq)
	batch.Queue(`update ticket_events set seq = seq + $2
		where seq is not null and reference in (select reference from tickets where conversation_id = $1)`, left.ID, to.LastSeq)
	batch.Queue(`update staff_threads set told_message = told_message + $2
		where told_message > 0 and reference in (select reference from tickets where conversation_id = $1)`, left.ID, to.LastSeq)
	batch.Queue(`insert into ticket_events (reference, at, actor, kind, detail)
		select reference, $2, $3, 'carried', $4 from tickets where conversation_id = $1 and status <> 'closed'`,
		left.ID, at, actorCustomer, to.Channel)
	batch.Queue(`update tickets set conversation_id = $2, updated_at = case when status <> 'closed' then $3 else updated_at end
		where conversation_id = $1`, left.ID, to.ID, at)
	err = tx.SendBatch(ctx, batch).Close()
	return before, err
}

// sayGoodbye leaves a conversation in the state and with the words decided.
func sayGoodbye(ctx context.Context, tx pgx.Tx, left bot.Conversation, crossing bot.Crossing, at time.Time) error {
	batch := &pgx.Batch{}
	reply, err := encodeReply(crossing.Goodbye)
	if err != nil {
		return err
	}
	said := bot.Message{Seq: left.LastSeq + 1, From: bot.FromBot, Text: clean(crossing.Goodbye.Text), At: at}
	if err := queueMessage(batch, left, said, reply); err != nil {
		return err
	}
	queueDelivery(batch, left, said)
	state, err := encode(crossing.Left)
	if err != nil {
		return err
	}
	batch.Queue(`update conversations set state = $2, last_seq = $3, updated_at = $4 where id = $1`, left.ID, state, said.Seq, at)
	if err := queueNotification(batch, left.Channel, left.Key); err != nil {
		return err
	}
	return tx.SendBatch(ctx, batch).Close()
}
