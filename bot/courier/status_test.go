package courier_test

import (
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/courier"
	"guichet/connectors/postgres/postgrestest"
)

// A customer whose request was merged, twice over, reads of the one that goes on and not that theirs is closed.
func TestARequestThatWasMergedStandsAsTheOneItGoesOnIn(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	agent := bot.User{Email: "ines@example.fr", Name: "Inès", Role: bot.RoleAgent}
	if err := db.AddUser(t.Context(), agent); err != nil {
		t.Fatal(err)
	}
	const first, second, third = "G-0000-0001", "G-0000-0002", "G-0000-0003"
	ana := bot.Inbound{Channel: bot.Telegram, Key: "ana", Site: "micro"}
	for reference, in := range map[string]bot.Inbound{first: ana, second: ana, third: {Channel: bot.Web, Key: "ana", Site: "micro"}} {
		_, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
			return bot.Turn{
				Text: "x", Reply: bot.Reply{Kind: bot.Escalate, Text: "noté", Reference: reference}, State: c.State,
				Ticket: &bot.Ticket{Reference: reference, Category: bot.Human, Fields: map[bot.Field]string{bot.Email: "ana@example.fr"}},
			}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	merge := func(reference, into string) {
		t.Helper()
		if err := db.MergeTicket(t.Context(), reference, agent, into); err != nil {
			t.Fatal(err)
		}
	}
	says := func(given string, wants ...string) {
		t.Helper()
		reply, err := courier.Status(t.Context(), db, ana, given)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(reply.Text, want) || strings.Contains(reply.Text, "close") {
				t.Errorf("asked about %q it says %q, want %q", given, reply.Text, want)
			}
		}
	}
	merge(first, second)
	says(first, "Demande **"+first+"**, regroupée avec la demande **"+second+"** : ouverte, notre équipe va vous répondre ici")
	says("", first, "Demande **"+second+"** : ouverte")
	merge(second, third)
	if err := db.SetTicketStatus(t.Context(), third, agent, bot.Waiting); err != nil {
		t.Fatal(err)
	}
	says(first, "regroupée avec la demande **"+third+"** : en attente de votre réponse")
	if err := db.SetTicketStatus(t.Context(), third, agent, bot.Open); err != nil {
		t.Fatal(err)
	}
	says(second, "regroupée avec la demande **"+third+"** : ouverte, notre équipe va vous répondre là où vous l’avez ouverte")
}
