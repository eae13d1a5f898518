package postgres

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
)

// Setting is the value of a server setting on a connection of the pool.
func (db *DB) Setting(ctx context.Context, name string) (value string, err error) {
	err = db.pool.QueryRow(ctx, "select current_setting($1)", name).Scan(&value)
	return value, err
}

// MigrationLock is the advisory lock of migrations.
const MigrationLock = migrationLock

// WebhookJobEvery is WebhookJob with the same pause after each failure.
func WebhookJobEvery(pause time.Duration, post Post, logger *slog.Logger) Job {
	return webhookJob(post, logger, []time.Duration{pause})
}

// RetentionJob is the job that each replica asks for when it starts.
func RetentionJob() river.JobArgs { return retentionArgs{} }
