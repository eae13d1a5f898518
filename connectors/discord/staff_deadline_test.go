package discord_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
)

// promised has a customer of the website open a ticket that is to be answered within four hours of opening.
func (m *team) promised(reference string, started time.Time) {
	m.t.Helper()
	clock := bot.Clock{Started: started, Terms: bot.Terms{First: bot.Term{N: 4, Unit: bot.OpeningHours}}}
	_, err := m.db.Turn(m.t.Context(), bot.Inbound{Channel: bot.Web, Key: reference, Site: site.ID}, func(conversation bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "un sinistre", Reply: bot.Reply{Kind: bot.Escalate, Text: "noté"}, State: conversation.State,
			Ticket: &bot.Ticket{Reference: reference, Category: bot.Claim, Clock: clock}}, nil
	})
	if err != nil {
		m.t.Fatal(err)
	}
}

// worksAt runs the background jobs at a moment, until the test ends.
func (m *team) worksAt(now time.Time) {
	m.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	mailing := postgres.Mailing{Now: func() time.Time { return now }}
	go func() {
		ended <- m.db.RunJobs(ctx, postgres.DefaultRetention(), mailing, slog.New(slog.DiscardHandler))
	}()
	m.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			m.t.Errorf("the jobs end with %v", err)
		}
	})
}

func TestADeadlineThatIsNearOrPastIsToldInTheThreadOfItsTicket(t *testing.T) {
	m := newTeam(t)
	m.serves()
	const late, calm = "G-0000-0002", "G-0000-0003"
	morning := time.Date(2026, 2, 2, 8, 0, 0, 0, time.UTC) // a Monday, at nine in Paris
	m.promised(ref1, morning)
	m.promised(late, morning.AddDate(0, 0, -3))
	m.promised(calm, morning.AddDate(0, 0, 1))
	for _, reference := range []string{ref1, late, calm} {
		m.posted(m.thread(reference), 1)
	}
	m.worksAt(morning.Add(4*time.Hour + 30*time.Minute))
	near, passed := m.posted(m.thread(ref1), 2), m.posted(m.thread(late), 2)
	wants(t, words(near), "L’échéance approche : répondre avant le 2 février 2026 à 14:00.")
	wants(t, words(passed), "L’échéance est dépassée : il fallait répondre avant le 30 janvier 2026 à 14:00.")
	button(t, near, "Je prends")
	if posts := m.posts(m.thread(calm)); len(posts) != 1 {
		t.Errorf("of the ticket that has time is told %+v", posts)
	}
}
