package bottest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"guichet/bot"
)

// TestStore checks an implementation of bot.Store. open gives an empty one, and ends it with the test.
func TestStore(t *testing.T, open func(t *testing.T) bot.Store) {
	run(t, open, []testCase[bot.Store]{
		{"the first message creates the conversation", firstMessage},
		{"the next turn sees the state and the transcript as they were kept", keepsEverything},
		{"concurrent turns of one conversation are decided one at a time", oneAtATime},
		{"conversations do not wait for each other", independent},
		{"a repeated message gets the first outcome", repeated},
		{"of racing copies of a message one is decided", racingCopies},
		{"a message without an id is always new", withoutID},
		{"an id of another conversation gives nothing away", foreignID},
		{"a silent turn keeps the customer's message only", silent},
		{"a decide that fails leaves nothing", failingDecide},
		{"a decide that panics leaves nothing and no lock", panickingDecide},
		{"text that a database cannot hold is kept as far as it can", badText},
		{"names that cannot be kept are refused", badNames},
		{"a transcript is read from a number on", transcriptAfter},
		{"Listen reports the conversations that got a message", listens},
		{"Listen reports the longest names", listensToLongNames},
	})
}

func firstMessage(t *testing.T, s bot.Store) {
	var seen bot.Conversation
	outcome := turn(t, s, says("ana", "m1", "bonjour"), func(c bot.Conversation) (bot.Turn, error) {
		seen = c
		return bot.Turn{Text: "bonjour", Reply: bot.Reply{Kind: bot.Answer, Text: "**oui**"}}, nil
	})
	if seen.ID == 0 || seen.Channel != "web" || seen.Key != "ana" || seen.Site != "demo" || seen.LastSeq != 0 ||
		seen.CreatedAt.IsZero() || !reflect.DeepEqual(seen.State, bot.State{}) {
		t.Errorf("the first turn sees %+v", seen)
	}
	if outcome.Duplicate || outcome.Bot == nil || outcome.Customer.At.IsZero() {
		t.Fatalf("outcome %+v", outcome)
	}
	customer, said := outcome.Customer, *outcome.Bot
	if customer.Seq != 1 || customer.From != bot.FromCustomer || customer.Text != "bonjour" || customer.ExternalID != "m1" ||
		customer.Reply != nil {
		t.Errorf("the customer's message is %+v", customer)
	}
	if said.Seq != 2 || said.From != bot.FromBot || said.Text != "**oui**" || said.ExternalID != "" || said.Reply == nil ||
		said.Reply.Kind != bot.Answer {
		t.Errorf("the bot's message is %+v", said)
	}
	if kept := transcript(t, s, "ana"); !reflect.DeepEqual(kept, []bot.Message{customer, said}) {
		t.Errorf("kept %+v, acknowledged %+v", kept, outcome)
	}
}

func keepsEverything(t *testing.T, s bot.Store) {
	choice := bot.Choice{Label: "Oui", Value: "yes", Topic: "micro.kbis", Collection: "micro"}
	said := bot.Reply{
		Kind: bot.Clarify, Text: "Laquelle ? <b> \"é\" 😀", Topic: "micro.kbis", Also: []string{"alma.prix"}, Confidence: 0.8125,
		Citations: []bot.Citation{{Topic: "micro.kbis", Document: "FAQ", Section: "Kbis", URL: "https://a.fr/?x=1&y=2", Checked: "2026-01-02"}},
		Choices:   []bot.Choice{choice}, Ticket: bot.Claim, Reference: "G-0000-0000",
	}
	kept := bot.State{
		Intake: &bot.Intake{
			Category: bot.Claim, Fields: map[bot.Field]string{bot.Place: "Évreux"},
			Missing: []bot.Field{bot.Siren}, Asked: bot.Email, Confirming: true,
		},
		Offered: []bot.Choice{choice}, Topic: "micro.kbis", Collection: "micro", Question: "où ?", Rejected: []string{"alma.prix"},
		Lost: 2, Greeted: true, References: []string{"G-0000-0000"}, Agent: "Marie",
	}
	first := turn(t, s, says("ana", "m1", "où ?"), func(bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "où ?", Reply: said, State: kept}, nil
	})
	if !reflect.DeepEqual(*first.Bot.Reply, said) {
		t.Errorf("the reply became %+v", *first.Bot.Reply)
	}
	other := says("ana", "m2", "ici")
	other.Site = "other"
	turn(t, s, other, func(c bot.Conversation) (bot.Turn, error) {
		if !reflect.DeepEqual(c.State, kept) {
			t.Errorf("the state became %+v", c.State)
		}
		if c.LastSeq != 2 || c.Site != "other" {
			t.Errorf("the second turn sees last number %d, site %q", c.LastSeq, c.Site)
		}
		return bot.Turn{Text: "ici", Reply: bot.Reply{Kind: bot.Silent}}, nil
	})
	if state := state(t, s, "ana"); !reflect.DeepEqual(state, bot.State{}) {
		t.Errorf("the state that was emptied is %+v", state)
	}
	if messages := transcript(t, s, "ana"); !reflect.DeepEqual(messages[1], *first.Bot) {
		t.Errorf("the transcript has %+v, acknowledged was %+v", messages[1], *first.Bot)
	}
}

func oneAtATime(t *testing.T, s bot.Store) {
	const turns = 50
	var inside atomic.Int32
	together(turns, func(i int) {
		outcome, err := s.Turn(t.Context(), says("ana", fmt.Sprint("m", i), "x"), func(c bot.Conversation) (bot.Turn, error) {
			if inside.Add(1) != 1 {
				t.Error("two turns are decided at once")
			}
			defer inside.Add(-1)
			if c.LastSeq != int64(2*c.State.Lost) {
				t.Errorf("after %d turns the last number is %d", c.State.Lost, c.LastSeq)
			}
			c.State.Lost++
			return bot.Turn{Text: fmt.Sprint(i), Reply: bot.Reply{Kind: bot.Answer, Text: fmt.Sprint(i)}, State: c.State}, nil
		})
		if err != nil {
			t.Errorf("turn %d: %v", i, err)
		} else if outcome.Bot.Seq != outcome.Customer.Seq+1 {
			t.Errorf("message %d is answered by message %d", outcome.Customer.Seq, outcome.Bot.Seq)
		}
	})
	if seen := state(t, s, "ana").Lost; seen != turns {
		t.Errorf("%d turns have left a count of %d", turns, seen)
	}
	messages := transcript(t, s, "ana")
	if len(messages) != 2*turns {
		t.Fatalf("%d turns have left %d messages", turns, len(messages))
	}
	for i := 0; i < len(messages); i += 2 {
		if messages[i].Text != messages[i+1].Text {
			t.Errorf("%q is answered by %q", messages[i].Text, messages[i+1].Text)
		}
	}
}

func independent(t *testing.T, s bot.Store) {
	inside, release := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		_, err := s.Turn(t.Context(), says("slow", "m1", "x"), func(bot.Conversation) (bot.Turn, error) {
			close(inside)
			<-release
			return bot.Turn{Reply: bot.Reply{Kind: bot.Answer}}, nil
		})
		ended <- err
	}()
	wait(t, inside)
	turn(t, s, says("ana", "m2", "x"), answer("y")) // would wait for ever if there were one lock
	close(release)
	if err := wait(t, ended); err != nil {
		t.Errorf("the slow turn: %v", err)
	}
}

func silent(t *testing.T, s bot.Store) {
	in := says("ana", "m1", "x")
	first := turn(t, s, in, reply(bot.Reply{Kind: bot.Silent, Text: "never said"}))
	turn(t, s, says("ana", "m2", "x"), answer("y"))
	again := turn(t, s, in, answer("z"))
	if first.Bot != nil || again.Bot != nil || !again.Duplicate {
		t.Errorf("a silent turn gave %+v, then %+v", first, again)
	}
	if n := len(transcript(t, s, "ana")); n != 3 {
		t.Errorf("%d messages, want 3", n)
	}
}

func failingDecide(t *testing.T, s bot.Store) {
	broken := errors.New("broken")
	_, err := s.Turn(t.Context(), says("ana", "m1", "x"), func(bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Answer}, State: bot.State{Lost: 1}}, broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("Turn gives %v, not what decide gave", err)
	}
	if messages := transcript(t, s, "ana"); len(messages) != 0 {
		t.Errorf("a failed turn has left %+v", messages)
	}
	if outcome := turn(t, s, says("ana", "m1", "x"), answer("y")); outcome.Duplicate || outcome.Customer.Seq != 1 {
		t.Errorf("the message delivered again gives %+v", outcome)
	}
}

func panickingDecide(t *testing.T, s bot.Store) {
	func() {
		defer func() { _ = recover() }()
		_, _ = s.Turn(t.Context(), says("ana", "m1", "x"), func(bot.Conversation) (bot.Turn, error) { panic("broken") })
		t.Error("the panic was swallowed")
	}()
	if outcome := turn(t, s, says("ana", "m1", "x"), answer("y")); outcome.Duplicate || outcome.Customer.Seq != 1 {
		t.Errorf("the message delivered again gives %+v", outcome)
	}
}

func transcriptAfter(t *testing.T, s bot.Store) {
	for i := range 3 {
		turn(t, s, says("ana", fmt.Sprint(i), "x"), answer("y"))
	}
	all := transcript(t, s, "ana")
	for after := range int64(8) {
		rest, err := s.Transcript(t.Context(), "web", "ana", after)
		if err != nil {
			t.Fatal(err)
		}
		if want := all[min(after, 6):]; len(rest) != len(want) || len(rest) > 0 && !reflect.DeepEqual(rest, want) {
			t.Errorf("after %d: %d messages, want %d", after, len(rest), len(want))
		}
	}
	for _, unknown := range []thread{{"web", "eve"}, {"telegram", "ana"}, {"web", "\xff"}, {"", ""}, {"web", strings.Repeat("x", 300)}} {
		if messages, err := s.Transcript(t.Context(), unknown.channel, unknown.key, 0); err != nil || len(messages) != 0 {
			t.Errorf("the unknown conversation %q has %v, %v", unknown, messages, err)
		}
	}
}

func listens(t *testing.T, s bot.Store) {
	changes := listen(t, s)
	for _, key := range []string{"ana", "béa", `"c" \ d`, "ana"} {
		turn(t, s, says(key, "", "x"), answer("y"))
		if got := wait(t, changes); got != (thread{"web", key}) {
			t.Errorf("Listen reports %q, want %q", got, key)
		}
	}
}

func listensToLongNames(t *testing.T, s bot.Store) {
	changes := listen(t, s)
	long := thread{strings.Repeat("\u2028", 50), strings.Repeat("<", 200)} // escaped to six bytes each in JSON
	turn(t, s, bot.Inbound{Channel: long.channel, Key: long.key}, answer("y"))
	if got := wait(t, changes); got != long {
		t.Errorf("Listen reports %q", got)
	}
}
