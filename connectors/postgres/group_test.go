package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// turns are turns of as many people, kept together.
type turns struct {
	db      *postgres.DB
	url     string
	release func()
	group   sync.WaitGroup
	mu      sync.Mutex
	errs    map[string]error
	came    map[string]bot.Outcome
	sent    int
}

func gather(t *testing.T) *turns {
	t.Helper()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	return &turns{db: db, url: url, release: postgres.HoldGroups(db), errs: map[string]error{}, came: map[string]bot.Outcome{}}
}

// add has somebody write, and returns once the message waits.
func (g *turns) add(t *testing.T, ctx context.Context, in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) {
	t.Helper()
	g.sent++
	g.group.Go(func() {
		var outcome bot.Outcome
		err := errors.New("it panicked")
		defer func() {
			_ = recover()
			g.mu.Lock()
			defer g.mu.Unlock()
			g.errs[in.Key], g.came[in.Key] = err, outcome
		}()
		outcome, err = g.db.Turn(ctx, in, decide)
	})
	eventually(t, "the turns get on", func() bool { return postgres.WaitingTurns(g.db) == g.sent })
}

// keep lets the turns be kept, and waits for all.
func (g *turns) keep(t *testing.T) {
	t.Helper()
	g.release()
	g.group.Wait()
	eventually(t, "the turns get on", func() bool { return postgres.BusyConversations(g.db) == 0 })
}

// transactions is how many have kept the messages there are.
func (g *turns) transactions(t *testing.T) int {
	t.Helper()
	return postgrestest.Query[int](t, g.url, `select count(distinct xmin::text) from messages`)
}

func from(key string) bot.Inbound {
	return bot.Inbound{Channel: "web", Key: key, ExternalID: key + ":1", Site: "demo", Text: "x"}
}

func TestTurnsThatArriveTogetherAreKeptInOneTransaction(t *testing.T) {
	t.Parallel()
	g := gather(t)
	heard := listenTo(t, g.db)
	for i := range 20 {
		in := from(fmt.Sprint("visitor", i))
		if i%2 == 1 {
			in.Channel = bot.Telegram // whose replies leave by the outbox
		}
		g.add(t, t.Context(), in, decide)
	}
	g.keep(t)
	for key, err := range g.errs {
		if err != nil || g.came[key].Bot == nil || g.came[key].Bot.Seq != 2 {
			t.Errorf("%s: %+v, %v", key, g.came[key], err)
		}
	}
	if n := g.transactions(t); n != 1 {
		t.Errorf("twenty turns took %d transactions", n)
	}
	if n := postgrestest.Query[int](t, g.url, `select count(*) from outbox where next_at < 'infinity'`); n != 10 {
		t.Errorf("%d replies leave, want 10", n)
	}
	said := map[string]bool{}
	for range 20 {
		said[<-heard.changed] = true
	}
	if len(said) != 20 {
		t.Errorf("heard of %v", said)
	}
}

func TestOneTurnThatFailsDoesNotFailTheOthersOfItsGroup(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	g := gather(t)
	g.add(t, t.Context(), from("a"), decide)
	g.add(t, t.Context(), from("refuses"), func(bot.Conversation) (bot.Turn, error) { return bot.Turn{}, broken })
	g.add(t, t.Context(), from("panics"), func(bot.Conversation) (bot.Turn, error) { panic("poison") })
	g.add(t, t.Context(), from("z"), decide)
	g.keep(t)
	for key, want := range map[string]bool{"a": true, "z": true, "refuses": false, "panics": false} {
		if (g.errs[key] == nil) != want {
			t.Errorf("%s gives %v", key, g.errs[key])
		}
	}
	if !errors.Is(g.errs["refuses"], broken) {
		t.Errorf("what decide gave became %v", g.errs["refuses"])
	}
	if n := postgrestest.Query[int](t, g.url, `select count(*) from conversations`); n != 2 {
		t.Errorf("there are %d conversations: those of failed turns should have gone", n)
	}
	if n := g.transactions(t); n != 1 {
		t.Errorf("the two others took %d transactions", n)
	}
}

func TestWhatTheDatabaseRefusesOfOneTurnDoesNotFailTheOthersOfItsGroup(t *testing.T) {
	t.Parallel()
	g := gather(t)
	stolen := from("b")
	stolen.ExternalID = from("a").ExternalID // unique on the channel: the insert of both fails
	g.add(t, t.Context(), from("a"), decide)
	g.add(t, t.Context(), stolen, decide)
	g.add(t, t.Context(), from("c"), decide)
	g.keep(t)
	if g.errs["c"] != nil {
		t.Errorf("the third gives %v", g.errs["c"])
	}
	if (g.errs["a"] == nil) == (g.errs["b"] == nil) {
		t.Errorf("of two messages of one id these became: %v, %v", g.errs["a"], g.errs["b"])
	}
	if n := postgrestest.Query[int](t, g.url, `select count(*) from messages`); n != 4 {
		t.Errorf("%d messages, want those of two turns", n)
	}
}

func TestATurnWhoseConversationIsHeldElsewhereDoesNotHoldItsGroup(t *testing.T) {
	t.Parallel()
	g := gather(t)
	execute(t, g.url, `insert into conversations (channel, key, site) values ('web', 'held', 'demo')`)
	let := begin(t, g.url, `select from conversations where key = 'held' for update`)
	g.add(t, t.Context(), from("held"), decide)
	g.add(t, t.Context(), from("free"), decide)
	g.release()
	eventually(t, "the turns get on", func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		_, ended := g.errs["free"]
		return ended
	})
	g.mu.Lock()
	if _, ended := g.errs["held"]; ended || g.errs["free"] != nil {
		t.Errorf("while one is held they give %v", g.errs)
	}
	g.mu.Unlock()
	let()
	g.group.Wait()
	if g.errs["held"] != nil {
		t.Errorf("the one that was held gives %v", g.errs["held"])
	}
}

func TestACallerWhoLeavesAGroupLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	g := gather(t)
	waits, leave := context.WithCancel(t.Context())
	decides, leaveLater := context.WithCancel(t.Context())
	g.add(t, waits, from("waits"), decide)
	leave()
	eventually(t, "the turns get on", func() bool { return postgres.WaitingTurns(g.db) == 0 })
	g.sent = 0
	g.add(t, decides, from("decides"), func(c bot.Conversation) (bot.Turn, error) { leaveLater(); return decide(c) })
	g.add(t, t.Context(), from("stays"), decide)
	g.keep(t)
	if !errors.Is(g.errs["waits"], context.Canceled) || !errors.Is(g.errs["decides"], context.Canceled) || g.errs["stays"] != nil {
		t.Errorf("they give %v", g.errs)
	}
	if got := postgrestest.Query[string](t, g.url, `select string_agg(key, ' ') from conversations`); got != "stays" {
		t.Errorf("the conversations are %q", got)
	}
}

func TestTheNextTurnOfAConversationWaitsForTheOneBeforeIt(t *testing.T) {
	t.Parallel()
	g := gather(t)
	ends := make(chan struct{})
	second := from("ana")
	second.ExternalID = "ana:2"
	g.add(t, t.Context(), from("ana"), func(c bot.Conversation) (bot.Turn, error) { <-ends; return decide(c) })
	g.group.Go(func() {
		outcome, err := g.db.Turn(t.Context(), second, decide)
		if err != nil || outcome.Customer.Seq != 3 {
			t.Errorf("the second gives %+v, %v", outcome, err)
		}
	})
	eventually(t, "the turns get on", func() bool { return postgres.WaitingTurns(g.db) == 2 })
	g.release()
	eventually(t, "the turns get on", func() bool { return postgres.WaitingTurns(g.db) == 1 })
	if _, err := g.db.Turn(t.Context(), from("eve"), decide); err != nil { // a decision that takes long holds nobody else
		t.Error(err)
	}
	close(ends)
	g.group.Wait()
}

func TestTooManyTurnsAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	g := gather(t)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	for i := range postgres.MostWaiting {
		g.group.Go(func() { _, _ = g.db.Turn(ctx, from(fmt.Sprint(i)), decide) })
	}
	eventually(t, "the turns get on", func() bool { return postgres.WaitingTurns(g.db) == postgres.MostWaiting })
	if _, err := g.db.Turn(t.Context(), from("one more"), decide); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("one turn more gives %v", err)
	}
	leave()
	g.group.Wait()
	g.release()
	if _, err := g.db.Turn(t.Context(), from("later"), decide); err != nil {
		t.Errorf("when they have gone: %v", err)
	}
}

func TestReplicasKeepTheSameConversationsInGroupsWithoutWaitingForEachOther(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	replicas := []*postgres.DB{postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url)}
	const people, messages = 12, 20
	var group sync.WaitGroup
	for r, db := range replicas {
		for _, person := range rand.Perm(people) {
			group.Go(func() {
				for i := range messages {
					in := from(fmt.Sprint("p", person))
					in.ExternalID = fmt.Sprintf("%d-%d-%d", r, person, i)
					outcome, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
						if c.LastSeq != int64(2*c.State.Lost) {
							t.Errorf("after %d turns the last number is %d", c.State.Lost, c.LastSeq)
						}
						c.State.Lost++
						return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Answer, Text: "y"}, State: c.State}, nil
					})
					if err != nil || outcome.Duplicate {
						t.Errorf("%+v, %v", outcome, err)
					}
				}
			})
		}
	}
	group.Wait()
	const complete = `select count(*) from conversations c where last_seq = $1 and (c.state->>'lost')::int = $1 / 2
		and (select count(*) from messages m where m.conversation_id = c.id) = $1`
	if n := postgrestest.Query[int](t, url, complete, len(replicas)*messages*2); n != people {
		t.Errorf("%d of %d conversations are complete", n, people)
	}
}
