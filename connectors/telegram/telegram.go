package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"guichet/bot"
	"guichet/bot/courier"
	"guichet/bot/secret"
)

// PublicAPI is Telegram's own server.
const PublicAPI = "https://api.telegram.org"

// Secret is a text that is shown to nobody.
type Secret = secret.Text

// Store is what the connector needs of the store.
type Store interface {
	bot.Store
	bot.Tickets
	bot.Inbox
	bot.Outbox
	bot.Leadership
	bot.StaffStore
	bot.Passages
}

// Webhook has Telegram post its updates in place of being asked for them.
type Webhook struct {
	URL    string // public, https: where Server.Webhook is served
	Secret Secret // Telegram sends it with each update; A-Z a-z 0-9 _ -, the same on every replica
}

// Options is what a Server needs. All of it is required, but those that say otherwise.
type Options struct {
	Token      Secret
	API        string // another server that speaks the Bot API; PublicAPI when empty
	Site       bot.Site
	Counter    *bot.Counter
	Store      Store
	Changes    *bot.Changes
	Files      bot.Files    // of what people send, and of what agents send them
	SourceBase string       // public address under which the page of each topic stands; links to topics need it
	Webhook    *Webhook     // nil: long polling
	StaffGroup int64        // the supergroup with topics where agents answer; 0: there is none
	Log        *slog.Logger // discarded when nil
}

// Server is the bot on Telegram of one replica. It is safe for concurrent use.
type Server struct {
	options Options
	api     *api
	store   Store
	log     *slog.Logger
	pace    pace
	limits  *limits
	name    name
	staff   *staffRoom // nil without one
}

// pace is how long what waits or is tried again.
type pace struct {
	courier.Pace
	poll   time.Duration // how long Telegram holds a poll open
	chat   time.Duration // between two messages to a person: Telegram asks for one a second
	group  time.Duration // to a group: twenty a minute
	second int           // messages a second to all chats together: Telegram takes thirty
}

func usualPace() pace {
	return pace{Pace: courier.UsualPace(), poll: 50 * time.Second, chat: time.Second, group: 3 * time.Second, second: 28}
}

const (
	workers   = 4                // updates handled at once by a replica
	callLimit = 10 * time.Second // for one request to Telegram
)

// New returns a server. Its errors are mistakes in the options.
func New(o Options) (*Server, error) {
	if o.Token == "" {
		return nil, errors.New("telegram: there is no token")
	}
	if o.Counter == nil || o.Store == nil || o.Changes == nil || o.Files == nil {
		return nil, errors.New("telegram: counter, store, changes and files are required")
	}
	if _, known := o.Counter.Site(o.Site.ID); !known {
		return nil, fmt.Errorf("telegram: the counter does not answer for the site %q", o.Site.ID)
	}
	if o.Webhook != nil && (!strings.HasPrefix(o.Webhook.URL, "http") || o.Webhook.Secret == "") {
		return nil, errors.New("telegram: a webhook needs its public address and a secret")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a, err := newAPI(o.Token, o.API)
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, api: a, store: o.Store, log: o.Log.With("channel", bot.Telegram)}
	s.setPace(usualPace())
	if o.StaffGroup != 0 {
		if s.staff, err = s.newStaffRoom(o.StaffGroup); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Server) setPace(p pace) { s.pace, s.limits = p, newLimits(p) }

func (s *Server) courier() *courier.Courier {
	return &courier.Courier{Channel: bot.Telegram, Store: s.store, Changes: s.options.Changes, Pace: s.pace.Pace, Log: s.log, Base: s.options.SourceBase}
}

// Run serves until ctx ends, then lets the update and the message at hand finish. It returns nil: what goes wrong
// meanwhile is logged and tried again.
func (s *Server) Run(ctx context.Context) error {
	var group sync.WaitGroup
	for range workers {
		group.Go(func() { s.courier().Handle(ctx, s) })
	}
	err := s.store.Lead(ctx, bot.Telegram, s.lead)
	group.Wait()
	return err
}

// lead does what one replica does for all: receiving, and sending within the limits that Telegram counts a bot.
func (s *Server) lead(ctx context.Context) {
	s.log.Info("this replica now receives and sends")
	var group sync.WaitGroup
	group.Go(func() { s.receive(ctx) })
	group.Go(func() { s.courier().Deliver(ctx, s.send) })
	if s.staff != nil {
		group.Go(func() { s.courier().Tell(ctx, s.store, s.staff.Room(), s.staff) })
	}
	group.Wait()
}

// name is the bot's own name on Telegram, asked for once.
type name struct {
	mu   sync.Mutex
	text string
}

// username is the name under which people address the bot, without @.
func (s *Server) username(ctx context.Context) (string, error) {
	s.name.mu.Lock()
	defer s.name.mu.Unlock()
	if s.name.text == "" {
		me, err := s.api.me(ctx)
		if err != nil {
			return "", err
		}
		s.name.text = me.Username
	}
	return s.name.text, nil
}
