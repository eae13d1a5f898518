package postgres_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/sample"
	"guichet/connectors/desk"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
	"guichet/knowledge"
)

// sizedDesk is a desk over made-up tickets, with somebody signed in.
type sizedDesk struct {
	t      *testing.T
	db     *postgres.DB
	url    string // of the database
	server *httptest.Server
	client *http.Client
	words  []string
	one    bot.Ticket // any of the newest
}

const (
	sizedEmail    = "claire@example.org"
	sizedPassword = "une phrase de passe"
)

var sizedSites = []bot.Site{{ID: "micro", Name: "Micro"}, {ID: "alma", Name: "Alma"}, {ID: "active", Name: "Active"}, {ID: "multirisque", Name: "Multirisque"}}

// openSized loads tickets, so many messages each, and opens a desk over them. tracer may be nil.
func openSized(t *testing.T, tickets, each int, tracer *statements) *sizedDesk {
	t.Helper()
	d := &sizedDesk{t: t, url: postgrestest.Migrated(t)}
	var err error
	if tracer == nil {
		d.db, err = postgres.Open(t.Context(), d.url)
	} else {
		d.db, err = postgres.OpenTraced(t.Context(), d.url, tracer)
	}
	must(t, err)
	t.Cleanup(d.db.Close)
	hash, err := bot.HashPassword(sizedPassword)
	must(t, err)
	agents := []bot.User{{Email: sizedEmail, Name: "Claire", Role: bot.RoleAdmin, PasswordHash: hash}}
	for _, name := range []string{"bruno", "emma", "farid", "gaelle"} {
		agents = append(agents, bot.User{Email: name + "@example.org", Name: name, Role: bot.RoleAgent})
	}
	for _, a := range agents {
		must(t, d.db.AddUser(t.Context(), a))
	}
	contents, _, err := knowledge.Shipped()
	must(t, err)
	for _, topic := range contents.Topics {
		d.words = append(d.words, topic.Body)
	}
	d.words = sample.Vocabulary(d.words...)
	files, err := sample.Tickets(sample.Plan{Tickets: tickets, Messages: each * tickets, Seed: 7, Now: time.Now(), Words: d.words, Sites: sizedSites, Agents: agents})
	must(t, err)
	loaded, err := d.db.Load(t.Context(), files, false)
	must(t, err)
	if loaded.Tickets != tickets || loaded.Messages != each*tickets {
		t.Fatalf("%+v was loaded", loaded)
	}
	d.serve()
	list, err := d.db.Tickets(t.Context(), bot.TicketFilter{Category: bot.Claim, Limit: 1})
	must(t, err)
	d.one = list[0]
	return d
}

func (d *sizedDesk) serve() {
	d.t.Helper()
	handler, err := desk.New(desk.Options{
		Tickets: d.db, Work: d.db, Ties: d.db, Pending: d.db, Drafts: d.db, Attendance: d.db, Macros: d.db, Accounts: d.db, Visitors: d.db, Notices: d.db, Outbox: d.db,
		Sessions: d.db.Sessions(), Sites: sizedSites, Secrets: [][]byte{[]byte("a secret for tests, of 32 bytes or more")},
	})
	must(d.t, err)
	d.server = httptest.NewServer(handler)
	d.t.Cleanup(d.server.Close)
	jar, err := cookiejar.New(nil)
	must(d.t, err)
	d.client = &http.Client{Jar: jar}
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.server.URL+"/desk/login",
		strings.NewReader(url.Values{"email": {sizedEmail}, "password": {sizedPassword}}.Encode()))
	must(d.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got, err := d.client.Do(r)
	must(d.t, err)
	got.Body.Close()
}

// get reads a page, and gives what it says and how long it took.
func (d *sizedDesk) get(path string) (body string, took time.Duration) {
	d.t.Helper()
	start := time.Now()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.server.URL+path, nil)
	must(d.t, err)
	got, err := d.client.Do(r)
	must(d.t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	must(d.t, err)
	if got.StatusCode != http.StatusOK || !strings.Contains(string(text), `href="/desk/logout`) && !strings.Contains(string(text), `action="/desk/logout`) {
		d.t.Fatalf("%s gives status %d", path, got.StatusCode)
	}
	return string(text), time.Since(start)
}

// sizedPage is a page whose time should not grow with the database.
type sizedPage struct{ what, path string }

// pages are the queue with each view and filter, searches of every kind, and tickets.
func (d *sizedDesk) pages() []sizedPage {
	var all []sizedPage
	queue := func(what string, values ...string) {
		query := url.Values{}
		for i := 0; i+1 < len(values); i += 2 {
			query.Set(values[i], values[i+1])
		}
		all = append(all, sizedPage{what, "/desk/?" + query.Encode()})
	}
	for _, view := range bot.Views() {
		queue("view "+string(view), "view", string(view))
		queue("view "+string(view)+", any status", "view", string(view), "status", "any")
	}
	for _, status := range bot.Statuses() {
		queue("status "+string(status), "status", string(status))
	}
	for _, definition := range bot.Definitions() {
		queue("category "+string(definition.Category), "category", string(definition.Category))
		queue("category "+string(definition.Category)+", any status", "category", string(definition.Category), "status", "any")
	}
	for name, values := range map[string][]string{
		"channel": {bot.Web, bot.Telegram, bot.Discord}, "site": {"micro"}, "priority": {"urgent", "high", "normal", "low"}, "tag": {"à rappeler", "urgence vol", "absente"},
	} {
		for _, value := range values {
			queue(name+" "+value, name, value)
			queue(name+" "+value+", any status", name, value, "status", "any")
		}
	}
	queue("newest", "sort", "newest")
	queue("newest, any status", "sort", "newest", "status", "any")
	queue("closed, mine, newest", "sort", "newest", "status", "closed", "view", "mine")
	queue("four filters", "category", "complaint", "channel", bot.Discord, "site", "alma", "priority", "high", "status", "any")
	queue("five filters", "category", "claim", "channel", bot.Discord, "site", "alma", "priority", "urgent", "tag", "vip", "status", "any")
	queue("page 20, any status", "status", "any", "page", "20")
	word := func(rank int) string { return d.words[min(rank, len(d.words)-1)] }
	email, phone := d.one.Fields[bot.Email], "61"
	for what, text := range map[string]string{
		"the commonest word": word(0), "a very common word": word(12), "a common word": word(60), "a word": word(300), "a less common word": word(900), "a rare word": word(3000), "a very rare word": word(7000),
		"two common words": word(5) + " " + word(20), "two words": word(200) + " " + word(500), "a common and a rare word": word(3) + " " + word(4000),
		"three words": word(40) + " " + word(80) + " " + word(160), "the beginning of many words": "con", "words with an apostrophe": "l’" + word(30),
		"a common name": "dupont", "first and last name": "Éloïse Lecœur", "an e-mail": email, "a piece of an e-mail": "@example.org", "two digits": phone, "a piece of a telephone number": "0612",
		"a reference": d.one.Reference, "a piece of a reference": d.one.Reference[2:6], "one letter": "e", "no hit": "xyzzyx", "two of which one hits nothing": word(0) + " xyzzyx",
	} {
		queue("search: "+what, "q", text)
	}
	queue("search: a very common word, closed, urgent", "q", word(12), "status", "closed", "priority", "urgent")
	queue("search: a very common word, mine", "q", word(12), "view", "mine")
	for what, query := range map[string]string{"": "", ", from a search": "?q=" + url.QueryEscape(word(12)), ", from the closed ones": "?status=closed", ", from all of mine": "?status=any&view=mine"} {
		all = append(all, sizedPage{"ticket" + what, "/desk/ticket/" + d.one.Reference + query})
	}
	slices.SortFunc(all, func(a, b sizedPage) int { return strings.Compare(a.what, b.what) })
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestPagesTakeAsLongInALargeDatabase loads two databases, a thousand tickets and as many as GUICHET_TEST_TICKETS says, and compares each
// page's time in the same minutes. It takes minutes, and speaks of time: it runs when it is asked for.
func TestPagesTakeAsLongInALargeDatabase(t *testing.T) {
	large, err := strconv.Atoi(os.Getenv("GUICHET_TEST_TICKETS"))
	if err != nil {
		t.Skip("GUICHET_TEST_TICKETS is not set")
	}
	const most, times = 3.0, 31
	few := openSized(t, 1000, 10, nil)
	many := openSized(t, large, 10, nil)
	pages, others := few.pages(), many.pages()
	var table strings.Builder
	fmt.Fprintf(&table, "| page | 1000 tickets | %d tickets | ratio |\n|---|---|---|---|\n", large)
	for i, page := range pages {
		small, big := compare(few, many, page.path, others[i].path, times)
		if big > most*small { // a machine that does something else is not the page's fault
			small, big = compare(few, many, page.path, others[i].path, 5*times)
		}
		ratio := big / small
		fmt.Fprintf(&table, "| %s | %.1f ms | %.1f ms | %.1f |\n", page.what, small, big, ratio)
		if ratio > most {
			t.Errorf("%s takes %.1f ms of %d tickets and %.1f ms of 1000", page.what, big, large, small)
		}
	}
	t.Log("\n" + table.String())
}

// compare reads a page here and there by turns, and gives the times in milliseconds that a tenth of the readings stay below:
// those that nothing interrupted, where the machine does other things too.
func compare(few, many *sizedDesk, here, there string, times int) (small, big float64) {
	var a, b []float64
	for range times {
		_, took := few.get(here)
		a = append(a, float64(took.Microseconds())/1000)
		_, took = many.get(there)
		b = append(b, float64(took.Microseconds())/1000)
	}
	slices.Sort(a)
	slices.Sort(b)
	return a[len(a)/10], b[len(b)/10]
}
