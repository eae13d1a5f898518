package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"guichet/bot"
	"guichet/bot/courier"
	"guichet/bot/secret"
)

// PublicAPI is Discord's own server.
const PublicAPI = "https://discord.com"

// Secret is a text that is shown to nobody.
type Secret = secret.Text

// Store is what the connector needs of the store.
type Store interface {
	bot.Store
	bot.Inbox
	bot.Outbox
	bot.Leadership
	bot.Notes
	bot.StaffStore
}

// Options is what a Server needs. All of it is required, but those that say otherwise.
type Options struct {
	Token      Secret
	API        string // another server that speaks Discord's API; PublicAPI when empty. The gateway's address comes from it
	Site       bot.Site
	Counter    *bot.Counter
	Store      Store
	Changes    *bot.Changes
	Files      bot.Files    // of what people send, and of what agents send them
	SourceBase string       // public address under which the page of each topic stands; links to topics need it
	Cases      string       // id of a channel in which each request gets a private thread; empty: direct messages
	Staff      string       // id of the channel where agents answer, in a thread for each ticket; empty: there is none
	Delete     bool         // delete messages that say something personal in a public channel
	Log        *slog.Logger // discarded when nil
}

// Server is the bot on Discord of one replica. It is safe for concurrent use.
type Server struct {
	options Options
	api     *api
	store   Store
	log     *slog.Logger
	pace    pace
	directs *memory    // user id -> channel of direct messages
	known   *memory    // channels of direct messages that are noted
	threads *memory    // channel id -> user whose case the thread is, empty for any other channel
	staffed *memory    // channel id -> channel of the agents in which it is the thread of a ticket, empty for any other
	staff   *staffRoom // nil without one
}

// pace is how long what waits or is tried again.
type pace struct {
	courier.Pace
	open    time.Duration // for a connection to the gateway to be ready
	silence time.Duration // without an acknowledged heartbeat, after which a connection is given up; Discord's interval is 41.25 s
	watch   time.Duration // between two looks at that
	settled time.Duration // a connection that lasted as long begins the pauses anew
	away    time.Duration // between two tries of a gateway that will not have us, at most
}

func usualPace() pace {
	return pace{
		Pace: courier.UsualPace(), open: 20 * time.Second, silence: 100 * time.Second, watch: 5 * time.Second,
		settled: time.Minute, away: 10 * time.Minute,
	}
}

const (
	workers   = 4                // updates handled at once by a replica
	senders   = 4                // messages on their way at once; those of a conversation stay in order
	callLimit = 10 * time.Second // for one request to Discord
)

// New returns a server. Its errors are mistakes in the options.
func New(o Options) (*Server, error) {
	if o.Token == "" {
		return nil, errors.New("discord: there is no token")
	}
	if o.Counter == nil || o.Store == nil || o.Changes == nil || o.Files == nil {
		return nil, errors.New("discord: counter, store, changes and files are required")
	}
	if _, known := o.Counter.Site(o.Site.ID); !known {
		return nil, fmt.Errorf("discord: the counter does not answer for the site %q", o.Site.ID)
	}
	if o.Cases != "" && !isID(o.Cases) {
		return nil, errors.New("discord: the channel for cases is no channel's id: it has 17 to 20 digits (in Discord: Copy Channel ID)")
	}
	if o.Staff != "" && !isID(o.Staff) {
		return nil, errors.New("discord: the channel of the agents is no channel's id: it has 17 to 20 digits (in Discord: Copy Channel ID)")
	}
	if o.Staff != "" && o.Staff == o.Cases {
		return nil, errors.New("discord: the channel of the agents is that of the cases, where customers are")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a, err := newAPI(o.Token, o.API)
	if err != nil {
		return nil, err
	}
	s := &Server{
		options: o, api: a, store: o.Store, log: o.Log.With("channel", bot.Discord), pace: usualPace(),
		directs: newMemory(), known: newMemory(), threads: newMemory(), staffed: newMemory(),
	}
	if o.Staff != "" {
		s.staff = &staffRoom{Staff: bot.NewStaff(s.store, bot.Discord, o.Staff, time.Now), server: s, channel: o.Staff}
	}
	return s, nil
}

func (s *Server) courier() *courier.Courier {
	return &courier.Courier{Channel: bot.Discord, Store: s.store, Changes: s.options.Changes, Pace: s.pace.Pace, Log: s.log, Base: s.options.SourceBase}
}

// Run serves until ctx ends, then lets what is at hand finish. It returns nil: what goes wrong meanwhile is logged and
// tried again.
func (s *Server) Run(ctx context.Context) error {
	var group sync.WaitGroup
	for range workers {
		group.Go(func() { s.courier().Handle(ctx, s) })
	}
	err := s.store.Lead(ctx, bot.Discord, s.lead)
	group.Wait()
	s.api.client.CloseIdleConnections()
	return err
}

// lead does what one replica does for all: receiving, and sending within the limits that Discord counts a bot.
func (s *Server) lead(ctx context.Context) {
	s.log.Info("this replica now receives and sends")
	var group sync.WaitGroup
	group.Go(func() { s.register(ctx) })
	group.Go(func() { s.receive(ctx) })
	if s.staff != nil {
		group.Go(func() { s.courier().Tell(ctx, s.store, s.staff.Room(), s.staff) })
	}
	for range senders {
		group.Go(func() { s.courier().Deliver(ctx, s.send) })
	}
	group.Wait()
}

// memory remembers some ids, and forgets all of them when there are many.
type memory struct {
	mu  sync.Mutex
	ids map[string]string
}

const mostRemembered = 10_000

func newMemory() *memory { return &memory{ids: map[string]string{}} }

func (m *memory) get(of string) (id string, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id, known = m.ids[of]
	return id, known
}

func (m *memory) put(of, id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.ids) >= mostRemembered {
		clear(m.ids)
	}
	m.ids[of] = id
}
