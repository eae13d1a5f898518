package bot

import (
	"context"
	"time"
)

// DraftMode is what a draft is to become.
type DraftMode string

// The modes of drafts.
const (
	DraftReply DraftMode = "reply"
	DraftNote  DraftMode = "note"
)

// Draft is what an agent has begun to write and not sent.
type Draft struct {
	Text string // as typed
	Once string // recognises the form that it will be sent with (AgentReply.Once)
	Seen int64  // number of the newest message that its author had seen
	At   time.Time
}

// Drafts keeps one draft for each agent, ticket and mode.
type Drafts interface {
	// KeepDraft keeps a draft in the place of the one before; without a text it forgets it. What was sent with the same
	// Once is no draft any more and is not kept; sending forgets it in the same transaction. An unknown ticket keeps nothing.
	KeepDraft(ctx context.Context, reference string, by User, mode DraftMode, draft Draft) error
	// Drafts are those of one agent for a ticket.
	Drafts(ctx context.Context, reference string, by User) (map[DraftMode]Draft, error)
}

// Doing is what somebody does at a ticket.
type Doing string

// What may be done.
const (
	Looking Doing = "looking"
	Writing Doing = "writing"
	Leaving Doing = "" // no longer there
)

// Attendant is somebody who has a ticket open.
type Attendant struct {
	Email string
	Doing Doing
}

// Attendance knows who has a ticket open, on whatever replica.
type Attendance interface {
	// Attend says that somebody does something at a ticket, for a time; it is said again before that ends. Listeners of the
	// ticket's conversation are woken when it is news. An unknown ticket is ignored.
	Attend(ctx context.Context, reference string, by User, doing Doing, life time.Duration) error
	// Attending lists who is there, by e-mail.
	Attending(ctx context.Context, reference string) ([]Attendant, error)
}
