package telegram_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/telegram"
	"guichet/connectors/telegram/telegramtest"
)

func TestOneReplicaPollsAndAnotherTakesOverWhenItDies(t *testing.T) {
	c := newCounter(t)
	first := c.start(postgrestest.OpenAt(t, c.url))
	c.telegram.Write(ana, "comment obtenir un kbis ?")
	c.said(ana, 1)
	second := c.start(postgrestest.OpenAt(t, c.url))
	third := c.start(postgrestest.OpenAt(t, c.url))
	c.telegram.Write(ana, "merci")
	c.said(ana, 2)
	first.stop()
	c.telegram.Write(ana, "comment obtenir un kbis ?")
	c.said(ana, 3)
	// The database forgets the leader: it has lost the lock, and another has it.
	terminated := postgrestest.Query[bool](t, c.url, `select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a on a.pid = l.pid
		where l.locktype = 'advisory' and l.granted and a.datname = current_database()`)
	if !terminated {
		t.Fatal("there is no leader")
	}
	for i := range 5 {
		c.telegram.Write(ana, fmt.Sprint("/statut ", i))
	}
	c.said(ana, 8)
	second.stop()
	third.stop()
	c.telegram.Wait(t, "nobody who stopped still leads", func() bool { // the database notices a closed connection when it comes to it
		return postgrestest.Query[int](t, c.url, `select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid
			where l.locktype = 'advisory' and a.datname = current_database()`) == 0
	})
}

func TestASecondProgramThatPollsIsToldOnceAndStopsNothing(t *testing.T) {
	c := newCounter(t)
	var n atomic.Int32
	c.telegram.Trouble(func(call telegramtest.Call) *telegramtest.Failure {
		if call.Method == "getUpdates" && n.Add(1) <= 5 {
			return &telegramtest.Failure{Code: 409, Description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		}
		return nil
	})
	c.start(c.db)
	c.telegram.Write(ana, "comment obtenir un kbis ?")
	c.said(ana, 1)
	if told := strings.Count(c.log.String(), "terminated by other getUpdates request"); told != 1 {
		t.Errorf("the log tells it %d times", told)
	}
}

func TestAWebhookTakesUpdatesOnAnyReplicaOnceTheyAreKept(t *testing.T) {
	c := newCounter(t)
	const secret = "a-secret_1"
	var fail atomic.Int32
	fail.Store(2)
	store := &postgrestest.Faulty{DB: postgrestest.OpenAt(t, c.url)}
	store.BeforeKeep = func(ctx context.Context) error {
		if fail.Add(-1) >= 0 {
			return bot.ErrUnavailable
		}
		return nil
	}
	hook := newHook(t)
	server := c.start(store, func(o *telegram.Options) { o.Webhook = &telegram.Webhook{URL: hook.URL, Secret: secret} })
	hook.serve(server.Webhook())
	c.telegram.Wait(t, "the webhook", func() bool { return c.telegram.Calls("setWebhook") == 1 })
	update := c.telegram.Write(ana, "comment obtenir un kbis ?")
	c.said(ana, 1)
	c.telegram.Repeat(update)
	c.settled()
	c.said(ana, 1)
	if c.telegram.Calls("getUpdates") != 0 {
		t.Error("it polls beside the webhook")
	}
	for name, post := range map[string]struct {
		method, secret, body string
		status               int
	}{
		"without the secret":   {http.MethodPost, "", `{"update_id":1}`, http.StatusForbidden},
		"with another secret":  {http.MethodPost, secret + "x", `{"update_id":1}`, http.StatusForbidden},
		"that is no post":      {http.MethodGet, secret, ``, http.StatusMethodNotAllowed},
		"that is no update":    {http.MethodPost, secret, `{}`, http.StatusBadRequest},
		"that is no JSON":      {http.MethodPost, secret, `update_id=1`, http.StatusBadRequest},
		"that is far too long": {http.MethodPost, secret, `{"update_id":1,"x":"` + strings.Repeat("a", 1<<20) + `"}`, http.StatusRequestEntityTooLarge},
		"of an update":         {http.MethodPost, secret, `{"update_id":1}`, http.StatusOK},
	} {
		request, err := http.NewRequestWithContext(t.Context(), post.method, hook.URL, strings.NewReader(post.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Telegram-Bot-Api-Secret-Token", post.secret)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != post.status {
			t.Errorf("a request %s gives %d, want %d", name, response.StatusCode, post.status)
		}
	}
	if strings.Contains(c.log.String(), secret) {
		t.Error("the secret stands in the log")
	}
}

func TestPollingRemovesAWebhookThatStandsInTheWay(t *testing.T) {
	c := newCounter(t)
	response, err := http.Post(c.telegram.URL+"/bot"+c.telegram.Token+"/setWebhook", "application/json", strings.NewReader(`{"url":"https://127.0.0.1:1/x"}`))
	if err != nil || response.StatusCode != 200 {
		t.Fatal(response, err)
	}
	findings := telegram.Check(t.Context(), telegram.Secret(c.telegram.Token), c.telegram.URL, "")
	if !says(findings, false, "a webhook is set, and polling is configured") || !says(findings, false, "the commands are not registered") {
		t.Errorf("%+v", findings)
	}
	c.start(c.db)
	c.telegram.Write(ana, "comment obtenir un kbis ?")
	c.said(ana, 1)
	findings = telegram.Check(t.Context(), telegram.Secret(c.telegram.Token), c.telegram.URL, "")
	if !says(findings, true, "@"+telegramtest.BotUsername) || !says(findings, true, "no webhook stands in the way") || !says(findings, true, "5 commands") {
		t.Errorf("%+v", findings)
	}
}

func says(findings []telegram.Finding, ok bool, words string) bool {
	for _, f := range findings {
		if f.OK == ok && strings.Contains(f.Says, words) {
			return true
		}
	}
	return false
}

func TestCheckSaysWhatIsWrongWithAToken(t *testing.T) {
	t.Parallel()
	s := telegramtest.NewServer()
	for token, words := range map[telegram.Secret]string{
		"1:other": "does not know this token", "no-token": "does not know this token", "a/b": "malformed",
	} {
		findings := telegram.Check(t.Context(), token, s.URL, "")
		if len(findings) != 1 || !says(findings, false, words) {
			t.Errorf("%+v", findings)
		}
	}
	s.Close()
	for api, words := range map[string]string{s.URL: "does not answer", "ftp://x": "no web address"} {
		findings := telegram.Check(t.Context(), telegram.Secret(s.Token), api, "")
		if len(findings) != 1 || !says(findings, false, words) || strings.Contains(findings[0].Says, "TEST-token") {
			t.Errorf("%+v", findings)
		}
	}
}
