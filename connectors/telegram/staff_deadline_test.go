package telegram_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
)

// promised has a customer of the website open a ticket that is to be answered within four hours of opening.
func (c *counter) promised(reference string, started time.Time) {
	c.t.Helper()
	clock := bot.Clock{Started: started, Terms: bot.Terms{First: bot.Term{N: 4, Unit: bot.OpeningHours}}}
	_, err := c.db.Turn(c.t.Context(), bot.Inbound{Channel: bot.Web, Key: reference, Site: site.ID}, func(conversation bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "un sinistre", Reply: bot.Reply{Kind: bot.Escalate, Text: "noté"}, State: conversation.State,
			Ticket: &bot.Ticket{Reference: reference, Category: bot.Claim, Clock: clock}}, nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// worksAt runs the background jobs at a moment, until the test ends.
func (c *counter) worksAt(now time.Time) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	mailing := postgres.Mailing{Now: func() time.Time { return now }}
	go func() {
		ended <- c.db.RunJobs(ctx, postgres.DefaultRetention(), mailing, slog.New(slog.DiscardHandler))
	}()
	c.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			c.t.Errorf("the jobs end with %v", err)
		}
	})
}

func TestADeadlineThatIsNearOrPastIsToldInTheTopicOfItsTicket(t *testing.T) {
	c := newStaffRoom(t)
	c.start(c.db, withStaff)
	const late, calm = "G-0000-0002", "G-0000-0003"
	morning := time.Date(2026, 2, 2, 8, 0, 0, 0, time.UTC) // a Monday, at nine in Paris
	c.promised(ref1, morning)
	c.promised(late, morning.AddDate(0, 0, -3))
	c.promised(calm, morning.AddDate(0, 0, 1))
	for _, reference := range []string{ref1, late, calm} {
		c.posted(c.topic(reference), 1)
	}
	c.worksAt(morning.Add(4*time.Hour + 30*time.Minute))
	near, passed := c.posted(c.topic(ref1), 2), c.posted(c.topic(late), 2)
	wants(t, near.Text, "L’échéance approche : répondre avant le 2 février 2026 à 14:00.")
	wants(t, passed.Text, "L’échéance est dépassée : il fallait répondre avant le 30 janvier 2026 à 14:00.")
	if len(near.Keyboard) == 0 || near.Keyboard[0][0].Text != "Je prends" {
		t.Errorf("under it stand %+v", near.Keyboard)
	}
	if posts := c.posts(c.topic(calm)); len(posts) != 1 {
		t.Errorf("of the ticket that has time is told %+v", posts)
	}
}
