package discord_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
	"guichet/connectors/files"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

func TestAReplicaThatDiesAnywhereLosesNothingAndAnswersOnce(t *testing.T) {
	for name, fault := range map[string]func(f *postgrestest.Faulty, died func(context.Context) error){
		"before an update is kept":      func(f *postgrestest.Faulty, died func(context.Context) error) { f.BeforeKeep = died },
		"after an update was kept":      func(f *postgrestest.Faulty, died func(context.Context) error) { f.AfterKeep = died },
		"between the turn and its note": func(f *postgrestest.Faulty, died func(context.Context) error) { f.BeforeSettle = died },
		"between sending and its note":  func(f *postgrestest.Faulty, died func(context.Context) error) { f.BeforeDispatch = died },
		"before an update is handled": func(f *postgrestest.Faulty, died func(context.Context) error) {
			f.BeforeTurn = func(bot.Inbound) error { return died(context.Background()) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCounter(t)
			ana := c.guild.Member("ana")
			known := c.connected()
			must(ana.Say(ana.Direct(), "bonjour"))
			c.answers(ana.Direct(), 1)
			c.settled()
			known.stop()
			reached := make(chan struct{}, 1000)
			var dead atomic.Bool
			store := &postgrestest.Faulty{DB: postgrestest.OpenAt(t, c.url)}
			fault(store, func(context.Context) error {
				dead.Store(true)
				reached <- struct{}{}
				return errDied
			})
			// Dead at one point is dead at all: nothing is noted after it.
			noted := store.BeforeSettle
			store.BeforeSettle = func(ctx context.Context) error {
				if dead.Load() {
					return errDied
				}
				if noted != nil {
					return noted(ctx)
				}
				return nil
			}
			before := c.discord.Counts()
			first := c.start(store)
			c.listens(before)
			must(ana.Say(ana.Direct(), kbis))
			<-reached
			first.stop()
			c.connected()
			wants(t, c.answers(ana.Direct(), 2)[1], "Infogreffe")
			c.settled()
			c.answers(ana.Direct(), 2)
			if n := postgrestest.Query[int](t, c.url, "select count(*) from messages"); n != 4 {
				t.Errorf("the transcript has %d messages, want 4", n)
			}
		})
	}
}

func TestAnUpdateThatCannotBeHandledIsSetAsideAndItsPersonTold(t *testing.T) {
	c := newCounter(t)
	var tries atomic.Int32
	store := &postgrestest.Faulty{DB: postgrestest.OpenAt(t, c.url), BeforeTurn: func(in bot.Inbound) error {
		if in.Text == secretWord {
			tries.Add(1)
			panic("a fault with " + secretWord)
		}
		return nil
	}}
	before := c.discord.Counts()
	c.start(store)
	c.listens(before)
	ana := c.guild.Member("ana")
	must(ana.Say(ana.Direct(), secretWord))
	must(ana.Say(ana.Direct(), kbis))
	said := c.answers(ana.Direct(), 2)
	wants(t, said[0], "n’a pas pu être traité")
	wants(t, said[1], "Infogreffe")
	if n := tries.Load(); n != discord.UpdateTries {
		t.Errorf("%d attempts, want %d", n, discord.UpdateTries)
	}
	c.settled()
	if reason := postgrestest.Query[string](t, c.url, "select error from inbox where parked_at is not null"); reason != "panic: string" {
		t.Errorf("parked because of %q", reason)
	}
}

func TestAnUpdateOfAnUnknownShapeStopsNothing(t *testing.T) {
	c := newCounter(t)
	ana := c.guild.Member("ana")
	for i, payload := range []string{`not JSON`, `{"t":"MESSAGE_CREATE","d":{"id":5}}`, `{"t":"INTERACTION_CREATE","d":[]}`} {
		if err := c.db.KeepUpdates(t.Context(), []bot.Update{{Channel: bot.Discord, ID: fmt.Sprint("x", i), Thread: ana.ID, Payload: []byte(payload)}}); err != nil {
			t.Fatal(err)
		}
	}
	c.connected()
	must(ana.Say(ana.Direct(), kbis))
	wants(t, c.answers(ana.Direct(), 4)[3], "Infogreffe")
	if n := postgrestest.Query[int](t, c.url, "select count(*) from inbox where parked_at is not null"); n != 3 {
		t.Errorf("%d updates are parked, want 3", n)
	}
}

func TestADatabaseThatComesBackHasMissedNothing(t *testing.T) {
	c := newCounter(t)
	var away atomic.Bool
	away.Store(true)
	var asked atomic.Int32
	before := c.discord.Counts()
	c.start(&postgrestest.Faulty{DB: postgrestest.OpenAt(t, c.url), BeforeKeep: func(context.Context) error {
		if asked.Add(1); away.Load() {
			return bot.ErrUnavailable
		}
		return nil
	}})
	c.listens(before)
	ana := c.guild.Member("ana")
	must(ana.Say(ana.Direct(), kbis))
	c.eventually("some attempts", func() (int, bool) { n := int(asked.Load()); return n, n > 3 })
	away.Store(false)
	wants(t, c.answers(ana.Direct(), 1)[0], "Infogreffe")
}

// The child of TestKilledAtAnyMoment is this test's program, started again with these.
const (
	childAPI      = "GUICHET_TEST_DISCORD_API"
	childDatabase = "GUICHET_TEST_DISCORD_DATABASE"
	childFiles    = "GUICHET_TEST_DISCORD_FILES"
	childStaff    = "GUICHET_TEST_DISCORD_STAFF"
)

func TestMain(m *testing.M) {
	if os.Getenv(childAPI) != "" {
		if err := child(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// child serves until it is killed.
func child() error {
	ctx := context.Background()
	db, err := postgres.Open(ctx, os.Getenv(childDatabase))
	if err != nil {
		return err
	}
	engine, err := bottest.ShippedEngine()
	if err != nil {
		return err
	}
	kept, err := files.Open(ctx, files.Options{Place: os.Getenv(childFiles)})
	if err != nil {
		return err
	}
	changes := bot.NewChanges(db)
	server, err := discord.New(discord.Options{
		Token: token, API: os.Getenv(childAPI), Site: site,
		Counter: bot.NewCounter(engine, db, []bot.Site{site}, time.Now), Store: db, Changes: changes, Files: kept, SourceBase: base, Staff: os.Getenv(childStaff),
	})
	if err != nil {
		return err
	}
	server.Hurry()
	go func() { _ = changes.Run(ctx) }()
	return server.Run(ctx)
}

// killed is a stream of questions, as messages and as commands, at a program that is killed again and again.
type killed struct {
	*counter
	people  []*discordtest.User
	staff   string // the agents' channel; empty: none
	cmd     *exec.Cmd
	presses []*attempt
	again   int
}

// attempt is a question by command, with the interactions that asked it: who is told that it failed asks again.
type attempt struct {
	person *discordtest.User
	text   string
	last   *discordtest.Interaction
}

func (k *killed) start() {
	k.t.Helper()
	before := k.discord.Counts()
	k.cmd = exec.Command(os.Args[0])
	k.cmd.Env = append(os.Environ(), childAPI+"="+k.discord.URL, childDatabase+"="+k.url, childFiles+"="+k.t.TempDir(), childStaff+"="+k.staff)
	k.cmd.Stderr = k.log
	if err := k.cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	k.listens(before)
}

func (k *killed) kill() {
	_ = k.cmd.Process.Kill()
	_ = k.cmd.Wait()
}

// press asks by command.
func (k *killed) press(a *attempt) {
	a.last = must(a.person.Command(a.person.Direct(), "question", map[string]any{"texte": a.text}))
}

// retry has everybody ask again whose interaction got no answer.
func (k *killed) retry() {
	over, end := context.WithCancel(context.Background())
	end()
	for _, a := range k.presses {
		if _, err := a.last.Answer(over); err != nil {
			k.again++
			k.press(a)
		}
	}
}

func (k *killed) answered() (n int) {
	for _, person := range k.people {
		n += len(k.said(person.Direct()))
	}
	return n
}

func TestKilledAtAnyMoment(t *testing.T) {
	kills, people, each := 4, 10, 8
	if n, err := strconv.Atoi(os.Getenv("GUICHET_TEST_KILLS")); err == nil { // the long run: 50 kills under 2 000 questions
		kills, people, each = n, 100, 20
	}
	k := &killed{counter: newCounter(t)}
	k.start()
	t.Cleanup(k.kill)
	k.await("the commands", func() bool { return len(k.discord.Commands(nil)) > 0 })
	for i := range people {
		// The bot cannot know of direct messages that began while it was away.
		k.people = append(k.people, k.guild.Member(fmt.Sprint("person", i)))
		must(k.people[i].Say(k.people[i].Direct(), kbis+" question 0"))
	}
	k.await("the first answers", func() bool { return k.answered() == people })
	random := rand.New(rand.NewPCG(1, 2))
	asked := people
	for round := range kills {
		for ; asked < people+people*(each-1)*(round+1)/kills; asked++ {
			person, text := k.people[asked%people], fmt.Sprintf("%s question %d", kbis, asked/people)
			if asked/people%4 == 3 {
				a := &attempt{person: person, text: text}
				k.presses = append(k.presses, a)
				k.press(a)
			} else {
				must(person.Say(person.Direct(), text))
			}
		}
		// It is killed at some moment of its work: after one more answer, and then a random while.
		before := k.answered()
		k.await("one more answer", func() bool { return k.answered() > before })
		<-time.After(time.Duration(random.IntN(60_000)) * time.Microsecond)
		k.kill()
		for range people / 10 { // somebody writes while nobody listens
			if asked/people%4 != 3 && asked < people*each {
				person := k.people[asked%people]
				must(person.Say(person.Direct(), fmt.Sprintf("%s question %d", kbis, asked/people)))
				asked++
			}
		}
		k.start()
		k.retry()
	}
	k.await("every command acknowledged", func() bool {
		over, end := context.WithCancel(context.Background())
		end()
		for _, a := range k.presses {
			if _, err := a.last.Answer(over); err != nil {
				return false
			}
		}
		return true
	})
	total := people*each + 0
	k.eventually("every question kept", func() (int, bool) {
		n := postgrestest.Query[int](t, k.url, "select count(distinct (conversation_id, text)) from messages where author = 'customer'")
		return n, n == total
	})
	k.settled()
	k.await("the last answers", func() bool { return k.answered() >= total })
	kept := 0
	for i, person := range k.people {
		transcript, err := k.db.Transcript(t.Context(), bot.Discord, person.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		times := map[string]int{}
		for _, m := range transcript {
			if m.From == bot.FromCustomer {
				times[m.Text[strings.LastIndex(m.Text, "question"):]]++
				kept++
			}
		}
		for q := range each {
			n := times[fmt.Sprint("question ", q)]
			if n == 0 || n > 1 && q%4 != 3 {
				t.Errorf("person %d: question %d is kept %d times", i, q, n)
			}
		}
	}
	answers := k.answered()
	if answers < kept || answers > kept+kills {
		t.Errorf("%d answers to %d questions after %d kills", answers, kept, kills)
	}
	for _, person := range k.people {
		for _, m := range person.Direct().Messages() {
			if m.Flags&discordtest.Loading != 0 {
				t.Error("an answer that was promised never came")
			}
		}
	}
	t.Logf("%d questions of %d people, %d of them by command (%d asked again), %d kills; %d kept, %d answers, %d came twice",
		total, people, len(k.presses), k.again, kills, kept, answers, answers-kept)
}
