package bottest

import (
	"reflect"
	"testing"

	"guichet/bot"
)

// list gives the references that a filter finds.
func list(t *testing.T, s bot.Tickets, filter bot.TicketFilter) []string {
	t.Helper()
	tickets, err := s.Tickets(t.Context(), filter)
	if err != nil {
		t.Fatalf("Tickets: %v", err)
	}
	references := []string{}
	for _, ticket := range tickets {
		references = append(references, ticket.Reference)
	}
	return references
}

func filters(t *testing.T, s TicketStore) {
	openTicket(t, s, "a", bot.Ticket{Reference: "A", Category: bot.Claim, Site: "micro"})
	openTicket(t, s, "b", bot.Ticket{Reference: "B", Category: bot.Human, Site: "alma"})
	openTicket(t, s, "c", bot.Ticket{Reference: "C", Category: bot.Claim, Site: "alma"})
	openTicket(t, s, "d", bot.Ticket{Reference: "D", Category: bot.Human, Site: "micro"})
	ok(t, s.SetTicketStatus(t.Context(), "B", marie, bot.Closed))
	ok(t, s.SetTicketStatus(t.Context(), "C", marie, bot.Waiting))
	ok(t, s.AssignTicket(t.Context(), "C", marie, marie.Email))
	for _, test := range []struct {
		name   string
		filter bot.TicketFilter
		want   []string
	}{
		{"nothing", bot.TicketFilter{}, []string{"D", "C", "B", "A"}},
		{"a status", bot.TicketFilter{Statuses: []bot.Status{bot.Open}}, []string{"D", "A"}},
		{"two statuses", bot.TicketFilter{Statuses: []bot.Status{bot.Waiting, bot.Closed}}, []string{"C", "B"}},
		{"a category", bot.TicketFilter{Category: bot.Claim}, []string{"C", "A"}},
		{"an assignee", bot.TicketFilter{Assignee: marie.Email}, []string{"C"}},
		{"an assignee, as typed", bot.TicketFilter{Assignee: " Marie@Example.fr"}, []string{"C"}},
		{"a site", bot.TicketFilter{Site: "alma"}, []string{"C", "B"}},
		{"all at once", bot.TicketFilter{
			Statuses: []bot.Status{bot.Waiting}, Category: bot.Claim, Assignee: marie.Email, Site: "alma", Text: "c", Limit: 5,
		}, []string{"C"}},
		{"what nobody has", bot.TicketFilter{Site: "micro", Assignee: marie.Email}, []string{}},
		{"a page", bot.TicketFilter{Limit: 2}, []string{"D", "C"}},
		{"the next page", bot.TicketFilter{Limit: 2, Offset: 2}, []string{"B", "A"}},
		{"the page after the last", bot.TicketFilter{Limit: 2, Offset: 4}, []string{}},
		{"a page before the first", bot.TicketFilter{Limit: 2, Offset: -1}, []string{"D", "C"}},
		{"those after one", bot.TicketFilter{After: position(t, s, "C")}, []string{"B", "A"}},
		{"those after one, of a category", bot.TicketFilter{After: position(t, s, "C"), Category: bot.Claim}, []string{"A"}},
		{"those after the last", bot.TicketFilter{After: position(t, s, "A")}, []string{}},
		{"those of the same moment after one", bot.TicketFilter{After: &bot.TicketPosition{
			CreatedAt: position(t, s, "C").CreatedAt, Reference: "B",
		}}, []string{"C", "B", "A"}},
	} {
		if got := list(t, s, test.filter); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func position(t *testing.T, s bot.Tickets, reference string) *bot.TicketPosition {
	t.Helper()
	f := file(t, s, reference)
	return &bot.TicketPosition{CreatedAt: f.CreatedAt, Reference: f.Reference}
}

func textFilter(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", bot.Ticket{Reference: "G-4F7K-2MQ9", Category: bot.Claim, Fields: map[bot.Field]string{
		bot.Name: "Éloïse LECŒUR", bot.Place: "Marché de l’Île", bot.Email: "eloise_l@example.fr", bot.Description: "100 % détruit",
	}})
	openTicket(t, s, "bob", bot.Ticket{Reference: "G-0000-0000", Category: bot.Claim, Fields: map[bot.Field]string{
		bot.Name: "Bob", bot.Description: "1000 détruits\x00 \xff",
	}})
	both, first, none := []string{"G-0000-0000", "G-4F7K-2MQ9"}, []string{"G-4F7K-2MQ9"}, []string{}
	for text, want := range map[string][]string{
		"eloise":             first,
		"ÉLOÏSE":             first,
		"e\u0301loi\u0308se": first, // decomposed, as a Mac types it
		"lecoeur":            first,
		"LECŒUR":             first,
		"l'ile":              first,
		"l’île":              first,
		"ile marche eloise":  first, // any order
		"eloise bob":         none,  // all of them
		"g-4f7k-2mq9":        first,
		"4F7K":               first,
		"g4f7k2mq9":          first,
		"detruit":            both,
		"100 %":              first, // % is no wildcard
		"eloise_l@":          first,
		"elois__":            none, // neither is _
		"  \t ":              both,
		"\x00détruits\xff":   none, // becomes "detruits�", which nobody wrote
		"bob\x00":            {"G-0000-0000"},
		"' or 1=1":           none,
	} {
		if got := list(t, s, bot.TicketFilter{Text: text}); !reflect.DeepEqual(got, want) {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
	}
}
