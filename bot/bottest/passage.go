package bottest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
)

// PassageStore is what passages are tested on.
type PassageStore interface {
	bot.Store
	bot.Tickets
	bot.Outbox
	bot.Attachments
	bot.Passages
}

// TestPassages checks an implementation of bot.Passages. open gives an empty one, and ends it with the test.
func TestPassages(t *testing.T, open func(t *testing.T) PassageStore) {
	run(t, open, []testCase[PassageStore]{
		{"a conversation goes on elsewhere, with its messages and tickets", crosses},
		{"it goes on behind what was said there before", crossesBehind},
		{"a token is good once", goodOnce},
		{"the message that brought a token, once more, gives the first outcome", crossesRepeatedly},
		{"a token that is unknown, expired or too old leads nowhere", badTokens},
		{"a decide that fails leaves the token good", failingCrossing},
		{"a reply that waits for the passage arrives on the other side", replyMeanwhile},
	})
}

const life = time.Hour

func hash(token string) []byte { return []byte(strings.Repeat(token, 32)[:32]) }

// over decides a passage that says something on both sides.
func over(left, taken bot.Conversation) (bot.Crossing, error) {
	state := left.State
	state.Greeted = true
	return bot.Crossing{
		Turn: bot.Turn{Text: "/start", Reply: bot.Reply{Kind: bot.Smalltalk, Text: "ici"}, State: state}, Goodbye: bot.Reply{Kind: bot.Smalltalk, Text: "là-bas"},
	}, nil
}

func chatTranscript(t *testing.T, s bot.Store, key string) []bot.Message {
	t.Helper()
	all, err := s.Transcript(t.Context(), bot.Telegram, key, 0)
	ok(t, err)
	for i, m := range all {
		if m.Seq != int64(i+1) {
			t.Fatalf("message %d of the transcript has number %d", i+1, m.Seq)
		}
	}
	return all
}

func crosses(t *testing.T, s PassageStore) {
	openTicket(t, s, "ana", human(ref))
	openTicket(t, s, "ana", human("G-0000-0002"))
	file1 := attachment("a", "a.pdf")
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "Bonjour", Attachments: []bot.Attachment{file1}, Once: "1"}))
	ok(t, s.SetTicketStatus(t.Context(), "G-0000-0002", marie, bot.Closed))
	before := transcript(t, s, "ana")
	ok(t, s.NewPassage(t.Context(), "web", "ana", hash("x"), life))
	changes := listen(t, s)
	var left bot.Conversation
	outcome, err := s.TakePassage(t.Context(), hash("x"), chats("42", "m1"), func(l, taken bot.Conversation) (bot.Crossing, error) {
		left = l
		if taken.Channel != bot.Telegram || taken.LastSeq != 0 {
			t.Errorf("taken: %+v", taken)
		}
		return over(l, taken)
	})
	ok(t, err)
	if left.Channel != "web" || left.Key != "ana" || left.State.Agent != marie.Name || left.LastSeq != 5 {
		t.Errorf("left: %+v", left)
	}
	if a, b := wait(t, changes), wait(t, changes); a == b || a.key != "ana" && b.key != "ana" || a.key != "42" && b.key != "42" {
		t.Errorf("Listen reports %q and %q", a, b)
	}
	after := chatTranscript(t, s, "42")
	if len(after) != 7 || outcome.Customer.Seq != 6 || outcome.Bot == nil || outcome.Bot.Text != "ici" {
		t.Fatalf("the transcript is %+v, the outcome %+v", after, outcome)
	}
	for i, m := range before {
		if m.ExternalID = ""; !reflect.DeepEqual(after[i], m) {
			t.Errorf("message %d was %+v, is %+v", i+1, m, after[i])
		}
	}
	if there := transcript(t, s, "ana"); len(there) != 6 || there[5].Text != "là-bas" || there[5].From != bot.FromBot {
		t.Errorf("left behind: %+v", there)
	}
	if got := state(t, s, "ana"); !reflect.DeepEqual(got, bot.State{}) {
		t.Errorf("the state left behind is %+v", got)
	}
	moved := file(t, s, ref)
	if moved.Channel != bot.Telegram || len(moved.Transcript) != 7 {
		t.Errorf("the ticket is %+v", moved.Ticket)
	}
	wantEvents(t, s, ref, "bot opened ", "marie@example.fr reply ", "customer carried telegram")
	wantEvents(t, s, "G-0000-0002", "bot opened ", "marie@example.fr status closed")
	if held := claimDelivery(t, s); held.Message.Text != "ici" {
		t.Errorf("delivered first: %+v", held.Message)
	} else {
		ok(t, s.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Sent}))
	}
	noDelivery(t, s) // what was said on the website is not said again
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "Bonjour", Attachments: []bot.Attachment{file1}, Once: "1"}))
	noDelivery(t, s)
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "Et voici", Once: "2"}))
	if held := claimDelivery(t, s); held.Key != "42" || held.Message.Text != "Et voici" {
		t.Errorf("the agent's reply goes to %q as %q", held.Key, held.Message.Text)
	}
	if found, err := s.Attachment(t.Context(), "a"); err != nil || found != file1 {
		t.Errorf("the file is %+v, %v", found, err)
	}
}

func crossesBehind(t *testing.T, s PassageStore) {
	openTicket(t, s, "ana", human(ref))
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "Bonjour"}))
	chatTicket(t, s, "42", "G-0000-0002")
	ok(t, s.NewPassage(t.Context(), "web", "ana", hash("x"), life))
	_, err := s.TakePassage(t.Context(), hash("x"), chats("42", "m1"), over)
	ok(t, err)
	all := chatTranscript(t, s, "42")
	if len(all) != 7 || all[4].Text != "Bonjour" || all[5].Text != "/start" {
		t.Errorf("the transcript is %+v", all)
	}
	for _, e := range file(t, s, ref).Events {
		if e.Kind == "reply" && all[e.Seq-1].Text != "Bonjour" {
			t.Errorf("the event is about message %d", e.Seq)
		}
	}
}

func goodOnce(t *testing.T, s PassageStore) {
	turn(t, s, says("ana", "", "x"), answer("y"))
	ok(t, s.NewPassage(t.Context(), "web", "ana", hash("x"), life))
	var taken atomic.Int32
	together(6, func(i int) {
		_, err := s.TakePassage(t.Context(), hash("x"), chats(fmt.Sprint(i), "m1"+fmt.Sprint(i)), over)
		switch {
		case err == nil:
			taken.Add(1)
		case !errors.Is(err, bot.ErrNotFound):
			t.Error(err)
		}
	})
	if n := taken.Load(); n != 1 {
		t.Errorf("%d went over by one token", n)
	}
	if n := len(transcript(t, s, "ana")); n != 3 {
		t.Errorf("%d messages are left behind", n)
	}
}

func crossesRepeatedly(t *testing.T, s PassageStore) {
	turn(t, s, says("ana", "", "x"), answer("y"))
	ok(t, s.NewPassage(t.Context(), "web", "ana", hash("x"), life))
	first, err := s.TakePassage(t.Context(), hash("x"), chats("42", "m1"), over)
	ok(t, err)
	again, err := s.TakePassage(t.Context(), hash("x"), chats("42", "m1"), over)
	ok(t, err)
	if !again.Duplicate || again.Customer.Seq != first.Customer.Seq || again.Bot == nil || again.Bot.Text != "ici" {
		t.Errorf("the second time: %+v", again)
	}
	if n := len(chatTranscript(t, s, "42")); n != 4 {
		t.Errorf("%d messages", n)
	}
}

func badTokens(t *testing.T, s PassageStore) {
	if err := s.NewPassage(t.Context(), "web", "nobody", hash("x"), life); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a passage from nowhere: %v", err)
	}
	turn(t, s, says("ana", "", "x"), answer("y"))
	ok(t, s.NewPassage(t.Context(), "web", "ana", hash("expired"), -time.Second))
	for _, token := range []string{"0", "1", "2", "3"} { // the three newest are good
		ok(t, s.NewPassage(t.Context(), "web", "ana", hash(token), life))
	}
	for _, token := range []string{"unknown", "expired", "0"} {
		if _, err := s.TakePassage(t.Context(), hash(token), chats("42", "m"+token), over); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("the token %q gives %v", token, err)
		}
	}
	if n := len(chatTranscript(t, s, "42")); n != 0 {
		t.Errorf("%d messages", n)
	}
	if _, err := s.TakePassage(t.Context(), hash("2"), says("ana", "m1", "x"), over); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a passage from a conversation to itself: %v", err)
	}
}

func failingCrossing(t *testing.T, s PassageStore) {
	openTicket(t, s, "ana", human(ref))
	ok(t, s.NewPassage(t.Context(), "web", "ana", hash("x"), life))
	_, err := s.TakePassage(t.Context(), hash("x"), chats("42", "m1"), func(_, _ bot.Conversation) (bot.Crossing, error) { return bot.Crossing{}, errLooking })
	if !errors.Is(err, errLooking) {
		t.Errorf("it gives %v", err)
	}
	if got := file(t, s, ref).Channel; got != "web" {
		t.Errorf("the ticket is on %s", got)
	}
	_, err = s.TakePassage(t.Context(), hash("x"), chats("42", "m1"), over)
	ok(t, err)
}

func replyMeanwhile(t *testing.T, s PassageStore) {
	openTicket(t, s, "ana", human(ref))
	ok(t, s.NewPassage(t.Context(), "web", "ana", hash("x"), life))
	const replies = 8
	together(replies+1, func(i int) {
		if i == 0 {
			if _, err := s.TakePassage(t.Context(), hash("x"), chats("42", "m1"), over); err != nil {
				t.Error(err)
			}
			return
		}
		if err := s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: fmt.Sprint("réponse ", i)}); err != nil {
			t.Error(err)
		}
	})
	moved := file(t, s, ref)
	count := 0
	for _, e := range moved.Events {
		if e.Kind == "reply" {
			count++
			if m := moved.Transcript[e.Seq-1]; m.From != bot.FromAgent || !strings.HasPrefix(m.Text, "réponse") {
				t.Errorf("the event is about %+v", m)
			}
		}
	}
	if count != replies || moved.Channel != bot.Telegram {
		t.Errorf("%d replies on %s", count, moved.Channel)
	}
}
