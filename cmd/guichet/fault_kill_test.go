package main

import (
	"math/rand/v2"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// kills is how many times the kill tests strike; GUICHET_TEST_KILLS asks for a longer run.
func kills(t *testing.T, usual int) int {
	t.Helper()
	asked := os.Getenv("GUICHET_TEST_KILLS")
	if asked == "" {
		return usual
	}
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1 {
		t.Fatalf("GUICHET_TEST_KILLS is %q", asked)
	}
	return n
}

// lasting is how long a fault test waits; the environment's name asks for another time, such as 60s.
func lasting(t *testing.T, name string, usual time.Duration) time.Duration {
	t.Helper()
	asked := os.Getenv(name)
	if asked == "" {
		return usual
	}
	d, err := time.ParseDuration(asked)
	if err != nil || d <= 0 {
		t.Fatalf("%s is %q", name, asked)
	}
	return d
}

// checked opens the database for the checker, past any server.
func checked(t *testing.T, p *ownPostgres) *postgres.DB { return postgrestest.OpenAt(t, p.url()) }

// TestNothingAcknowledgedIsLostWhateverIsKilled kills the server, PostgreSQL, both, and stops PostgreSQL without a word,
// at random moments while people talk.
func TestNothingAcknowledgedIsLostWhateverIsKilled(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := newPostgres(t, dir)
	server := newProcess(t, database.url(), dir)
	server.start()
	server.serves()
	people := newCrowd(t, 5, server.base)
	people.talk()
	random := rand.New(rand.NewPCG(7, uint64(time.Now().UnixNano())))
	moment := func(most time.Duration) { time.Sleep(time.Duration(random.Int64N(int64(most)))) }
	const ways = 4
	for i := range kills(t, 6) {
		moment(1200 * time.Millisecond)
		switch (i + 3) % ways { // each way, in a short run too
		case 0:
			t.Log("kill the server")
			server.kill()
			server.start()
		case 1:
			t.Log("kill PostgreSQL")
			database.kill()
			moment(1500 * time.Millisecond)
			database.start()
		case 2:
			t.Log("kill both; the server is back first")
			database.kill()
			moment(300 * time.Millisecond)
			server.kill()
			server.start()
			moment(1500 * time.Millisecond)
			database.start()
		case 3:
			t.Log("stop PostgreSQL for a while")
			database.signal(syscall.SIGSTOP)
			moment(2500 * time.Millisecond)
			database.signal(syscall.SIGCONT)
		}
		server.serves()
	}
	people.quiet() // what waits is handed over faster than that without more of it
	server.ready()
	messages, tickets := people.check(checked(t, database))
	t.Logf("%d messages and %d tickets were acknowledged", messages, tickets)
	if messages < 20 || tickets == 0 {
		t.Errorf("only %d messages and %d tickets were acknowledged: this shows nothing", messages, tickets)
	}
}
