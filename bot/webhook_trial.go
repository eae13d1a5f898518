package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"time"
)

// PostWebhook makes one attempt: nil when the address has taken the message. Its error says what went wrong without the
// address, which may hold a token.
type PostWebhook func(ctx context.Context, w Webhook, m WebhookMessage) error

// WebhookTrial tells webhooks a test.
type WebhookTrial struct {
	Webhooks Webhooks
	Audit    Audit
	Post     PostWebhook
	Now      func() time.Time
}

// WebhookRefusal is the error of a test that did not arrive.
type WebhookRefusal struct{ Reason error }

func (r WebhookRefusal) Error() string { return r.Reason.Error() }

// Unwrap gives the reason.
func (r WebhookRefusal) Unwrap() error { return r.Reason }

// Try makes one attempt now, records what came of it, and gives the message's ID. A webhook that was switched off is on again
// when it answers. A WebhookRefusal: it did not arrive, and the webhook stays as it was. ErrNotFound: there is none of
// that name.
func (t WebhookTrial) Try(ctx context.Context, name string) (id string, err error) {
	hook, err := t.Webhooks.Webhook(ctx, name)
	if err != nil {
		return "", err
	}
	message := WebhookMessage{ID: "test_" + rand.Text(), Type: WebhookTest, At: t.Now().UTC().Truncate(time.Second)}
	if problem := t.Post(ctx, hook, message); problem != nil {
		return "", errors.Join(WebhookRefusal{problem}, t.Audit.Record(ctx, AuditWebhookTested, hook.Name, "failed"))
	}
	if err := t.Webhooks.WebhookSucceeded(ctx, hook.ID); err != nil {
		return "", err
	}
	return message.ID, t.Audit.Record(ctx, AuditWebhookTested, hook.Name, "delivered")
}
