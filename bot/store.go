package bot

import (
	"context"
	"errors"
	"time"
)

// Errors of a store, whatever the driver.
var (
	ErrNotFound    = errors.New("not found")
	ErrExists      = errors.New("already exists")
	ErrUnavailable = errors.New("the store does not answer")
	ErrFull        = errors.New("there is no room left to keep anything")
	ErrRenumbered  = errors.New("the messages have other numbers now")
)

// Turn is one message in with all that it caused: what Store.Turn commits in one transaction.
type Turn struct {
	Text   string  // the customer's message as it may be kept: masked
	Reply  Reply   // nothing is stored for a Silent one
	State  State   // the conversation's new state
	Ticket *Ticket // to open; Reference, Category and Fields are set
	Why    Explanation
	// Recorded is when the turn was kept beside a database that was away; zero for one that goes straight there.
	Recorded time.Time
}

// Outcome is what a turn gave.
type Outcome struct {
	Customer  Message  // the customer's message as kept
	Bot       *Message // the bot's; nil when it was silent
	Duplicate bool     // the message had been handled before; Customer and Bot are those of that time
}

// Store keeps conversations. Implementations are safe for concurrent use.
type Store interface {
	// Turn loads the conversation of in (creating it at its first message), lets decide work out the turn while no
	// other message of that conversation is handled, by any replica, and commits the result in one transaction,
	// waking listeners. A message whose ExternalID was handled before returns the first outcome; decide is not called;
	// one without an ExternalID is always new. An ExternalID of another conversation of the channel is refused.
	// Any customer message but small talk reopens the conversation's waiting and resolved tickets.
	// decide must be quick and must not call the store; its error is returned as it is and nothing is kept. A ticket
	// whose Reference is taken gives ErrExists and nothing is kept: the caller makes another reference.
	// ErrUnavailable and ErrFull: nothing was acknowledged; the message may be delivered again later.
	// Channel, Key and ExternalID are at most 50, 200 and 200 characters of valid UTF-8.
	Turn(ctx context.Context, in Inbound, decide func(Conversation) (Turn, error)) (Outcome, error)

	// Transcript returns the messages of a conversation after a sequence number, oldest first. An unknown
	// conversation has none. ErrRenumbered: messages were numbered while the database was away and have other numbers
	// since; whoever has read as far as after reads again from 0, for which this error is never given.
	Transcript(ctx context.Context, channel, key string, after int64) ([]Message, error)

	// Listen calls changed for each conversation that got a message or whose ticket changed, and with an empty key for a
	// channel that got updates (Inbox), from any replica, until ctx ends; then it returns nil. After a lost connection it reconnects and calls resumed, since notifications sent
	// meanwhile are gone. Both are called one at a time and must be quick.
	Listen(ctx context.Context, changed func(channel, key string), resumed func()) error
}

// TicketFilter narrows a list of tickets. Zero fields do not narrow.
type TicketFilter struct {
	Statuses []Status
	Category Category
	Assignee string
	Site     string
	Text     string // words or parts of words, all in the reference or the fields, case and accents ignored
	Limit    int    // at most this many, newest first; 0 means 100
	Offset   int
}

// Tickets is what agents do. Every action is recorded as an event of the ticket in the same transaction.
// An unknown reference is ErrNotFound.
type Tickets interface {
	Tickets(ctx context.Context, filter TicketFilter) ([]Ticket, error)
	CountTickets(ctx context.Context) (map[Status]int, error)
	Ticket(ctx context.Context, reference string) (TicketFile, error)
	// ReplyTicket says text (Markdown) to the customer and hands the conversation to the agent: the bot is silent
	// until every ticket through which an agent replied is resolved or closed; a resolved or closed ticket is reopened.
	// once makes a repeated form submission harmless; with another text than before it gives ErrExists, so that a
	// text that was changed is not taken for the repetition. An empty once is always new.
	ReplyTicket(ctx context.Context, reference string, by User, text, once string) error
	NoteTicket(ctx context.Context, reference string, by User, text, once string) error
	AssignTicket(ctx context.Context, reference string, by User, assignee string) error // "" gives it back
	// SetTicketStatus, like AssignTicket, records nothing when nothing changes.
	SetTicketStatus(ctx context.Context, reference string, by User, status Status) error
}

// Accounts keeps the people of the desk.
type Accounts interface {
	AddUser(ctx context.Context, user User) error // ErrExists when the e-mail is taken
	User(ctx context.Context, email string) (User, error)
	Users(ctx context.Context) ([]User, error)
	SetPasswordHash(ctx context.Context, email, hash string) error
	// NewSetupToken keeps the hash of a one-time token that lets its bearer create the first account, and drops
	// older ones. It is refused with ErrExists once an account exists.
	NewSetupToken(ctx context.Context, tokenHash []byte, expires time.Time) error
	// UseSetupToken adds user if the token is known, unexpired and unused, in one transaction; ErrNotFound otherwise.
	// Any account added, here or by AddUser, uses the token up.
	UseSetupToken(ctx context.Context, tokenHash []byte, now time.Time, user User) error
}
