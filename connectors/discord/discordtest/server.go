package discordtest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// Config says how a server differs from an ordinary one. The zero Config is an ordinary one.
type Config struct {
	Token      string           // of the bot, without "Bot "; "token" when empty
	Privileged Intent           // privileged intents that are switched on in the developer portal
	Heartbeat  time.Duration    // the interval that hello names, and is held to; 41.25 s when zero
	Now        func() time.Time // the clock of deadlines; time.Now when nil

	// How often the bot may call one route of one channel, guild or webhook, and the whole API. 20 a second and 50 a
	// second when zero. Discord publishes only the second; a bot must read the first from the headers.
	Route, Global Rate

	// IdentifyEvery is how long after one identify the next is refused with an invalid session; zero allows any.
	IdentifyEvery time.Duration

	// Fault is asked about every request before it is carried out; the zero Fault carries it out. It must not call the
	// server. See also FailNext.
	Fault func(Request) Fault
}

// Server is one Discord with one application and its bot in it.
type Server struct {
	URL   string // stands for https://discord.com: the API is at URL/api/v9
	AppID string // of the application; not the id of its bot
	Bot   *User

	config    Config
	http      *httptest.Server
	transport *http.Transport
	handlers  sync.WaitGroup // of gateway connections, which net/http forgets

	mu          sync.Mutex // guards all below, and all that hangs from it
	changed     chan struct{}
	closed      bool
	lastID      int64
	guilds      []*Guild
	users       map[string]*User
	channels    map[string]*Channel
	interaction map[string]*Interaction // by id
	tokens      map[string]*Interaction // by token
	commands    map[string][]*command   // by guild; "" holds the global ones
	attachments map[string]*attachment
	nonces      map[string]nonce

	sessions     map[string]*session
	live         map[*connection]bool
	identified   time.Time
	withheld     bool // no acknowledgement of heartbeats
	reconnecting int  // how many more connections are told to reconnect before they are ready
	unreachable  bool

	log     []Request
	counts  Counts
	faults  []*planned
	broken  []*planned // of downloads
	buckets map[string]*bucket
	global  bucket
}

// New starts a server that is closed when the test has ended.
func New(t testing.TB, c Config) *Server {
	t.Helper()
	s := NewServer(c)
	t.Cleanup(s.Close)
	return s
}

// NewServer starts a server; the caller closes it.
func NewServer(c Config) *Server {
	if c.Token == "" {
		c.Token = "token"
	}
	if c.Heartbeat == 0 {
		c.Heartbeat = 41250 * time.Millisecond
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Route == (Rate{}) {
		c.Route = Rate{Requests: 20, Per: time.Second}
	}
	if c.Global == (Rate{}) {
		c.Global = Rate{Requests: 50, Per: time.Second}
	}
	s := &Server{
		config:      c,
		transport:   &http.Transport{MaxIdleConnsPerHost: 64}, // or a busy bot opens a connection a request
		changed:     make(chan struct{}),
		users:       map[string]*User{},
		channels:    map[string]*Channel{},
		interaction: map[string]*Interaction{},
		tokens:      map[string]*Interaction{},
		commands:    map[string][]*command{},
		attachments: map[string]*attachment{},
		nonces:      map[string]nonce{},
		sessions:    map[string]*session{},
		live:        map[*connection]bool{},
		buckets:     map[string]*bucket{},
		counts:      Counts{Codes: map[int]int{}, Closes: map[int]int{}},
	}
	s.AppID = s.newID()
	s.Bot = &User{ID: s.newID(), Name: "guichet", server: s, bot: true}
	s.users[s.Bot.ID] = s.Bot
	s.http = httptest.NewServer(s.routes())
	s.URL = s.http.URL
	return s
}

// Close cuts every connection and returns when nothing of the server runs any more. Close the bot first: a client that
// finds its gateway gone tries again for ever.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	for c := range s.live {
		c.cut()
	}
	s.notify()
	s.mu.Unlock()
	s.transport.CloseIdleConnections()
	s.http.Close()
	s.handlers.Wait()
}

// Transport carries every request to this server, whatever its scheme and host. A client with it needs no other
// change: the gateway's address comes from the API.
func (s *Server) Transport() http.RoundTripper {
	to, err := url.Parse(s.URL)
	if err != nil {
		panic(err) // httptest made it
	}
	return rewrite{to: to, base: s.transport}
}

type rewrite struct {
	to   *url.URL
	base http.RoundTripper
}

func (r rewrite) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.URL.Scheme, request.URL.Host, request.Host = r.to.Scheme, r.to.Host, ""
	return r.base.RoundTrip(request)
}

// Await returns when what is true, which it asks now and after everything that happens here, or with an error when ctx
// ends or the server closes first. The error tells the last requests of the bot.
func (s *Server) Await(ctx context.Context, what func() bool) error {
	for {
		s.mu.Lock()
		changed, closed := s.changed, s.closed
		s.mu.Unlock()
		if what() {
			return nil
		}
		if closed {
			return fmt.Errorf("the server is closed; %s", s.lastWords())
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%w; %s", ctx.Err(), s.lastWords())
		}
	}
}

// notify wakes all who wait. The caller holds mu.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// lastWords says what the bot did last, for the error of a wait in vain.
func (s *Server) lastWords() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := []string{fmt.Sprintf("identified %d, ready %d, resumed %d times",
		s.counts.Identifies, s.counts.Ready, s.counts.Resumed)}
	for _, r := range s.log[max(0, len(s.log)-5):] {
		words = append(words, fmt.Sprintf("%s %s: %d (code %d)", r.Method, r.Path, r.Status, r.Code))
	}
	return "last seen of the bot: " + strings.Join(words, "; ")
}
