package postgres

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guichet/bot"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

const (
	// retentionKind is the job's name in River's table. A change of it would leave old jobs without a worker.
	retentionKind = "guichet_retention"

	// retentionEvery is how often data past its time is deleted.
	retentionEvery = 24 * time.Hour

	// retentionTimeout is for the first run over years of data.
	retentionTimeout = 30 * time.Minute

	// stopTimeout is how long a job may go on when the program stops; what it deleted by then stays deleted.
	stopTimeout = 5 * time.Second
)

type retentionArgs struct{}

func (retentionArgs) Kind() string { return retentionKind }

// InsertOpts lets one run a day through, however many replicas start and however often: each start asks for one.
func (retentionArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 5, UniqueOpts: river.UniqueOpts{ByPeriod: retentionEvery}}
}

type retentionWorker struct {
	river.WorkerDefaults[retentionArgs]
	db        *DB
	retention Retention
	logger    *slog.Logger
}

func (w *retentionWorker) Timeout(*river.Job[retentionArgs]) time.Duration { return retentionTimeout }

func (w *retentionWorker) Work(ctx context.Context, _ *river.Job[retentionArgs]) error {
	deleted, err := w.db.DeleteExpired(ctx, w.retention, time.Now())
	files := 0
	if w.retention.Files != nil { // whatever a table refused: what is held is asked for
		var sweep error
		files, sweep = bot.SweepFiles(ctx, w.retention.Files, w.db, time.Now())
		err = errors.Join(err, sweep)
	}
	w.logger.InfoContext(ctx, "retention: deleted what was past its time",
		"conversations", deleted.Conversations, "sessions", deleted.Sessions, "setup_tokens", deleted.SetupTokens,
		"updates", deleted.Updates, "deliveries", deleted.Deliveries, "notes", deleted.Notes, "mails", deleted.Mails,
		"audit", deleted.Audit, "files", files)
	return err // River logs it and tries again
}

// Job is a kind of background work that a replica takes part in.
type Job struct {
	add func(db *DB, config *river.Config)
}

// RunJobs does the background work of this replica until ctx ends, then lets what runs finish for a few seconds. Of
// several replicas one is elected to schedule; any of them may run a job.
//
// It deletes what is past its time ([DB.DeleteExpired], [bot.SweepFiles]), says the replies that can no longer be called back, sends mail,
// and tells the team what it wants to be told; more are jobs that others ask for.
func (db *DB) RunJobs(ctx context.Context, retention Retention, mailing Mailing, logger *slog.Logger, more ...Job) error {
	mailing = mailing.withDefaults()
	workers := river.NewWorkers()
	river.AddWorker(workers, &retentionWorker{db: db, retention: retention, logger: logger})
	river.AddWorker(workers, &mailWorker{db: db, Mailing: mailing, logger: logger, renderer: bot.NewRenderer()})
	river.AddWorker(workers, &noticeWorker{db: db, Mailing: mailing})
	river.AddWorker(workers, &tallyWorker{db: db})
	config := &river.Config{
		Logger: slog.New(warnings{logger.Handler()}),
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		PeriodicJobs: []*river.PeriodicJob{river.NewPeriodicJob(
			river.PeriodicInterval(retentionEvery),
			func() (river.JobArgs, *river.InsertOpts) { return retentionArgs{}, nil },
			// The schedule starts anew with each election: a program restarted every night would never clean up.
			&river.PeriodicJobOpts{RunOnStart: true},
		), river.NewPeriodicJob(
			river.PeriodicInterval(noticeEvery),
			func() (river.JobArgs, *river.InsertOpts) { return noticeArgs{}, nil },
			&river.PeriodicJobOpts{RunOnStart: true},
		), river.NewPeriodicJob(
			river.PeriodicInterval(tallyEvery),
			func() (river.JobArgs, *river.InsertOpts) { return tallyArgs{}, nil },
			&river.PeriodicJobOpts{RunOnStart: true},
		)},
		// A worker that was killed leaves its job "running" for this long.
		RescueStuckJobsAfter: 2 * retentionTimeout,
		SoftStopTimeout:      stopTimeout,
		Workers:              workers,
	}
	for _, job := range more {
		job.add(db, config)
	}
	client, err := river.NewClient(riverpgxv5.New(db.pool), config)
	if err != nil {
		return fail(err, "prepare the background jobs")
	}
	if err := client.Start(ctx); err != nil {
		return fail(err, "start the background jobs")
	}
	released := make(chan struct{})
	go func() { defer close(released); db.releaseReplies(ctx, logger) }()
	<-client.Stopped()
	<-released
	return nil
}

var _ river.Worker[retentionArgs] = (*retentionWorker)(nil)

// warnings lets through what an operator should look at: River also counts its jobs aloud every few seconds.
type warnings struct{ slog.Handler }

// Enabled refuses what is below a warning.
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}
