package bot

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"
)

// Category is what a ticket is about.
type Category string

// The categories of tickets (DESIGN, section 2).
const (
	AttestationCorrection Category = "attestation_correction"
	AttestationCopy       Category = "attestation_copy"
	Claim                 Category = "claim"
	Complaint             Category = "complaint"
	Human                 Category = "human"
)

// Status is where a ticket stands.
type Status string

// The statuses of a ticket. A customer's message reopens one that is waiting or resolved.
const (
	Open     Status = "open"
	Waiting  Status = "waiting" // on the customer
	Resolved Status = "resolved"
	Closed   Status = "closed"
)

// Statuses lists every status in the order a ticket goes through them.
func Statuses() []Status { return []Status{Open, Waiting, Resolved, Closed} }

// Ticket is what an agent handles.
type Ticket struct {
	Reference      string
	ConversationID int64
	Channel        string
	Site           string
	Category       Category
	Status         Status
	Fields         map[Field]string // checked values, dates as ISO
	Assignee       string           // e-mail of the agent, empty when nobody has it
	Clock          Clock            // what was promised, and the time it has taken
	Priority       Priority
	Tags           []string  // in their order, without repetition (ReadTags)
	Snoozed        time.Time // set aside until then; zero when it is not
	HeldBy         string    // name of the agent who answers through it in the bot's place; empty when nobody does
	Holder         string    // e-mail of that agent; empty when nobody does, and where only the name was kept
	MergedInto     string    // reference of the ticket in which it goes on; empty when it was not merged
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Holds tells whether an account answers through the ticket in the bot's place.
func (t Ticket) Holds(user User) bool { return t.HeldBy != "" && isAccount(user, t.Holder, t.HeldBy) }

// AgentReply is what an agent says to a customer: words, files, or both.
type AgentReply struct {
	Text        string // Markdown
	Attachments []Attachment
	Once        string // recognises the repetition of a form
}

// TicketFile is a ticket with everything an agent reads before answering.
type TicketFile struct {
	Ticket
	Transcript []Message
	Events     []Event
	Deliveries map[int64]DeliveryState // by the number of the message, where the channel is one to which messages are delivered
}

// DeliveryState is how far a message is on its way to the customer.
type DeliveryState string

// The states of deliveries.
const (
	DeliveryPending DeliveryState = "pending"
	DeliverySent    DeliveryState = "sent" // the platform has taken it
	DeliveryDead    DeliveryState = "dead" // it will not arrive
)

// crockford is Crockford's base 32: no I, L, O or U, so that a reference can be said aloud.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewReference makes a ticket reference such as G-4F7K-2MQ9 (40 random bits) from random bytes.
func NewReference(random io.Reader) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("make a ticket reference: %w", err)
	}
	var s strings.Builder
	s.WriteString("G-")
	for i, v := range b {
		if i == 4 {
			s.WriteByte('-')
		}
		s.WriteByte(crockford[v%32])
	}
	return s.String(), nil
}

// ReferenceFor makes the reference that a message opens a ticket with, always the same one: a message that is delivered
// again, to a server that does not know what became of it, must not open a second ticket. try counts from 0 those that
// another ticket had. A message without an ExternalID, which is never delivered again, gets a random one.
func ReferenceFor(in Inbound, try int) (string, error) {
	if in.ExternalID == "" {
		return NewReference(rand.Reader)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", in.Channel, in.ExternalID, try))
	return NewReference(bytes.NewReader(sum[:]))
}
