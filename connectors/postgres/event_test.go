package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// TestTheDatabaseKeepsEachKindOfEventAndTellsNoFactAsAText, to a webhook or in the audit log.
func TestTheDatabaseKeepsEachKindOfEventAndTellsNoFactAsAText(t *testing.T) {
	t.Parallel()
	url := postgrestest.URL(t)
	db := postgrestest.OpenAt(t, url)
	says(t, db, "bonjour", "G-1")
	var kept []string
	for _, d := range bot.EventDefinitions() {
		if d.OfMail {
			continue
		}
		kept = append(kept, "'"+string(d.Kind)+"'")
		execute(t, url, `insert into ticket_events (reference, at, actor, kind, detail, seq) values ('G-1', now(), 'bot', $1, 'le détail',
			case when $1 in ('reply', 'undelivered', 'redelivered') then 2 end)`, string(d.Kind))
		told, err := postgres.WebhookMessage(t.Context(), db)
		if err != nil || told.Type != "ticket."+string(d.Kind) || !slices.Contains(bot.WebhookEvents(), told.Type) {
			t.Errorf("of %s is told %+v, %v", d.Kind, told, err)
		}
		text := d.Detail == bot.DetailText || d.Detail == bot.DetailAmendment
		if (told.Data.Text == "le détail") != text {
			t.Errorf("of %s is told the text %q", d.Kind, told.Data.Text)
		}
		log, err := db.Audit(t.Context(), bot.AuditFilter{Limit: 1})
		if err != nil || len(log) != 1 || log[0].Action != bot.AuditAction(d.Kind) || text && log[0].Detail != "" || d.Detail.Logged() != (log[0].Detail != "") {
			t.Errorf("of %s the audit log has %+v, %v", d.Kind, log, err)
		}
	}
	check := postgrestest.Query[string](t, url, `select pg_get_constraintdef(oid) from pg_constraint where conname = 'ticket_events_kind_check'`)
	for _, kind := range kept {
		if !strings.Contains(check, kind) {
			t.Errorf("the database refuses %s", kind)
		}
	}
	if n := strings.Count(check, "'") / 2; n != len(kept) {
		t.Errorf("the database keeps %d kinds, %d are defined: %s", n, len(kept), check)
	}
}
