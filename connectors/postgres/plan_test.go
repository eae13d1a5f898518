package postgres_test

import (
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// fill makes tickets and messages by the thousand, as years of use leave them: one ticket in twenty is in progress.
func fill(t *testing.T, url string, tickets, messages int) {
	t.Helper()
	execute(t, url, `insert into conversations (channel, key, site) select 'web', 'k' || n, 'micro' from generate_series(1, $1) n`, tickets)
	execute(t, url, `insert into messages (conversation_id, seq, author, text, at)
		select c.id, n, 'customer', 'message numéro ' || n || ' mot' || (c.id * 31 + n) % 5000, now()
		from conversations c, generate_series(1, $1) n`, messages/tickets)
	execute(t, url, `insert into tickets (reference, conversation_id, site, category, status, search, assignee, created_at, updated_at, closed_at, due_at, warn_at)
		select 'G-' || c.id, c.id, 'micro', 'human', case when c.id % 20 = 0 then 'open' else 'closed' end, 'g-' || c.id || ' nom' || c.id, '',
			now() - c.id * interval '1 minute', now(), case when c.id % 20 = 0 then null else now() end,
			case when c.id % 20 = 0 then now() + (c.id % 1000 - 20) * interval '1 hour' end,
			case when c.id % 20 = 0 then now() + (c.id % 1000 - 25) * interval '1 hour' end
		from conversations c`)
	execute(t, url, "vacuum analyze")
}

// TestTheQueueAndTheSearchFindTheirIndexes looks at the plans over enough rows for the planner to have a choice.
func TestTheQueueAndTheSearchFindTheirIndexes(t *testing.T) {
	t.Parallel()
	url := postgrestest.URL(t)
	db := open(t, url)
	fill(t, url, 10_000, 50_000)
	progress := []bot.Status{bot.Open, bot.Waiting}
	for name, c := range map[string]struct {
		filter bot.TicketFilter
		uses   string
		avoids string
	}{
		"the queue": {bot.TicketFilter{Statuses: progress, ByDeadline: true, Limit: 26}, "tickets_due", "Seq Scan"},
		"overdue":   {bot.TicketFilter{Statuses: progress, View: bot.ViewOverdue, Now: time.Now(), ByDeadline: true, Limit: 26}, "tickets_due", "Seq Scan"},
		"waiting":   {bot.TicketFilter{Statuses: progress, View: bot.ViewWaiting, ByDeadline: true, Limit: 26}, "tickets_", "Seq Scan on tickets"},
		"mine":      {bot.TicketFilter{Statuses: progress, View: bot.ViewMine, Viewer: "a@b.fr", ByDeadline: true, Limit: 26}, "tickets_", "Seq Scan on tickets"},
		"all":       {bot.TicketFilter{Limit: 26}, "tickets_newest", "Seq Scan"},
		"words":     {bot.TicketFilter{Text: "mot4321", Limit: 26}, "messages_search", "Seq Scan on messages"},
	} {
		plan := postgres.PlanOf(t.Context(), db, c.filter)
		if !strings.Contains(plan, c.uses) || strings.Contains(plan, c.avoids) {
			t.Errorf("%s: it should use %s and avoid %s:\n%s", name, c.uses, c.avoids, plan)
		}
	}
	for name, c := range map[string]struct {
		filter bot.TicketFilter
		uses   string
	}{
		"a tag":   {bot.TicketFilter{Tag: "fraude", Limit: 26}, "tickets_tags"},
		"snoozed": {bot.TicketFilter{Statuses: progress, View: bot.ViewSnoozed, Now: time.Now(), Awake: true, ByDeadline: true, Limit: 26}, "tickets_snoozed"},
	} {
		if plan := postgres.PlanOf(t.Context(), db, c.filter); !strings.Contains(plan, c.uses) || strings.Contains(plan, "Seq Scan on tickets") {
			t.Errorf("%s: it should use %s:\n%s", name, c.uses, plan)
		}
	}
	one := bot.Ticket{Reference: "G-7", ConversationID: 7, Fields: map[bot.Field]string{bot.Email: "a@b.fr", bot.Siren: "732829320", bot.AttestationNumber: "A1"}}
	if plan := postgres.PlanOfRelated(t.Context(), db, one); strings.Contains(plan, "Seq Scan on tickets") {
		t.Errorf("the tickets of a person are read one by one:\n%s", plan)
	}
	if plan := postgres.PlanOfConcerned(t.Context(), db, "web", "k7"); strings.Contains(plan, "Seq Scan on tickets") || strings.Contains(plan, "Seq Scan on conversations") {
		t.Errorf("the tickets that a message may reopen are read one by one:\n%s", plan)
	}
	if got, err := db.Tickets(t.Context(), bot.TicketFilter{Text: "mot4321"}); err != nil || len(got) == 0 {
		t.Errorf("the search finds %d, %v", len(got), err)
	}
}
