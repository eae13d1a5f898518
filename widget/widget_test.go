package widget_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/files"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
	"guichet/faq"
	"guichet/knowledge"
	"guichet/widget"
)

// patience bounds every wait of a test: it is reached only when the test fails.
const patience = time.Minute

// identitySecret is what the server of the first site signs with.
const identitySecret = "a secret of the merchant"

var secret = []byte("a secret of the tests, long enough")

var base = sync.OnceValues(func() (*knowledge.Base, error) {
	checked := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	cite := func(section string) faq.Citation {
		return faq.Citation{Document: "Foire aux questions", Section: section, URL: "https://www.example.fr/faq", Checked: checked}
	}
	return knowledge.Build(knowledge.Contents{
		Collections: []knowledge.Collection{
			{ID: "micro", Name: "Assurance micro", Product: "RC Pro foires et marchés", Lead: "Chez Assurance micro", Contact: "contact@example.fr"},
			{ID: "alma", Name: "Alma", Lead: "Le contrat prévoit"},
		},
		Topics: []knowledge.Topic{
			{ID: "micro.kbis", Collection: "micro", Kind: knowledge.KindFAQ, Title: "Comment obtenir un extrait Kbis ?",
				Asked: []faq.Phrase{{Text: "obtenir un extrait kbis"}, {Text: "où trouver un kbis"}, {Text: "il me faut un extrait Kbis"}},
				Body:  "Commandez-le sur **Infogreffe** : moins de 5 €.\n\n<script>alert(1)</script>", Citation: cite("Comment obtenir un extrait Kbis ?")},
			{ID: "micro.renouvellement", Collection: "micro", Kind: knowledge.KindFAQ, Title: "Je souhaite renouveler mon contrat",
				Asked: []faq.Phrase{{Text: "renouvellement du contrat"}, {Text: "renouveler mon assurance"}, {Text: "mon contrat se renouvelle-t-il"}},
				Body:  "Souscrivez à nouveau. Voir [le Kbis](micro.kbis).", Citation: cite("Renouvellement")},
			{ID: "alma.duree", Collection: "alma", Kind: knowledge.KindContract, Title: "Combien de temps dure la garantie ?", Body: "Trois mois.",
				Citation: faq.Citation{Document: "Conditions générales", Section: "Durée", Checked: checked}},
		},
	}, nil)
})

var sites = []bot.Site{
	{ID: "micro", Name: "Assurance micro", Collections: []string{"micro"}, Colour: "#1d5c4d", Starters: []string{"micro.kbis", "micro.parti"},
		Greeting: "Bonjour, posez **votre** question.", Origins: []string{"https://www.marchand.fr"}, IdentitySecret: identitySecret},
	{ID: "alma", Name: "Alma", Collections: []string{"alma"}, Origins: []string{"https://alma.example:8443/"}},
}

// fixture is a whole counter with its chat, on a database of its own.
type fixture struct {
	t       testing.TB
	db      *postgres.DB
	store   *faultyStore
	clock   *clock
	logs    *bottest.Log
	sites   []bot.Site
	changes *bot.Changes
	server  *widget.Server
	files   *files.Store
	uploads string // the folder of files on their way
	failPut atomic.Bool
	puts    atomic.Int64                  // files that were to be kept
	holdPut atomic.Pointer[chan struct{}] // files wait for it
	away    *widget.Elsewhere             // nil: no bot answers on Telegram
	limits  widget.Limits                 // of the servers to come
	http    *httptest.Server

	presence *presence
	mails    *postOffice   // nil: no e-mail leaves
	writes   *atomic.Int64 // how often a customer was said to be writing
}

// newFixture starts a counter; the origins may embed its first site's chat.
func newFixture(t testing.TB, origins ...string) *fixture {
	t.Helper()
	db := postgrestest.Open(t)
	f := &fixture{t: t, db: db, store: &faultyStore{Store: db}, presence: &presence{db: db, said: make(chan string, 100)}, clock: &clock{}, logs: &bottest.Log{}, writes: &atomic.Int64{}, sites: slices.Clone(sites)}
	f.sites[0].Origins = append(slices.Clone(sites[0].Origins), origins...)
	f.changes = bottest.Changes(t, f.store)
	var err error
	if f.files, err = files.Open(t.Context(), files.Options{Place: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	f.uploads = t.TempDir()
	f.server = f.newServer()
	f.http = httptest.NewServer(f.server.Handler())
	t.Cleanup(func() {
		ending, stop := context.WithTimeout(context.Background(), patience)
		defer stop()
		if err := f.server.Close(ending); err != nil { // every goroutine of every socket has ended
			t.Error(err)
		}
		f.http.Close()
	})
	return f
}

// newServer is another replica on the same database.
func (f *fixture) newServer() *widget.Server {
	f.t.Helper()
	known, err := base()
	if err != nil {
		f.t.Fatal(err)
	}
	options := widget.Options{
		Counter: bot.NewCounter(bot.NewEngine(known), f.store, f.sites, time.Now), Store: f.store, Visitors: countedVisitors{f.db, f.writes, f.store}, Changes: f.changes,
		Sites: f.sites, Secret: secret, Resumptions: f.db, Presence: f.presence, Now: f.clock.now, Log: slog.New(slog.NewTextHandler(f.logs, nil)),
		Files: faultyFiles{f.files, f}, Attachments: f.db, Uploads: f.uploads, Limits: f.limits,
	}
	if f.away != nil {
		options.Telegram, options.Passages = f.away, f.db
	}
	if f.mails != nil {
		options.Copies, options.Limiter, options.URL = f.mails, f.mails, f.http.URL
	}
	s, err := widget.New(options)
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

// transcript is what the store holds for a token's conversation.
func (f *fixture) transcript(token string) []bot.Message {
	f.t.Helper()
	key, _, _ := strings.Cut(token, ".")
	messages, err := f.db.Transcript(context.Background(), "web", key, 0)
	if err != nil {
		f.t.Fatal(err)
	}
	return messages
}

// countedVisitors counts how often a customer is said to be writing.
type countedVisitors struct {
	bot.Visitors
	writes *atomic.Int64
	store  *faultyStore
}

func (v countedVisitors) CustomerTypes(ctx context.Context, channel, key string) error {
	v.writes.Add(1)
	return v.Visitors.CustomerTypes(ctx, channel, key)
}

func (v countedVisitors) RateConversation(ctx context.Context, channel, key string, score int) error {
	v.store.visit(key)
	return v.Visitors.RateConversation(ctx, channel, key, score)
}

func (v countedVisitors) EraseConversation(ctx context.Context, channel, key string) ([]string, error) {
	v.store.visit(key)
	return v.Visitors.EraseConversation(ctx, channel, key)
}

// visit panics when it is told to.
func (s *faultyStore) visit(key string) {
	if s.panicVisit.Load() {
		panic("cannot find " + key + ", where mon secret de famille is")
	}
}

// faultyStore is the real store until it is told to fail.
type faultyStore struct {
	bot.Store
	bot.Visitors
	turns      atomic.Int64
	reads      atomic.Int64
	failTurn   atomic.Bool
	failRead   atomic.Bool
	panicTurn  atomic.Bool
	panicRead  atomic.Bool
	long       atomic.Int64          // how many messages each conversation has, 0 for what is kept
	panicVisit atomic.Bool           // of what a person does besides writing
	refuse     atomic.Pointer[error] // what turns get
	renumbered atomic.Int64          // the highest number that became another one, 0 for none
	entered    chan struct{}         // when set, gets a value as a turn begins, which then waits for release
	release    chan struct{}
	unread     chan struct{} // when set, gets a value at each transcript that cannot be read
}

func (s *faultyStore) Turn(ctx context.Context, in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) (bot.Outcome, error) {
	s.turns.Add(1)
	if s.entered != nil {
		s.entered <- struct{}{}
		<-s.release
	}
	if s.panicTurn.Load() {
		panic("cannot handle: " + in.Text)
	}
	if s.failTurn.Load() {
		return bot.Outcome{}, bot.ErrUnavailable
	}
	if err := s.refuse.Load(); err != nil {
		return bot.Outcome{}, *err
	}
	return s.Store.Turn(ctx, in, decide)
}

// Unchanged knows nothing of what cannot be read.
func (s *faultyStore) Unchanged(channel, key string, after int64) bool {
	return !s.failRead.Load() && after > s.renumbered.Load() && s.Store.Unchanged(channel, key, after)
}

func (s *faultyStore) Transcript(ctx context.Context, channel, key string, after int64) ([]bot.Message, error) {
	s.reads.Add(1)
	if s.panicRead.Load() {
		panic("cannot read " + key + ", where mon secret de famille is")
	}
	if s.failRead.Load() {
		s.unread <- struct{}{}
		return nil, errors.New("the disk is gone")
	}
	if n := s.long.Load(); n > 0 {
		var all []bot.Message
		for seq := after + 1; seq <= n; seq++ {
			all = append(all, bot.Message{Seq: seq, From: bot.FromCustomer, Text: "x"})
		}
		return all, nil
	}
	if after > 0 && after <= s.renumbered.Load() {
		return nil, bot.ErrRenumbered
	}
	return s.Store.Transcript(ctx, channel, key, after)
}

// faultyFiles are the real files until they are told to keep none.
type faultyFiles struct {
	bot.Files
	f *fixture
}

func (s faultyFiles) Put(ctx context.Context, name string, r io.Reader) (bot.Attachment, error) {
	s.f.puts.Add(1)
	if hold := s.f.holdPut.Load(); hold != nil {
		<-*hold
	}
	if s.f.failPut.Load() {
		return bot.Attachment{}, errors.New("the store of files does not answer")
	}
	return s.Files.Put(ctx, name, r)
}

// clock stands still when it is stopped; it serves the rate limit only.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return time.Now()
	}
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

func get(t *testing.T, address string, header http.Header) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		r.Header = header
	}
	res, err := (&http.Transport{DisableCompression: true}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	return res, body.String()
}

func readAll(t *testing.T, res *http.Response) string {
	t.Helper()
	defer func() { _ = res.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	return body.String()
}
