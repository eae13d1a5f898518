package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

func TestAnAgentTakesTheConversationOverAndHandsItBack(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	wantContains(t, b.get(ticketPath).body, "L’assistant répond au client.", "Répondre à sa place")
	wantStatus(t, b.post(ticketPath+"/hold", url.Values{"do": {"take"}}), http.StatusSeeOther)
	page := b.get(ticketPath + "?done=held").body
	wantContains(t, page, "Vous répondez, l’assistant se tait.", "Rendre à l’assistant", "le client sait que vous répondez",
		"<strong>Claire Moreau</strong> vous répond.", "Vous avez repris la conversation")
	if strings.Contains(page, "Répondre à sa place") {
		t.Error("who answers may answer in the bot's place")
	}
	h.addUser("paul@exemple.fr", "Paul")
	wantContains(t, h.signIn("paul@exemple.fr").get(ticketPath).body, "<strong>Claire Moreau</strong> répond, l’assistant se tait.", "Répondre à sa place")
	wantStatus(t, b.post(ticketPath+"/hold", url.Values{"do": {"back"}}), http.StatusSeeOther)
	wantContains(t, b.get(ticketPath).body, "L’assistant répond au client.", "vous répond de nouveau", "Vous avez rendu la conversation")
	wantStatus(t, b.post(ticketPath+"/hold", url.Values{"do": {"x"}}), http.StatusBadRequest)
}

func TestEachReplySaysHowFarItIsOnItsWay(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	claire := bot.User{Email: "claire@exemple.fr", Name: "Claire Moreau"}
	const chat = "G-2222-2222"
	in := bot.Inbound{Channel: bot.Telegram, Key: "7", Site: "demo", Text: "bonjour"}
	_, err := h.db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "bonjour", Reply: bot.Reply{Kind: bot.Silent}, State: c.State, Ticket: &bot.Ticket{Reference: chat, Category: bot.Human}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, reference := range []string{reference, chat} {
		for _, text := range []string{"Bonjour", "Voici la suite"} {
			if err := h.db.ReplyTicket(t.Context(), reference, claire, bot.AgentReply{Text: text}); err != nil {
				t.Fatal(err)
			}
		}
	}
	wantContains(t, b.get(ticketPath).body, `<span class="delivery">envoyé sur le site web</span>`)
	settle := func(as bot.Dispatch) {
		t.Helper()
		held, err := h.db.ClaimDelivery(t.Context(), bot.Telegram, time.Minute)
		if err == nil {
			err = h.db.SettleDelivery(t.Context(), held, as)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	waiting := `<span class="delivery">en attente d’envoi sur Telegram</span>`
	if n := strings.Count(b.get("/desk/ticket/"+chat).body, waiting); n != 2 {
		t.Errorf("%d replies wait, want 2", n)
	}
	settle(bot.Dispatch{State: bot.Sent})
	settle(bot.Dispatch{State: bot.Dead, Reason: bot.ReasonRefused})
	page := b.get("/desk/ticket/" + chat).body
	wantContains(t, page, `<span class="delivery">envoyé sur Telegram</span>`, `<span class="delivery">non remis</span>`, "Envoyer à nouveau")
	if strings.Contains(page, waiting) {
		t.Error("what has left still waits")
	}
}
