package desk_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/bot/publish"
	"guichet/connectors/desk"
	"guichet/connectors/files"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/webhook"
)

const password = "une phrase de passe"

// passwordHash is computed once: it takes its time on purpose.
var passwordHash = func() string {
	hash, err := bot.HashPassword(password)
	if err != nil {
		panic(err)
	}
	return hash
}()

// house is a desk over a database of its own.
type house struct {
	t      *testing.T
	db     *postgres.DB
	server *httptest.Server
	start  time.Time
	files  *files.Store
	clock  *atomic.Int64 // nanoseconds since start, for the desk: its time stands still unless a test moves it
}

func open(t *testing.T) *house {
	t.Helper()
	return openWith(t, func(*desk.Options) {})
}

// openWith opens a desk with other options than the usual ones.
func openWith(t *testing.T, set func(*desk.Options)) *house {
	t.Helper()
	db := postgrestest.Open(t)
	store, err := files.Open(t.Context(), files.Options{Place: t.TempDir(), LargestInBytes: bottest.LargestFile})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{files: store, t: t, db: db, start: time.Now(), clock: &atomic.Int64{}}
	h.serve(bottest.Changes(t, db), set)
	return h
}

func (h *house) serve(changes *bot.Changes, set func(*desk.Options)) {
	h.t.Helper()
	mux := http.NewServeMux()
	h.server = httptest.NewServer(mux)
	h.t.Cleanup(h.server.Close)
	o := desk.Options{
		Tickets: h.db, Work: h.db, Ties: h.db, Drafts: h.db, Attendance: h.db, Macros: h.db, Accounts: h.db, Visitors: h.db, Notices: h.db,
		Sessions: h.db.Sessions(), Changes: changes, Now: h.now, URL: h.server.URL,
		Files: h.files, Attachments: h.db, Outbox: h.db,
		Programs:  &desk.Programs{Keys: h.db, Webhooks: h.db, NewSecret: webhook.NewSecret, CheckURL: webhook.CheckURL, Post: webhook.NewSender().Send},
		Knowledge: &desk.Knowledge{Publisher: publish.New(publish.Options{Editions: h.db, Cache: filepath.Join(os.TempDir(), "guichet-desk-test"), Now: h.now})},
		Secrets:   [][]byte{[]byte("a secret for tests, of 32 bytes or more")},
	}
	set(&o)
	handler, err := desk.New(o)
	if err != nil {
		h.t.Fatal(err)
	}
	mux.Handle("/desk", handler)
	mux.Handle("/desk/", handler)
}

// again is another desk over the same database and clock, as after a restart with other options.
func (h *house) again(set func(*desk.Options)) *house {
	h.t.Helper()
	next := &house{t: h.t, db: h.db, files: h.files, start: h.start, clock: h.clock}
	next.serve(bot.NewChanges(h.db), set)
	return next
}

func (h *house) now() time.Time { return h.start.Add(time.Duration(h.clock.Load())) }

func (h *house) addUser(email, name string) bot.User {
	h.t.Helper()
	user := bot.User{Email: email, Name: name, Role: bot.RoleAgent, PasswordHash: passwordHash, CreatedAt: time.Now()}
	if err := h.db.AddUser(h.t.Context(), user); err != nil {
		h.t.Fatal(err)
	}
	return user
}

// say has a customer write: the bot answers, and opens the ticket if there is one.
func (h *house) say(key, text string, reply bot.Reply, ticket *bot.Ticket) {
	h.t.Helper()
	in := bot.Inbound{Channel: "web", Key: key, Site: "demo", Text: text}
	_, err := h.db.Turn(h.t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: text, Reply: reply, State: c.State, Ticket: ticket}, nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// claim opens a ticket in a conversation of its own, named by its reference.
func (h *house) claim(reference string, fields map[bot.Field]string) {
	h.t.Helper()
	h.say(reference, "On m’a volé ma caisse hier", bot.Reply{Kind: bot.Escalate, Text: "Votre demande est enregistrée."},
		&bot.Ticket{Reference: reference, Category: bot.Claim, Fields: fields})
}

// browser is somebody at the desk, with cookies. It does not follow redirects.
type browser struct {
	h      *house
	client *http.Client
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{h: h, client: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// signIn returns a browser of somebody who is signed in.
func (h *house) signIn(email string) *browser {
	h.t.Helper()
	b := h.browser()
	if got := b.post("/desk/login", url.Values{"email": {email}, "password": {password}}); got.status != http.StatusSeeOther {
		h.t.Fatalf("signing in gives status %d", got.status)
	}
	return b
}

// answer is a response, read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (b *browser) do(method, path string, form url.Values, header ...string) answer {
	b.h.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.h.t.Context(), method, b.h.server.URL+path, body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := b.client.Do(r)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	got := answer{status: response.StatusCode, header: response.Header, body: string(text)}
	if method == http.MethodGet && len(header) == 0 && readInEnglishToo(path, got) {
		wantEnglish(b.h.t, path, b.do(method, path, nil, "Accept-Language", "en").body)
	}
	return got
}

func (b *browser) get(path string) answer { b.h.t.Helper(); return b.do(http.MethodGet, path, nil) }

func (b *browser) post(path string, form url.Values) answer {
	b.h.t.Helper()
	return b.do(http.MethodPost, path, form)
}

// cookie is the value of the session's cookie.
func (b *browser) cookie() string {
	at, err := url.Parse(b.h.server.URL + "/desk/")
	if err != nil {
		b.h.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(at) {
		if c.Name == "guichet_desk" {
			return c.Value
		}
	}
	return ""
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(once|seen)" value="([^"]*)"`)

// forms returns the reply form and the note form of a ticket's page, as a browser would send them.
func forms(page string) (reply, note url.Values) {
	before, after, _ := strings.Cut(page, `<form class="note"`)
	read := func(part string) url.Values {
		form := url.Values{}
		for _, m := range hidden.FindAllStringSubmatch(part, -1) {
			form.Set(m[1], m[2])
		}
		return form
	}
	return read(before), read(after)
}

// file reads a ticket as the store has it.
func (h *house) file(reference string) bot.TicketFile {
	h.t.Helper()
	file, err := h.db.Ticket(h.t.Context(), reference)
	if err != nil {
		h.t.Fatal(err)
	}
	return file
}

// said are the texts of a transcript, by author.
func said(file bot.TicketFile, from bot.Author) []string {
	var texts []string
	for _, m := range file.Transcript {
		if m.From == from {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

func wantContains(t *testing.T, page string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not contain %q", part)
		}
	}
}

func wantStatus(t *testing.T, got answer, want int) {
	t.Helper()
	if got.status != want {
		t.Fatalf("status %d, want %d", got.status, want)
	}
}

func pretty(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
