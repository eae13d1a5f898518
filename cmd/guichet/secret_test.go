package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// away is a database that has not answered yet.
func away(t *testing.T, url string, log *journal) *database {
	t.Helper()
	db, err := postgres.New(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return &database{DB: db, log: slog.New(slog.NewTextHandler(log, nil))}
}

func TestASecretIsTheSameWithAndWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	url, flags, log := postgrestest.URL(t), databaseFlags{Data: t.TempDir()}, &journal{}
	first := flags.secrets(away(t, url, log))
	made, err := first.get(t.Context(), "visitor")
	if err != nil || len(made) != 32 {
		t.Fatalf("%x, %v", made, err)
	}
	info, err := os.Stat(filepath.Join(flags.Data, "secrets", "visitor"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if again, err := flags.secrets(away(t, url, log)).get(t.Context(), "visitor"); err != nil || !bytes.Equal(again, made) {
		t.Errorf("the next start without the database has %x, %v", again, err)
	}
	if err := first.db.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := first.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kept, err := first.db.Secret(t.Context(), "visitor"); err != nil || !bytes.Equal(kept, made) {
		t.Errorf("the database has %x, %v", kept, err)
	}
	if log.String() != "" {
		t.Errorf("it says %s", log)
	}
}

func TestASecretThatOthersHaveIsTakenOverAndSaidAloud(t *testing.T) {
	t.Parallel()
	url, flags, log := postgrestest.URL(t), databaseFlags{Data: t.TempDir()}, &journal{}
	late := flags.secrets(away(t, url, log))
	if _, err := late.get(t.Context(), "visitor"); err != nil {
		t.Fatal(err)
	}
	if err := late.db.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	theirs, err := late.db.Secret(t.Context(), "visitor")
	if err != nil {
		t.Fatal(err)
	}
	if err := late.settle(t.Context()); err != nil || !strings.Contains(log.String(), "restart it now") {
		t.Errorf("%v, it says %s", err, log)
	}
	if next, err := flags.secrets(away(t, url, log)).get(t.Context(), "visitor"); err != nil || !bytes.Equal(next, theirs) {
		t.Errorf("the next start has %x, %v; the others have %x", next, err, theirs)
	}
}

// TestAFirstStartWaitsForTheReplicaThatMigrates has a second replica start over an empty database, whose first takes longer than a
// start with a secret waits.
func TestAFirstStartWaitsForTheReplicaThatMigrates(t *testing.T) {
	t.Parallel()
	log := &journal{}
	flags := databaseFlags{DatabaseURL: postgrestest.URL(t), Data: t.TempDir()}
	migrating, err := pgx.Connect(t.Context(), flags.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = migrating.Close(context.Background()) }()
	holds := func(statement string) {
		t.Helper()
		if _, err := migrating.Exec(t.Context(), "select "+statement+"($1)", 0x67756963686574); err != nil { // the lock of the migrations
			t.Fatal(err)
		}
	}
	start := func(patience time.Duration) (*database, chan error) {
		t.Helper()
		db, err := flags.serve(t.Context(), slog.New(slog.NewTextHandler(log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.stop)
		attached := make(chan error, 1)
		go func() { attached <- db.attach(t.Context(), patience) }()
		return db, attached
	}
	holds("pg_advisory_lock")
	if flags.patience() != firstPatience {
		t.Errorf("the first start waits %v", flags.patience())
	}
	first, attached := start(flags.patience())
	wantTrue(t, "it waits for the lock", func() bool {
		return queryInt(t, flags.DatabaseURL, `select count(*) from pg_stat_activity where query like 'select pg_try_advisory_lock%' and state = 'idle' and datname = current_database()`) == 1
	})
	holds("pg_advisory_unlock")
	if err := <-attached; err != nil || !first.isConnected() || log.String() != "" {
		t.Fatalf("it goes on with %v, connected %v, and says %s", err, first.isConnected(), log)
	}
	if _, err := flags.secrets(first).get(t.Context(), "visitor"); err != nil {
		t.Fatal(err)
	}

	if flags.patience() != startPatience {
		t.Errorf("a start with the secret waits %v", flags.patience())
	}
	holds("pg_advisory_lock")
	later, attached := start(time.Millisecond)
	if err := <-attached; err != nil || later.isConnected() || !strings.Contains(log.String(), "takes its time") {
		t.Errorf("it goes on with %v, connected %v, and says %s", err, later.isConnected(), log)
	}
}
