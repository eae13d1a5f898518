package widget_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/widget"
)

// sendFile has an agent send a file to a conversation, without a word.
func (f *fixture) sendFile(token, reference, name string, data []byte) bot.Attachment {
	f.t.Helper()
	key, _, _ := strings.Cut(token, ".")
	_, err := f.db.Turn(f.t.Context(), bot.Inbound{Channel: "web", Key: key, Site: "micro", Text: "x"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Silent}, State: c.State, Ticket: &bot.Ticket{Reference: reference, Category: bot.Human}}, nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	a, err := f.files.Put(f.t.Context(), name, bytes.NewReader(data))
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.db.ReplyTicket(f.t.Context(), reference, bot.User{Email: "claire@example.fr", Name: "Claire"}, bot.AgentReply{Attachments: []bot.Attachment{a}}); err != nil {
		f.t.Fatal(err)
	}
	return a
}

func TestAVisitorGetsTheFilesOfTheirConversation(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.dial()
	token := c.hello("", 0).Token
	a := f.sendFile(token, "G-0000-0001", "Attestation corrigée.pdf", bottest.PDF("corrigée"))
	c.expect("message")
	m := c.expect("message")
	if m.From != "agent" || m.HTML != "" || len(m.Attachments) != 1 {
		t.Fatalf("the message is %+v", m)
	}
	got := m.Attachments[0]
	if got.Name != a.Name || got.Type != "application/pdf" || got.Size != a.Size || strings.Contains(got.URL, strings.Split(token, ".")[0]) {
		t.Errorf("the file is %+v", got)
	}
	res, body := get(t, f.http.URL+got.URL, nil)
	if res.StatusCode != http.StatusOK || body != string(bottest.PDF("corrigée")) {
		t.Fatalf("it gives %d, %q", res.StatusCode, body)
	}
	for header, want := range map[string]string{
		"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": bot.FilePolicy,
		"Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := res.Header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	if d := res.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename") {
		t.Errorf("the disposition is %q", d)
	}
	again := f.dial().hello(token, 0)
	if n := len(again.Messages); n != 2 || len(again.Messages[1].Attachments) != 1 {
		t.Errorf("after a reconnection: %+v", again.Messages)
	}
}

func TestNobodyElseGetsAFile(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, other := f.dial(), f.dial()
	token := c.hello("", 0).Token
	a := f.sendFile(token, "G-0000-0001", "a.pdf", bottest.PDF("a"))
	c.expect("message")
	good := c.expect("message").Attachments[0].URL
	theirs := f.sendFile(other.hello("", 0).Token, "G-0000-0002", "b.pdf", bottest.PDF("b"))
	sign := regexp.MustCompile(`sign=[^&]+`)
	until := regexp.MustCompile(`until=\d+`)
	for what, url := range map[string]string{
		"without a signature":   "/file/" + a.ID,
		"with an empty one":     sign.ReplaceAllString(good, "sign="),
		"for another's file":    strings.Replace(good, a.ID, theirs.ID, 1),
		"for longer":            until.ReplaceAllString(good, "until=99999999999"),
		"without an end":        until.ReplaceAllString(good, "until="),
		"with the chat's token": "/file/" + a.ID + "?sign=" + token,
		"of a folder above":     strings.Replace(good, a.ID, "..%2f"+a.ID, 1),
	} {
		if res, body := get(t, f.http.URL+url, nil); res.StatusCode != http.StatusNotFound || strings.Contains(body, "%PDF") {
			t.Errorf("a link %s gives %d", what, res.StatusCode)
		}
	}
	f.clock.set(time.Now().Add(25 * time.Hour))
	if res, body := get(t, f.http.URL+good, nil); res.StatusCode != http.StatusGone || !strings.Contains(body, "Rouvrez la discussion") {
		t.Errorf("a day later: %d, %q", res.StatusCode, body)
	}
	f.clock.set(time.Time{})
	if err := f.files.Delete(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	if res, _ := get(t, f.http.URL+good, nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is gone gives %d", res.StatusCode)
	}
}

// away is a bot on Telegram that answers for one site.
func away(fail *bool) *widget.Elsewhere {
	return &widget.Elsewhere{
		Serves: func(s bot.Site) bool { return s.ID == "micro" },
		Link: func(_ context.Context, start string) (string, error) {
			if *fail {
				return "", errors.New("Telegram does not answer")
			}
			return "https://t.me/some_bot?start=" + start, nil
		},
	}
}

func TestAConversationCanGoOnOnTelegramWhereABotAnswersForItsSite(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	plain := f.dial()
	if w := plain.hello("", 0); w.Elsewhere != nil {
		t.Errorf("without a bot the chat offers %v", w.Elsewhere)
	}
	plain.send(map[string]any{"type": "elsewhere", "channel": "telegram", "id": "e1"})
	plain.refused("not_elsewhere", "e1")

	fail := false
	f.away = away(&fail)
	replica := f.replica()
	c := dial(t, replica.URL)
	c.send(map[string]any{"type": "elsewhere", "channel": "telegram", "id": "e0"})
	c.refused("hello_missing", "e0")
	w := c.hello("", 0)
	if len(w.Elsewhere) != 1 || w.Elsewhere[0] != "telegram" {
		t.Errorf("the chat offers %v", w.Elsewhere)
	}
	c.send(map[string]any{"type": "elsewhere", "channel": "telegram"})
	if e := c.expect("elsewhere"); e.URL != "https://t.me/some_bot?start=site" || e.Channel != "telegram" {
		t.Errorf("before anything was said the link is %+v", e)
	}
	c.ask("m1", "kbis ?")
	c.send(map[string]any{"type": "elsewhere", "channel": "discord", "id": "e2"})
	c.refused("not_elsewhere", "e2")
	c.send(map[string]any{"type": "elsewhere", "channel": "telegram"})
	token := strings.TrimPrefix(c.expect("elsewhere").URL, "https://t.me/some_bot?start=")
	if !regexp.MustCompile(`^[A-Z2-7]{26}$`).MatchString(token) {
		t.Fatalf("the token is %q", token)
	}
	if strings.Contains(f.logs.String(), token) {
		t.Error("the token stands in the log")
	}
	out, err := f.counter().TakePassage(t.Context(), f.db, bot.Inbound{Channel: bot.Telegram, Key: "42", ExternalID: "42:1", Site: "micro", Text: "/start"}, token)
	if err != nil || out.Bot == nil {
		t.Fatalf("the passage gives %+v, %v", out, err)
	}
	if m := c.expect("message"); !strings.Contains(m.HTML, "continue sur Telegram") {
		t.Errorf("the website says %+v", m)
	}
	fail = true
	c.send(map[string]any{"type": "elsewhere", "channel": "telegram", "id": "e3"})
	c.refused("not_elsewhere", "e3")
	other := dial(t, replica.URL)
	other.send(map[string]any{"type": "hello", "v": 1, "site": "alma"})
	if w := other.expect("welcome"); w.Elsewhere != nil {
		t.Errorf("a site for which no bot answers offers %v", w.Elsewhere)
	}
}

// counter answers as the fixture's servers do.
func (f *fixture) counter() *bot.Counter {
	f.t.Helper()
	known, err := base()
	if err != nil {
		f.t.Fatal(err)
	}
	return bot.NewCounter(bot.NewEngine(known), f.store, f.sites, time.Now)
}

// replica is another server, that listens until the test ends.
func (f *fixture) replica() *httptest.Server {
	f.t.Helper()
	server := f.newServer()
	web := httptest.NewServer(server.Handler())
	f.t.Cleanup(func() {
		ending, stop := context.WithTimeout(context.Background(), patience)
		defer stop()
		if err := server.Close(ending); err != nil {
			f.t.Error(err)
		}
		web.Close()
	})
	return web
}
