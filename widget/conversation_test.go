package widget_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/widget"
)

func TestAMessageComesBackNumberedWithItsAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, _ := f.visitor()
	c.say("one", "Comment obtenir un extrait Kbis ?")
	mine := c.expect("message")
	if mine.Seq != 1 || mine.From != "customer" || mine.ID != "one" || mine.Text != "Comment obtenir un extrait Kbis ?" || mine.At.IsZero() {
		t.Errorf("the customer's message came back as %+v", mine)
	}
	answer := c.expect("message")
	if answer.Seq != 2 || answer.From != "bot" || answer.Kind != "answer" || answer.ID != "" || answer.Text != "" {
		t.Errorf("the answer is %+v", answer)
	}
	if !strings.Contains(answer.HTML, "<strong>Infogreffe</strong>") || strings.Contains(answer.HTML, "<script") {
		t.Errorf("the answer's HTML is %s", answer.HTML)
	}
	if len(answer.Citations) != 1 || answer.Citations[0].Topic != "micro.kbis" || answer.Citations[0].Checked != "2026-11-22" {
		t.Errorf("the citations are %+v", answer.Citations)
	}
	if len(answer.Choices) == 0 || answer.Choices[0].Value == "" {
		t.Errorf("the choices are %+v", answer.Choices)
	}
}

func TestTheWelcomeHasTheFirstScreen(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.clock.set(time.Date(2026, 2, 3, 17, 0, 0, 0, time.UTC)) // a Tuesday at 18:00 in Paris
	_, w := f.visitor()
	const greeting = "<p>Bonjour, posez <strong>votre</strong> question.</p>\n<p>Nos conseillers sont absents\u202f: ils répondent à partir de demain à 09:00. L’assistant répond à toute heure.</p>\n"
	if w.Greeting != greeting || w.Site.Name != "Assurance micro" || w.Site.Colour != "#1d5c4d" {
		t.Errorf("welcome %+v", w)
	}
	if w.Privacy != "Vos messages sont conservés 90 jours, ou 3 ans après la clôture d’une demande. Pour les effacer\u202f: menu ⋮, «\u202fEffacer mes données\u202f»." {
		t.Errorf("of what is kept it says %q", w.Privacy)
	}
	want := choice{"Comment obtenir un extrait Kbis\u202f?", "topic:micro.kbis"} // the starter whose topic is gone is left out
	if len(w.Starters) != 1 || w.Starters[0] != want {
		t.Errorf("starters %+v, want %+v", w.Starters, want)
	}
	if w.Person != (choice{"Parler à un conseiller", "request:human"}) || w.Messages == nil || len(w.Messages) != 0 {
		t.Errorf("welcome %+v", w)
	}
}

func TestNothingIsStoredBeforeTheFirstMessage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	c.send(map[string]any{"type": "ping"})
	c.expect("pong")
	if n := f.store.turns.Load(); n != 0 || len(f.transcript(w.Token)) != 0 {
		t.Errorf("%d turns before the first message", n)
	}
}

func TestAPressedButtonIsKeptAsItsLabelAndHandledAsItsValue(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	c.send(map[string]any{"type": "message", "id": "b", "choice": w.Starters[0].Value, "label": "Le Kbis"})
	if mine := c.expect("message"); mine.Text != "Le Kbis" {
		t.Errorf("the transcript shows %q", mine.Text)
	}
	if answer := c.expect("message"); len(answer.Citations) != 1 || answer.Citations[0].Topic != "micro.kbis" {
		t.Errorf("the answer is %+v", answer)
	}
	c.send(map[string]any{"type": "message", "id": "p", "choice": w.Person.Value, "label": w.Person.Label})
	c.expect("message")
	if answer := c.expect("message"); answer.Kind != "escalate" || answer.Ticket != "human" {
		t.Errorf("asking for a person gave %+v", answer)
	}
}

func TestAReloadGetsTheConversationBackOnAnyReplica(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	c.say("one", "Comment obtenir un extrait Kbis ?")
	first := []frame{c.expect("message"), c.expect("message")}
	_ = c.Close()
	again := f.dial().hello(w.Token, 0)
	if again.Token != w.Token || len(again.Messages) != 2 || again.Messages[0].ID != "one" || again.Messages[1].HTML != first[1].HTML {
		t.Errorf("the reload got %+v", again)
	}
}

func TestAReconnectionGetsOnlyWhatItMissed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	for i := range 2 {
		c.ask(fmt.Sprint(i), "Comment obtenir un extrait Kbis ?")
	}
	_ = c.Close()
	again := f.dial().hello(w.Token, 2)
	if again.After != 2 || len(again.Messages) != 2 || again.Messages[0].Seq != 3 || again.Messages[1].Seq != 4 {
		t.Errorf("the reconnection got %+v", again)
	}
}

func TestAClientAheadOfAnErasedConversationStartsOver(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.dial()
	w := c.hello(f.dial().hello("", 0).Token, 10) // no message 10 exists
	if w.After != 0 || len(w.Messages) != 0 {
		t.Fatalf("welcome %+v", w)
	}
	c.say("one", "Comment obtenir un extrait Kbis ?")
	if m := c.expect("message"); m.Seq != 1 {
		t.Errorf("the first message of the new conversation has number %d", m.Seq)
	}
}

func TestAMessageSentTwiceIsHandledOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	c.say("same", "Comment obtenir un extrait Kbis ?")
	c.say("same", "Comment obtenir un extrait Kbis ?")
	c.say("other", "Je souhaite renouveler mon contrat")
	var ids []string
	for range 4 {
		ids = append(ids, c.expect("message").ID)
	}
	if got := strings.Join(ids, ","); got != "same,,other," || len(f.transcript(w.Token)) != 4 {
		t.Errorf("messages %s, stored %d", got, len(f.transcript(w.Token)))
	}
}

func TestTwoTabsGetEveryMessageOnceAndInOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	one, two := f.dial(), f.dial()
	token := one.hello("", 0).Token
	two.hello(token, 0)
	const each = 5
	for i := range each {
		one.say(fmt.Sprintf("one-%d", i), "Comment obtenir un extrait Kbis ?")
		two.say(fmt.Sprintf("two-%d", i), "Je souhaite renouveler mon contrat")
	}
	for name, c := range map[string]*client{"one": one, "two": two} {
		for want := int64(1); want <= 4*each; want++ {
			if m := c.expect("message"); m.Seq != want {
				t.Fatalf("tab %s got number %d, want %d", name, m.Seq, want)
			}
		}
		c.send(map[string]any{"type": "ping"})
		c.expect("pong") // and nothing twice
	}
}

func TestOnesOwnMessagesAreNotReadBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.dial()
	key, _, _ := strings.Cut(c.hello("", 0).Token, ".")
	signals, end := f.changes.Subscribe("web", key)
	defer end()
	f.clock.set(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	said := 0
	say := func() {
		said++
		f.clock.set(f.clock.now().Add(time.Second)) // or it would be too fast
		c.ask(fmt.Sprint("m", said), "Comment obtenir un extrait Kbis ?")
		<-signals
		for range 2 { // what the signal was for leaves with the first at the latest, and is over with the second
			c.send(map[string]any{"type": "ping"})
			c.expect("pong")
		}
	}
	say() // the server knows the conversation from here on
	before := f.store.reads.Load()
	for range 25 {
		say()
	}
	if n := f.store.reads.Load() - before; n != 0 {
		t.Errorf("25 messages of its own had the transcript read %d times", n)
	}
	if _, err := f.db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: key, Site: "micro"}, func(bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "d’un autre onglet", Reply: bot.Reply{Kind: bot.Silent}}, nil
	}); err != nil {
		t.Fatal(err)
	}
	if m := c.expect("message"); m.Text != "d’un autre onglet" {
		t.Errorf("got %+v", m)
	}
}

func TestAnAgentsReplyArrivesWithTheAgentsName(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.dial()
	token := c.hello("", 0).Token
	key, ok := widget.ReadToken(secret, "micro", token)
	if !ok {
		t.Fatal("the server does not know its own token")
	}
	ctx, ticket := context.Background(), &bot.Ticket{Reference: "G-4F7K-2MQ9", Category: bot.Human, Site: "micro"}
	in := bot.Inbound{Channel: "web", Key: key, ExternalID: key + ":x", Site: "micro", Text: "Un conseiller"}
	if _, err := f.db.Turn(ctx, in, func(bot.Conversation) (bot.Turn, error) {
		reply := bot.Reply{Kind: bot.Escalate, Text: "C’est noté.", Reference: ticket.Reference, Ticket: bot.Human}
		return bot.Turn{Text: in.Text, Ticket: ticket, Reply: reply}, nil
	}); err != nil {
		t.Fatal(err)
	}
	c.expect("message")
	if m := c.expect("message"); m.Reference != "G-4F7K-2MQ9" || m.Ticket != "human" {
		t.Errorf("the ticket's message is %+v", m)
	}
	claire := bot.User{Email: "claire@example.fr", Name: "Claire Martin"}
	if err := f.db.ReplyTicket(ctx, "G-4F7K-2MQ9", claire, bot.AgentReply{Text: "Bonjour, **j’ai** votre dossier.", Once: "once"}); err != nil {
		t.Fatal(err)
	}
	m := c.expect("message")
	if m.From != "agent" || m.Agent != "Claire Martin" || m.HTML != "<p>Bonjour, <strong>j’ai</strong> votre dossier.</p>\n" {
		t.Errorf("the agent's message is %+v", m)
	}
}
