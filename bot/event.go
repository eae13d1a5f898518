package bot

import "time"

// EventKind is what happened to a ticket.
type EventKind string

// The kinds of events. EventDefinitions says of each what its detail is and where it is told.
const (
	EventOpened      EventKind = "opened"
	EventReply       EventKind = "reply"
	EventNote        EventKind = "note"
	EventAssigned    EventKind = "assigned"
	EventStatus      EventKind = "status"
	EventUndelivered EventKind = "undelivered" // a message will not arrive
	EventRedelivered EventKind = "redelivered" // one that had not arrived is sent again
	EventCarried     EventKind = "carried"     // the customer goes on on another channel
	EventChecked     EventKind = "checked"
	EventUnchecked   EventKind = "unchecked"
	EventPriority    EventKind = "priority"
	EventTagged      EventKind = "tagged"
	EventCategory    EventKind = "category"
	EventSnoozed     EventKind = "snoozed"
	EventTakenOver   EventKind = "taken_over"
	EventHandedBack  EventKind = "handed_back"
	EventMergedInto  EventKind = "merged_into"
	EventMergedFrom  EventKind = "merged_from"
	EventSeparated   EventKind = "separated"
	EventElsewhere   EventKind = "elsewhere"
	EventLinked      EventKind = "linked"
	EventUnlinked    EventKind = "unlinked"
	EventAmended     EventKind = "amended"
	EventRetimed     EventKind = "retimed"
	EventDueSoon     EventKind = "due_soon" // a deadline came near: once for each moment that was promised
	EventOverdue     EventKind = "overdue"  // or passed, likewise
	EventErased      EventKind = "erased"   // the customer erased the conversation, which the ticket's part of it outlives
	EventMailed      EventKind = "mailed"
	EventUnmailed    EventKind = "unmailed"
)

// EventDetail is what the detail of an event is.
type EventDetail string

// What details are. A text is somebody's, and goes only where texts may; the others are facts.
const (
	DetailNone      EventDetail = ""
	DetailText      EventDetail = "text"      // that somebody wrote
	DetailAmendment EventDetail = "amendment" // ParseAmendment: texts too
	DetailRecorded  EventDetail = "recorded"  // when the request was recorded (RFC 3339), if that was before the event, because the database was away
	DetailStatus    EventDetail = "status"    // the new one, a Status
	DetailAssignee  EventDetail = "assignee"  // the new one's e-mail; empty for nobody
	DetailPriority  EventDetail = "priority"  // the new one
	DetailCategory  EventDetail = "category"  // the new one
	DetailTags      EventDetail = "tags"      // all of them, as ReadTags reads them
	DetailStep      EventDetail = "step"      // Step.ID
	DetailUntil     EventDetail = "until"     // the moment a ticket comes back (RFC 3339); empty when it is back
	DetailTicket    EventDetail = "ticket"    // the other one's reference
	DetailDues      EventDetail = "dues"      // deadlines: ReadRetimed
	DetailReason    EventDetail = "reason"    // why it did not arrive: Reason…
	DetailChannel   EventDetail = "channel"   // the new one
	DetailMail      EventDetail = "mail"      // which one left
)

// Logged tells whether such a detail stands in the audit log, which never holds what anybody wrote.
func (d EventDetail) Logged() bool {
	switch d {
	case DetailStatus, DetailAssignee, DetailPriority, DetailCategory, DetailStep, DetailTicket, DetailDues, DetailChannel:
		return true
	}
	return false
}

// EventDefinition is what is known of a kind of events.
type EventDefinition struct {
	Kind   EventKind
	Detail EventDetail
	Rooms  bool // told in the staff rooms; what was said is told there as a message
	OfMail bool // read from the mails: in no webhook and not in the audit log
}

// EventDefinitions has every kind of event, in the order in which a form offers them.
func EventDefinitions() []EventDefinition {
	return []EventDefinition{
		{Kind: EventOpened, Detail: DetailRecorded},
		{Kind: EventReply},
		{Kind: EventNote, Detail: DetailText, Rooms: true},
		{Kind: EventAssigned, Detail: DetailAssignee, Rooms: true},
		{Kind: EventStatus, Detail: DetailStatus, Rooms: true},
		{Kind: EventUndelivered, Detail: DetailReason, Rooms: true},
		{Kind: EventRedelivered},
		{Kind: EventCarried, Detail: DetailChannel},
		{Kind: EventChecked, Detail: DetailStep},
		{Kind: EventUnchecked, Detail: DetailStep},
		{Kind: EventPriority, Detail: DetailPriority, Rooms: true},
		{Kind: EventTagged, Detail: DetailTags},
		{Kind: EventCategory, Detail: DetailCategory, Rooms: true},
		{Kind: EventSnoozed, Detail: DetailUntil, Rooms: true},
		{Kind: EventTakenOver, Rooms: true},
		{Kind: EventHandedBack, Rooms: true},
		{Kind: EventMergedInto, Detail: DetailTicket, Rooms: true},
		{Kind: EventMergedFrom, Detail: DetailTicket, Rooms: true},
		{Kind: EventSeparated, Detail: DetailTicket, Rooms: true},
		{Kind: EventElsewhere, Detail: DetailTicket, Rooms: true},
		{Kind: EventLinked, Detail: DetailTicket, Rooms: true},
		{Kind: EventUnlinked, Detail: DetailTicket, Rooms: true},
		{Kind: EventAmended, Detail: DetailAmendment},
		{Kind: EventRetimed, Detail: DetailDues, Rooms: true},
		{Kind: EventDueSoon, Detail: DetailDues, Rooms: true},
		{Kind: EventOverdue, Detail: DetailDues, Rooms: true},
		{Kind: EventErased, Rooms: true},
		{Kind: EventMailed, Detail: DetailMail, OfMail: true},
		{Kind: EventUnmailed, Detail: DetailReason, OfMail: true},
	}
}

// DefineEvent finds the definition of a kind of events. That of an unknown one says nothing of it.
func DefineEvent(kind EventKind) EventDefinition {
	for _, d := range EventDefinitions() {
		if d.Kind == kind {
			return d
		}
	}
	return EventDefinition{Kind: kind}
}

// Event is one dated fact in the life of a ticket.
type Event struct {
	At     time.Time
	Actor  string // e-mail of the agent, "customer" or "bot"
	Kind   EventKind
	Detail string // as EventDefinition.Detail says
	Seq    int64  // number of the message that the event is about: a reply, an undelivered or redelivered message; else 0
}
