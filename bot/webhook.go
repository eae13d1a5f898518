package bot

import (
	"context"
	"errors"
	"time"
)

// WebhookEvents lists the types of what a webhook can be told.
func WebhookEvents() []string {
	var all []string
	for _, d := range EventDefinitions() {
		if d.OfMail {
			continue
		}
		all = append(all, WebhookEvent(d.Kind))
		if d.Kind == EventUndelivered {
			all = append(all, WebhookCustomerMessage)
		}
	}
	return all
}

// WebhookEvent is the type of a kind of events.
func WebhookEvent(kind EventKind) string { return "ticket." + string(kind) }

// What is told that is no Event of a ticket.
const (
	// WebhookCustomerMessage is a customer's message in a conversation with a ticket that is not closed.
	WebhookCustomerMessage = "ticket.customer_message"
	// WebhookTest is told when somebody tries a webhook.
	WebhookTest = "guichet.test"
)

// Webhook is an address that is told what happens to tickets.
type Webhook struct {
	ID       int64
	Name     string   // unique; see CheckName
	URL      string   // may hold a token: never in a log
	Secret   string   // signs what is sent: whsec_ and base64
	Events   []string // types; empty means all, also those that come later
	WithText bool     // also what was written
	Private  bool     // may be an address of this machine or network
	MadeBy   string   // e-mail of the admin

	CreatedAt    time.Time
	Delivered    time.Time // the last time; zero: never
	FailingSince time.Time // zero while the last attempt succeeded
	LastError    string    // of the last attempt
	Off          time.Time // when it was switched off; zero: it is on
}

// WebhookMessage is what a webhook is told: ids and facts, and a text only where the webhook has WithText.
type WebhookMessage struct {
	ID   string      `json:"-"` // the same for each attempt and each webhook: whoever receives it knows a repetition by it
	Type string      `json:"type"`
	At   time.Time   `json:"timestamp"`
	Data WebhookData `json:"data"`
}

// WebhookData are the facts of an event. Status and Assignee are those after the event; both are left out where the event
// is about something else.
type WebhookData struct {
	Ticket       string   `json:"ticket,omitempty"`
	Conversation int64    `json:"conversation,omitempty"`
	Channel      string   `json:"channel,omitempty"`
	Site         string   `json:"site,omitempty"`
	Category     Category `json:"category,omitempty"`
	Actor        string   `json:"actor,omitempty"` // as Event.Actor
	Seq          int64    `json:"seq,omitempty"`   // number of the message in the transcript: reply, undelivered, customer_message
	Status       Status   `json:"status,omitempty"`
	Assignee     *string  `json:"assignee,omitempty"` // "" when the ticket was given back
	Priority     Priority `json:"priority,omitempty"`
	Tags         []string `json:"tags,omitzero"`    // all of them, after the event
	Step         string   `json:"step,omitempty"`   // that was ticked or not
	Until        *string  `json:"until,omitempty"`  // the moment a ticket comes back, "" when it is back
	Other        string   `json:"other,omitempty"`  // the other ticket, of a merge, a link or a message that came in its conversation
	Aim          Aim      `json:"aim,omitempty"`    // of the deadline that is near or past
	Due          string   `json:"due,omitempty"`    // and when it is, RFC 3339
	Reason       string   `json:"reason,omitempty"` // why a message was not delivered
	Text         string   `json:"text,omitempty"`
}

// ErrWebhookGone is the answer of an address that wants to be told nothing any more (410): it is switched off.
var ErrWebhookGone = errors.New("the address answers that it is gone (410)")

// Webhooks keeps the addresses. Adding and removing are recorded in the audit log, done by the actor of the context.
// Implementations are safe for concurrent use.
type Webhooks interface {
	AddWebhook(ctx context.Context, w Webhook) error // ErrExists: the name is taken
	Webhook(ctx context.Context, name string) (Webhook, error)
	Webhooks(ctx context.Context) ([]Webhook, error) // by name
	RemoveWebhook(ctx context.Context, name string) error
	// WebhookSucceeded and WebhookFailed note an attempt. A success switches it on again. A failure switches it off when
	// it is ErrWebhookGone, or when all have failed for as long as patience says.
	WebhookSucceeded(ctx context.Context, id int64) error
	WebhookFailed(ctx context.Context, id int64, failure error, patience time.Duration) error
}
