package bottest

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"guichet/bot"
)

// TicketStore is what agents' actions are tested on: tickets are opened by turns.
type TicketStore interface {
	bot.Store
	bot.Tickets
	bot.TicketWork
}

// TestTickets checks an implementation of bot.Tickets. open gives an empty one, and ends it with the test.
func TestTickets(t *testing.T, open func(t *testing.T) TicketStore) {
	run(t, open, []testCase[TicketStore]{
		{"a turn opens a ticket", opensTicket},
		{"every category and status can be kept", everyCategory},
		{"a reference that is taken leaves nothing", takenReference},
		{"an unknown reference is not found", unknownReference},
		{"a list is filtered, newest first", filters},
		{"a text filter ignores accents, case and order", textFilter},
		{"tickets are counted by status", counts},
		{"a view's count is the length of its list", viewsAreTheirLists},
		{"a text filter reads the conversation", searchesConversations},
		{"deadlines follow what happens to the ticket", keepsDeadlines},
		{"the next deadline comes first", nextDeadlineFirst},
		{"a reply hands the conversation to the agent", replies},
		{"a reply sent twice is kept once", repeatedReply},
		{"replies and turns are numbered together", repliesAmongTurns},
		{"a reply wakes the listeners", replyWakes},
		{"a note is not said to the customer", notes},
		{"a ticket is assigned and given back", assigns},
		{"resolving gives the conversation back to the bot", resolves},
		{"the customer is told once that a request is resolved", tellsResolved},
		{"another agent's ticket keeps the conversation", twoHolders},
		{"a customer's message reopens what waits or was resolved", reopens},
		{"a reply through a closed ticket reopens it", replyReopens},
		{"bad text in fields and actions is kept as far as it can", badTicketText},
		{"steps are ticked, and by the PDF that was sent", checksSteps},
		{"priority, tags and category change once", changesTicket},
		{"a ticket is narrowed by priority and tag", filtersWork},
		{"an agent takes the conversation over without a reply and hands it back", takesOver},
		{"two agents of one name are two, and one with a new name is who they were", namesakes},
		{"the other tickets of a person are found", findsRelated},
		{"a ticket is set aside until later or until the customer writes", snoozes},
	})
}

var marie = bot.User{Email: "marie@example.fr", Name: "Marie D."}

// openTicket opens a ticket in the conversation of key by a turn.
func openTicket(t *testing.T, s bot.Store, key string, ticket bot.Ticket) {
	t.Helper()
	in := says(key, "", "x")
	if ticket.Site != "" {
		in.Site = ticket.Site
	}
	turn(t, s, in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Escalate, Text: "ok"}, State: c.State, Ticket: &ticket}, nil
	})
}

func human(reference string) bot.Ticket {
	return bot.Ticket{Reference: reference, Category: bot.Human, Fields: map[bot.Field]string{bot.Email: "ana@example.fr"}}
}

func file(t *testing.T, s bot.Tickets, reference string) bot.TicketFile {
	t.Helper()
	f, err := s.Ticket(t.Context(), reference)
	if err != nil {
		t.Fatalf("Ticket %s: %v", reference, err)
	}
	return f
}

// events are those of a ticket as "actor kind detail".
func events(t *testing.T, s bot.Tickets, reference string) []string {
	t.Helper()
	var all []string
	for _, e := range file(t, s, reference).Events {
		if e.At.IsZero() {
			t.Errorf("event %q has no date", e.Kind)
		}
		all = append(all, fmt.Sprintf("%s %s %s", e.Actor, e.Kind, e.Detail))
	}
	return all
}

func wantEvents(t *testing.T, s bot.Tickets, reference string, want ...string) {
	t.Helper()
	if got := events(t, s, reference); !reflect.DeepEqual(got, want) {
		t.Errorf("events of %s: %q, want %q", reference, got, want)
	}
}

func wantStatus(t *testing.T, s bot.Tickets, reference string, want bot.Status) {
	t.Helper()
	if got := file(t, s, reference).Status; got != want {
		t.Errorf("ticket %s is %s, want %s", reference, got, want)
	}
}

// ok fails the test on an error.
func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opensTicket(t *testing.T, s TicketStore) {
	fields := map[bot.Field]string{bot.Siren: "732829320", bot.Correction: "nom : Évreux"}
	openTicket(t, s, "ana", bot.Ticket{Reference: "G-0000-0001", Category: bot.AttestationCorrection, Fields: fields, Site: "micro"})
	got := file(t, s, "G-0000-0001")
	want := bot.Ticket{
		Reference: "G-0000-0001", ConversationID: got.ConversationID, Channel: "web", Site: "micro",
		Category: bot.AttestationCorrection, Status: bot.Open, Fields: fields, CreatedAt: got.CreatedAt, UpdatedAt: got.UpdatedAt,
		Priority: bot.PriorityNormal,
	}
	if !reflect.DeepEqual(got.Ticket, want) || got.ConversationID == 0 || got.CreatedAt.IsZero() || got.UpdatedAt.IsZero() {
		t.Errorf("the ticket is %+v", got.Ticket)
	}
	if !reflect.DeepEqual(got.Transcript, transcript(t, s, "ana")) || len(got.Transcript) != 2 {
		t.Errorf("its transcript is %+v", got.Transcript)
	}
	wantEvents(t, s, "G-0000-0001", "bot opened ")
	list, err := s.Tickets(t.Context(), bot.TicketFilter{})
	if err != nil || !reflect.DeepEqual(list, []bot.Ticket{want}) {
		t.Errorf("the list is %+v, %v", list, err)
	}
}

func everyCategory(t *testing.T, s TicketStore) {
	for i, definition := range bot.Definitions() {
		reference := fmt.Sprintf("G-0000-000%d", i)
		openTicket(t, s, "ana", bot.Ticket{Reference: reference, Category: definition.Category})
		for _, status := range []bot.Status{bot.Waiting, bot.Resolved, bot.Closed, bot.Open} {
			ok(t, s.SetTicketStatus(t.Context(), reference, marie, status))
			wantStatus(t, s, reference, status)
		}
	}
	if err := s.SetTicketStatus(t.Context(), "G-0000-0000", marie, "asleep"); err == nil {
		t.Error("an unknown status is accepted")
	}
	wantStatus(t, s, "G-0000-0000", bot.Open)
}

func takenReference(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human("G-0000-0001"))
	taken := human("G-0000-0001")
	_, err := s.Turn(t.Context(), says("eve", "m1", "x"), func(bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Escalate}, State: bot.State{Lost: 7}, Ticket: &taken}, nil
	})
	if !errors.Is(err, bot.ErrExists) {
		t.Errorf("a taken reference gives %v", err)
	}
	if messages := transcript(t, s, "eve"); len(messages) != 0 {
		t.Errorf("the failed turn has left %+v", messages)
	}
	if outcome := turn(t, s, says("eve", "m1", "x"), answer("y")); outcome.Duplicate {
		t.Error("the message of the failed turn counts as handled")
	}
	if got := file(t, s, "G-0000-0001"); len(got.Transcript) != 2 || len(got.Events) != 1 {
		t.Errorf("the first ticket is now %+v", got)
	}
}

func unknownReference(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human("G-0000-0001"))
	for _, unknown := range []string{"G-0000-0002", "", "G-0000-0001\x00\xff", "' or true --"} {
		_, err := s.Ticket(t.Context(), unknown)
		for action, err := range map[string]error{
			"Ticket":          err,
			"ReplyTicket":     s.ReplyTicket(t.Context(), unknown, marie, bot.AgentReply{Text: "x", Once: "1"}),
			"NoteTicket":      s.NoteTicket(t.Context(), unknown, marie, "x", "2"),
			"AssignTicket":    s.AssignTicket(t.Context(), unknown, marie, "x"),
			"SetTicketStatus": s.SetTicketStatus(t.Context(), unknown, marie, bot.Closed),
			"CheckStep":       s.CheckStep(t.Context(), unknown, marie, "sent", true),
			"SetPriority":     s.SetPriority(t.Context(), unknown, marie, bot.PriorityHigh),
			"SetTags":         s.SetTags(t.Context(), unknown, marie, []string{"x"}),
			"SetCategory":     s.SetCategory(t.Context(), unknown, marie, bot.Claim, nil),
			"TakeOver":        s.TakeOver(t.Context(), unknown, marie),
			"HandBack":        s.HandBack(t.Context(), unknown, marie),
			"Snooze":          s.Snooze(t.Context(), unknown, marie, time.Now()),
		} {
			if !errors.Is(err, bot.ErrNotFound) {
				t.Errorf("%s of %q gives %v", action, unknown, err)
			}
		}
	}
	wantEvents(t, s, "G-0000-0001", "bot opened ")
}

func counts(t *testing.T, s TicketStore) {
	if got, err := s.CountTickets(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("without tickets: %v, %v", got, err)
	}
	for i, status := range []bot.Status{bot.Open, bot.Open, bot.Waiting, bot.Closed} {
		reference := fmt.Sprintf("G-0000-000%d", i)
		openTicket(t, s, reference, human(reference)) // a conversation each, so that no turn reopens another's
		ok(t, s.SetTicketStatus(t.Context(), reference, marie, status))
	}
	got, err := s.CountTickets(t.Context())
	if want := map[bot.Status]int{bot.Open: 2, bot.Waiting: 1, bot.Closed: 1}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("counts %v, %v, want %v", got, err, want)
	}
}
