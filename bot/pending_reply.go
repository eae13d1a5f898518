package bot

import (
	"context"
	"slices"
	"time"
)

// UndoTimes are for how long somebody may want to call their replies back. An account begins with five seconds.
func UndoTimes() []time.Duration {
	return []time.Duration{0, 5 * time.Second, 10 * time.Second, 20 * time.Second}
}

// ValidUndoTime tells whether a time is one of UndoTimes.
func ValidUndoTime(d time.Duration) bool { return slices.Contains(UndoTimes(), d) }

// PendingReply is a reply that was sent at the desk and that the customer does not have yet.
type PendingReply struct {
	AgentReply        // its Text as typed: said are its lines (KeepLines)
	By         User   // Email and Name
	After      Status // what the ticket becomes with it: Waiting, Resolved, or "" for no change
	Seen       int64  // number of the newest message its author had seen
	Left       time.Duration
}

// PendingReplies keeps replies for the seconds in which their author may call them back. What is kept leaves, whatever
// becomes of whoever kept it: any replica says what is due. It gets its number among the messages when it is said.
type PendingReplies interface {
	// UndoTime is for how long an account's replies are kept; 0 for an unknown one.
	UndoTime(ctx context.Context, email string) (time.Duration, error)
	SetUndoTime(ctx context.Context, email string, d time.Duration) error // ErrNotFound; another time is refused

	// SendReply keeps a reply for the undo time of its author; without one it is said at once (ReplyTicket), unless another
	// of the ticket still waits: they leave in their order. left is how long it waits, 0 when it was said. Once is required, and
	// works as with ReplyTicket. The draft of its form is forgotten.
	SendReply(ctx context.Context, reference string, by User, reply PendingReply) (left time.Duration, err error)

	// RecallReply takes a reply of one's own back, which is a draft again. ErrNotFound: it has left.
	RecallReply(ctx context.Context, reference string, by User, once string) (PendingReply, error)

	// PendingReplies are those of a ticket, the next first.
	PendingReplies(ctx context.Context, reference string) ([]PendingReply, error)

	// ReleaseReply says the next reply that is due, once, as ReplyTicket and SetTicketStatus would: only then is its ticket
	// assigned to who replied, if nobody has it by now. ErrNotFound when none is due. Replicas may call it at the same time.
	ReleaseReply(ctx context.Context) error
}
