package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/files"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/telegram"
	"guichet/connectors/telegram/telegramtest"
)

// died is what a replica that was killed at that point would never have returned from.
var errDied = errors.New("died here")

func TestAReplicaThatDiesAnywhereLosesNothingAndAnswersOnce(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(f *postgrestest.Faulty, died func(context.Context) error)
		said  int // messages at most: one that was on its way may come twice
	}{
		"before an update is kept":                {func(f *postgrestest.Faulty, died func(context.Context) error) { f.BeforeKeep = died }, 1},
		"between keeping an update and saying so": {func(f *postgrestest.Faulty, died func(context.Context) error) { f.AfterKeep = died }, 1},
		"before an update is handled": {func(f *postgrestest.Faulty, died func(context.Context) error) {
			f.BeforeTurn = func(bot.Inbound) error { return died(context.Background()) }
		}, 1},
		"between the turn and its note": {func(f *postgrestest.Faulty, died func(context.Context) error) { f.BeforeSettle = died }, 1},
		"between sending and its note":  {func(f *postgrestest.Faulty, died func(context.Context) error) { f.BeforeDispatch = died }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			c1 := newCounter(t)
			reached := make(chan struct{}, 1000)
			var dead atomic.Bool
			store := &postgrestest.Faulty{DB: postgrestest.OpenAt(t, c1.url)}
			c.fault(store, func(context.Context) error {
				reached <- struct{}{}
				dead.Store(true)
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
			first := c1.start(store)
			c1.telegram.Write(ana, "comment obtenir un kbis ?")
			<-reached
			first.stop()
			c1.start(c1.db)
			c1.settled()
			said := c1.telegram.Said(ana)
			if len(said) == 0 || len(said) > c.said {
				t.Fatalf("the bot said %d messages, want 1 to %d", len(said), c.said)
			}
			wants(t, said[0].Text, "Infogreffe")
			if n := postgrestest.Query[int](t, c1.url, "select count(*) from messages"); n != 2 {
				t.Errorf("the transcript has %d messages, want 2", n)
			}
		})
	}
}

func TestAnUpdateThatComesAgainIsIgnored(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	update := c.telegram.Write(ana, "comment obtenir un kbis ?")
	c.said(ana, 1)
	for range 3 {
		c.telegram.Repeat(update)
	}
	c.telegram.Write(ana, "merci")
	c.said(ana, 2)
	c.settled()
	c.said(ana, 2)
}

func TestAChatIsHandledAndAnsweredInOrder(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	c.start(postgrestest.OpenAt(t, c.url)) // two replicas, eight workers
	const chats, each = 5, 12
	for i := range each {
		for chat := range chats {
			c.telegram.Write(int64(chat+1), fmt.Sprintf("/statut %d", i))
			if i%3 == 0 {
				c.telegram.Write(int64(chat+1), "comment obtenir un kbis ?")
			}
		}
	}
	c.settled()
	for chat := range chats {
		transcript, err := c.db.Transcript(t.Context(), bot.Telegram, fmt.Sprint(chat+1), 0)
		if err != nil {
			t.Fatal(err)
		}
		var asked, wrote, answers []string
		for _, m := range transcript {
			if m.From == bot.FromCustomer {
				asked = append(asked, m.Text)
			} else {
				answers = append(answers, m.Text)
			}
		}
		var said []telegramtest.Message
		for _, m := range c.telegram.Messages(int64(chat + 1)) {
			if m.FromBot {
				said = append(said, m)
			} else {
				wrote = append(wrote, m.Text)
			}
		}
		if !slices.Equal(asked, wrote) {
			t.Errorf("chat %d wrote %q, handled was %q", chat+1, wrote, asked)
		}
		if len(said) != len(answers) {
			t.Fatalf("chat %d: %d messages for %d answers", chat+1, len(said), len(answers))
		}
		for i, m := range said {
			if kbis := strings.Contains(answers[i], "Infogreffe"); kbis != strings.Contains(m.Text, "Infogreffe") {
				t.Errorf("chat %d: message %d is %q, the answer %q", chat+1, i, m.Text, answers[i])
			}
		}
	}
}

func TestAnUpdateThatCannotBeHandledIsSetAsideAndItsPersonTold(t *testing.T) {
	c := newCounter(t)
	var tries atomic.Int32
	store := &postgrestest.Faulty{DB: postgrestest.OpenAt(t, c.url), BeforeTurn: func(in bot.Inbound) error {
		if in.Text == "poison" {
			tries.Add(1)
			panic("a fault")
		}
		return nil
	}}
	c.start(store)
	c.telegram.Write(ana, "poison")
	c.telegram.Write(ana, "comment obtenir un kbis ?")
	c.telegram.Write(bob, "comment obtenir un kbis ?")
	wants(t, c.said(bob, 1)[0].Text, "Infogreffe")
	said := c.said(ana, 2)
	wants(t, said[0].Text, "n’a pas pu être traité")
	wants(t, said[1].Text, "Infogreffe")
	if n := tries.Load(); n != telegram.UpdateTries {
		t.Errorf("%d attempts, want %d", n, telegram.UpdateTries)
	}
	c.settled()
	if reason := postgrestest.Query[string](t, c.url, "select error from inbox where parked_at is not null"); reason != "panic: string" {
		t.Errorf("parked because of %q", reason)
	}
	if strings.Contains(c.log.String(), "poison") || !strings.Contains(c.log.String(), "an update is parked") {
		t.Error("the log holds what was written, or says nothing")
	}
}

func TestAnUpdateThatEndsTheProgramEachTimeIsSetAside(t *testing.T) {
	c := newCounter(t)
	payload := fmt.Sprintf(`{"update_id":1,"message":{"message_id":1,"chat":{"id":%d,"type":"private"},"from":{"id":%[1]d},"text":"x"}}`, ana)
	if err := c.db.KeepUpdates(t.Context(), []bot.Update{{Channel: bot.Telegram, ID: "1", Thread: "42", Payload: []byte(payload)}}); err != nil {
		t.Fatal(err)
	}
	postgrestest.Query[int](t, c.url, "update inbox set attempts = $1 returning attempts", telegram.UpdateTries)
	c.telegram.Open(ana)
	c.start(c.db)
	wants(t, c.said(ana, 1)[0].Text, "n’a pas pu être traité")
	c.settled()
}

func TestAnUpdateOfAnUnknownShapeStopsNothing(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	c.telegram.Wait(t, "the first poll", func() bool { return c.telegram.Calls("getUpdates") > 0 })
	chat := map[string]any{"id": ana, "type": "private"}
	c.telegram.Deliver("message", map[string]any{"message_id": 1, "chat": chat, "text": 5}) // no text is a number
	c.telegram.Deliver("message", "not an object")
	c.telegram.Deliver("message", map[string]any{
		"message_id": 2, "chat": chat, "from": map[string]any{"id": ana}, "text": "comment obtenir un kbis ?",
		"forward_origin": map[string]any{"type": "of_tomorrow"}, "new_field": []any{1},
	})
	c.telegram.Open(ana)
	said := c.said(ana, 2)
	wants(t, said[0].Text, "n’a pas pu être traité")
	wants(t, said[1].Text, "Infogreffe")
	c.settled()
	if n := postgrestest.Query[int](t, c.url, "select count(*) from inbox where parked_at is not null"); n != 2 {
		t.Errorf("%d updates are parked, want 2", n)
	}
}

func TestADatabaseThatIsAwayAcknowledgesNothing(t *testing.T) {
	c := newCounter(t)
	var away atomic.Bool
	away.Store(true)
	var asked atomic.Int32
	c.start(&postgrestest.Faulty{DB: postgrestest.OpenAt(t, c.url), BeforeKeep: func(context.Context) error {
		if asked.Add(1); away.Load() {
			return bot.ErrUnavailable
		}
		return nil
	}})
	c.telegram.Write(ana, "comment obtenir un kbis ?")
	c.telegram.Wait(t, "some attempts", func() bool { return asked.Load() > 3 })
	if c.telegram.Pending() != 1 {
		t.Error("the update was acknowledged")
	}
	away.Store(false)
	wants(t, c.said(ana, 1)[0].Text, "Infogreffe")
	c.settled()
}

// The child of TestKilledAtAnyMoment is this test's program, started again with these.
const (
	childAPI      = "GUICHET_TEST_TELEGRAM_API"
	childDatabase = "GUICHET_TEST_TELEGRAM_DATABASE"
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
	store, err := files.Open(ctx, files.Options{Place: os.Getenv("GUICHET_TEST_FILES")})
	if err != nil {
		return err
	}
	changes := bot.NewChanges(db)
	server, err := telegram.New(telegram.Options{
		Token: telegram.Secret(os.Getenv("GUICHET_TEST_TELEGRAM_TOKEN")), API: os.Getenv(childAPI), Site: site,
		Counter: bot.NewCounter(engine, db, []bot.Site{site}, time.Now), Store: db, Changes: changes, Files: store, SourceBase: base,
	})
	if err != nil {
		return err
	}
	server.Hurry(0)
	go func() { _ = changes.Run(ctx) }()
	return server.Run(ctx)
}

func TestKilledAtAnyMoment(t *testing.T) {
	c := newCounter(t)
	kills, chats, each := 6, 12, 10
	if n, err := strconv.Atoi(os.Getenv("GUICHET_TEST_KILLS")); err == nil { // the long run: 50 kills under 2 000 updates
		kills, chats, each = n, 100, 20
	}
	start := func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childAPI+"="+c.telegram.URL, childDatabase+"="+c.url, "GUICHET_TEST_TELEGRAM_TOKEN="+c.telegram.Token, "GUICHET_TEST_FILES="+t.TempDir())
		cmd.Stderr = c.log
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	cmd := start()
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	random := rand.New(rand.NewPCG(1, 2))
	written := 0
	total := func() (n int) {
		for chat := range chats {
			n += len(c.telegram.Said(int64(chat + 1)))
		}
		return n
	}
	for round := range kills {
		for written < chats*each*(round+1)/kills {
			c.telegram.Write(int64(written%chats+1), fmt.Sprintf("comment obtenir un kbis, question %d ?", written/chats))
			written++
		}
		// It is killed at some moment of its work: after one more message, and then a random while.
		before := total()
		c.telegram.Wait(t, "one more answer", func() bool { return total() > before })
		<-time.After(time.Duration(random.IntN(30_000)) * time.Microsecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		cmd = start()
	}
	c.settled()
	said := 0
	for chat := range chats {
		transcript, err := c.db.Transcript(t.Context(), bot.Telegram, fmt.Sprint(chat+1), 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(transcript) != 2*each {
			t.Errorf("chat %d has %d messages kept, want %d", chat+1, len(transcript), 2*each)
		}
		for i, m := range transcript {
			if want := fmt.Sprintf("question %d ?", i/2); m.From == bot.FromCustomer && !strings.HasSuffix(m.Text, want) {
				t.Errorf("chat %d: message %d is %q", chat+1, i, m.Text)
			}
		}
		n := len(c.telegram.Said(int64(chat + 1)))
		if n < each {
			t.Errorf("chat %d got %d answers to %d questions", chat+1, n, each)
		}
		said += n
	}
	if twice := said - chats*each; twice > kills {
		t.Errorf("%d answers came twice after %d kills", twice, kills)
	}
	t.Logf("%d questions, %d kills, %d answers came twice", chats*each, kills, said-chats*each)
}

func TestStartingAndStoppingLeavesNothingBehind(t *testing.T) {
	c := newSerialCounter(t)
	c.telegram.Write(ana, "comment obtenir un kbis ?")
	warm := c.start(c.db)
	c.said(ana, 1)
	warm.stop()
	http.DefaultClient.CloseIdleConnections()
	before := runtime.NumGoroutine()
	cycles := 20 // GUICHET_TEST_CYCLES=200 is the long run
	if n, err := strconv.Atoi(os.Getenv("GUICHET_TEST_CYCLES")); err == nil {
		cycles = n
	}
	for i := range cycles {
		r := c.start(c.db)
		c.telegram.Write(ana, "merci")
		c.said(ana, i+2)
		r.stop()
	}
	c.telegram.Wait(t, "the end of every goroutine", func() bool {
		http.DefaultClient.CloseIdleConnections()
		return runtime.NumGoroutine() <= before
	})
}
