package bot

import (
	"context"
	"time"
)

// StaffThreads keeps which ticket is told in which thread of a staff room (a group of agents on a chat platform), and how
// far. Implementations are safe for concurrent use, also by several replicas.
//
// A room tells a ticket from the first thing that happens to it after the room was opened: an old ticket to which nothing
// happens has no thread. What happens to a ticket (a message of its conversation while it is not closed, an event) makes
// it due in every room; it is told at least once and in its order.
type StaffThreads interface {
	// OpenStaffRoom notes the first use of a room; a later call changes nothing.
	OpenStaffRoom(ctx context.Context, room string) error

	// ClaimStaffWork holds the ticket that has been due the longest in the room, for as long as the lease says.
	// ErrNotFound: there is none now.
	ClaimStaffWork(ctx context.Context, room string, lease time.Duration) (StaffWork, error)

	// SettleStaffWork says how far held work has come. ErrNotFound: it is no longer held, and nothing was noted.
	SettleStaffWork(ctx context.Context, held StaffWork, as StaffStep) error

	// StaffTicket is the reference of the ticket that a thread of the room tells; ErrNotFound when it tells none.
	StaffTicket(ctx context.Context, room, thread string) (reference string, err error)
}

// StaffIdentities keeps under which account somebody of a chat platform answers.
type StaffIdentities interface {
	// LinkStaff has a person of a channel answer under an account, in place of whoever did before: an account has one
	// person a channel, a person one account. ErrNotFound: there is no such account.
	LinkStaff(ctx context.Context, channel, person, email string) error
	// UnlinkStaff ends it, on every channel when channel is empty. ErrNotFound: there was no link.
	UnlinkStaff(ctx context.Context, channel, email string) error
	// StaffUser is the account of a person of a channel; ErrNotFound when there is none, or it is gone.
	StaffUser(ctx context.Context, channel, person string) (User, error)
	// StaffLinks lists all, by account and channel.
	StaffLinks(ctx context.Context) ([]StaffLink, error)
}

// StaffLink is a person of a chat platform with the account under which they answer.
type StaffLink struct {
	Channel, Person string // the platform's number of the person
	Email           string
}

// StaffCursor says how far a ticket has been told: its last event and the last message of its conversation. The zero
// cursor is before everything.
type StaffCursor struct{ Event, Message int64 }

// StaffWork is a ticket of which a room has something to tell, held by one poster until Until.
type StaffWork struct {
	Room    string
	Ticket  Ticket
	Follows string      // the name of the agent who has it, empty when nobody does
	Thread  string      // the platform's; empty until there is one
	Shut    bool        // the thread is closed on the platform
	Renewed bool        // an earlier thread is gone, and this one says so
	Told    StaffCursor // by now
	Facts   []StaffFact // since then, in their order
	Attempt int         // 1 the first time; a poster that died counts

	Mark  int64     // tells whether more happened since
	Until time.Time // by the store's clock; it also tells this holder from the next
}

// StaffFact is one thing that happened: a message, or an event.
type StaffFact struct {
	At      time.Time
	Message *Message    // nil for an event
	Kind    EventKind   // an event's
	Who     string      // the name of who did it: an agent's, "customer" or "bot"
	Detail  string      // as Event.Detail, but the name of an assignee
	Own     bool        // typed in this very thread, where it need not be told
	Told    StaffCursor // once this and all before it has been told
}

// StaffStep is how far held work has come; the work is no longer held.
type StaffStep struct {
	Thread  string      // as it is now; empty: a new one has to be opened
	Shut    bool        // closed on the platform
	Renewed bool        // as StaffWork.Renewed
	Told    StaffCursor // by now
	Done    bool        // nothing of what was held is left to do

	After  time.Duration // not Done: how long it rests; 0 leaves it the first
	Failed bool          // the attempt counts
	Reason string        // what went wrong, without a word of what was said
}

// staffOnce begins what recognises a message that an agent typed in a thread (Tickets.ReplyTicket, NoteTicket). The store
// knows by it what need not be told there.
const staffOnce = "staff:"

// StaffOnce is the once of a message that an agent typed in a thread of a room. A platform's thread has no colon.
func StaffOnce(room, thread, message string) string { return StaffOnceOf(room, thread) + message }

// StaffOnceOf is how every once of a thread begins.
func StaffOnceOf(room, thread string) string { return staffOnce + room + ":" + thread + ":" }

// MergeStaffFacts puts messages and events, each in their order, into one, by their times, and sets how far each tells.
// Told of a message or an event given is its own number alone.
func MergeStaffFacts(from StaffCursor, messages, events []StaffFact) []StaffFact {
	merged := make([]StaffFact, 0, len(messages)+len(events))
	told := from
	for len(messages) > 0 || len(events) > 0 {
		var next StaffFact
		if len(events) == 0 || len(messages) > 0 && !events[0].At.Before(messages[0].At) {
			next, messages = messages[0], messages[1:]
			told.Message = next.Told.Message
		} else {
			next, events = events[0], events[1:]
			told.Event = next.Told.Event
		}
		next.Told = told
		merged = append(merged, next)
	}
	return merged
}

// mayAnswer tells whether an account may speak to customers.
func (u User) mayAnswer() bool { return !u.Disabled && u.Role.Covers(RoleAgent) }
