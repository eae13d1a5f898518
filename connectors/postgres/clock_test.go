package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
)

// clockLibraries is where Debian's package faketime puts what shows a program another time.
const clockLibraries = "/usr/lib/*/faketime/libfaketimeMT.so.1"

// jumpingCluster is a PostgreSQL whose clock the returned function sets off by so much from the true time.
func jumpingCluster(t *testing.T) (*postgres.Cluster, func(time.Duration)) {
	t.Helper()
	found, err := filepath.Glob(clockLibraries)
	if err != nil || len(found) == 0 {
		t.Skip("the library that shows PostgreSQL another time is not there: install Debian's package faketime")
	}
	folder := usedClusterFolder(t)
	stopCluster(t, startCluster(t, folder))
	programs := newClusterFolder(t)
	clock := filepath.Join(programs, "clock")
	script := fmt.Sprintf("#!/bin/sh\n[ \"$1\" = --version ] || export LD_PRELOAD='%s' FAKETIME_TIMESTAMP_FILE='%s' FAKETIME_NO_CACHE=1 DONT_FAKE_MONOTONIC=1\nexec '%s' \"$@\"\n",
		found[0], clock, programOf(t, folder))
	set := func(off time.Duration) {
		t.Helper()
		// Renamed into place: the server reads it at any moment.
		if err := os.WriteFile(clock+".new", fmt.Appendf(nil, "%+d\n", int(off.Seconds())), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(clock+".new", clock); err != nil {
			t.Fatal(err)
		}
	}
	set(0)
	if err := os.WriteFile(filepath.Join(programs, "postgres"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(filepath.Dir(programOf(t, folder)), "initdb"), filepath.Join(programs, "initdb")); err != nil {
		t.Fatal(err)
	}
	cluster, err := postgres.StartClusterOn(t.Context(), folder, noLog, []string{programs}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })
	return cluster, set
}

// TestAClockThatJumpsLosesAndDisordersNothing sets the database's clock on and back while people write and a sender works.
func TestAClockThatJumpsLosesAndDisordersNothing(t *testing.T) {
	t.Parallel()
	cluster, set := jumpingCluster(t)
	db, err := postgres.Open(t.Context(), cluster.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	turn := func(channel, key string, i int, ticket *bot.Ticket) {
		t.Helper()
		text := fmt.Sprint(key, " ", i)
		_, err := db.Turn(t.Context(), bot.Inbound{Channel: channel, Key: key, ExternalID: text, Site: "demo", Text: text},
			func(c bot.Conversation) (bot.Turn, error) {
				return bot.Turn{Text: text, Reply: bot.Reply{Kind: bot.Answer, Text: "re " + text}, State: c.State, Ticket: ticket}, nil
			})
		if err != nil {
			t.Fatal(err)
		}
	}
	const day = 24 * time.Hour
	jumps := []time.Duration{0, day, -2 * time.Hour, 400 * day, -30 * day, 0}
	for i, off := range jumps {
		set(off)
		if i > 0 {
			if got := time.Until(shownTime(t, cluster)); (got - off).Abs() > time.Minute {
				t.Fatalf("the database's clock is off by %v, should be by %v", got, off)
			}
		}
		turn("web", "ana", i, &bot.Ticket{Reference: fmt.Sprintf("G-0000-000%d", i), Category: bot.Human, Site: "demo", Fields: map[bot.Field]string{}})
		turn("web", "bea", i, nil)
		turn("telegram", "eva", i, nil)
		if i == 1 { // a sender takes one and dies; what it held must not stay held until the clock is there again
			if _, err := db.ClaimDelivery(t.Context(), "telegram", time.Minute); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, name := range []struct{ channel, key string }{{"web", "ana"}, {"web", "bea"}, {"telegram", "eva"}} {
		kept, err := db.Transcript(context.Background(), name.channel, name.key, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(kept) != 2*len(jumps) {
			t.Errorf("%s has %d messages, want %d", name.key, len(kept), 2*len(jumps))
		}
		for i, m := range kept {
			if m.Seq != int64(i+1) || i > 0 && m.At.Before(kept[i-1].At) || i%2 == 0 && m.Text != fmt.Sprint(name.key, " ", i/2) {
				t.Errorf("%s: message %d is %d, %q at %v", name.key, i+1, m.Seq, m.Text, m.At)
			}
		}
	}
	sent := 0
	for ; ; sent++ {
		held, err := db.ClaimDelivery(t.Context(), "telegram", time.Minute)
		if errors.Is(err, bot.ErrNotFound) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprint("re eva ", sent); held.Message.Text != want {
			t.Errorf("%q leaves where %q is due", held.Message.Text, want)
		}
		if err := db.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Sent}); err != nil {
			t.Fatal(err)
		}
	}
	if sent != len(jumps) {
		t.Errorf("%d of %d messages left", sent, len(jumps))
	}
	for i := range jumps {
		if _, err := db.Ticket(t.Context(), fmt.Sprintf("G-0000-000%d", i)); err != nil {
			t.Error(err)
		}
	}
}

// shownTime is what the database's clock shows.
func shownTime(t *testing.T, cluster *postgres.Cluster) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, queryCluster(t, cluster, `select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`))
	if err != nil {
		t.Fatal(err)
	}
	return at
}
