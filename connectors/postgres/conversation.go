package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// Turn implements bot.Store. Its errors name the channel only: a key may be a person's chat id.
//
// decide runs in the caller's goroutine while the conversation's row is locked and a connection is taken: it must be quick
// and must not call the DB. Its error is returned as it is. It may be called again, when what it decided could not be kept
// with the turns of others and the conversation has changed meanwhile. A message without an ExternalID is never taken for a repetition.
func (db *DB) Turn(ctx context.Context, in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) (bot.Outcome, error) {
	if err := in.CheckNames(); err != nil {
		return bot.Outcome{}, err
	}
	ctx, cancel := within(ctx, patience)
	defer cancel()
	p := newPending(ctx, in, &db.back, decide)
	outcome, err := db.committer.keep(p)
	if errors.Is(err, errAlone) {
		defer db.committer.release(p)
		defer db.latest.forget(p.name)
		outcome, err = db.turnAlone(ctx, in, p.decide)
	}
	if p.refused != nil {
		return bot.Outcome{}, p.refused
	}
	if err != nil {
		return bot.Outcome{}, fail(err, "keep a turn on "+in.Channel)
	}
	return outcome, nil
}

// turnAlone keeps a turn in a transaction of its own, waiting for the conversation when somebody else has it.
func (db *DB) turnAlone(ctx context.Context, in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) (outcome bot.Outcome, err error) {
	err = db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		opening, err := openTurn(ctx, tx, in)
		if err != nil {
			return err
		}
		if len(opening.handled) > 0 {
			outcome, err = repeat(opening)
			return err
		}
		turn, err := decide(opening.conversation)
		if err != nil {
			return err
		}
		if outcome, err = db.keepTurn(ctx, tx, in, opening, turn); err != nil || turn.Ticket == nil {
			return err
		}
		return db.acknowledge(ctx, tx, opening.conversation.ID, *turn.Ticket, opening.at)
	})
	return outcome, err
}

// opening is what is known once the conversation is locked.
type opening struct {
	conversation bot.Conversation
	handled      []storedMessage // the message and its reply, when it was handled before
	resting      []resting       // the tickets that a message may reopen
	at           time.Time       // the database's clock, so that replicas agree and the times follow the order
	last         *time.Time      // of the last message; nil when there is none
	before       int64           // number of the last event that this transaction changes without being new
}

type storedMessage struct {
	conversation int64
	bot.Message
}

// openTurn creates the conversation if needed, locks it and looks the message up, in one round trip.
func openTurn(ctx context.Context, tx pgx.Tx, in bot.Inbound) (opening, error) {
	// Retention may delete the conversation between the insert, which found it, and the lock: then once more.
	for {
		o, err := tryOpenTurn(ctx, tx, in)
		if !errors.Is(err, pgx.ErrNoRows) {
			return o, err
		}
	}
}

func tryOpenTurn(ctx context.Context, tx pgx.Tx, in bot.Inbound) (opening, error) {
	o := opening{conversation: bot.Conversation{Channel: in.Channel, Key: in.Key}}
	c := &o.conversation
	var state []byte
	batch := &pgx.Batch{}
	batch.Queue(`insert into conversations (channel, key, site) values ($1, $2, $3)
		on conflict (channel, key) do nothing`, in.Channel, in.Key, clean(in.Site))
	batch.Queue(`select id, site, state, last_seq, created_at, updated_at
		from conversations where channel = $1 and key = $2 for no key update`, in.Channel, in.Key).
		QueryRow(func(row pgx.Row) error {
			return row.Scan(&c.ID, &c.Site, &state, &c.LastSeq, &c.CreatedAt, &c.UpdatedAt)
		})
	batch.Queue(concerned, in.Channel, in.Key).
		Query(func(rows pgx.Rows) (err error) {
			o.resting, err = pgx.CollectRows(rows, pgx.RowToStructByPos[resting])
			return err
		})
	// Statements of their own: they must see what was committed, and the time it was, once the lock is held.
	batch.Queue(`select clock_timestamp(), (select m.at from conversations c join messages m on m.conversation_id = c.id and m.seq = c.last_seq
		where c.channel = $1 and c.key = $2)`, in.Channel, in.Key).
		QueryRow(func(row pgx.Row) error { return row.Scan(&o.at, &o.last) })
	if in.ExternalID != "" {
		// Only the reply of the same turn can be a bot's message that directly follows the customer's.
		batch.Queue(`select m.conversation_id, `+messageColumns+`
			from messages first join messages m on m.conversation_id = first.conversation_id
				and (m.seq = first.seq or m.seq = first.seq + 1 and m.author = 'bot')
			where first.channel = $1 and first.external_id = $2 order by m.seq`, in.Channel, in.ExternalID).
			Query(func(rows pgx.Rows) (err error) {
				o.handled, err = pgx.CollectRows(rows, scanStored)
				return err
			})
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return opening{}, err
	}
	if o.last != nil {
		o.at = latestOf(o.at, *o.last) // the clock may have been set back
	}
	if err := json.Unmarshal(state, &c.State); err != nil {
		return opening{}, fmt.Errorf("the state of conversation %d is unreadable", c.ID)
	}
	if in.Site != "" { // the site of the page the person writes from now
		c.Site = clean(in.Site)
	}
	return o, nil
}

// repeat gives the outcome of the time when the message was handled.
func repeat(o opening) (bot.Outcome, error) {
	first := o.handled[0]
	if first.conversation != o.conversation.ID {
		// A web page chooses its ids: whoever guesses one must not read another person's answer.
		return bot.Outcome{}, fmt.Errorf("the external id belongs to a message of conversation %d, not %d",
			first.conversation, o.conversation.ID)
	}
	outcome := bot.Outcome{Customer: first.Message, Duplicate: true}
	if len(o.handled) > 1 {
		outcome.Bot = &o.handled[1].Message
	}
	return outcome, nil
}

// keepTurn writes all that the message caused, in one round trip.
func (db *DB) keepTurn(ctx context.Context, tx pgx.Tx, in bot.Inbound, o opening, turn bot.Turn) (bot.Outcome, error) {
	c, at := o.conversation, said(o, turn)
	w, err := write(&db.back, in, c, turn, at)
	if err != nil {
		return bot.Outcome{}, err
	}
	batch := &pgx.Batch{}
	if err := queueMessage(batch, c, w.outcome.Customer, nil); err != nil {
		return bot.Outcome{}, err
	}
	if w.outcome.Bot != nil {
		if err := queueMessage(batch, c, *w.outcome.Bot, w.reply); err != nil {
			return bot.Outcome{}, err
		}
		queueDelivery(batch, c, *w.outcome.Bot)
	}
	batch.Queue(`update conversations set site = $2, state = $3, last_seq = $4, updated_at = $5 where id = $1`,
		c.ID, c.Site, w.state, w.last, o.at) // who looks for what is new since a moment must not miss what was recorded before it
	if turn.Reply.Kind != bot.Smalltalk {
		if err := queueReopening(batch, o.resting, o.at); err != nil {
			return bot.Outcome{}, err
		}
		batch.Queue(`update tickets set snoozed_until = null where conversation_id = $1 and snoozed_until is not null`, c.ID)
	}
	switch {
	case turn.Ticket != nil:
		if err := queueTicket(batch, c, turn, at, o.at); err != nil {
			return bot.Outcome{}, err
		}
		queueNotice(batch, bot.NoticeNew, turn.Ticket.Reference, actorCustomer, o.at)
	case concernsTeam(turn, o):
		queueAnswered(batch, c.ID, o.at)
		for _, t := range o.resting {
			if t.Via != "" {
				queueNotice(batch, bot.NoticeAnswer, t.Reference, actorCustomer, o.at)
			}
		}
	}
	if err := queueNotification(batch, c.Channel, c.Key); err != nil {
		return bot.Outcome{}, err
	}
	if err := db.finish(ctx, tx, batch, c.ID, w.outcome.Customer.Seq, o.before); err != nil {
		return bot.Outcome{}, err
	}
	told := map[int64]bool{}
	for _, t := range o.resting {
		if t.Via != "" && !told[t.Conversation] {
			told[t.Conversation] = true
			if err := db.finish(ctx, tx, &pgx.Batch{}, t.Conversation, 0, 0); err != nil {
				return bot.Outcome{}, err
			}
		}
	}
	return w.outcome, nil
}

// concernsTeam tells whether a message is for whoever handles the conversation's tickets: an agent has the conversation, it
// gives the team a ticket back, or it adds to a request. What the bot answers by itself is not.
func concernsTeam(turn bot.Turn, o opening) bool {
	if turn.Reply.Kind == bot.Smalltalk {
		return false
	}
	return turn.Reply.Kind == bot.Silent || slices.ContainsFunc(o.resting, resting.rests) || turn.Reply.Why != nil && turn.Reply.Why.Rule == bot.RuleAdds
}

// said is when the person said it: now, by the database's clock, or when the turn was recorded while the database was
// away. A clock that is wrong must not undo the order of the transcript.
func said(o opening, turn bot.Turn) time.Time {
	at := turn.Recorded
	switch {
	case at.IsZero(), at.After(o.at):
		return o.at
	case o.last != nil && at.Before(*o.last):
		return *o.last
	}
	return at.UTC().Truncate(time.Microsecond)
}

func latestOf(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
