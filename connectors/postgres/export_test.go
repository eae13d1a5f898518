package postgres

import (
	"context"
	"log/slog"
	"strings"
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

// PlanOf is how a list is read.
func PlanOf(ctx context.Context, db *DB, filter bot.TicketFilter) string {
	statement, args := listing(filter)
	return plan(ctx, db, statement, args)
}

// PlanOfRelated is how the other tickets of a person are found.
func PlanOfRelated(ctx context.Context, db *DB, ticket bot.Ticket) string {
	return plan(ctx, db, related, relatedTo(ticket))
}

func plan(ctx context.Context, db *DB, statement string, args []any) string {
	rows, err := db.pool.Query(ctx, "explain "+statement, args...)
	if err != nil {
		return err.Error()
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err.Error()
	}
	return strings.Join(lines, "\n")
}

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
