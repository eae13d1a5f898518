package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// begin holds what the statement locks until the returned function is called.
func begin(t *testing.T, url, statement string, args ...any) (release func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	release = func() { _ = conn.Close(ctx); cancel() }
	t.Cleanup(release)
	for _, s := range []func() error{
		func() error { _, err := conn.Exec(ctx, "begin"); return err },
		func() error { _, err := conn.Exec(ctx, statement, args...); return err },
	} {
		if err := s(); err != nil {
			t.Fatal(err)
		}
	}
	return release
}

// until repeats a question to the database until the answer is yes.
func until(t *testing.T, url, question string) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	deadline := time.After(time.Minute)
	for !postgrestest.Query[bool](t, url, question) {
		select {
		case <-again.C:
		case <-deadline:
			t.Fatalf("it never came true: %s", question)
		}
	}
}

func TestAReplicaWaitsForTheOneThatMigrates(t *testing.T) {
	t.Parallel()
	url := postgrestest.URL(t)
	release := begin(t, url, "select pg_advisory_xact_lock($1)", postgres.MigrationLock)
	opened := make(chan error, 1)
	go func() {
		db, err := postgres.Open(t.Context(), url)
		if err == nil {
			db.Close()
		}
		opened <- err
	}()
	// It asks again and again, and does nothing else.
	const asking = ` from pg_stat_activity
		where datname = current_database() and query like 'select pg_try_advisory_lock%'`
	until(t, url, "select count(*) > 0"+asking)
	first := postgrestest.Query[time.Time](t, url, "select query_start"+asking)
	until(t, url, "select count(*) > 0"+asking+" and query_start > '"+first.Format(time.RFC3339Nano)+"'")
	if len(opened) != 0 {
		t.Fatalf("Open has not waited: %v", <-opened)
	}
	if postgrestest.Query[bool](t, url, "select to_regclass('guichet_migrations') is not null") {
		t.Error("it migrates while another replica does")
	}
	release()
	if err := <-opened; err != nil {
		t.Errorf("Open: %v", err)
	}
}

func TestTwoSetUpsAtOnceMakeOneAccount(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	if err := db.NewSetupToken(t.Context(), []byte("t"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	// Nobody can add a user until both have come as far as they can.
	release := begin(t, url, "lock table users in share mode")
	ended := make(chan error, 2)
	for _, email := range []string{"ana@example.fr", "eve@example.fr"} {
		go func() {
			ended <- db.UseSetupToken(t.Context(), []byte("t"), time.Now(), bot.User{Email: email, Role: bot.RoleAdmin})
		}()
	}
	until(t, url, `select count(*) = 2 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
	release()
	first, second := <-ended, <-ended
	if first != nil {
		first, second = second, first
	}
	if first != nil || !errors.Is(second, bot.ErrNotFound) {
		t.Errorf("the two set-ups give %v and %v", first, second)
	}
}
