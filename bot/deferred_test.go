package bot

import (
	"context"
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestADeferredRequestSaysThatItWillBeTransmitted(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 26, 14, 2, 0, 0, time.UTC)
	opened := Turn{Reply: Reply{Kind: Escalate, Text: "Votre demande est enregistrée."}, Ticket: &Ticket{Reference: "G-4F7K-2MQ9"}}.Defer(at)
	if !opened.Recorded.Equal(at) || !opened.Reply.Deferred || !strings.HasPrefix(opened.Reply.Text, "Votre demande est enregistrée.\n\n") ||
		!strings.Contains(opened.Reply.Text, "G-4F7K-2MQ9") || !strings.Contains(opened.Reply.Text, "transmise à l’équipe dès que possible") {
		t.Errorf("got %+v", opened)
	}
	if answered := (Turn{Reply: Reply{Kind: Answer, Text: "Oui."}}).Defer(at); answered.Reply.Text != "Oui." || !answered.Reply.Deferred {
		t.Errorf("an answer became %+v", answered)
	}
}

func TestADeferredStateKeepsTicketsAndTheAgent(t *testing.T) {
	t.Parallel()
	preparing := &Intake{Category: Claim, Asked: Email}
	found := State{References: []string{"G-1"}, Agent: "Inès", Intake: preparing, Topic: "micro.prix", Greeted: true, Files: 1}
	for _, c := range []struct {
		name    string
		said    State
		unknown bool
		want    State
	}{
		{"what was said last counts", State{Topic: "micro.kbis", Agent: "Marc"}, false,
			State{Topic: "micro.kbis", References: []string{"G-1"}, Agent: "Inès"}},
		{"no ticket is forgotten, none stands twice", State{References: []string{"G-1", "G-2"}}, false,
			State{References: []string{"G-1", "G-2"}, Agent: "Inès"}},
		{"a request that was not known goes on, with its files", State{Topic: "micro.kbis", Files: 2}, true,
			State{Topic: "micro.kbis", References: []string{"G-1"}, Agent: "Inès", Intake: preparing, Greeted: true, Files: 3}},
		{"one that was finished meanwhile does not", State{References: []string{"G-2"}}, true,
			State{References: []string{"G-1", "G-2"}, Agent: "Inès", Greeted: true}},
	} {
		if got := c.said.Onto(found, c.unknown); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestAMessageDeliveredAgainGetsTheSameReference(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, in := range []Inbound{
		{Channel: "web", ExternalID: "a"}, {Channel: "web", ExternalID: "b"}, {Channel: "telegram", ExternalID: "a"}, {}, {},
	} {
		first, err := ReferenceFor(in, 0)
		if err != nil || !reference.MatchString(first) || seen[first] {
			t.Errorf("%+v gets %q, %v", in, first, err)
		}
		seen[first] = true
		if again, _ := ReferenceFor(in, 0); (again == first) != (in.ExternalID != "") {
			t.Errorf("%+v gets %q, then %q", in, first, again)
		}
		if other, _ := ReferenceFor(in, 1); other == first {
			t.Errorf("%+v gets %q again when that is taken", in, first)
		}
	}
}

// takenReferences is a store in which the first references tried belong to other tickets.
type takenReferences struct {
	Store
	left int
}

func (s *takenReferences) Turn(context.Context, Inbound, func(Conversation) (Turn, error)) (Outcome, error) {
	if s.left > 0 {
		s.left--
		return Outcome{}, ErrExists
	}
	return Outcome{}, nil
}

func TestAReferenceThatIsTakenIsReplaced(t *testing.T) {
	t.Parallel()
	for taken, want := range map[int]error{0: nil, referenceTries - 1: nil, referenceTries: ErrExists} {
		counter := NewCounter(&Engine{}, &takenReferences{left: taken}, []Site{{ID: "micro"}}, time.Now)
		if _, err := counter.Receive(t.Context(), Inbound{Channel: "web", ExternalID: "a", Site: "micro"}); !errors.Is(err, want) {
			t.Errorf("with %d references taken: %v", taken, err)
		}
	}
}

var reference = regexp.MustCompile(`^G-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)
