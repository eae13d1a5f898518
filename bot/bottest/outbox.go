package bottest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/bot"
)

// OutboxStore is what an outbox is tested on: turns and agents' replies fill it.
type OutboxStore interface {
	bot.Store
	bot.Tickets
	bot.Outbox
}

// TestOutbox checks an implementation of bot.Outbox. open gives an empty one, and ends it with the test.
func TestOutbox(t *testing.T, open func(t *testing.T) OutboxStore) {
	run(t, open, []testCase[OutboxStore]{
		{"what is said on a channel that delivers is to be delivered", fillsOutbox},
		{"a repeated message delivers nothing again", repeatedDelivery},
		{"a turn that fails delivers nothing", failedTurnDelivers},
		{"a conversation is delivered in order, one at a time", deliveredInOrder},
		{"many senders deliver each message once and in order", manySenders},
		{"a delivery whose sender died is given out again", diedSender},
		{"a failed delivery is tried again before what follows it", failedDelivery},
		{"a postponed delivery keeps its attempts and its parts", postponedDelivery},
		{"what will not arrive stands on the tickets", deadDelivery},
		{"where nothing arrives any more all that waits is dead", goneConversation},
		{"a delivery that is no longer held cannot be settled", lateDispatch},
		{"a dead message is sent again, before what waits behind it", redelivers},
		{"a message sent again does not overtake one that is leaving", redeliversBehind},
		{"where nothing arrived any more all is sent again in order", redeliversGone},
		{"only a message that will not arrive can be sent again", redeliversOnlyDead},
	})
}

// chats is a customer's message on a channel that delivers.
func chats(key, externalID string) bot.Inbound {
	return bot.Inbound{Channel: bot.Telegram, Key: key, ExternalID: externalID, Site: "demo", Text: "x"}
}

func claimDelivery(t *testing.T, s bot.Outbox) bot.Delivery {
	t.Helper()
	held, err := s.ClaimDelivery(t.Context(), bot.Telegram, longLease)
	if err != nil {
		t.Fatalf("ClaimDelivery: %v", err)
	}
	return held
}

func noDelivery(t *testing.T, s bot.Outbox) {
	t.Helper()
	if held, err := s.ClaimDelivery(t.Context(), bot.Telegram, longLease); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("there is still %+v, %v", held, err)
	}
}

// chatTicket opens a ticket by a turn on a channel that delivers, and settles the bot's reply.
func chatTicket(t *testing.T, s OutboxStore, key, reference string) {
	t.Helper()
	ticket := human(reference)
	turn(t, s, chats(key, ""), func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Escalate, Text: "ok"}, State: c.State, Ticket: &ticket}, nil
	})
	ok(t, s.SettleDelivery(t.Context(), claimDelivery(t, s), bot.Dispatch{State: bot.Sent, Parts: 1}))
}

func fillsOutbox(t *testing.T, s OutboxStore) {
	turn(t, s, says("ana", "m1", "x"), answer("web"))
	noDelivery(t, s)
	said := bot.Reply{Kind: bot.Answer, Text: "**oui**", Choices: []bot.Choice{{Label: "Oui", Value: "yes"}}}
	outcome := turn(t, s, chats("42", "m1"), reply(said))
	held := claimDelivery(t, s)
	if held.Channel != bot.Telegram || held.Key != "42" || held.Answers != "m1" || held.Attempt != 1 || held.Parts != 0 {
		t.Errorf("to be delivered: %+v", held)
	}
	if m := held.Message; m.Seq != outcome.Bot.Seq || m.From != bot.FromBot || m.Text != said.Text || m.Reply == nil || len(m.Reply.Choices) != 1 {
		t.Errorf("to be delivered: %+v", m)
	}
	ok(t, s.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Sent, Parts: 1}))
	noDelivery(t, s)
	turn(t, s, chats("42", "m2"), reply(bot.Reply{Kind: bot.Silent}))
	noDelivery(t, s)
	chatTicket(t, s, "42", ref)
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "Bonjour", Once: "1"}))
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "Bonjour", Once: "1"}))
	held = claimDelivery(t, s)
	if m := held.Message; m.From != bot.FromAgent || m.Agent != marie.Name || m.Text != "Bonjour" || m.Reply != nil || held.Answers != "" {
		t.Errorf("the agent's reply is delivered as %+v", m)
	}
	ok(t, s.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Sent, Parts: 1}))
	noDelivery(t, s)
}

func repeatedDelivery(t *testing.T, s OutboxStore) {
	together(5, func(int) {
		if _, err := s.Turn(t.Context(), chats("42", "m1"), answer("y")); err != nil {
			t.Error(err)
		}
	})
	ok(t, s.SettleDelivery(t.Context(), claimDelivery(t, s), bot.Dispatch{State: bot.Sent}))
	noDelivery(t, s)
}

func failedTurnDelivers(t *testing.T, s OutboxStore) {
	chatTicket(t, s, "1", ref)
	taken := human(ref)
	_, err := s.Turn(t.Context(), chats("42", ""), func(bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Escalate, Text: "ok"}, Ticket: &taken}, nil
	})
	if !errors.Is(err, bot.ErrExists) {
		t.Fatal(err)
	}
	noDelivery(t, s)
}

func deliveredInOrder(t *testing.T, s OutboxStore) {
	for _, text := range []string{"a", "b", "c"} {
		turn(t, s, chats("42", ""), answer(text))
	}
	turn(t, s, chats("7", ""), answer("other"))
	var got []string
	first := claimDelivery(t, s)
	if other := claimDelivery(t, s); first.Message.Text != "a" || other.Key != "7" {
		t.Errorf("given out: %q and %q", first.Message.Text, other.Message.Text)
	}
	noDelivery(t, s)
	for first.Message.Text != "c" {
		got = append(got, first.Message.Text)
		ok(t, s.SettleDelivery(t.Context(), first, bot.Dispatch{State: bot.Sent}))
		first = claimDelivery(t, s)
		noDelivery(t, s)
	}
	if !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("delivered %q", got)
	}
}

func manySenders(t *testing.T, s OutboxStore) {
	const conversations, each = 4, 8
	for i := range each {
		for c := range conversations {
			turn(t, s, chats(fmt.Sprint(c), ""), answer(fmt.Sprint(i)))
		}
	}
	var mu sync.Mutex
	sent, left := map[string][]string{}, conversations*each
	together(5, func(int) {
		for {
			held, err := s.ClaimDelivery(t.Context(), bot.Telegram, longLease)
			mu.Lock()
			if err == nil {
				sent[held.Key] = append(sent[held.Key], held.Message.Text)
				left--
			}
			done := left == 0
			mu.Unlock()
			switch {
			case err == nil:
				if err := s.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Sent}); err != nil {
					t.Error(err)
				}
			case !errors.Is(err, bot.ErrNotFound):
				t.Error(err)
				return
			case done:
				return
			}
		}
	})
	for key, texts := range sent {
		if len(texts) != each || !slices.IsSorted(texts) {
			t.Errorf("conversation %s got %v", key, texts)
		}
	}
}

func diedSender(t *testing.T, s OutboxStore) {
	turn(t, s, chats("42", ""), answer("a"))
	claim := func() (bot.Delivery, error) { return s.ClaimDelivery(t.Context(), bot.Telegram, shortLease) }
	_, err := claim()
	ok(t, err)
	if second := eventually(t, claim); second.Message.Text != "a" || second.Attempt != 2 {
		t.Errorf("given out again: %+v", second)
	}
}

func failedDelivery(t *testing.T, s OutboxStore) {
	turn(t, s, chats("42", ""), answer("a"))
	turn(t, s, chats("42", ""), answer("b"))
	ok(t, s.SettleDelivery(t.Context(), claimDelivery(t, s), bot.Dispatch{State: bot.Failed, Reason: strings.Repeat("é\x00\n", 999)}))
	held := claimDelivery(t, s)
	if held.Message.Text != "a" || held.Attempt != 2 {
		t.Errorf("tried again: %+v", held)
	}
	ok(t, s.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Failed, After: time.Hour}))
	noDelivery(t, s)
}

func postponedDelivery(t *testing.T, s OutboxStore) {
	turn(t, s, chats("42", ""), answer("a"))
	for parts := range 3 {
		held := claimDelivery(t, s)
		if held.Attempt != 1 || held.Parts != parts {
			t.Fatalf("attempt %d after %d parts", held.Attempt, held.Parts)
		}
		ok(t, s.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Postponed, Parts: parts + 1}))
	}
	held := claimDelivery(t, s)
	ok(t, s.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Postponed})) // says nothing of parts: they stay
	if held = claimDelivery(t, s); held.Parts != 3 {
		t.Errorf("%d parts have left", held.Parts)
	}
	ok(t, s.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Postponed, After: time.Hour}))
	noDelivery(t, s)
}

func deadDelivery(t *testing.T, s OutboxStore) {
	chatTicket(t, s, "42", ref)
	chatTicket(t, s, "42", "G-0000-0002")
	chatTicket(t, s, "7", "other")
	ok(t, s.SetTicketStatus(t.Context(), "G-0000-0002", marie, bot.Closed))
	turn(t, s, chats("42", ""), answer("a"))
	turn(t, s, chats("42", ""), answer("b"))
	changes := listen(t, s)
	ok(t, s.SettleDelivery(t.Context(), claimDelivery(t, s), bot.Dispatch{State: bot.Dead, Reason: "refused"}))
	if got := wait(t, changes); got != (thread{bot.Telegram, "42"}) {
		t.Errorf("Listen reports %q", got)
	}
	wantEvents(t, s, ref, "bot opened ", "bot undelivered refused")
	wantEvents(t, s, "G-0000-0002", "bot opened ", "marie@example.fr status closed")
	wantEvents(t, s, "other", "bot opened ")
	if held := claimDelivery(t, s); held.Message.Text != "b" {
		t.Errorf("then comes %+v", held)
	}
}

func goneConversation(t *testing.T, s OutboxStore) {
	chatTicket(t, s, "42", ref)
	for _, text := range []string{"a", "b", "c"} {
		turn(t, s, chats("42", ""), answer(text))
	}
	turn(t, s, chats("7", ""), answer("other"))
	ok(t, s.SettleDelivery(t.Context(), claimDelivery(t, s), bot.Dispatch{State: bot.Gone, Reason: "blocked"}))
	wantEvents(t, s, ref, "bot opened ", "bot undelivered blocked")
	if held := claimDelivery(t, s); held.Key != "7" {
		t.Errorf("then comes %+v", held)
	}
	noDelivery(t, s)
	turn(t, s, chats("42", ""), answer("d")) // who writes again can be reached again
	if held := claimDelivery(t, s); held.Message.Text != "d" {
		t.Errorf("then comes %+v", held)
	}
}

func lateDispatch(t *testing.T, s OutboxStore) {
	chatTicket(t, s, "42", ref)
	turn(t, s, chats("42", ""), answer("a"))
	claim := func() (bot.Delivery, error) { return s.ClaimDelivery(t.Context(), bot.Telegram, shortLease) }
	first, err := claim()
	ok(t, err)
	second := eventually(t, claim)
	for _, state := range []bot.DispatchState{bot.Sent, bot.Postponed, bot.Failed, bot.Dead, bot.Gone} {
		if err := s.SettleDelivery(t.Context(), first, bot.Dispatch{State: state}); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("the sender that came too late may say %q: %v", state, err)
		}
	}
	if err := s.SettleDelivery(t.Context(), second, bot.Dispatch{State: "x"}); err == nil {
		t.Error("an unknown state is accepted")
	}
	ok(t, s.SettleDelivery(t.Context(), second, bot.Dispatch{State: bot.Sent}))
	wantEvents(t, s, ref, "bot opened ")
}

// dies has the next delivery end without arriving, and gives its number.
func dies(t *testing.T, s OutboxStore, as bot.Dispatch) int64 {
	t.Helper()
	held := claimDelivery(t, s)
	ok(t, s.SettleDelivery(t.Context(), held, as))
	return held.Message.Seq
}

// leave are the texts that leave now, in order.
func leave(t *testing.T, s OutboxStore) (texts []string) {
	t.Helper()
	for {
		held, err := s.ClaimDelivery(t.Context(), bot.Telegram, longLease)
		if errors.Is(err, bot.ErrNotFound) {
			return texts
		}
		ok(t, err)
		texts = append(texts, held.Message.Text)
		ok(t, s.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Sent}))
	}
}

func redelivers(t *testing.T, s OutboxStore) {
	chatTicket(t, s, "42", ref)
	turn(t, s, chats("42", ""), answer("a"))
	seq := dies(t, s, bot.Dispatch{State: bot.Dead, Parts: 2, Reason: "tries"})
	turn(t, s, chats("42", ""), answer("b"))
	turn(t, s, chats("42", ""), answer("c"))
	changes := listen(t, s)
	ok(t, s.Redeliver(t.Context(), ref, marie, seq))
	if got := wait(t, changes); got != (thread{bot.Telegram, "42"}) {
		t.Errorf("Listen reports %q", got)
	}
	first := claimDelivery(t, s)
	noDelivery(t, s)
	if first.Message.Text != "a" || first.Attempt != 1 || first.Parts != 2 {
		t.Errorf("sent again as %+v", first)
	}
	ok(t, s.SettleDelivery(t.Context(), first, bot.Dispatch{State: bot.Sent}))
	if got := leave(t, s); !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("then leave %q", got)
	}
	wantEvents(t, s, ref, "bot opened ", "bot undelivered tries", "marie@example.fr redelivered ")
	for _, e := range file(t, s, ref).Events[1:] {
		if e.Seq != seq {
			t.Errorf("the event is about message %d, not %d", e.Seq, seq)
		}
	}
}

func redeliversBehind(t *testing.T, s OutboxStore) {
	chatTicket(t, s, "42", ref)
	turn(t, s, chats("42", ""), answer("a"))
	turn(t, s, chats("42", ""), answer("b"))
	turn(t, s, chats("42", ""), answer("c"))
	seq := dies(t, s, bot.Dispatch{State: bot.Dead, Reason: "refused"})
	leaving := claimDelivery(t, s)
	ok(t, s.Redeliver(t.Context(), ref, marie, seq))
	noDelivery(t, s)
	ok(t, s.SettleDelivery(t.Context(), leaving, bot.Dispatch{State: bot.Sent}))
	if got := leave(t, s); leaving.Message.Text != "b" || !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("behind %q leave %q", leaving.Message.Text, got)
	}
}

func redeliversGone(t *testing.T, s OutboxStore) {
	chatTicket(t, s, "42", ref)
	turn(t, s, chats("42", ""), answer("refused before"))
	dies(t, s, bot.Dispatch{State: bot.Dead, Reason: bot.ReasonRefused})
	for _, text := range []string{"a", "b", "c"} {
		turn(t, s, chats("42", ""), answer(text))
	}
	seq := dies(t, s, bot.Dispatch{State: bot.Gone, Reason: bot.ReasonBlocked})
	noDelivery(t, s)
	turn(t, s, chats("42", ""), answer("d"))
	ok(t, s.Redeliver(t.Context(), ref, marie, seq))
	if got := leave(t, s); !slices.Equal(got, []string{"a", "b", "c", "d"}) {
		t.Errorf("leave %q", got)
	}
}

func redeliversOnlyDead(t *testing.T, s OutboxStore) {
	chatTicket(t, s, "42", ref)
	chatTicket(t, s, "7", "other")
	turn(t, s, chats("42", ""), answer("a"))
	seq := dies(t, s, bot.Dispatch{State: bot.Dead, Reason: "refused"})
	for _, wrong := range []struct {
		reference string
		seq       int64
	}{{ref, seq - 2}, {ref, seq - 1}, {ref, seq + 1}, {ref, 0}, {"other", seq}, {"G-0000-0404", seq}} {
		if err := s.Redeliver(t.Context(), wrong.reference, marie, wrong.seq); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("message %d of %s sent again: %v", wrong.seq, wrong.reference, err)
		}
	}
	together(5, func(int) {
		if err := s.Redeliver(t.Context(), ref, marie, seq); err != nil && !errors.Is(err, bot.ErrNotFound) {
			t.Error(err)
		}
	})
	if got := leave(t, s); !slices.Equal(got, []string{"a"}) {
		t.Errorf("leave %q", got)
	}
	wantEvents(t, s, ref, "bot opened ", "bot undelivered refused", "marie@example.fr redelivered ")
}
