package postgres_test

import (
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/webhook"
)

func TestWhatElseIsDoneToATicketIsToldAsFacts(t *testing.T) {
	t.Parallel()
	db := open(t, postgrestest.URL(t))
	plain := newReceiver(t)
	says(t, db, "un sinistre", "G-1")
	plain.add(db, bot.Webhook{Name: "plain"})
	marie := bot.User{Email: "marie@example.fr", Name: "Marie"}
	do(t, db.CheckStep(t.Context(), "G-1", marie, "covered", true))
	do(t, db.CheckStep(t.Context(), "G-1", marie, "covered", false))
	do(t, db.SetPriority(t.Context(), "G-1", marie, bot.PriorityHigh))
	do(t, db.SetTags(t.Context(), "G-1", marie, []string{"vol", "rappeler"}))
	do(t, db.SetTags(t.Context(), "G-1", marie, nil))
	do(t, db.Snooze(t.Context(), "G-1", marie, time.Date(2099, 1, 2, 8, 0, 0, 0, time.UTC)))
	do(t, db.Snooze(t.Context(), "G-1", marie, time.Time{}))
	do(t, db.TakeOver(t.Context(), "G-1", marie))
	do(t, db.HandBack(t.Context(), "G-1", marie))
	do(t, db.SetCategory(t.Context(), "G-1", marie, bot.Complaint, nil))
	deliver(t, db, webhook.NewSender().Send)
	want := []string{
		`"type":"ticket.checked" "step":"covered"`, `"type":"ticket.unchecked" "step":"covered"`, `"type":"ticket.priority" "priority":"high"`,
		`"type":"ticket.tagged" "tags":["rappeler","vol"]`, `"type":"ticket.tagged" "tags":[]`,
		`"type":"ticket.snoozed" "until":"2099-01-02T08:00:00Z"`, `"type":"ticket.snoozed" "until":""`,
		`"type":"ticket.taken_over" "actor":"marie@example.fr"`, `"type":"ticket.handed_back" "actor":"marie@example.fr"`,
		`"type":"ticket.category" "category":"complaint"`,
	}
	for i, got := range plain.next(len(want)) {
		for part := range strings.SplitSeq(want[i], " ") {
			if !strings.Contains(got.body, part) {
				t.Errorf("told is %s, want %s in it", got.body, part)
			}
		}
		if strings.Contains(got.body, `"text"`) {
			t.Errorf("a text is told: %s", got.body)
		}
	}
}
