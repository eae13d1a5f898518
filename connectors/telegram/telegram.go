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
)

// PublicAPI is Telegram's own server.
const PublicAPI = "https://api.telegram.org"

// Store is what the connector needs of the store.
type Store interface {
	bot.Store
	bot.Tickets
	bot.Inbox
	bot.Outbox
	bot.Leadership
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
}

// pace is how long what waits or is tried again.
type pace struct {
	poll    time.Duration // how long Telegram holds a poll open
	look    time.Duration // between two looks for work that nobody announced: what is due again, a lease that ended
	lease   time.Duration // longer than handling one update or sending one message may take
	again   time.Duration // before the second attempt at an update; more each time
	resend  time.Duration // before the second attempt at a message; doubled each time
	trouble time.Duration // after the first failure in a row of a poll or of sending; doubled each time

	longestResend, longestTrouble time.Duration // up to which the two above are doubled

	chat   time.Duration // between two messages to a person: Telegram asks for one a second
	group  time.Duration // to a group: twenty a minute
	second int           // messages a second to all chats together: Telegram takes thirty
}

var usualPace = pace{
	poll: 50 * time.Second, look: time.Second, lease: 2 * time.Minute, again: 2 * time.Second, resend: time.Second,
	longestResend: 30 * time.Minute, trouble: time.Second, longestTrouble: 30 * time.Second, chat: time.Second, group: 3 * time.Second, second: 28,
}

const (
	workers      = 4                 // updates handled at once by a replica
	updateTries  = 5                 // attempts at an update, after which it is parked
	messageTries = 16                // attempts at a message: three hours and more
	handleLimit  = 100 * time.Second // for one update, the file it brings with it
	callLimit    = 10 * time.Second  // for one request to Telegram
	settleLimit  = 20 * time.Second  // for noting what became of a message that was sent
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
	s.setPace(usualPace)
	return s, nil
}

func (s *Server) setPace(p pace) { s.pace, s.limits = p, newLimits(p) }

// Run serves until ctx ends, then lets the update and the message at hand finish. It returns nil: what goes wrong
// meanwhile is logged and tried again.
func (s *Server) Run(ctx context.Context) error {
	var group sync.WaitGroup
	for range workers {
		group.Go(func() { s.work(ctx) })
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
	group.Go(func() { s.send(ctx) })
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

// rest waits, and tells whether ctx is still alive.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// doubled is the n-th pause (from 1) that begins with first and doubles up to most.
func doubled(first time.Duration, n int, most time.Duration) time.Duration {
	for ; n > 1 && first < most; n-- {
		first *= 2
	}
	return min(first, most)
}

// complaint logs a trouble once, however often it comes back, and its end.
type complaint struct {
	log  *slog.Logger
	what string
	last string
}

func (c *complaint) about(err error) {
	switch {
	case err == nil && c.last != "":
		c.log.Info(c.what + " works again")
		c.last = ""
	case err != nil && err.Error() != c.last:
		c.last = err.Error()
		c.log.Error(c.what, "error", err)
	}
}
