package widget

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"guichet/bot"

	"github.com/gorilla/websocket"
)

// channel is the name of the website's chat among the channels.
const channel = bot.Web

// minSecret is how many bytes a secret has at least: HMAC-SHA256 gains nothing below half its output.
const minSecret = 16

// Options is what a Server needs. All of it is required, but URL, Now (time.Now), Log (discarded) and what says otherwise.
type Options struct {
	Counter  *bot.Counter
	Store    bot.Store
	Visitors bot.Visitors
	Changes  *bot.Changes
	Sites    []bot.Site
	URL      string // the address people use, for the QR code; a request's own host when empty
	Secret   []byte // signs conversation tokens; the same on every replica, at least 16 bytes
	Now      func() time.Time
	Log      *slog.Logger

	Files       bot.Files       // with Attachments: without them no file is given
	Uploads     string          // the folder of files on their way, with Files: "" for visitors who send none
	Attachments bot.Attachments // finds a file's name and type
	Passages    bot.Passages    // with Telegram
	Telegram    *Elsewhere      // nil when no bot answers there
	Resumptions bot.Resumptions // the links of e-mails to a conversation; without it they lead nowhere
	Presence    bot.Presence    // told who is there to read; may be nil
	Copies      bot.Copies      // with Limiter: sends conversations by e-mail; nil when none leaves
	Limiter     bot.Limiter
	Limits      Limits // what visitors share; none when zero
}

// Server serves the chat. It is safe for concurrent use.
type Server struct {
	counter  *bot.Counter
	store    bot.Store
	visitors bot.Visitors
	changes  *bot.Changes
	sites    map[string]*site
	demo     string // id of the site the demo page is about
	secret   []byte
	resume   bot.Resumptions
	presence bot.Presence
	copies   bot.Copies // nil when no e-mail leaves
	limiter  bot.Limiter
	now      func() time.Time
	log      *slog.Logger
	files    bot.Files
	held     bot.Attachments
	passages bot.Passages
	telegram *Elsewhere
	uploads  *uploads // nil when visitors send no files
	renderer *bot.Renderer
	pages    *template.Template
	assets   map[string]*asset // by path
	upgrader websocket.Upgrader
	pace     pace
	limits   limits // of frames over HTTP
	typing   limits // of what agents are told of typing
	crowd    *crowd
	readings *readings
	address  string // people use, "" when nobody said

	mu      sync.Mutex
	open    map[connection]struct{}
	turning bool          // the wheel that pings sockets
	closing chan struct{} // closed by Close
	crew    *crew
	life    context.Context
	kill    context.CancelFunc // ends what sockets ask of the store
	running sync.WaitGroup
}

// connection is what Close ends: a socket or a stream.
type connection interface {
	interrupt() // ends it once it has handled what it is at
	abort()     // ends it now
}

// pace is how long a socket waits for what.
type pace struct {
	ping    time.Duration // between two pings
	silence time.Duration // without a pong or a frame, after which the peer is taken for gone
	write   time.Duration // for one write
	retry   time.Duration // before an unreadable transcript is read again, the first time
}

var usualPace = pace{ping: 25 * time.Second, silence: 60 * time.Second, write: 10 * time.Second, retry: time.Second}

// New returns a server. Its errors are mistakes in the options or in a site's settings.
func New(o Options) (*Server, error) {
	if o.Counter == nil || o.Store == nil || o.Visitors == nil || o.Changes == nil {
		return nil, errors.New("widget: counter, store, visitors and changes are required")
	}
	if len(o.Secret) < minSecret {
		return nil, fmt.Errorf("widget: the secret has %d bytes, it needs %d at least", len(o.Secret), minSecret)
	}
	if (o.Files == nil) != (o.Attachments == nil) || (o.Telegram == nil) != (o.Passages == nil) || (o.Copies == nil) != (o.Limiter == nil) {
		return nil, errors.New("widget: Files and Attachments come together, Telegram and Passages, Copies and Limiter")
	}
	sites, err := readSites(o.Sites)
	if err != nil {
		return nil, err
	}
	s := &Server{
		counter: o.Counter, store: o.Store, visitors: o.Visitors, changes: o.Changes, sites: sites, demo: demoSite(o.Sites), secret: o.Secret,
		address: strings.TrimSuffix(o.URL, "/"), resume: o.Resumptions, presence: o.Presence, copies: o.Copies, limiter: o.Limiter,
		now: o.Now, log: o.Log, renderer: bot.NewRenderer(), pace: usualPace,
		files: o.Files, held: o.Attachments, passages: o.Passages, telegram: o.Telegram,
		limits: limits{rate: framesPerSecond, burst: framesAtOnce}, typing: limits{rate: 0.5, burst: 2},
		open: map[connection]struct{}{}, closing: make(chan struct{}),
		crowd: newCrowd(o.Limits), readings: newReadings(o.Limits),
	}
	s.life, s.kill = context.WithCancel(context.Background())
	s.crew = newCrew(s.life, func(p any) { s.fallen("a piece of work was done", p) })
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout: 10 * time.Second,
		ReadBufferSize:   0,    // the buffer comes with the connection: see hijacker
		WriteBufferSize:  8192, // an answer goes out in one write; only who is being written to has one, from the pool
		WriteBufferPool:  &sync.Pool{},
		CheckOrigin:      s.anyoneAllows,
	}
	if o.Uploads != "" && o.Files != nil {
		if s.uploads, err = s.openUploads(o.Uploads); err != nil {
			return nil, err
		}
	}
	if s.pages, err = readPages(); err != nil {
		return nil, err
	}
	if s.assets, err = buildAssets(sites); err != nil {
		return nil, err
	}
	return s, nil
}

// Handler serves everything of the chat. It answers every path: what it does not know is its 404 page.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ws", s.serveSocket)
	mux.HandleFunc("POST /stream", s.serveStream)
	mux.HandleFunc("POST /send", s.serveSend)
	mux.HandleFunc("POST /transcript", s.serveTranscript)
	mux.HandleFunc("GET /widget.js", s.serveAsset)
	mux.HandleFunc("GET /assets/{file}", s.serveAsset)
	mux.HandleFunc("GET /{$}", s.serveDemo)
	mux.HandleFunc("GET /chat/{site}", s.serveChat)
	mux.HandleFunc("POST /chat/{site}", s.servePlain)
	mux.HandleFunc("GET /chat/{site}/qr.svg", s.serveQR)
	mux.HandleFunc("GET /source/{topic}", s.serveSource)
	mux.HandleFunc("GET /file/{id}", s.serveFile)
	if s.uploads != nil {
		mux.HandleFunc(uploadPath, s.uploads.serve)
	}
	mux.HandleFunc("GET /reprendre/{token}", s.offerResume)
	mux.Handle("POST /reprendre/{token}", http.NewCrossOriginProtection().Handler(http.HandlerFunc(s.serveResume)))
	mux.HandleFunc("/", s.serveMissing)
	return s.recovered(mux)
}

// Run looks after the files on their way until ctx ends: those that nobody goes on with are deleted.
func (s *Server) Run(ctx context.Context) error {
	if s.uploads == nil {
		return nil
	}
	every := time.NewTicker(time.Hour)
	defer every.Stop()
	for {
		s.uploads.sweep(s.now())
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
	}
}

// Close refuses new sockets, lets the message each one is handling get its reply, and tells the clients to reconnect.
// When ctx ends first, the sockets that are left are cut and its error is returned.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	if !s.isClosing() {
		close(s.closing)
	}
	for k := range s.open {
		k.interrupt()
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		s.kill()
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	left := len(s.open)
	s.kill()
	for k := range s.open {
		k.abort()
	}
	s.mu.Unlock()
	return fmt.Errorf("widget: %d connections cut: %w", left, ctx.Err())
}

func (s *Server) isClosing() bool {
	select {
	case <-s.closing:
		return true
	default:
		return false
	}
}

// enter counts a socket that is about to be opened; false when the server is closing.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isClosing() {
		return false
	}
	s.running.Add(1)
	return true
}

// keep makes Close reach a socket.
func (s *Server) keep(k connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[k] = struct{}{}
	s.joinWheel(k)
	if s.isClosing() { // Close looked at the sockets between enter and now
		k.interrupt()
	}
}

func (s *Server) forget(k connection) {
	s.mu.Lock()
	delete(s.open, k)
	s.mu.Unlock()
	s.running.Done()
}
