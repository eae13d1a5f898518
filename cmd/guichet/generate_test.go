package main

import (
	"strings"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
)

func TestADatabaseIsFilledWithMadeUpTickets(t *testing.T) {
	t.Parallel()
	address := postgrestest.URL(t)
	generate := func(more ...string) (int, string, string) {
		return guichet(t, "", append([]string{"generate", "--database-url=" + address, "--data=" + t.TempDir()}, more...)...)
	}
	for _, wrong := range []struct{ says, args string }{
		{"at least one ticket", "--tickets=0"},
		{"at least two messages: ask for 200 or more", "--tickets=100 --messages=150"},
	} {
		if code, _, errs := generate(strings.Fields(wrong.args)...); code != 1 || !strings.Contains(errs, wrong.says) {
			t.Errorf("%s: exit %d, said %q", wrong.args, code, errs)
		}
	}
	if code, out, errs := generate("--tickets=300", "--messages=1500"); code != 0 || !strings.HasPrefix(out, "300 tickets and 1500 messages in ") {
		t.Fatalf("exit %d, %q, %q", code, out, errs)
	}
	if code, _, errs := generate("--tickets=10"); code != 1 || !strings.Contains(errs, "has conversations: name an empty one") {
		t.Errorf("a database in use: exit %d, said %q", code, errs)
	}
	if code, _, errs := generate("--tickets=300", "--messages=1500", "--add"); code != 1 || !strings.Contains(errs, "another --seed") {
		t.Errorf("the same again: exit %d, said %q", code, errs)
	}
	if code, _, errs := generate("--tickets=50", "--seed=2", "--add"); code != 0 {
		t.Errorf("more: exit %d, said %q", code, errs)
	}
	db := postgrestest.OpenAt(t, address)
	counts, err := db.CountTickets(t.Context())
	if err != nil || counts[bot.Open]+counts[bot.Waiting]+counts[bot.Resolved]+counts[bot.Closed] != 350 || counts[bot.Open] == 0 || counts[bot.Waiting] == 0 {
		t.Errorf("there are %v, %v", counts, err)
	}
	tickets, err := db.Tickets(t.Context(), bot.TicketFilter{Statuses: []bot.Status{bot.Open, bot.Closed}, Limit: 40})
	if err != nil {
		t.Fatal(err)
	}
	for _, ticket := range tickets {
		file, err := db.Ticket(t.Context(), ticket.Reference)
		definition, _ := bot.Define(ticket.Category)
		if err != nil || len(file.Transcript) < 2 || len(file.Events) == 0 || ticket.Fields[definition.Required[0]] == "" || ticket.Channel == "" {
			t.Errorf("ticket %s is not like a real one: %v", ticket.Reference, err)
		}
	}
	// A made-up conversation goes on as any other does.
	err = db.ReplyTicket(t.Context(), tickets[0].Reference, bot.User{Email: "a@example.org", Name: "Ana"}, bot.AgentReply{Text: "Bonjour"})
	if err != nil {
		t.Errorf("a reply: %v", err)
	}
}
