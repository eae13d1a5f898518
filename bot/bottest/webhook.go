package bottest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"guichet/bot"
)

// WebhookStore is what webhooks are tested on.
type WebhookStore interface {
	bot.Webhooks
	bot.Audit
}

// TestWebhooks checks an implementation of bot.Webhooks. open gives an empty one, and ends it with the test.
func TestWebhooks(t *testing.T, open func(t *testing.T) WebhookStore) {
	run(t, open, []testCase[WebhookStore]{
		{"a webhook is kept, listed and removed", webhookKept},
		{"failures switch a webhook off in the end, a success on again", webhookFails},
		{"one that is gone is switched off at once", webhookGone},
		{"a test that arrives switches a webhook on again, one that does not leaves it as it is", webhookTried},
	})
}

func webhookKept(t *testing.T, s WebhookStore) {
	made := bot.Webhook{
		Name: "crm", URL: "https://crm.example.fr/hook?token=1", Secret: "whsec_AAAA", Events: []string{"ticket.opened"}, WithText: true,
		MadeBy: marie.Email,
	}
	ok(t, s.AddWebhook(t.Context(), made))
	ok(t, s.AddWebhook(t.Context(), bot.Webhook{Name: "all", URL: "http://10.0.0.1/", Secret: "whsec_BBBB", Private: true, MadeBy: "a"}))
	if err := s.AddWebhook(t.Context(), made); !errors.Is(err, bot.ErrExists) {
		t.Errorf("a name was taken twice: %v", err)
	}
	all, err := s.Webhooks(t.Context())
	if err != nil || len(all) != 2 || all[0].Name != "all" || !all[0].Private || len(all[0].Events) != 0 {
		t.Fatalf("listed %+v, %v", all, err)
	}
	got := webhook(t, s, "crm")
	if got.ID == 0 || got.ID == all[0].ID || got.CreatedAt.IsZero() {
		t.Errorf("read %+v", got)
	}
	made.ID, made.CreatedAt = got.ID, got.CreatedAt
	if !reflect.DeepEqual(got, made) {
		t.Errorf("read %+v, want %+v", got, made)
	}
	ok(t, s.RemoveWebhook(t.Context(), "crm"))
	if _, err := s.Webhook(t.Context(), "crm"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a removed one is read: %v", err)
	}
	for name, err := range map[string]error{
		"removing":  s.RemoveWebhook(t.Context(), "crm"),
		"a success": s.WebhookSucceeded(t.Context(), got.ID),
		"a failure": s.WebhookFailed(t.Context(), got.ID, errors.New("x"), time.Hour),
	} {
		if !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s of a removed one: %v", name, err)
		}
	}
}

func webhookFails(t *testing.T, s WebhookStore) {
	ok(t, s.AddWebhook(t.Context(), bot.Webhook{Name: "crm", URL: "https://crm.example.fr", Secret: "s", MadeBy: "a"}))
	id := webhook(t, s, "crm").ID
	ok(t, s.WebhookFailed(t.Context(), id, errors.New("it answers 500"), time.Hour))
	first := webhook(t, s, "crm")
	if first.FailingSince.IsZero() || first.LastError != "it answers 500" || !first.Off.IsZero() {
		t.Errorf("after a failure %+v", first)
	}
	ok(t, s.WebhookFailed(t.Context(), id, errors.New("it answers 502"), time.Hour))
	if w := webhook(t, s, "crm"); !w.FailingSince.Equal(first.FailingSince) || w.LastError != "it answers 502" || !w.Off.IsZero() {
		t.Errorf("after another %+v", w)
	}
	ok(t, s.WebhookFailed(t.Context(), id, errors.New("it answers 503"), 0)) // no patience left
	if w := webhook(t, s, "crm"); w.Off.IsZero() || w.LastError != "it answers 503" {
		t.Errorf("after the last %+v", w)
	}
	ok(t, s.WebhookSucceeded(t.Context(), id))
	if w := webhook(t, s, "crm"); !w.Off.IsZero() || !w.FailingSince.IsZero() || w.LastError != "" || w.Delivered.IsZero() {
		t.Errorf("after a success %+v", w)
	}
	ok(t, s.WebhookFailed(t.Context(), id, errors.New("x"), 0))
	if w := webhook(t, s, "crm"); !w.Off.IsZero() {
		t.Error("the first failure after a success switched it off")
	}
}

func webhookGone(t *testing.T, s WebhookStore) {
	ok(t, s.AddWebhook(t.Context(), bot.Webhook{Name: "crm", URL: "https://crm.example.fr", Secret: "s", MadeBy: "a"}))
	ok(t, s.WebhookFailed(t.Context(), webhook(t, s, "crm").ID, bot.ErrWebhookGone, time.Hour))
	if w := webhook(t, s, "crm"); w.Off.IsZero() {
		t.Errorf("it is on: %+v", w)
	}
}

func webhook(t *testing.T, s bot.Webhooks, name string) bot.Webhook {
	t.Helper()
	w, err := s.Webhook(t.Context(), name)
	if err != nil {
		t.Fatalf("Webhook %s: %v", name, err)
	}
	return w
}

func webhookTried(t *testing.T, s WebhookStore) {
	ctx := bot.ActAs(t.Context(), bot.Actor{Who: marie.Email, Address: "192.0.2.7"})
	ok(t, s.AddWebhook(ctx, bot.Webhook{Name: "crm", URL: "https://crm.example.fr", Secret: "s", WithText: true, MadeBy: "a"}))
	ok(t, s.WebhookFailed(ctx, webhook(t, s, "crm").ID, bot.ErrWebhookGone, time.Hour))
	away := errors.New("it answers 500")
	answer := away
	var got bot.WebhookMessage
	trial := bot.WebhookTrial{Webhooks: s, Audit: s, Now: func() time.Time { return noon }, Post: func(_ context.Context, w bot.Webhook, m bot.WebhookMessage) error {
		got = m
		return answer
	}}
	_, err := trial.Try(ctx, "crm")
	var refused bot.WebhookRefusal
	if !errors.As(err, &refused) || !errors.Is(refused.Reason, away) || webhook(t, s, "crm").Off.IsZero() {
		t.Errorf("a test that fails gives %v", err)
	}
	answer = nil
	id, err := trial.Try(ctx, "crm")
	ok(t, err)
	if got.Type != bot.WebhookTest || got.ID != id || !got.At.Equal(noon) {
		t.Errorf("told %+v, its id is said to be %q", got, id)
	}
	if w := webhook(t, s, "crm"); !w.Off.IsZero() || w.Delivered.IsZero() || w.LastError != "" {
		t.Errorf("after a test that arrived it is %+v", w)
	}
	if _, err := trial.Try(ctx, "nobody"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("trying nothing gives %v", err)
	}
	ok(t, s.RemoveWebhook(ctx, "crm"))
	recorded(t, s, "webhook_removed marie@example.fr 192.0.2.7 crm ", "webhook_tested marie@example.fr 192.0.2.7 crm delivered",
		"webhook_tested marie@example.fr 192.0.2.7 crm failed", "webhook_added marie@example.fr 192.0.2.7 crm text")
}
