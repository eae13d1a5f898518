package postgres

import (
	"context"
	"log/slog"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// Setting is the value of a server setting on a connection of the pool.
func (db *DB) Setting(ctx context.Context, name string) (value string, err error) {
	err = db.pool.QueryRow(ctx, "select current_setting($1)", name).Scan(&value)
	return value, err
}

// MigrationLock is the advisory lock of migrations.
const MigrationLock = migrationLock

// TellNotices is one run of the job of that name.
func TellNotices(ctx context.Context, db *DB, m Mailing) error {
	return db.tellNotices(ctx, m.withDefaults())
}

// WebhookJobEvery is WebhookJob with the same pause after each failure.
func WebhookJobEvery(pause time.Duration, post Post, logger *slog.Logger) Job {
	return webhookJob(post, logger, []time.Duration{pause})
}

// RetentionJob is the job that each replica asks for when it starts.
func RetentionJob() river.JobArgs { return retentionArgs{} }

// OpenTraced is Open with somebody who is told of each statement.
func OpenTraced(ctx context.Context, url string, tracer pgx.QueryTracer) (*DB, error) {
	db, err := newTraced(url, tracer)
	if err != nil {
		return nil, err
	}
	if err := db.Connect(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// FoldTally is what the job of that name does.
func FoldTally(ctx context.Context, db *DB) error { return db.foldTally(ctx) }

// FoldWords is what the same job does first.
func FoldWords(ctx context.Context, db *DB) error { return db.foldWords(ctx) }

// HoldGroups keeps turns waiting until release, so that they are kept together.
func HoldGroups(db *DB) (release func()) {
	c := db.committer
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running += lanes
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.running -= lanes
		c.start()
	}
}

// WaitingTurns is how many turns wait for a group.
func WaitingTurns(db *DB) int {
	db.committer.mu.Lock()
	defer db.committer.mu.Unlock()
	return len(db.committer.waiting)
}

// BusyConversations is how many conversations have a turn on its way.
func BusyConversations(db *DB) int {
	db.committer.mu.Lock()
	defer db.committer.mu.Unlock()
	return len(db.committer.busy)
}

// MostWaiting is how many turns may wait.
const MostWaiting = mostWaiting

// Asked is how often a connection was taken, so far.
func Asked(db *DB) int64 { return db.pool.Stat().AcquireCount() }

// WebhookMessage is what a webhook with text is told of the newest event.
func WebhookMessage(ctx context.Context, db *DB) (bot.WebhookMessage, error) {
	var args webhookArgs
	if err := db.pool.QueryRow(ctx, `select max(id) from ticket_events`).Scan(&args.Event); err != nil {
		return bot.WebhookMessage{}, err
	}
	return db.webhookMessage(ctx, args)
}
