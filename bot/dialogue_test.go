package bot_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
)

// exchange is one message with what was known before it and what came of it.
type exchange struct {
	step   step
	before bot.State
	in     bot.Inbound
	offers bot.Reply // the reply before
	turn   bot.Turn
	moment bot.Moment
}

// runs is how a connector may carry a conversation; a dialogue must go the same way by each.
type runs struct {
	stored bool // the state is written as JSON and read back between turns
	bare   bool // a button sends its value only, not its label as words too
}

// play runs a dialogue. It stops, with the reason, at a button that is not there.
func play(t *testing.T, d dialogue, how runs) ([]exchange, error) {
	t.Helper()
	var all []exchange
	var state bot.State
	var last bot.Reply
	for n, s := range d.steps {
		in := bot.Inbound{Channel: "web", Key: d.name, ExternalID: fmt.Sprint(n), Site: "test", Text: s.text, Together: s.album}
		for i := range s.files {
			in.Attachments = append(in.Attachments, bot.Attachment{ID: fmt.Sprint(n, "-", i), Name: "photo.jpg", Type: "image/jpeg", Size: 1})
		}
		if s.button {
			choice, ok := hasChoice(last, s.text)
			if !ok {
				return all, fmt.Errorf("%s:%d: no button %q under the last reply, only %v", d.name, s.line, s.text, last.Choices)
			}
			in.Choice = choice.Value
			if how.bare {
				in.Text = ""
			}
		}
		x := exchange{step: s, before: state, in: in, offers: last, moment: bot.Moment{Now: today, Reference: fmt.Sprintf("G-0000-%04d", n)}}
		var err error
		if x.turn, err = bottest.Engine(t).Next(state, siteFor(d.collections...), in, x.moment); err != nil {
			t.Fatalf("%s:%d: %v", d.name, s.line, err)
		}
		all = append(all, x)
		state, last = x.turn.State, x.turn.Reply
		if how.stored {
			state = bot.State{}
			if err := json.Unmarshal([]byte(asJSON(t, x.turn.State)), &state); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all, nil
}

func TestDialoguesGoAsAPersonExpects(t *testing.T) {
	t.Parallel()
	for _, d := range readDialogues(t) {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			all, err := play(t, d, runs{})
			for _, x := range all {
				checkTurn(t, d, x)
				if t.Failed() {
					break // what follows a wrong turn is another conversation
				}
			}
			if err != nil {
				t.Error(err)
			}
			checkEnd(t, d, all)
		})
	}
}

func checkTurn(t *testing.T, d dialogue, x exchange) {
	t.Helper()
	s, r := x.step, x.turn.Reply
	said := loose(r.Text)
	wrong := func(line int, format string, args ...any) {
		t.Helper()
		t.Errorf("%s:%d: to %.90q: %s\n\treply: %s %s %s %q", d.name, line, s.text, fmt.Sprintf(format, args...), r.Kind, r.Topic, r.Ticket, r.Text)
	}
	if s.kind == "" {
		wrong(s.line, "the dialogue expects nothing")
	}
	if !matches(s.kind, string(r.Kind)) {
		wrong(s.expectLine, "the kind is %s, want %s", r.Kind, s.kind)
	}
	if !matches(offeredTopic(s.topic, x.offers), r.Topic) {
		wrong(s.expectLine, "the topic is %q, want %s", r.Topic, s.topic)
	}
	if !matches(s.ticket, string(r.Ticket)) {
		wrong(s.expectLine, "the ticket is %q, want %s", r.Ticket, s.ticket)
	}
	for _, e := range s.also {
		if !slices.Contains(r.Also, e.text) {
			wrong(e.line, "%s is not answered too, only %v", e.text, r.Also)
		}
	}
	for _, e := range s.asks {
		if got := asks(x.turn.State); !matches(e.text, got) {
			wrong(e.line, "it asks for %q, want %q", got, e.text)
		}
	}
	for _, e := range s.has {
		if !slices.ContainsFunc(strings.Split(e.text, " | "), func(words string) bool { return strings.Contains(said, loose(words)) }) {
			wrong(e.line, "%q is not said", e.text)
		}
	}
	for _, e := range s.lacks {
		if strings.Contains(said, loose(e.text)) {
			wrong(e.line, "%q is said", e.text)
		}
	}
	for _, e := range s.buttons {
		if _, ok := hasChoice(r, e.text); !ok {
			wrong(e.line, "there is no button %q, only %v", e.text, r.Choices)
		}
	}
	for _, e := range s.keeps {
		if !strings.Contains(loose(x.turn.Text), loose(e.text)) {
			wrong(e.line, "the message is kept as %q, without %q", x.turn.Text, e.text)
		}
	}
}

// matches compares a value with 'a|b', '-' (none) or '*' (anything).
func matches(want, got string) bool {
	if want == "*" {
		return true
	}
	for _, w := range strings.Split(want, "|") {
		if w == got || w == "-" && got == "" {
			return true
		}
	}
	return false
}

// offeredTopic turns offered:2 into the second topic of the reply before.
func offeredTopic(want string, before bot.Reply) string {
	place, ok := strings.CutPrefix(want, "offered:")
	if !ok {
		return want
	}
	n := 0
	for _, c := range before.Choices {
		if c.Topic != "" {
			if n++; fmt.Sprint(n) == place {
				return c.Topic
			}
		}
	}
	return "no topic was offered at place " + place
}

func asks(state bot.State) string {
	switch {
	case state.Intake == nil:
		return "-"
	case state.Intake.Confirming:
		return "confirm"
	}
	return string(state.Intake.Asked)
}

func checkEnd(t *testing.T, d dialogue, all []exchange) {
	t.Helper()
	var tickets []*bot.Ticket
	for _, x := range all {
		if x.turn.Ticket != nil {
			tickets = append(tickets, x.turn.Ticket)
		}
		for _, e := range d.never {
			if kept := everythingKept(t, x.turn); strings.Contains(compact(kept), compact(e.text)) {
				t.Errorf("%s:%d: %q is kept after %.90q:\n\t%s", d.name, e.line, e.text, x.step.text, kept)
			}
		}
	}
	if t.Failed() {
		return
	}
	if d.ticket.text == "none" {
		if len(tickets) != 0 {
			t.Errorf("%s:%d: a ticket was opened: %v", d.name, d.ticket.line, tickets[0])
		}
		return
	}
	if len(tickets) != 1 {
		t.Errorf("%s:%d: %d tickets were opened, want one", d.name, d.ticket.line, len(tickets))
		return
	}
	if got := string(tickets[0].Category); got != d.ticket.text {
		t.Errorf("%s:%d: the ticket is %s, want %s", d.name, d.ticket.line, got, d.ticket.text)
	}
	for _, e := range d.fields {
		field, want, _ := strings.Cut(e.text, "=")
		got, present := tickets[0].Fields[bot.Field(field)]
		words, contains := strings.CutPrefix(want, "~")
		switch {
		case want == "-" && present || contains && !strings.Contains(loose(got), loose(words)) || !contains && want != "-" && got != want:
			t.Errorf("%s:%d: %s is %q, want %q", d.name, e.line, field, got, want)
		}
	}
}

func TestDialoguesGoTheSameWayWhenTheStateIsStoredAndButtonsSendOnlyTheirValue(t *testing.T) {
	t.Parallel()
	for _, d := range readDialogues(t) {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			plain, _ := play(t, d, runs{}) // a missing button is told by the test above
			for _, how := range []runs{{stored: true}, {bare: true}, {stored: true, bare: true}} {
				all, _ := play(t, d, how)
				if len(all) != len(plain) {
					t.Fatalf("%s: with %+v there are %d turns, want %d", d.name, how, len(all), len(plain))
				}
				for n, x := range all {
					got := asJSON(t, x.turn.Reply) + asJSON(t, x.turn.Ticket)
					want := asJSON(t, plain[n].turn.Reply) + asJSON(t, plain[n].turn.Ticket)
					if got != want {
						t.Fatalf("%s:%d: with %+v the turn is\n\t%s\nwant\n\t%s", d.name, x.step.line, how, got, want)
					}
				}
			}
		})
	}
}
