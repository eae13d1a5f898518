package telegram_test

import (
	"testing"
	"time"

	"guichet/bot/bottest"
	"guichet/connectors/postgres/postgrestest"
)

func TestADeadlineThatIsNearOrPastIsToldInTheTopicOfItsTicket(t *testing.T) {
	c := newStaffRoom(t)
	c.start(c.db, withStaff)
	const late, calm = "G-0000-0002", "G-0000-0003"
	morning := time.Date(2026, 2, 2, 8, 0, 0, 0, time.UTC) // a Monday, at nine in Paris
	bottest.OpenPromised(t, c.db, site.ID, ref1, morning)
	bottest.OpenPromised(t, c.db, site.ID, late, morning.AddDate(0, 0, -3))
	bottest.OpenPromised(t, c.db, site.ID, calm, morning.AddDate(0, 0, 1))
	for _, reference := range []string{ref1, late, calm} {
		c.posted(c.topic(reference), 1)
	}
	postgrestest.WorksAt(t, c.db, morning.Add(4*time.Hour+30*time.Minute))
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
