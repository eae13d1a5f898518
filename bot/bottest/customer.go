package bottest

import (
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

// OpenTicket has a customer write a message that opens a ticket, which the bot says nothing to.
func OpenTicket(t *testing.T, s bot.Store, in bot.Inbound, ticket bot.Ticket) {
	t.Helper()
	_, err := s.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: in.Text, Reply: bot.Reply{Kind: bot.Silent}, State: c.State, Ticket: &ticket}, nil
	})
	if err != nil {
		t.Fatalf("open ticket %s: %v", ticket.Reference, err)
	}
}

// OpenPromised has a customer of a site open a ticket that is to be answered within four hours of opening, from a moment on.
func OpenPromised(t *testing.T, s bot.Store, site, reference string, started time.Time) {
	t.Helper()
	clock := bot.Clock{Started: started, Terms: bot.Terms{First: bot.Term{N: 4, Unit: bot.OpeningHours}}}
	OpenTicket(t, s, bot.Inbound{Channel: bot.Web, Key: reference, Site: site, Text: "un sinistre"}, bot.Ticket{Reference: reference, Category: bot.Claim, Clock: clock})
}

// Reply has an agent say texts to a ticket's customer, in their order.
func Reply(t *testing.T, s bot.Tickets, agent bot.User, reference string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := s.ReplyTicket(t.Context(), reference, agent, bot.AgentReply{Text: text}); err != nil {
			t.Fatalf("reply to %s: %v", reference, err)
		}
	}
}

// Heard is what agents have told the customer of a conversation, each as "name: text".
func Heard(t *testing.T, s bot.Store, channel, key string) (all []string) {
	t.Helper()
	transcript, err := s.Transcript(t.Context(), channel, key, 0)
	if err != nil {
		t.Fatalf("transcript: %v", err)
	}
	for _, m := range transcript {
		if m.From == bot.FromAgent {
			all = append(all, m.Agent+": "+m.Text)
		}
	}
	return all
}

// Events is what happened to a ticket, each as "actor kind detail".
func Events(t *testing.T, s bot.Tickets, reference string) []string {
	t.Helper()
	all := events(t, s, reference)
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// Undelivered is why messages of a ticket did not arrive.
func Undelivered(t *testing.T, s bot.Tickets, reference string) (reasons []string) {
	t.Helper()
	for _, e := range file(t, s, reference).Events {
		if e.Kind == "undelivered" {
			reasons = append(reasons, e.Detail)
		}
	}
	return reasons
}
