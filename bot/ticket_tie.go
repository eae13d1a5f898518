package bot

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Why tickets are not merged, separated or linked.
var (
	ErrSelf    = errors.New("it is the ticket itself")
	ErrMerged  = errors.New("the ticket was merged into another one, where it goes on")
	ErrWritten = errors.New("something was written since")
	ErrPending = errors.New("a reply is about to leave")
)

// TicketTies is how tickets belong together. Each action is an event of both tickets, with the other's reference as its
// detail, in the same transaction; an unknown reference is ErrNotFound.
//
// A ticket that was merged is closed, and every other action on it is ErrMerged. Its customer's messages, but small talk, are
// events of the ticket it goes on in ("elsewhere", with the reference of the one that was merged) and reopen that one.
type TicketTies interface {
	// MergeTicket has a ticket go on in another one: "merged_into" there and "merged_from" here. The earlier of both
	// deadlines holds (Clock.Join), and whichever of both waits less for the customer gives the status. ErrSelf; ErrMerged when
	// one of both is merged already, so that there is never a ring; ErrPending while a reply of the one that ends waits.
	MergeTicket(ctx context.Context, reference string, by User, into string) error
	// SeparateTicket takes that back: "separated" on both. ErrWritten once a customer or an agent has written since, in
	// either conversation or in a note; ErrNotFound when it is not merged.
	SeparateTicket(ctx context.Context, reference string, by User) error
	// LinkTickets and UnlinkTickets are "linked" and "unlinked", and nothing when it is so already. ErrSelf.
	LinkTickets(ctx context.Context, reference string, by User, other string) error
	UnlinkTickets(ctx context.Context, reference string, by User, other string) error
	// Ties are those of a ticket.
	Ties(ctx context.Context, reference string) (Ties, error)
}

// Ties are the tickets that belong to one.
type Ties struct {
	Merged []MergedTicket // those that go on in it, also through others, in the order of their opening
	Linked []Ticket       // the newest first
}

// MergedTicket is a ticket that goes on in another one, with what the team had noted about it.
type MergedTicket struct {
	Ticket
	Notes []Event
}

// ReadReference reads a ticket's reference as people type it: in small letters, without hyphens, with O for 0 or I for 1,
// or the address of its page. What is no reference of eight signs comes back as it is typed, in capitals.
func ReadReference(text string) string {
	text = strings.TrimSpace(text)
	if _, path, found := strings.Cut(text, "/ticket/"); found {
		text, _, _ = strings.Cut(path, "?")
	}
	upper := strings.ToUpper(text)
	signs := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, upper)
	if len(signs) == 9 && signs[0] == 'G' {
		signs = signs[1:]
	}
	if len(signs) != 8 {
		return upper
	}
	signs = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(signs)
	return "G-" + signs[:4] + "-" + signs[4:]
}

// Joined is what was promised for a ticket that goes on in another one.
type Joined struct {
	Of string `json:"of"` // its reference
	Clock
}

// Join has a clock keep the promises of another ticket's as well, from then on with the same stops: of each aim the earlier
// deadline holds. status is that of the ticket that goes on.
func (c *Clock) Join(reference string, other Clock, status Status, at time.Time) {
	all := append([]Joined{{reference, other}}, other.Joined...)
	all[0].Joined = nil
	for _, j := range all {
		if j.Started.IsZero() {
			continue
		}
		j.Stops = append([]Stop(nil), j.Stops...)
		j.Turn(status, at)
		c.Joined = append(c.Joined, j)
	}
}

// Part takes back what Join did for a ticket and for those that had been joined to it.
func (c *Clock) Part(reference string, other Clock) {
	gone := map[string]bool{reference: true}
	for _, j := range other.Joined {
		gone[j.Of] = true
	}
	var left []Joined
	for _, j := range c.Joined {
		if !gone[j.Of] {
			left = append(left, j)
		}
	}
	c.Joined = left
}
