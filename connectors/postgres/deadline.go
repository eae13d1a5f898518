package postgres

import (
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// moments are what the columns due_at and warn_at hold of a clock; nil for none.
func moments(clock bot.Clock) (due, warn *time.Time) {
	next := clock.Next()
	if next.Due.IsZero() {
		return nil, nil
	}
	return &next.Due, &next.Warn
}

// queueClock writes a ticket's clock with what follows from it. It comes after the status: a ticket that is done has no
// deadline.
func queueClock(batch *pgx.Batch, reference string, clock bot.Clock) error {
	encoded, err := encode(clock)
	if err != nil {
		return err
	}
	due, warn := moments(clock)
	batch.Queue(`update tickets set clock = $2, due_at = $3, warn_at = $4 where reference = $1`, reference, encoded, due, warn)
	return nil
}

// resting is a ticket that its customer's next message reopens.
type resting struct {
	Reference string
	Clock     bot.Clock
}

// queueReopening gives the agents back what waits for the customer, or was thought solved, when the customer writes.
func queueReopening(batch *pgx.Batch, tickets []resting, at time.Time) error {
	for _, t := range tickets {
		batch.Queue(`update tickets set status = 'open', updated_at = $2 where reference = $1`, t.Reference, at)
		t.Clock.Turn(bot.Open, at)
		if err := queueClock(batch, t.Reference, t.Clock); err != nil {
			return err
		}
		queueEvent(batch, t.Reference, event{at: at, actor: actorCustomer, kind: "status", detail: string(bot.Open)})
	}
	return nil
}
