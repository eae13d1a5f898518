package telegram_test

import (
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/telegram/telegramtest"
)

// web has a visitor of the website write, and gives the counter that answered.
func (c *counter) web(key string, texts ...string) *bot.Counter {
	c.t.Helper()
	answers := bot.NewCounter(bottest.Engine(c.t), c.db, []bot.Site{site}, time.Now)
	for _, text := range texts {
		if _, err := answers.Receive(c.t.Context(), bot.Inbound{Channel: bot.Web, Key: key, Site: site.ID, Text: text}); err != nil {
			c.t.Fatal(err)
		}
	}
	return answers
}

// link is a link that a visitor follows.
func (c *counter) link(r *replica, answers *bot.Counter, key string) (token string) {
	c.t.Helper()
	token, err := answers.OfferPassage(c.t.Context(), c.db, bot.Web, key)
	if err != nil {
		c.t.Fatal(err)
	}
	link, err := r.Link(c.t.Context(), token)
	if want := "https://t.me/" + telegramtest.BotUsername + "?start=" + token; err != nil || link != want {
		c.t.Fatalf("the link is %q, %v", link, err)
	}
	return token
}

func TestAConversationOfTheWebsiteGoesOnHere(t *testing.T) {
	c := newCounter(t)
	r := c.start(c.db)
	answers := c.web("visitor", "Il y a une erreur sur mon attestation, mon nom est Dupond et pas Dupont", "20417")
	token := c.link(r, answers, "visitor")
	update := c.telegram.Write(ana, "/start "+token)
	said := c.said(ana, 1)[0].Text
	wants(t, said, "commencée sur le site continue ici", "assistant automatique", "À quelle date avez-vous souscrit")
	c.telegram.Repeat(update)
	c.settled()
	c.said(ana, 1)
	for _, text := range []string{"12/03/2024", "dupond@example.org", "oui"} {
		c.telegram.Write(ana, text)
		c.settled()
	}
	reference := referenceShape.FindString(c.said(ana, 4)[3].Text)
	file, err := c.db.Ticket(t.Context(), reference)
	if err != nil || file.Channel != bot.Telegram || file.Fields[bot.AttestationNumber] != "20417" {
		t.Fatalf("the ticket %q is %+v, %v", reference, file, err)
	}
	if first := file.Transcript[0].Text; !strings.Contains(first, "Dupond") {
		t.Errorf("the transcript begins with %q", first)
	}
	for _, m := range file.Transcript {
		if strings.Contains(m.Text, token) {
			t.Error("the token stands in the transcript")
		}
	}
	if strings.Contains(c.log.String(), token) {
		t.Error("the token stands in the log")
	}
	there, err := c.db.Transcript(t.Context(), bot.Web, "visitor", 0)
	if err != nil || !strings.Contains(there[len(there)-1].Text, "continue sur Telegram") {
		t.Errorf("the website says %+v, %v", there[len(there)-1], err)
	}
}

func TestTheRepliesToARequestOfTheWebsiteArriveHereFromThenOn(t *testing.T) {
	c := newCounter(t)
	r := c.start(c.db)
	answers := c.web("visitor", "je veux parler à un conseiller", "mon attestation comporte une erreur que je ne comprends pas", "ana@example.fr", "oui")
	there, err := c.db.Transcript(t.Context(), bot.Web, "visitor", 0)
	if err != nil {
		t.Fatal(err)
	}
	reference := referenceShape.FindString(there[len(there)-1].Text)
	c.reply(reference, "Bonjour, je regarde.")
	c.telegram.Write(ana, "/start "+c.link(r, answers, "visitor"))
	wants(t, c.said(ana, 1)[0].Text, "La réponse à votre demande "+reference+" arrivera ici", "Inès vous répond")
	c.reply(reference, "C’est corrigé.")
	wants(t, c.said(ana, 2)[1].Text, "C’est corrigé.")
	c.telegram.Write(ana, "merci, et sinon ?")
	c.settled()
	c.said(ana, 2) // the agent has the conversation here, too
	c.telegram.Write(ana, "/statut")
	wants(t, c.said(ana, 3)[2].Text, reference)
}

func TestALinkThatWasUsedOrIsTooOldSaysSoAndGreets(t *testing.T) {
	c := newCounter(t)
	r := c.start(c.db)
	answers := c.web("visitor", "bonjour")
	token := c.link(r, answers, "visitor")
	c.telegram.Write(ana, "/start "+token)
	wants(t, c.said(ana, 1)[0].Text, "continue ici")
	c.telegram.Write(bob, "/start "+token)
	wants(t, c.said(bob, 1)[0].Text, "Bonjour", "n’est plus valable")
	c.telegram.Write(bob, "/start "+strings.Repeat("A", 26))
	wants(t, c.said(bob, 2)[1].Text, "n’est plus valable")
	c.telegram.Write(bob, "/start groupe")
	if said := c.said(bob, 3)[2].Text; contains(said, "valable") {
		t.Errorf("from a group it says %q", said)
	}
	c.telegram.Write(bob, "comment obtenir un kbis ?")
	wants(t, c.said(bob, 4)[3].Text, "Infogreffe")
	const group = -1003
	c.telegram.Group(group, "Marchands", false)
	other := c.link(r, answers, "visitor")
	c.telegram.WriteIn(group, bob, "/start "+other, 0)
	if said := c.said(group, 1)[0].Text; contains(said, "continue ici") {
		t.Errorf("a conversation goes on in a group: %q", said)
	}
}
