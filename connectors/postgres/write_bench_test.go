package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// BenchmarkWrite is what a customer's message and an agent's action cost the database. PostgreSQL waits for no disk here, so
// that what indexes and triggers cost weighs more than anywhere else.
func BenchmarkWrite(b *testing.B) {
	db, err := postgres.Open(b.Context(), postgrestest.URL(b))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	n := 0
	turn := func(b *testing.B, key string, ticket *bot.Ticket) {
		n++
		text := fmt.Sprintf("Bonjour, je voudrais savoir si le contrat %d couvre un étal volé sur le marché de la place %d", n%500, n%30)
		in := bot.Inbound{Channel: "web", Key: key, ExternalID: fmt.Sprint("x", n), Site: "micro"}
		_, err := db.Turn(b.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
			reply := bot.Reply{Kind: bot.Answer, Text: strings.Repeat("Votre assureur couvre le vol de marchandises selon les articles du contrat. ", 3)}
			return bot.Turn{Text: text, Reply: reply, State: c.State, Ticket: ticket}, nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.Run("message", func(b *testing.B) {
		for b.Loop() {
			turn(b, fmt.Sprint("plain", n/10), nil)
		}
	})
	b.Run("ticket", func(b *testing.B) {
		for b.Loop() {
			turn(b, fmt.Sprint("ticket", n), &bot.Ticket{Reference: fmt.Sprint("G-", n), Category: bot.Claim, Fields: map[bot.Field]string{
				bot.Name: "Éloïse Lecœur", bot.Email: fmt.Sprintf("eloise%d@example.org", n), bot.Description: "On m’a volé mon étal et mes marchandises hier soir"}})
		}
	})
	turn(b, "one", &bot.Ticket{Reference: "G-ONE", Category: bot.Claim})
	b.Run("message to a ticket", func(b *testing.B) {
		for b.Loop() {
			turn(b, "one", nil)
		}
	})
	b.Run("action", func(b *testing.B) {
		for b.Loop() {
			n++
			if err := db.AssignTicket(b.Context(), "G-ONE", bot.User{Email: "a@example.org"}, fmt.Sprintf("a%d@example.org", n%7)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
