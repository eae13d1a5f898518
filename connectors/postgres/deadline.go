package postgres

import (
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// moments are what the columns due_at and warn_at hold of a clock, and what tell_at holds until something was told; nil
// for none.
func moments(clock bot.Clock) (due, warn, tell *time.Time) {
	next := clock.Next()
	if next.Due.IsZero() {
		return nil, nil, nil
	}
	return &next.Due, &next.Warn, orNull(clock.Alarm(time.Time{}))
}

// queueClock writes a ticket's clock with what follows from it. It comes after the status: a ticket that is done has no
// deadline. A clock that stays as it was has been told what it has been told.
func queueClock(batch *pgx.Batch, reference string, clock bot.Clock) error {
	encoded, err := encode(clock)
	if err != nil {
		return err
	}
	due, warn, tell := moments(clock)
	batch.Queue(`update tickets set clock = $2::jsonb, due_at = $3, warn_at = $4, tell_at = case when clock = $2::jsonb then tell_at else $5 end
		where reference = $1`, reference, encoded, due, warn, tell)
	return nil
}

// resting is a ticket that its customer's message may reopen or wake, under the lock of its row.
type resting struct {
	Reference string
	Status    bot.Status
	Clock     bot.Clock
	// Of a ticket in another conversation, into which one of this was merged:
	Via          string // the one that was merged; empty for a ticket of this conversation
	Conversation int64
	Channel, Key string
}

// rests tells whether a message reopens it.
func (t resting) rests() bool { return t.Status == bot.Waiting || t.Status == bot.Resolved }

// concerned are the tickets that a message in a conversation may change: those of it, and those elsewhere in which a ticket
// of it goes on. They are locked in the order of their references, as everywhere.
const concerned = `with recursive own as (
		select t.reference, t.status, t.snoozed_until, t.merged_into from tickets t join conversations c on c.id = t.conversation_id
		where c.channel = $1 and c.key = $2
	), up as (
		select reference as via, merged_into as goes_on from own where merged_into is not null
		union
		select up.via, t.merged_into from up join tickets t on t.reference = up.goes_on where t.merged_into is not null
	)
	select t.reference, t.status, t.clock,
		case when c.channel = $1 and c.key = $2 then '' else (select min(via) from up where goes_on = t.reference) end, c.id, c.channel, c.key
	from tickets t join conversations c on c.id = t.conversation_id
	where t.status <> 'closed' and t.reference in (
		select reference from own where status in ('waiting', 'resolved') or snoozed_until is not null
		union all
		select goes_on from up)
	order by t.reference for no key update of t`

// queueReopening gives the agents back what waits for the customer, or was thought solved, when the customer writes.
func queueReopening(batch *pgx.Batch, tickets []resting, at time.Time) error {
	for _, t := range tickets {
		if t.Via != "" {
			queueEvent(batch, t.Reference, event{at: at, actor: actorCustomer, kind: bot.EventElsewhere, detail: t.Via})
			batch.Queue(`update tickets set snoozed_until = null, updated_at = $2 where reference = $1`, t.Reference, at)
			if err := queueNotification(batch, t.Channel, t.Key); err != nil {
				return err
			}
		}
		if !t.rests() {
			continue
		}
		batch.Queue(`update tickets set status = 'open', updated_at = $2 where reference = $1`, t.Reference, at)
		t.Clock.Turn(bot.Open, at)
		if err := queueClock(batch, t.Reference, t.Clock); err != nil {
			return err
		}
		queueEvent(batch, t.Reference, event{at: at, actor: actorCustomer, kind: bot.EventStatus, detail: string(bot.Open)})
	}
	return nil
}
