package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Priority is how much a ticket presses beyond its deadlines.
type Priority string

// The priorities. A ticket is opened with PriorityNormal.
const (
	PriorityLow    Priority = "low"
	PriorityNormal Priority = "normal"
	PriorityHigh   Priority = "high"
	PriorityUrgent Priority = "urgent"
)

// Priorities lists them, the most pressing first.
func Priorities() []Priority {
	return []Priority{PriorityUrgent, PriorityHigh, PriorityNormal, PriorityLow}
}

const (
	// LongestTag is in characters.
	LongestTag = 40
	// MostTags is how many a ticket bears.
	MostTags = 10
)

// ErrTags is the error of tags that are too many or too long.
var ErrTags = errors.New("too many tags, or one that is too long")

// ReadTags reads tags as they are typed, separated by commas: in small letters, in their order, each once.
func ReadTags(text string) ([]string, error) {
	var tags []string
	for tag := range strings.SplitSeq(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), ""), ",") {
		tag = strings.ToLower(strings.Join(strings.Fields(tag), " "))
		if utf8.RuneCountInString(tag) > LongestTag {
			return nil, ErrTags
		}
		if tag != "" {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	if tags = slices.Compact(tags); len(tags) > MostTags {
		return nil, ErrTags
	}
	return tags, nil
}

// TicketWork is what else agents do to a ticket. Each is an event of the ticket in the same transaction, of the kind and
// with the detail named; nothing is recorded when nothing changes. An unknown reference is ErrNotFound.
type TicketWork interface {
	// CheckStep ticks a step of the category's list, or takes the tick away: "checked" or "unchecked", the step's ID.
	// A step that the category does not have is ErrNotFound.
	CheckStep(ctx context.Context, reference string, by User, step string, done bool) error
	SetPriority(ctx context.Context, reference string, by User, priority Priority) error // "priority", the new one
	// SetTags sets all tags, as ReadTags gives them: "tagged", the tags with commas between them.
	SetTags(ctx context.Context, reference string, by User, tags []string) error
	// SetCategory is "category", the new one. The deadlines become those that retime gives for it, counted from when the
	// ticket was opened and with its pauses: "retimed", what is due from then on (ReadRetimed). A nil retime leaves them.
	SetCategory(ctx context.Context, reference string, by User, category Category, retime Retime) error
	// SetAmendment sets the two values of a correction: "amended" (ParseAmendment). ErrAmendment; ErrNotFound for another category.
	SetAmendment(ctx context.Context, reference string, by User, amendment Amendment) error
	// Snooze sets a ticket aside until a moment, zero for no longer: "snoozed", the moment in RFC 3339 or nothing. A
	// customer's message that reopens tickets, a reply, and the end of the ticket wake it too, without an event.
	Snooze(ctx context.Context, reference string, by User, until time.Time) error
	// TakeOver hands the conversation to the agent, as a reply does, without one: the bot says who answers, and is silent
	// from then on; a ticket that is done is reopened: "taken_over". For whom it is held already, nothing changes.
	TakeOver(ctx context.Context, reference string, by User) error
	// HandBack gives the conversation back to the bot, which says so unless another agent answers through another ticket:
	// "handed_back". A ticket that nobody holds stays as it is.
	HandBack(ctx context.Context, reference string, by User) error
	// Related lists the other tickets of the same conversation, e-mail, SIREN or attestation number, the newest first, 20 at most.
	Related(ctx context.Context, ticket Ticket) ([]Ticket, error)
	// TagsInUse lists the tags of tickets in progress, in their order, 200 at most.
	TagsInUse(ctx context.Context) ([]string, error)
}

// Check is when a step was ticked, and by whom.
type Check struct {
	Step
	By string // e-mail; empty when it is not ticked
	At time.Time
}

// Checks is the list of a ticket's category, as it is ticked.
func (f TicketFile) Checks() []Check {
	definition, _ := Define(f.Category)
	var all []Check
	for _, step := range definition.Steps {
		check := Check{Step: step}
		for _, e := range f.Events {
			switch {
			case e.Detail != step.ID:
			case e.Kind == EventChecked:
				check.By, check.At = e.Actor, e.At
			case e.Kind == EventUnchecked:
				check.By, check.At = "", time.Time{}
			}
		}
		all = append(all, check)
	}
	return all
}
