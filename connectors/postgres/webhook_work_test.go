package postgres_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/webhook"
)

func TestWhatElseIsDoneToATicketIsToldAsFacts(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
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

func TestWhatHappensToTwoTicketsIsToldOfBoth(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	says(t, db, "un sinistre", "G-1")
	_, err := db.Turn(t.Context(), bot.Inbound{Channel: bot.Telegram, Key: "7", Site: "micro"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "encore", Reply: bot.Reply{Kind: bot.Silent}, State: c.State, Ticket: &bot.Ticket{Reference: "G-2", Category: bot.AttestationCorrection}}, nil
	})
	do(t, err)
	plain := newReceiver(t)
	plain.add(db, bot.Webhook{Name: "plain"})
	marie := bot.User{Email: "marie@example.fr", Name: "Marie"}
	do(t, db.SetAmendment(t.Context(), "G-2", marie, bot.Amendment{Wrong: "DUPOND", Right: "DUPONT"}))
	do(t, db.LinkTickets(t.Context(), "G-1", marie, "G-2"))
	do(t, db.UnlinkTickets(t.Context(), "G-1", marie, "G-2"))
	do(t, db.MergeTicket(t.Context(), "G-1", marie, "G-2"))
	do(t, db.SeparateTicket(t.Context(), "G-1", marie))
	do(t, db.MergeTicket(t.Context(), "G-1", marie, "G-2"))
	says(t, db, "et alors", "")
	deliver(t, db, webhook.NewSender().Send)
	told := map[string]int{}
	facts := regexp.MustCompile(`"type":"([^"]*)"|"(?:ticket|other)":"([^"]*)"`)
	const all = 15
	for _, got := range plain.next(all) {
		var said []string
		for _, m := range facts.FindAllStringSubmatch(got.body, -1) {
			said = append(said, m[1]+m[2])
		}
		told[strings.Join(said, " ")]++
		if strings.Contains(got.body, "DUPON") {
			t.Errorf("a value is told: %s", got.body)
		}
	}
	want := map[string]int{
		"ticket.amended G-2": 1, "ticket.linked G-1 G-2": 1, "ticket.linked G-2 G-1": 1, "ticket.unlinked G-1 G-2": 1, "ticket.unlinked G-2 G-1": 1,
		"ticket.merged_into G-1 G-2": 2, "ticket.merged_from G-2 G-1": 2, "ticket.separated G-1 G-2": 1, "ticket.separated G-2 G-1": 1,
		"ticket.status G-1": 3, "ticket.elsewhere G-2 G-1": 1,
	}
	if !maps.Equal(told, want) {
		t.Errorf("told are %v, want %v", told, want)
	}
}
