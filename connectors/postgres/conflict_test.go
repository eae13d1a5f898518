package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
)

// TestActionsBesidePassagesNeverWaitForOneAnother has agents work on tickets whose customers go from one conversation to another all
// the time: every action succeeds, and what was said is there once.
func TestActionsBesidePassagesNeverWaitForOneAnother(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	agent := bot.User{Email: "ines@example.org", Name: "Inès Morel", Role: bot.RoleAgent}
	if err := db.AddUser(t.Context(), agent); err != nil {
		t.Fatal(err)
	}
	const people, threads = 4, 3 // each person has three conversations, and goes from one to another
	key := func(person, thread int) string { return fmt.Sprintf("p%d-%d", person, thread) }
	var references []string
	for person := range people {
		for n := range 3 {
			reference := fmt.Sprintf("G-0000-%04d", person*10+n)
			references = append(references, reference)
			in := bot.Inbound{Channel: bot.Web, Key: key(person, 0), Site: "micro", Text: "aide", ExternalID: "open " + reference}
			_, err := db.Turn(t.Context(), in, func(bot.Conversation) (bot.Turn, error) {
				return bot.Turn{Text: "aide", Reply: bot.Reply{Kind: bot.Escalate, Text: "noté"}, Ticket: &bot.Ticket{Reference: reference, Category: bot.Human, Fields: map[bot.Field]string{}}}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	var all sync.WaitGroup
	var acted, crossed atomic.Int64
	forever := func(do func(*rand.Rand, int) error) {
		seed := rand.Uint64()
		all.Go(func() {
			random := rand.New(rand.NewPCG(seed, 1))
			for n := 0; ctx.Err() == nil; n++ {
				// What was begun is finished: its end by the test's own deadline would be no finding.
				if err := do(random, n); err != nil && !errors.Is(err, bot.ErrNotFound) && !errors.Is(err, bot.ErrMerged) && !errors.Is(err, bot.ErrPending) && !errors.Is(err, bot.ErrExists) {
					t.Error(err)
				}
			}
		})
	}
	done := t.Context()
	for w := range 6 {
		forever(func(random *rand.Rand, n int) error {
			acted.Add(1)
			reference, other := references[random.IntN(len(references))], references[random.IntN(len(references))]
			switch random.IntN(6) {
			case 0:
				return db.SetTicketStatus(done, reference, agent, []bot.Status{bot.Open, bot.Waiting, bot.Resolved}[random.IntN(3)])
			case 1:
				if reference == other {
					return nil
				}
				return db.LinkTickets(done, reference, agent, other)
			case 2:
				return db.AssignTicket(done, reference, agent, agent.Email)
			default:
				return db.ReplyTicket(done, reference, agent, bot.AgentReply{Text: "réponse", Once: fmt.Sprint(w, " ", n)})
			}
		})
	}
	for person := range people {
		at := 0
		forever(func(random *rand.Rand, n int) error {
			to := (at + 1 + random.IntN(threads-1)) % threads
			token := []byte(fmt.Sprintf("%032d", person*1_000_000+n))
			if err := db.NewPassage(done, bot.Web, key(person, at), token, time.Minute); err != nil {
				return err
			}
			_, err := db.TakePassage(done, token, bot.Inbound{Channel: bot.Web, Key: key(person, to), Site: "micro", ExternalID: fmt.Sprint(person, " takes ", n)},
				func(left, _ bot.Conversation) (bot.Crossing, error) {
					return bot.Crossing{Turn: bot.Turn{Text: "/start", State: left.State, Reply: bot.Reply{Kind: bot.Smalltalk, Text: "ici"}}, Goodbye: bot.Reply{Kind: bot.Smalltalk, Text: "là-bas"}}, nil
				})
			if err == nil {
				at = to
				crossed.Add(1)
			}
			return err
		})
		forever(func(random *rand.Rand, n int) error {
			in := bot.Inbound{Channel: bot.Web, Key: key(person, random.IntN(threads)), Site: "micro", Text: "et ?", ExternalID: fmt.Sprint(person, " says ", n)}
			_, err := db.Turn(done, in, func(c bot.Conversation) (bot.Turn, error) {
				return bot.Turn{Text: "et ?", Reply: bot.Reply{Kind: bot.Answer, Text: "voilà"}, State: c.State}, nil
			})
			return err
		})
	}
	all.Wait()
	t.Logf("%d actions beside %d passages", acted.Load(), crossed.Load())
	if acted.Load() < 20 || crossed.Load() < 10 {
		t.Error("this shows nothing")
	}
	if n := postgrestest.Query[int64](t, url, "select deadlocks from pg_stat_database where datname = current_database()"); n != 0 {
		t.Errorf("PostgreSQL found %d deadlocks", n)
	}
	if n := postgrestest.Query[int64](t, url, `select count(*) from conversations c where last_seq <> (select count(*) from messages where conversation_id = c.id)`); n != 0 {
		t.Errorf("%d conversations have gaps", n)
	}
}
