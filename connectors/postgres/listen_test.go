package postgres_test

import (
	"context"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

type listening struct {
	changed chan string   // "channel key"
	resumed chan struct{} // a signal for each time but the first
}

// listenTo starts db.Listen and returns when it is in force.
func listenTo(t *testing.T, db *postgres.DB) listening {
	t.Helper()
	l := listening{changed: make(chan string, 100), resumed: make(chan struct{}, 100)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- db.Listen(ctx,
			func(channel, key string) { l.changed <- channel + " " + key },
			func() { l.resumed <- struct{}{} })
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Listen: %v", err)
		}
	})
	<-l.resumed
	return l
}

// listeners counts the connections that have said LISTEN and now wait.
func listeners(t *testing.T, url string) int {
	t.Helper()
	return postgrestest.Query[int](t, url, `select count(*) from pg_stat_activity where datname = current_database()
		and application_name = 'guichet listen' and state = 'idle' and query like 'listen %'`)
}

func TestAListenerThatWasCutOffResumes(t *testing.T) {
	t.Parallel()
	r := newRelay(t)
	db := postgrestest.OpenAt(t, r.url)
	l := listenTo(t, db)
	for round := range 3 {
		if killed := postgrestest.Query[int](t, r.url, `select count(pg_terminate_backend(pid)) from pg_stat_activity
			where datname = current_database() and application_name = 'guichet listen'`); killed != 1 {
			t.Fatalf("round %d: %d listeners", round, killed)
		}
		<-l.resumed
		if _, err := db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: "ana"}, decide); err != nil {
			t.Fatal(err)
		}
		if got := <-l.changed; got != "web ana" {
			t.Errorf("round %d: heard of %q", round, got)
		}
	}
	if n := len(l.resumed); n != 0 {
		t.Errorf("resumed was called %d times too often", n)
	}
}

func TestAListenerOutlivesAnOutage(t *testing.T) {
	t.Parallel()
	r := newRelay(t)
	db := postgrestest.OpenAt(t, r.url)
	l := listenTo(t, db)
	r.set(refuse)
	if err := db.Ping(t.Context()); err == nil {
		t.Fatal("the database is still there")
	}
	r.set(pass)
	<-l.resumed
	if _, err := db.Turn(t.Context(), visitor, decide); err != nil {
		t.Fatal(err)
	}
	if got := <-l.changed; got != "web ana" {
		t.Errorf("heard of %q", got)
	}
}

func TestAListenerThatFindsNoDatabaseAtFirstResumes(t *testing.T) {
	t.Parallel()
	r := newRelay(t)
	db := postgrestest.OpenAt(t, r.url)
	r.set(refuse)
	ctx, cancel := context.WithCancel(t.Context())
	resumed, ended := make(chan struct{}, 10), make(chan error, 1)
	go func() { ended <- db.Listen(ctx, func(_, _ string) {}, func() { resumed <- struct{}{} }) }()
	// Until the first attempt has failed there is nothing to resume: that it was made is seen by the second.
	for range 2 {
		r.waitRefused(t)
	}
	r.set(pass)
	<-resumed
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Listen: %v", err)
	}
}

func TestWhatOthersSayOnTheChannelIsIgnored(t *testing.T) {
	t.Parallel()
	r := newRelay(t)
	db := postgrestest.OpenAt(t, r.url)
	l := listenTo(t, db)
	for _, payload := range []string{"", "hello", "{}", `["web","ana"]`, `{"channel":1}`} {
		execute(t, r.url, "select pg_notify('guichet_conversation', $1)", payload)
	}
	if _, err := db.Turn(t.Context(), visitor, decide); err != nil {
		t.Fatal(err)
	}
	if got := <-l.changed; got != "web ana" {
		t.Errorf("heard of %q", got)
	}
}
