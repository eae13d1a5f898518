package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Errors of a store, whatever the driver.
var (
	ErrNotFound    = errors.New("not found")
	ErrExists      = errors.New("already exists")
	ErrUnavailable = errors.New("the store does not answer")
	ErrFull        = errors.New("there is no room left to keep anything")
	ErrRenumbered  = errors.New("the messages have other numbers now")

	// ErrConflict is ErrUnavailable for this once: what somebody else does at the same moment was in the way, and nothing was kept.
	// The store is well.
	ErrConflict = fmt.Errorf("%w: something else was done at the same moment", ErrUnavailable)
)

// Turn is one message in with all that it caused: what Store.Turn commits in one transaction.
type Turn struct {
	Text   string  // the customer's message as it may be kept: masked
	Reply  Reply   // nothing is stored for a Silent one
	State  State   // the conversation's new state
	Ticket *Ticket // to open; Reference, Category and Fields are set
	Why    Explanation

	Attachments []Attachment // of the customer's message, as far as they may be kept

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
	// Channel, Key and ExternalID are names that Inbound.CheckNames allows.
	Turn(ctx context.Context, in Inbound, decide func(Conversation) (Turn, error)) (Outcome, error)

	// Transcript returns the messages of a conversation after a sequence number, oldest first. An unknown
	// conversation has none. ErrRenumbered: messages were numbered while the database was away and have other numbers
	// since; whoever has read as far as after reads again from 0, for which this error is never given.
	Transcript(ctx context.Context, channel, key string, after int64) ([]Message, error)

	// Unchanged tells whether it is known, without asking anybody, that a conversation has no message after a number: that
	// Transcript would give none, and no error. It is quick and never waits; false says nothing.
	Unchanged(channel, key string, after int64) bool

	// Listen calls changed for each conversation that got a message or whose ticket changed, and with an empty key for a
	// channel that got updates (Inbox), from any replica, until ctx ends; then it returns nil. It calls listening each time it begins to hear, the first time and after a lost connection:
	// of what was written before, nobody was told. Both are called one at a time and must be quick.
	Listen(ctx context.Context, changed func(channel, key string), listening func()) error
}

// View is a part of the queue.
type View string

// The views. A ticket may be in several.
const (
	ViewAll        View = "all"
	ViewMine       View = "mine"       // the viewer has it
	ViewUnassigned View = "unassigned" // nobody has it
	ViewWaiting    View = "waiting"    // on the customer
	ViewOverdue    View = "overdue"    // its next deadline has passed
	ViewSnoozed    View = "snoozed"    // set aside until later
)

// Views lists every view in the order the desk shows them.
func Views() []View {
	return []View{ViewAll, ViewMine, ViewUnassigned, ViewOverdue, ViewWaiting, ViewSnoozed}
}

// TicketFilter narrows a list of tickets. Zero fields do not narrow.
type TicketFilter struct {
	View     View
	Viewer   string    // the e-mail that ViewMine is about
	Now      time.Time // the moment that ViewOverdue and ViewSnoozed are about; zero for the store's clock
	Statuses []Status
	Category Category
	Assignee string
	Channel  string
	Site     string
	Priority Priority
	Tag      string
	Awake    bool // leaves what is set aside out of ViewAll, ViewMine and ViewUnassigned; late ones are never left out
	// Text is words, all of them in the reference, the fields or the conversation, case and accents ignored: in the
	// conversation as the beginning of a word, elsewhere as any part of one (of its first 60 characters).
	Text       string
	Among      *Matches // what FindTickets found: only these, and Text is not looked at
	ByDeadline bool     // the next deadline first, of the same moment the oldest, then those without one, the newest first; else the newest first
	Limit      int      // at most this many; 0 means 100
	Offset     int
	After      *TicketPosition // only those that are listed after this one, the newest first
}

// Matches are the tickets that have some words, the newest first.
type Matches struct {
	Numbers []int64 // by which the store knows them
	More    bool    // there are older ones
}

// TicketPosition is where a ticket stands in a list: of the same moment, by reference.
type TicketPosition struct {
	CreatedAt time.Time
	Reference string
}

// Tickets is what agents do. Every action is recorded as an event of the ticket in the same transaction.
// An unknown reference is ErrNotFound.
type Tickets interface {
	Tickets(ctx context.Context, filter TicketFilter) ([]Ticket, error)
	CountTickets(ctx context.Context) (map[Status]int, error)
	// FindTickets finds the newest tickets that have all words of a text (TicketFilter.Text), at most so many; 0 means all.
	// It is nil when the text has no words: that narrows nothing.
	FindTickets(ctx context.Context, text string, most int) (*Matches, error)
	// CountViews counts, for each view, the tickets that Tickets would list with it and without limit.
	CountViews(ctx context.Context, filter TicketFilter) (map[View]int, error)
	Ticket(ctx context.Context, reference string) (TicketFile, error)
	// ReplyTicket says something to the customer and hands the conversation to the agent: the bot is silent
	// until every ticket through which an agent replied is resolved or closed; a resolved or closed ticket is reopened. A ticket
	// that nobody has becomes that of an account that replies, "assigned"; not that of a program, which has none.
	// A repetition with the same Once is harmless; with another text or other files than before it gives ErrExists, so
	// that a text that was changed is not taken for the repetition. An empty Once is always new.
	ReplyTicket(ctx context.Context, reference string, by User, reply AgentReply) error
	// NoteTicket keeps a note that the customer never sees; once is as AgentReply.Once.
	NoteTicket(ctx context.Context, reference string, by User, text, once string) error
	AssignTicket(ctx context.Context, reference string, by User, assignee string) error // "" gives it back
	// SetTicketStatus, like AssignTicket, records nothing when nothing changes. When an open or waiting ticket is resolved
	// and no other agent answers in the conversation, the bot tells the customer (ReplyResolved).
	SetTicketStatus(ctx context.Context, reference string, by User, status Status) error
}
