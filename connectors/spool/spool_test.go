package spool_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/spool"
)

// flaky is the database's store until it is taken away.
type flaky struct {
	bot.Store
	noTurns  atomic.Bool            // as a database that is full or read-only
	noReads  atomic.Bool            // with noTurns: as one that is gone
	vague    atomic.Bool            // commits, and the answer is lost
	hangs    atomic.Bool            // never answers
	refuses  atomic.Bool            // takes no turn, for good
	conflict atomic.Int64           // so many turns meet another transaction
	slow     atomic.Pointer[string] // the conversation that is not read in time
	pings    atomic.Int64
	attempts atomic.Int64
	held     string // a turn that waits for release; set before it comes
	release  chan struct{}
	lead     string // a turn for which all but the first wait; set before they come
	led      chan struct{}

	mu    sync.Mutex
	taken []string // external ids in the order in which turns came to the database
}

var errRefused = errors.New("the turn is refused")

func (f *flaky) Turn(ctx context.Context, in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) (bot.Outcome, error) {
	f.attempts.Add(1)
	switch {
	case f.hangs.Load():
		<-ctx.Done()
		return bot.Outcome{}, bot.ErrUnavailable
	case f.refuses.Load():
		return bot.Outcome{}, errRefused
	case f.conflict.Add(-1) >= 0:
		if _, err := decide(bot.Conversation{Channel: in.Channel, Key: in.Key}); err != nil {
			return bot.Outcome{}, err
		}
		return bot.Outcome{}, bot.ErrConflict
	case f.noTurns.Load():
		return bot.Outcome{}, bot.ErrUnavailable
	case f.vague.Load():
		if _, err := f.Store.Turn(ctx, in, decide); err != nil {
			return bot.Outcome{}, err
		}
		return bot.Outcome{}, bot.ErrUnavailable
	}
	f.mu.Lock()
	f.taken = append(f.taken, in.ExternalID)
	first := len(f.taken) == 1
	f.mu.Unlock()
	switch {
	case f.lead == "":
	case in.ExternalID == f.lead:
		close(f.led)
	case !first:
		select {
		case <-f.led:
		case <-ctx.Done():
			return bot.Outcome{}, bot.ErrUnavailable
		}
	}
	if in.ExternalID == f.held && f.release != nil {
		<-f.release
	}
	return f.Store.Turn(ctx, in, decide)
}

func (f *flaky) Unchanged(channel, key string, after int64) bool {
	return !f.noReads.Load() && f.Store.Unchanged(channel, key, after)
}

func (f *flaky) Transcript(ctx context.Context, channel, key string, after int64) ([]bot.Message, error) {
	if key == "spool probe" {
		f.pings.Add(1)
	}
	if slow := f.slow.Load(); f.hangs.Load() || slow != nil && *slow == key {
		<-ctx.Done()
		return nil, bot.ErrUnavailable
	}
	if f.noReads.Load() {
		return nil, bot.ErrUnavailable
	}
	return f.Store.Transcript(ctx, channel, key, after)
}

// away takes the database away, or gives it back.
func (f *flaky) away(gone bool) {
	f.noTurns.Store(gone)
	f.noReads.Store(gone)
}

// place is a spool over a database of the test's own.
type place struct {
	t     *testing.T
	db    *postgres.DB
	store *flaky
	path  string
	logs  *bottest.Log
	now   func() time.Time
	*spool.Spool
	stop func()
}

func newPlace(t *testing.T) *place { t.Helper(); return newPlaceWith(t, spool.Options{}) }

func newPlaceWith(t *testing.T, o spool.Options) *place {
	t.Helper()
	db := postgrestest.Open(t)
	p := &place{t: t, db: db, store: &flaky{Store: db}, path: filepath.Join(t.TempDir(), "spool", "turns.db"), logs: &bottest.Log{}, now: time.Now}
	p.open(o)
	t.Cleanup(func() { p.stop() })
	return p
}

// open starts a spool over the file, as a process does.
func (p *place) open(o spool.Options) {
	p.t.Helper()
	o.Store, o.Path, o.Now, o.Log = p.store, p.path, p.now, slog.New(slog.NewTextHandler(p.logs, nil))
	s, err := spool.Open(o)
	if err != nil {
		p.t.Fatal(err)
	}
	p.Spool = s
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	p.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			p.t.Error(err)
		}
		if err := s.Close(); err != nil {
			p.t.Error(err)
		}
	})
}

// restart is another process over the same file.
func (p *place) restart() {
	p.t.Helper()
	p.stop()
	p.open(spool.Options{})
}

// patience bounds a wait; only a failure uses it up.
const patience = time.Minute

// eventually waits for something to be true.
func (p *place) eventually(what string, is func() bool) {
	p.t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	deadline := time.After(patience)
	for !is() {
		select {
		case <-again.C:
		case <-deadline:
			p.t.Fatalf("it never came to this: %s; %+v\n%s", what, p.Status(), p.logs)
		}
	}
}

func (p *place) drained() {
	p.t.Helper()
	p.eventually("nothing waits", func() bool { st := p.Status(); return st.Waiting == 0 && !st.Away })
}

func says(key, id, text string) bot.Inbound {
	return bot.Inbound{Channel: "web", Key: key, ExternalID: id, Site: "demo", Text: text}
}

func answer(text string) func(bot.Conversation) (bot.Turn, error) {
	return func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: text, Reply: bot.Reply{Kind: bot.Answer, Text: "re: " + text}, State: c.State}, nil
	}
}

// hands opens a ticket.
func hands(reference string) func(bot.Conversation) (bot.Turn, error) {
	return func(c bot.Conversation) (bot.Turn, error) {
		state := c.State
		state.References = append(append([]string(nil), state.References...), reference)
		return bot.Turn{
			Text: "un conseiller", Reply: bot.Reply{Kind: bot.Escalate, Text: "C’est enregistré.", Reference: reference}, State: state,
			Ticket: &bot.Ticket{Reference: reference, Category: bot.Human, Site: "demo", Fields: map[bot.Field]string{bot.Email: "a@b.fr"}},
		}, nil
	}
}

// say has a turn acknowledged.
func (p *place) say(in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) bot.Outcome {
	p.t.Helper()
	outcome, err := p.Turn(p.t.Context(), in, decide)
	if err != nil {
		p.t.Fatalf("turn %s: %v", in.ExternalID, err)
	}
	return outcome
}

// kept is what the database has of a conversation, past the spool. Its numbers must have no gap and its times no step back.
func (p *place) kept(key string) []bot.Message {
	p.t.Helper()
	all, err := p.db.Transcript(context.Background(), "web", key, 0)
	if err != nil {
		p.t.Fatal(err)
	}
	for i, m := range all {
		if m.Seq != int64(i+1) || i > 0 && m.At.Before(all[i-1].At) {
			p.t.Errorf("message %d has number %d, time %v", i+1, m.Seq, m.At)
		}
	}
	return all
}

func texts(messages []bot.Message) string {
	var all []string
	for _, m := range messages {
		all = append(all, m.Text)
	}
	return strings.Join(all, " | ")
}

func (p *place) transcript(key string, after int64) []bot.Message {
	p.t.Helper()
	all, err := p.Transcript(p.t.Context(), "web", key, after)
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}

// unmarked takes off what alone tells a turn that waits here from one in the database: the mark of its reply.
type unmarked struct{ *spool.Spool }

func (u unmarked) Turn(ctx context.Context, in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) (bot.Outcome, error) {
	outcome, err := u.Spool.Turn(ctx, in, decide)
	if outcome.Bot != nil {
		outcome.Bot.Reply.Deferred = false
	}
	return outcome, err
}

func (u unmarked) Transcript(ctx context.Context, channel, key string, after int64) ([]bot.Message, error) {
	all, err := u.Spool.Transcript(ctx, channel, key, after)
	for _, m := range all {
		if m.Reply != nil {
			m.Reply.Deferred = false
		}
	}
	return all, err
}

// TestStore runs the shared suite while the database answers, and while it takes no turn.
func TestStore(t *testing.T) {
	t.Parallel()
	everywhere := spool.Options{Channels: []string{"web", "telegram", strings.Repeat("\u2028", 50)}}
	t.Run("with the database", func(t *testing.T) {
		t.Parallel()
		bottest.TestStore(t, func(t *testing.T) bot.Store { return newPlaceWith(t, everywhere).Spool })
	})
	t.Run("without", func(t *testing.T) {
		t.Parallel()
		bottest.TestStore(t, func(t *testing.T) bot.Store {
			p := newPlaceWith(t, everywhere)
			p.store.noTurns.Store(true)
			return unmarked{p.Spool}
		})
	})
}
