package postgres

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

const (
	tallyKind  = "guichet_tally"
	tallyEvery = 5 * time.Minute
)

type tallyArgs struct{}

func (tallyArgs) Kind() string { return tallyKind }

// InsertOpts gives up a run that failed: the next one is minutes away, and the counts are right meanwhile.
func (tallyArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1} }

type tallyWorker struct {
	river.WorkerDefaults[tallyArgs]
	db *DB
}

func (w *tallyWorker) Work(ctx context.Context, _ *river.Job[tallyArgs]) error {
	return w.db.foldTally(ctx)
}

// foldTally puts together what was counted since the last time. It changes no count.
func (db *DB) foldTally(ctx context.Context) error {
	_, err := db.exec(ctx, `select fold_ticket_tally()`)
	return fail(err, "fold the tally of tickets")
}

var _ river.Worker[tallyArgs] = (*tallyWorker)(nil)
