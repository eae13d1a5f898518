package postgrestest

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"guichet/bot/bottest"
	"guichet/connectors/postgres"
)

// WorksAt runs the background jobs as at one moment, until the test ends.
func WorksAt(t *testing.T, db *postgres.DB, now time.Time) {
	t.Helper()
	mailing := postgres.Mailing{Now: func() time.Time { return now }}
	bottest.Run(t, func(ctx context.Context) error {
		return db.RunJobs(ctx, postgres.DefaultRetention(), mailing, slog.New(slog.DiscardHandler))
	})
}
