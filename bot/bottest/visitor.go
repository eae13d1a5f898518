package bottest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

// VisitorStore is what keeps conversations for their visitors and for agents.
type VisitorStore interface {
	bot.Store
	bot.Tickets
	bot.Visitors
	bot.Attachments
	bot.Passages
}

// TestVisitors checks an implementation of bot.Visitors. open gives an empty one each time.
func TestVisitors(t *testing.T, open func(t *testing.T) VisitorStore) {
	run(t, open, []testCase[VisitorStore]{
		{"a conversation without a ticket is erased whole", eraseWhole},
		{"a ticket keeps what is about it, and nothing else", eraseAroundATicket},
		{"files that were sent stay with the ticket", eraseWithFiles},
		{"what led to the conversation leads to it no more", eraseLinks},
		{"an agent still answers through the ticket of an erased conversation", answerAfterErasing},
		{"a conversation is rated once", rateOnce},
		{"an agent's typing wakes those who show the conversation and changes nothing", agentTypes},
		{"a customer's typing wakes those who show a ticket of theirs that is not closed, and changes nothing", customerTypes},
	})
}

func eraseWhole(t *testing.T, s VisitorStore) {
	turn(t, s, says("a", "a:1", "q"), answer("r"))
	turn(t, s, says("b", "b:1", "q"), answer("r"))
	kept, err := s.EraseConversation(t.Context(), "web", "a")
	if err != nil || len(kept) != 0 {
		t.Fatalf("EraseConversation: %v, %v", kept, err)
	}
	if n := len(transcript(t, s, "a")); n != 0 {
		t.Errorf("%d messages are left", n)
	}
	if n := len(transcript(t, s, "b")); n != 2 {
		t.Errorf("another person's conversation has %d messages", n)
	}
	if _, err := s.EraseConversation(t.Context(), "web", "a"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("erased twice: %v", err)
	}
	turn(t, s, says("a", "a:1", "q"), answer("r")) // the same id is a new message now
	if got := transcript(t, s, "a"); len(got) != 2 {
		t.Errorf("the new conversation has %d messages", len(got))
	}
}

// withTicket is a conversation of a question, a request in two turns, and a thank-you.
func withTicket(t *testing.T, s VisitorStore) string {
	t.Helper()
	const reference = "G-0000-0001"
	kept := func(text string, r bot.Reply, ticket *bot.Ticket) func(bot.Conversation) (bot.Turn, error) {
		return func(c bot.Conversation) (bot.Turn, error) {
			c.State.Question = "une question privée"
			return bot.Turn{Text: text, Reply: r, Ticket: ticket, State: c.State}, nil
		}
	}
	turn(t, s, says("a", "a:1", ""), kept("une question privée", bot.Reply{Kind: bot.Answer, Text: "une réponse"}, nil))
	turn(t, s, says("a", "a:2", ""), kept("corrigez", bot.Reply{Kind: bot.Escalate, Text: "Quel numéro ?", Ticket: bot.AttestationCorrection}, nil))
	turn(t, s, says("a", "a:3", ""), kept("20417", bot.Reply{Kind: bot.Escalate, Text: "Enregistrée.", Ticket: bot.AttestationCorrection, Reference: reference},
		&bot.Ticket{Reference: reference, Category: bot.AttestationCorrection, Fields: map[bot.Field]string{bot.AttestationNumber: "20417"}}))
	turn(t, s, says("a", "a:4", ""), kept("merci", bot.Reply{Kind: bot.Smalltalk, Text: "Je vous en prie."}, nil))
	turn(t, s, says("a", "a:5", ""), kept("encore une chose", bot.Reply{Kind: bot.Escalate, Text: "C’est noté avec votre demande."}, nil))
	return reference
}

func eraseAroundATicket(t *testing.T, s VisitorStore) {
	reference := withTicket(t, s)
	if err := s.RateConversation(t.Context(), "web", "a", 4); err != nil {
		t.Fatal(err)
	}
	kept, err := s.EraseConversation(t.Context(), "web", "a")
	if err != nil || !slices.Equal(kept, []string{reference}) {
		t.Fatalf("EraseConversation: %v, %v", kept, err)
	}
	if n := len(transcript(t, s, "a")); n != 0 {
		t.Errorf("the person's key still opens %d messages", n)
	}
	if rated, err := s.Rated(t.Context(), "web", "a"); rated || err != nil {
		t.Errorf("the new conversation counts as rated: %v", err)
	}
	file, err := s.Ticket(t.Context(), reference)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, m := range file.Transcript {
		said = append(said, m.Text)
	}
	want := "corrigez|Quel numéro ?|20417|Enregistrée.|encore une chose|C’est noté avec votre demande."
	if got := strings.Join(said, "|"); got != want {
		t.Errorf("kept: %s\nwant: %s", got, want)
	}
	if file.Fields[bot.AttestationNumber] != "20417" || file.Status != bot.Open {
		t.Errorf("the ticket is %+v", file.Ticket)
	}
	last := file.Events[len(file.Events)-1]
	if last.Kind != bot.EventErased || last.Actor != "customer" || last.Detail != "" {
		t.Errorf("the last event is %+v", last)
	}
}

func eraseWithFiles(t *testing.T, s VisitorStore) {
	photo, other := attachment("a", "photo.jpg"), attachment("b", "autre.pdf")
	asked := func(file bot.Attachment) func(bot.Conversation) (bot.Turn, error) {
		return func(c bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Reply: bot.Reply{Kind: bot.Clarify, Text: "De quoi s’agit-il ?"}, State: c.State, Attachments: []bot.Attachment{file}}, nil
		}
	}
	turn(t, s, says("b", "b:1", ""), asked(other)) // of a conversation without a ticket
	turn(t, s, says("a", "a:0", ""), asked(photo))
	reference := withTicket(t, s)
	for key, want := range map[string]int{"a": 1, "b": 0} {
		if kept, err := s.EraseConversation(t.Context(), "web", key); err != nil || len(kept) != want {
			t.Fatalf("EraseConversation: %v, %v", kept, err)
		}
	}
	if first := file(t, s, reference).Transcript[0]; len(first.Attachments) != 1 || first.Attachments[0].ID != photo.ID {
		t.Errorf("the ticket begins with %+v", first)
	}
	held, err := s.HeldFiles(t.Context(), []string{photo.ID, other.ID})
	if err != nil || !slices.Equal(held, []string{photo.ID}) {
		t.Errorf("held are %v, %v", held, err)
	}
}

func eraseLinks(t *testing.T, s VisitorStore) {
	withTicket(t, s)
	ok(t, s.NewPassage(t.Context(), "web", "a", hash("x"), life))
	if _, err := s.EraseConversation(t.Context(), "web", "a"); err != nil {
		t.Fatal(err)
	}
	in := bot.Inbound{Channel: bot.Telegram, Key: "42", ExternalID: "42:1", Site: "micro", Text: "/start"}
	if _, err := s.TakePassage(t.Context(), hash("x"), in, over); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a passage from before gives %v", err)
	}
}

func answerAfterErasing(t *testing.T, s VisitorStore) {
	reference := withTicket(t, s)
	if _, err := s.EraseConversation(t.Context(), "web", "a"); err != nil {
		t.Fatal(err)
	}
	agent := bot.User{Email: "claire@example.fr", Name: "Claire"}
	if err := s.ReplyTicket(t.Context(), reference, agent, bot.AgentReply{Text: "Bonjour.", Once: "once"}); err != nil {
		t.Fatal(err)
	}
	turn(t, s, says("a", "a:1", "q"), answer("r"))
	if got := transcript(t, s, "a"); len(got) != 2 || got[1].From != bot.FromBot {
		t.Errorf("the new conversation reads %+v", got)
	}
}

func rateOnce(t *testing.T, s VisitorStore) {
	ctx := t.Context()
	if err := s.RateConversation(ctx, "web", "a", 5); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a conversation that does not exist is rated: %v", err)
	}
	turn(t, s, says("a", "a:1", "q"), answer("r"))
	if rated, err := s.Rated(ctx, "web", "a"); rated || err != nil {
		t.Errorf("rated before it was: %v", err)
	}
	if err := s.RateConversation(ctx, "web", "a", 2); err != nil {
		t.Fatal(err)
	}
	if err := s.RateConversation(ctx, "web", "a", 5); !errors.Is(err, bot.ErrExists) {
		t.Errorf("rated twice: %v", err)
	}
	if rated, err := s.Rated(ctx, "web", "a"); !rated || err != nil {
		t.Errorf("not rated after it was: %v", err)
	}
	for _, score := range []int{0, bot.BestScore + 1} {
		turn(t, s, says("b", "", "q"), answer("r"))
		if err := s.RateConversation(ctx, "web", "b", score); err == nil {
			t.Errorf("a score of %d is kept", score)
		}
	}
}

func agentTypes(t *testing.T, s VisitorStore) {
	reference := withTicket(t, s)
	changes := Changes(t, s)
	typing, stop := changes.SubscribeTyping("web", "a")
	defer stop()
	other, stopOther := changes.SubscribeTyping("web", "b")
	defer stopOther()
	all, stopAll := changes.Subscribe("", "")
	defer stopAll()
	wakes(t, typing, func() error { return s.AgentTypes(t.Context(), reference) })
	isQuiet(t, "another conversation was woken", other)
	isQuiet(t, "typing counts as a change", all)
	if err := s.AgentTypes(t.Context(), "G-9999-9999"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("an unknown ticket: %v", err)
	}
}

func customerTypes(t *testing.T, s VisitorStore) {
	reference := withTicket(t, s)
	changes := Changes(t, s)
	writing, stop := changes.SubscribeWriting(reference)
	defer stop()
	other, stopOther := changes.SubscribeWriting("G-0000-0009")
	defer stopOther()
	wakes(t, writing, func() error { return s.CustomerTypes(t.Context(), "web", "a") })
	isQuiet(t, "another ticket's page was woken", other)
	if err := s.CustomerTypes(t.Context(), "web", "nobody"); err != nil {
		t.Errorf("without a ticket: %v", err)
	}
	agent := bot.User{Email: "claire@example.fr", Name: "Claire"}
	if err := s.SetTicketStatus(t.Context(), reference, agent, bot.Closed); err != nil {
		t.Fatal(err)
	}
	all, stopAll := changes.Subscribe("", "")
	defer stopAll()
	// What is signalled last arrives last: once the change of another conversation is there, nothing else comes.
	again, stopAgain := changes.SubscribeWriting(reference)
	defer stopAgain()
	if err := s.CustomerTypes(t.Context(), "web", "a"); err != nil {
		t.Fatal(err)
	}
	turn(t, s, says("z", "z:1", "q"), answer("r"))
	select {
	case <-all:
	case <-time.After(patience):
		t.Fatal("a change is not signalled")
	}
	isQuiet(t, "a closed ticket's page was woken", again)
}

// wakes does something until it wakes a subscriber: the listener may need a moment to be there.
func wakes(t *testing.T, signals <-chan struct{}, do func() error) {
	t.Helper()
	for late := time.After(patience); ; {
		if err := do(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-signals:
			return
		case <-time.After(50 * time.Millisecond):
		case <-late:
			t.Fatal("nobody was woken")
		}
	}
}

func isQuiet(t *testing.T, otherwise string, signals <-chan struct{}) {
	t.Helper()
	select {
	case <-signals:
		t.Error(otherwise)
	default:
	}
}
