package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

func TestWhatThisReplicaHasJustWrittenIsNotAskedFor(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	here, there := postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url)
	heard := listenTo(t, here)
	after := func(seq int64) (messages, asked int) {
		before := postgres.Asked(here)
		list, err := here.Transcript(t.Context(), "web", "ana", seq)
		if err != nil {
			t.Fatal(err)
		}
		asked = int(postgres.Asked(here) - before)
		if here.Unchanged("web", "ana", seq) != (len(list) == 0 && asked == 0) {
			t.Errorf("it is known that nothing follows message %d: %v, but there were %d messages and the database was asked %d times", seq, asked > 0, len(list), asked)
		}
		return len(list), asked
	}
	turn := func(db *postgres.DB, id string) {
		in := from("ana")
		in.ExternalID = id
		if _, err := db.Turn(t.Context(), in, decide); err != nil {
			t.Fatal(err)
		}
		<-heard.changed
	}
	turn(here, "1")
	if n, asked := after(2); n != 0 || asked != 0 {
		t.Errorf("nothing came after its own message: %d messages, the database was asked %d times", n, asked)
	}
	if n, asked := after(0); n != 2 || asked != 1 {
		t.Errorf("the whole transcript: %d messages, asked %d times", n, asked)
	}
	turn(there, "2")
	if n, asked := after(2); n != 2 || asked != 1 {
		t.Errorf("after another replica's message: %d messages, asked %d times", n, asked)
	}
	turn(here, "3")
	if n, asked := after(6); n != 0 || asked != 0 {
		t.Errorf("after its own again: %d messages, asked %d times", n, asked)
	}
	execute(t, url, `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'guichet listen'`)
	<-heard.resumed
	if n, asked := after(6); n != 0 || asked != 1 {
		t.Errorf("after a time of deafness: %d messages, asked %d times", n, asked)
	}
}

func TestAReaderWhoFollowsSignalsMissesNothingThatAnyReplicaWrites(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	replicas := []*postgres.DB{postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url)}
	const people, messages = 6, 25
	ctx, cancel := context.WithCancel(context.Background())
	var listening, reading, writing sync.WaitGroup
	for r, db := range replicas {
		changes := bot.NewChanges(db)
		listening.Go(func() { _ = changes.Run(ctx) })
		for p := range people {
			key := fmt.Sprint("p", p)
			signals, end := changes.Subscribe("web", key)
			reading.Go(func() {
				defer end()
				for seen := int64(0); seen < 2*2*messages; {
					select {
					case <-signals:
					case <-time.After(time.Minute):
						t.Errorf("replica %d has not shown all of %s: it waits after message %d", r, key, seen)
						return
					}
					list, err := db.Transcript(t.Context(), "web", key, seen)
					if err != nil {
						t.Error(err)
						return
					}
					for _, m := range list {
						if seen++; m.Seq != seen {
							t.Errorf("message %d follows %d", m.Seq, seen-1)
						}
					}
				}
			})
		}
	}
	eventually(t, "both replicas listen", func() bool { return listeners(t, url) == len(replicas) })
	for r, db := range replicas {
		for p := range people {
			writing.Go(func() {
				for i := range messages {
					in := from(fmt.Sprint("p", p))
					in.ExternalID = fmt.Sprint(r, "-", p, "-", i)
					if _, err := db.Turn(t.Context(), in, decide); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	writing.Wait()
	reading.Wait()
	cancel()
	listening.Wait()
}

func TestAConversationThatIsErasedUnheardBeginsAnew(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	heard := listenTo(t, db)
	for n, seq := range []int64{1, 3, 1} {
		if n == 2 { // in a way that tells nobody, after turns for which it was known to be there
			execute(t, url, `delete from messages`)
			execute(t, url, `delete from conversations`)
		}
		in := from("ana")
		in.ExternalID = fmt.Sprint(n)
		outcome, err := db.Turn(t.Context(), in, decide)
		if err != nil {
			t.Fatal(err)
		}
		<-heard.changed
		if outcome.Customer.Seq != seq {
			t.Errorf("message %d has the number %d, want %d", n+1, outcome.Customer.Seq, seq)
		}
	}
	if got := postgrestest.Query[int](t, url, `select count(*) from messages`); got != 2 {
		t.Errorf("%d messages are kept, want 2", got)
	}
}
