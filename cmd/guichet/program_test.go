package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// shared is a database that a server and commands use at once.
type shared struct {
	t   *testing.T
	url string
	db  *postgres.DB
}

// newShared has an admin: boss@example.fr, and an agent: ines@example.fr.
func newShared(t *testing.T) *shared {
	t.Helper()
	s := &shared{t: t, url: postgrestest.Migrated(t)}
	s.db = postgrestest.OpenAt(t, s.url)
	for _, user := range []bot.User{{Email: "boss@example.fr", Name: "Boss", Role: bot.RoleAdmin}, {Email: "ines@example.fr", Name: "Inès", Role: bot.RoleAgent}} {
		if err := s.db.AddUser(t.Context(), user); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// command runs a command line over the database, which has to succeed, and gives what it printed.
func (s *shared) command(args ...string) string {
	s.t.Helper()
	code, out, errs := guichet(s.t, "", append(args, "--database-url="+s.url)...)
	if code != 0 {
		s.t.Fatalf("%v: exit %d: %s", args, code, errs)
	}
	return strings.TrimSpace(out)
}

// fails runs a command line that has to fail with one line that says so.
func (s *shared) fails(says string, args ...string) {
	s.t.Helper()
	code, out, errs := guichet(s.t, "", append(args, "--database-url="+s.url)...)
	if code != 1 || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, says) {
		s.t.Errorf("%v: exit %d, printed %q, said %q; want one line with %q", args, code, out, errs, says)
	}
}

// serve runs a server over the database until the test ends, and gives its address.
func (s *shared) serve(args ...string) string {
	s.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	var log bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		all := append([]string{"serve", "--addr=127.0.0.1:0", "--database-url=" + s.url, "--data=" + s.t.TempDir(), cacheFlag()}, args...)
		ended <- run(ctx, all, console{strings.NewReader(""), writer, &log})
		writer.Close()
	}()
	s.t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			s.t.Errorf("the server ended with %d: %s", code, log.String())
		}
	})
	lines := bufio.NewScanner(reader)
	for lines.Scan() {
		if m := announced.FindStringSubmatch(lines.Text()); m != nil && m[1] == "Chat" {
			go io.Copy(io.Discard, reader)
			return strings.TrimSuffix(m[2], "/")
		}
	}
	s.t.Fatal("the server did not start")
	return ""
}

// open opens a ticket by a turn.
func (s *shared) open(reference string) {
	s.t.Helper()
	_, err := s.db.Turn(s.t.Context(), bot.Inbound{Channel: "web", Key: reference, Site: "micro"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{
			Text: "on m’a volé ma caisse", Reply: bot.Reply{Kind: bot.Escalate, Text: "C’est noté"}, State: c.State,
			Ticket: &bot.Ticket{Reference: reference, Category: bot.Claim, Fields: map[bot.Field]string{bot.Email: "ana@example.fr"}},
		}, nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

var docBlock = regexp.MustCompile("(?s)```(sh|json)\n(.*?)```")

func TestTheExamplesOfTheAPIsPageWork(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	s := newShared(t)
	s.open("G-4F7K-2MQ9")
	address := s.serve()
	key := s.command("key", "add", "--as=boss@example.fr", "--scope=tickets:read,tickets:write", "--scope=conversations:read,ask,knowledge:read", "crm-lyon")
	home := t.TempDir() // an example that is refused has to fail
	if err := os.WriteFile(filepath.Join(home, ".curlrc"), []byte("fail-with-body\nsilent\nshow-error\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ran, compared := 0, 0
	var answer []byte
	for _, block := range docBlock.FindAllStringSubmatch(string(page), -1) {
		if block[1] == "json" {
			compared++
			sameShape(t, block[2], answer)
			continue
		}
		ran++
		example := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", block[2])
		example.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "GUICHET=" + address, "KEY=" + key, "TICKET=G-4F7K-2MQ9"}
		var errs bytes.Buffer
		example.Stderr = &errs
		if answer, err = example.Output(); err != nil || !json.Valid(answer) {
			t.Fatalf("%s%v: %s %s", block[2], err, answer, errs.String())
		}
	}
	if ran < 10 || compared < 6 {
		t.Errorf("%d examples and %d answers were found on the page", ran, compared)
	}
	if said := s.command("ticket", "show", "G-4F7K-2MQ9"); !strings.Contains(said, "votre attestation corrigée est prête") {
		t.Errorf("the reply of the example did not arrive: %s", said)
	}
	listed := s.command("key", "list")
	if !strings.Contains(listed, "crm-lyon") || strings.Contains(listed, "never") || strings.Contains(listed, key) {
		t.Errorf("the keys: %s", listed)
	}
	s.command("key", "revoke", "crm-lyon")
	entries, err := s.db.Audit(t.Context(), bot.AuditFilter{Who: "guichet", Object: "crm-lyon"})
	if err != nil || len(entries) != 2 || entries[0].Action != bot.AuditKeyRevoked || entries[1].Action != bot.AuditKeyAdded || !strings.Contains(entries[1].Detail, "tickets:write") {
		t.Errorf("recorded is %+v, %v", entries, err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/api/v1/topics", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	got.Body.Close()
	if got.StatusCode != http.StatusUnauthorized {
		t.Errorf("a revoked key is answered %d", got.StatusCode)
	}
}

// sameShape checks that every field of the page's example is in the real answer, with a value of its kind.
func sameShape(t *testing.T, page string, answer []byte) {
	t.Helper()
	var want, got any
	if err := json.Unmarshal([]byte(page), &want); err != nil {
		t.Fatalf("%s: %v", page, err)
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Fatal(err)
	}
	compareShape(t, "", want, got)
}

func compareShape(t *testing.T, path string, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s is %v", path, got)
		}
		for name, value := range want {
			there, ok := object[name]
			if !ok {
				t.Errorf("%s.%s is on the page and not in the answer", path, name)
			}
			compareShape(t, path+"."+name, value, there)
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(want) > 0 && len(list) == 0 {
			t.Errorf("%s is %v", path, got)
			return
		}
		if len(want) > 0 {
			compareShape(t, path+"[]", want[0], list[0])
		}
	case nil: // on the page it says that there may be none
	default:
		if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
			t.Errorf("%s is %v on the page and %v in the answer", path, want, got)
		}
	}
}

func TestAProgramIsToldThroughTheServerAndCommands(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	var secret string
	got, wrong := make(chan bot.WebhookMessage, 10), make(chan error, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		verifier, err := standardwebhooks.NewWebhook(secret)
		if err == nil {
			err = verifier.Verify(body, r.Header)
		}
		var m bot.WebhookMessage
		if err == nil {
			err = json.Unmarshal(body, &m)
		}
		if err != nil {
			wrong <- err
			return
		}
		got <- m
	}))
	defer receiver.Close()
	next := func() bot.WebhookMessage {
		t.Helper()
		select {
		case m := <-got:
			return m
		case err := <-wrong:
			t.Fatal(err)
		case <-time.After(time.Minute):
			t.Fatal("nothing was told within a minute")
		}
		return bot.WebhookMessage{}
	}
	secret = s.command("webhook", "add", "--as=boss@example.fr", "--event=ticket.opened,ticket.note", "--allow-private", "crm", receiver.URL)
	if listed := s.command("webhook", "list"); !strings.Contains(listed, "nothing sent yet") || strings.Contains(listed, secret) {
		t.Errorf("the webhooks: %s", listed)
	}
	s.command("webhook", "test", "crm")
	if m := next(); m.Type != bot.WebhookTest {
		t.Errorf("the test told %+v", m)
	}
	s.serve()
	s.open("G-1")
	if m := next(); m.Type != "ticket.opened" || m.Data.Ticket != "G-1" {
		t.Errorf("told %+v", m)
	}
	s.command("ticket", "reply", "--as=ines@example.fr", "G-1", "bonjour") // not asked for
	if err := s.db.NoteTicket(t.Context(), "G-1", bot.User{Email: "ines@example.fr"}, "SECRET", ""); err != nil {
		t.Fatal(err)
	}
	if m := next(); m.Type != "ticket.note" || m.Data.Text != "" {
		t.Errorf("told %+v", m)
	}
	receiver.Close()
	s.fails("no connection", "webhook", "test", "crm")
	if listed := s.command("webhook", "list"); !strings.Contains(listed, "delivered 2") {
		t.Errorf("the webhooks: %s", listed)
	}
	s.command("webhook", "remove", "crm")
	var done []string
	entries, err := s.db.Audit(t.Context(), bot.AuditFilter{Who: "guichet", Object: "crm"})
	for _, e := range entries {
		done = append(done, strings.TrimSpace(string(e.Action)+" "+e.Detail))
	}
	if want := "webhook_removed|webhook_tested failed|webhook_tested delivered|webhook_added"; err != nil || strings.Join(done, "|") != want {
		t.Errorf("recorded is %q, %v, want %s", done, err, want)
	}
	s.fails("no webhook named crm", "webhook", "remove", "crm")
	s.fails("no webhook named crm", "webhook", "test", "crm")
}

func TestThePageOfWebhooksHasEveryEvent(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "webhooks.md"))
	if err != nil {
		t.Fatal(err)
	}
	var events []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		events = append(events, row[1])
	}
	known := bot.WebhookEvents()
	slices.Sort(events)
	slices.Sort(known)
	if !slices.Equal(events, known) {
		t.Errorf("on the page %v, told %v", events, known)
	}
}

func TestKeysAndWebhooksAreRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	s.command("key", "add", "--as=boss@example.fr", "--scope=ask", "taken")
	s.command("webhook", "add", "--as=boss@example.fr", "taken", "https://crm.example.fr/")
	add, hook := []string{"key", "add", "--as=boss@example.fr"}, []string{"webhook", "add", "--as=boss@example.fr"}
	s.fails("was a key named taken", append(add, "--scope=ask", "taken")...)
	s.fails(`no scope "tickets"`, append(add, "--scope=tickets", "crm")...)
	s.fails("lower-case letters", append(add, "--scope=ask", "CRM Lyon")...)
	s.fails("--days is negative", append(add, "--scope=ask", "--days=-1", "crm")...)
	s.fails("for an admin", "key", "add", "--as=ines@example.fr", "--scope=ask", "crm")
	s.fails("no account at the desk", "ticket", "assign", "--as=nobody@example.fr", "G-4F7K-2MQ9", "ines@example.fr")
	s.command("user", "disable", "ines@example.fr")
	s.fails("the account of ines@example.fr is disabled", "ticket", "assign", "--as=boss@example.fr", "G-4F7K-2MQ9", "ines@example.fr")
	s.command("user", "enable", "ines@example.fr")
	s.fails("no account at the desk", "key", "add", "--as=nobody@example.fr", "--scope=ask", "crm")
	s.fails("no valid key named crm", "key", "revoke", "crm")
	s.fails("a webhook named taken", append(hook, "taken", "https://crm.example.fr/")...)
	s.fails("private network", append(hook, "crm", "https://127.0.0.1/")...)
	s.fails("https://", append(hook, "crm", "http://crm.example.fr/")...)
	s.fails(`no event "ticket.lost"`, append(hook, "--event=ticket.lost", "crm", "https://crm.example.fr/")...)
	s.fails("for an admin", "webhook", "add", "--as=ines@example.fr", "crm", "https://crm.example.fr/")
}

func TestTheFiguresAreGivenToThisMachineAndBehindAProxyToNobodyWithoutTheToken(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	address := s.serve()
	answer, err := http.Get(address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK || !strings.Contains(string(body), "\nguichet_database_up 1\n") {
		t.Errorf("this machine: %d %.200s", answer.StatusCode, body)
	}
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("0123456789abcdef\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	kept := openSpool(t, s.db)
	for _, c := range []struct {
		name, url, file, header string
		status                  int
	}{
		{"no proxy, no token", "", "", "", 200},
		{"behind a proxy", "https://guichet.example.fr", "", "", 403},
		{"behind a proxy, with the token", "https://guichet.example.fr", token, "Bearer 0123456789abcdef", 200},
		{"without the token", "", token, "", 401},
	} {
		figures, err := metricsFlags{MetricsTokenFile: c.file}.openMetrics(s.db, kept, c.url, func() int { return 0 }, func() int64 { return 0 }, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
		request.RemoteAddr = "127.0.0.1:5000"
		request.Header.Set("Authorization", c.header)
		answer := httptest.NewRecorder()
		figures.Handler().ServeHTTP(answer, request)
		if answer.Code != c.status {
			t.Errorf("%s: %d %.200s", c.name, answer.Code, answer.Body)
		}
	}
	for says, flags := range map[string]metricsFlags{
		"is empty":              {MetricsTokenFile: os.DevNull},
		"16 at least":           {MetricsToken: "short"},
		"keep one":              {MetricsToken: "0123456789abcdef", MetricsTokenFile: token},
		"the token of the metr": {MetricsTokenFile: token + ".none"},
	} {
		if _, err := flags.metricsToken(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}
