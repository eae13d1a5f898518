package postgres

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

const (
	tallyKind  = "guichet_tally"
	tallyEvery = time.Minute

	// wordsAtOnce is how many tickets' words are put together in one transaction: whoever changes one of them waits for it.
	wordsAtOnce = 20
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
	if err := w.db.foldWords(ctx); err != nil {
		return err
	}
	return w.db.foldTally(ctx)
}

// foldTally puts together what was counted since the last time. It changes no count.
func (db *DB) foldTally(ctx context.Context) error {
	_, err := db.exec(ctx, `select fold_ticket_tally()`)
	return fail(err, "fold the tally of tickets")
}

// foldWords puts the words of tickets that were written since the last time into the index. It changes nothing that is found.
// A ticket that somebody holds is left for the next time.
func (db *DB) foldWords(ctx context.Context) error {
	for {
		folded, err := db.exec(ctx, `with these as materialized (
				select number from tickets where number in (select ticket from ticket_words where seq > 0 limit $1) for no key update skip locked
			) select write_ticket_words(number, 0) from these`, wordsAtOnce)
		if err != nil || folded == 0 {
			return fail(err, "fold the words of tickets")
		}
	}
}

var _ river.Worker[tallyArgs] = (*tallyWorker)(nil)
