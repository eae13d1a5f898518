package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
)

// withoutGrowth makes of a database what it was before migration 00014, as far as writing goes.
const withoutGrowth = `
	drop trigger message_words on messages;
	drop trigger message_words_gone on messages;
	drop trigger ticket_words on tickets;
	drop trigger ticket_tally on tickets;
	drop trigger ticket_tally_changed on tickets;
	drop trigger ticket_channel on tickets;
	alter table ticket_words drop constraint ticket_words_ticket_fkey;
	alter table tickets drop constraint tickets_number;
	drop index tickets_closed, tickets_channel, tickets_site, tickets_priority, tickets_hands, tickets_order, tickets_late, tickets_aside;
	create index on tickets (snoozed_until) where snoozed_until is not null;
	alter table messages add column search tsvector generated always as (to_tsvector('simple', guichet_fold(text))) stored;
	create index messages_search on messages using gin (search)`

// BenchmarkWrite is what a customer's message and an agent's action cost the database, and what they would cost without what
// keeps counts, lists and searches quick. PostgreSQL waits for no disk here, so that what indexes and triggers cost weighs
// more than anywhere else.
func BenchmarkWrite(b *testing.B) {
	b.Run("now", func(b *testing.B) { benchmarkWrite(b, "") })
	b.Run("before", func(b *testing.B) { benchmarkWrite(b, withoutGrowth) })
}

func benchmarkWrite(b *testing.B, first string) {
	url := postgrestest.Migrated(b)
	db := postgrestest.OpenAt(b, url)
	conn, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := conn.Exec(b.Context(), first); err != nil {
		b.Fatal(err)
	}
	if err := conn.Close(b.Context()); err != nil {
		b.Fatal(err)
	}
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
