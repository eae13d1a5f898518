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

// PlanOfConcerned is how the tickets are found that a message may reopen.
func PlanOfConcerned(ctx context.Context, db *DB, channel, key string) string {
	return plan(ctx, db, concerned, []any{channel, key})
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
