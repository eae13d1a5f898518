package metrics_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"guichet/bot"
	"guichet/connectors/metrics"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// options are those of figures that everybody on this machine may read.
func options(db *postgres.DB) metrics.Options {
	return metrics.Options{
		Backlog: db.Backlog, Pool: func() metrics.Pool { return metrics.Pool(db.Pool()) }, Sockets: func() int { return 3 }, Edition: func() int64 { return 7 },
		Spool: func() metrics.Spool { return metrics.Spool{Waiting: 2, Limit: 100} }, Log: slog.New(slog.DiscardHandler),
	}
}

// read gives the figures over HTTP.
func read(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	server := httptest.NewServer(m.Handler())
	defer server.Close()
	answer, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("answered %d %s, %v", answer.StatusCode, body, err)
	}
	return string(body)
}

// has checks that lines stand among the figures.
func has(t *testing.T, figures string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(figures, "\n"+line+"\n") {
			name, _, _ := strings.Cut(line, "{")
			t.Errorf("%s is missing; there is\n%s", line, grep(figures, name))
		}
	}
}

func grep(figures, name string) string {
	var found []string
	for line := range strings.Lines(figures) {
		if strings.HasPrefix(line, name) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "")
}

func says(reply bot.Reply, ticket *bot.Ticket) func(c bot.Conversation) (bot.Turn, error) {
	return func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "SECRET", Reply: reply, State: c.State, Ticket: ticket}, nil
	}
}

func TestTurnsAreCountedByWhatTheyWere(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	m := metrics.New(options(db))
	store := m.Watch(db)
	turn := func(in bot.Inbound, reply bot.Reply, ticket *bot.Ticket) {
		if _, err := store.Turn(t.Context(), in, says(reply, ticket)); err != nil {
			t.Fatal(err)
		}
	}
	web := bot.Inbound{Channel: "web", Key: "SECRET-a", Site: "micro", ExternalID: "1"}
	turn(web, bot.Reply{Kind: bot.Answer, Text: "SECRET"}, nil)
	turn(web, bot.Reply{Kind: bot.Answer, Text: "SECRET"}, nil) // the same message again
	web.ExternalID = "2"
	turn(web, bot.Reply{Kind: bot.Silent}, nil)
	web.Site, web.ExternalID = "", "3" // the conversation's own
	turn(web, bot.Reply{Kind: bot.Answer, Text: "SECRET"}, nil)
	turn(bot.Inbound{Channel: "telegram", Key: "b", Site: "alma"}, bot.Reply{Kind: bot.Escalate, Text: "x"}, &bot.Ticket{Reference: "G-1", Category: bot.Claim})
	_, err := store.Turn(t.Context(), web, func(bot.Conversation) (bot.Turn, error) { return bot.Turn{}, errors.New("SECRET") })
	if err != nil {
		t.Fatal("a repetition is not decided")
	}
	web.ExternalID = "4"
	if _, err := store.Turn(t.Context(), web, func(bot.Conversation) (bot.Turn, error) { return bot.Turn{}, errors.New("SECRET") }); err == nil {
		t.Fatal("the turn was kept")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Turn(gone, web, says(bot.Reply{Kind: bot.Answer}, nil)); err == nil {
		t.Fatal("the turn was kept")
	}
	figures := read(t, m)
	has(t, figures,
		`guichet_turns_total{channel="web",kind="answer",site="micro"} 2`,
		`guichet_turns_total{channel="web",kind="silent",site="micro"} 1`,
		`guichet_turns_total{channel="telegram",kind="escalate",site="alma"} 1`,
		`guichet_turn_duration_seconds_count{channel="web"} 3`,
		`guichet_tickets_opened_total{category="claim",channel="telegram",site="alma"} 1`,
		`guichet_turns_failed_total{channel="web",reason="other"} 1`,
		`guichet_turns_failed_total{channel="web",reason="database"} 0`,
	)
	if strings.Contains(figures, "SECRET") {
		t.Error("the figures hold something of a customer")
	}
	db.Close()
	web.ExternalID = "5"
	if _, err := store.Turn(t.Context(), web, says(bot.Reply{Kind: bot.Answer}, nil)); !errors.Is(err, bot.ErrUnavailable) {
		t.Fatal(err)
	}
	has(t, read(t, m), `guichet_turns_failed_total{channel="web",reason="database"} 1`, `guichet_database_up 0`)
}

func TestWhatWaitsIsCounted(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	m := metrics.New(options(db))
	has(t, read(t, m),
		`guichet_inbox_waiting{channel="telegram"} 0`, `guichet_outbox_dead{channel="discord"} 0`, `guichet_outbox_oldest_seconds{channel="telegram"} 0`,
		`guichet_tickets{status="open"} 0`, `guichet_webhooks_off 0`, `guichet_database_up 1`, `guichet_chat_sockets 3`,
	)
	var updates []bot.Update
	for _, id := range []string{"parked", "handled", "a", "b"} {
		updates = append(updates, bot.Update{Channel: "telegram", ID: id, Thread: id, Payload: []byte("x")})
	}
	if err := db.KeepUpdates(t.Context(), updates); err != nil {
		t.Fatal(err)
	}
	for _, fate := range []bot.Fate{bot.Parked, bot.Handled} {
		held, err := db.ClaimUpdate(t.Context(), "telegram", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.SettleUpdate(t.Context(), held, bot.Settlement{Fate: fate}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.AddWebhook(t.Context(), bot.Webhook{Name: "crm", URL: "u", Secret: "s", MadeBy: "a"}); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"sent", "dead", "c", "d", "e"} {
		_, err := db.Turn(t.Context(), bot.Inbound{Channel: "discord", Key: key}, says(bot.Reply{Kind: bot.Answer, Text: "y"},
			&bot.Ticket{Reference: key, Category: bot.Human}))
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, state := range []bot.DispatchState{bot.Sent, bot.Dead} {
		held, err := db.ClaimDelivery(t.Context(), "discord", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.SettleDelivery(t.Context(), held, bot.Dispatch{State: state}); err != nil {
			t.Fatal(err)
		}
	}
	w, err := db.Webhook(t.Context(), "crm")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.WebhookFailed(t.Context(), w.ID, errors.New("x"), time.Hour); err != nil {
		t.Fatal(err)
	}
	figures := read(t, m)
	has(t, figures,
		`guichet_inbox_waiting{channel="telegram"} 2`, `guichet_inbox_parked{channel="telegram"} 1`,
		`guichet_outbox_pending{channel="discord"} 3`, `guichet_outbox_dead{channel="discord"} 1`,
		`guichet_tickets{status="open"} 5`, `guichet_tickets{status="closed"} 0`, `guichet_webhooks_failing 1`, `guichet_webhooks_off 0`,
		`guichet_jobs{kind="guichet_webhook",state="available"} 6`, // five tickets opened, one message that does not arrive
		`guichet_database_connections{state="most"} 16`,
	)
	for _, name := range []string{`guichet_inbox_oldest_seconds{channel="telegram"}`, `guichet_outbox_oldest_seconds{channel="discord"}`} {
		if line := grep(figures, name); line == "" || strings.HasSuffix(line, " 0\n") {
			t.Errorf("%s has no age: %q", name, line)
		}
	}
	for _, name := range []string{"go_goroutines", "process_open_fds", "guichet_build_info{"} {
		if grep(figures, name) == "" {
			t.Errorf("%s is missing", name)
		}
	}
	problems, err := promlint.New(strings.NewReader(figures)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestOnlyThisMachineOrWhoHasTheTokenReadsTheFigures(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	for _, c := range []struct {
		name         string
		guard        metrics.Guard
		from, header string
		status       int
	}{
		{"this machine", metrics.Guard{}, "127.0.0.1:5000", "", 200},
		{"this machine, by IPv6", metrics.Guard{}, "[::1]:5000", "", 200},
		{"this machine, as IPv4 in IPv6", metrics.Guard{}, "[::ffff:127.0.0.1]:5000", "", 200},
		{"a private network", metrics.Guard{}, "10.0.0.2:5000", "", 403},
		{"a container's gateway", metrics.Guard{}, "172.17.0.1:5000", "", 403},
		{"the internet", metrics.Guard{}, "8.8.8.8:5000", "", 403},
		{"nowhere", metrics.Guard{}, "@", "", 403},
		{"a proxy of this machine", metrics.Guard{}, "127.0.0.1:5000", "X-Forwarded-For: 8.8.8.8", 403},
		{"another proxy of this machine", metrics.Guard{}, "127.0.0.1:5000", "Forwarded: for=127.0.0.1", 403},
		{"a proxy that says nothing", metrics.Guard{Proxied: true}, "127.0.0.1:5000", "", 403},
		{"a token where none is set", metrics.Guard{}, "8.8.8.8:5000", "Authorization: Bearer ", 403},
		{"the token", metrics.Guard{Token: "t0k3n"}, "8.8.8.8:5000", "Authorization: Bearer t0k3n", 200},
		{"the token, through a proxy", metrics.Guard{Token: "t0k3n", Proxied: true}, "127.0.0.1:5000", "Authorization: bearer t0k3n", 200},
		{"another token", metrics.Guard{Token: "t0k3n"}, "127.0.0.1:5000", "Authorization: Bearer t0k3", 401},
		{"no token", metrics.Guard{Token: "t0k3n"}, "127.0.0.1:5000", "", 401},
		{"the token as a password", metrics.Guard{Token: "t0k3n"}, "127.0.0.1:5000", "Authorization: Basic t0k3n", 401},
	} {
		o := options(db)
		o.Guard = c.guard
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
		request.RemoteAddr = c.from
		if name, value, ok := strings.Cut(c.header, ": "); ok {
			request.Header.Set(name, value)
		}
		answer := httptest.NewRecorder()
		metrics.New(o).Handler().ServeHTTP(answer, request)
		if answer.Code != c.status {
			t.Errorf("%s: %d %.200s", c.name, answer.Code, answer.Body)
		}
		if c.status != 200 && (!strings.Contains(answer.Body.String(), "GUICHET_METRICS_TOKEN") || strings.Contains(answer.Body.String(), "guichet_")) {
			t.Errorf("%s: refused with %.200s", c.name, answer.Body)
		}
	}
}
