package postgres_test

import (
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
)

func TestWhatWasSaidIsFoundOnceTheConversationHasATicket(t *testing.T) {
	t.Parallel()
	url := postgrestest.URL(t)
	db := open(t, url)
	say := func(id, text string, ticket *bot.Ticket) {
		in := from("ana")
		in.ExternalID = id
		if _, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Text: text, Reply: bot.Reply{Kind: bot.Answer, Text: "Réponse"}, State: c.State, Ticket: ticket}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	finds := func(word string) bool {
		found, err := db.Tickets(t.Context(), bot.TicketFilter{Text: word})
		if err != nil {
			t.Fatal(err)
		}
		return len(found) == 1
	}
	say("1", "ma péniche", nil)
	if n := query[int](t, url, `select count(*) from messages where search is not null`); n != 0 {
		t.Errorf("%d messages of a conversation without a ticket have words to be searched by", n)
	}
	say("2", "je veux parler à quelqu'un", &bot.Ticket{Reference: "G-1", Category: bot.Human})
	say("3", "et mon scaphandre", nil)
	if err := db.ReplyTicket(t.Context(), "G-1", bot.User{Email: "m@example.fr", Name: "Marie"}, bot.AgentReply{Text: "Votre hélicoptère aussi"}); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"peniche", "quelqu", "scaphandre", "helicoptere"} {
		if !finds(word) {
			t.Errorf("%q is not found", word)
		}
	}
	if finds("sous-marin") {
		t.Error("what nobody has said is found")
	}
}
