package discord_test

import (
	"testing"
	"time"

	"guichet/bot/bottest"
	"guichet/connectors/postgres/postgrestest"
)

func TestADeadlineThatIsNearOrPastIsToldInTheThreadOfItsTicket(t *testing.T) {
	m := newTeam(t)
	m.serves()
	const late, calm = "G-0000-0002", "G-0000-0003"
	morning := time.Date(2026, 2, 2, 8, 0, 0, 0, time.UTC) // a Monday, at nine in Paris
	bottest.OpenPromised(t, m.db, site.ID, ref1, morning)
	bottest.OpenPromised(t, m.db, site.ID, late, morning.AddDate(0, 0, -3))
	bottest.OpenPromised(t, m.db, site.ID, calm, morning.AddDate(0, 0, 1))
	for _, reference := range []string{ref1, late, calm} {
		m.posted(m.thread(reference), 1)
	}
	postgrestest.WorksAt(t, m.db, morning.Add(4*time.Hour+30*time.Minute))
	near, passed := m.posted(m.thread(ref1), 2), m.posted(m.thread(late), 2)
	wants(t, words(near), "L’échéance approche : répondre avant le 2 février 2026 à 14:00.")
	wants(t, words(passed), "L’échéance est dépassée : il fallait répondre avant le 30 janvier 2026 à 14:00.")
	button(t, near, "Je prends")
	if posts := m.posts(m.thread(calm)); len(posts) != 1 {
		t.Errorf("of the ticket that has time is told %+v", posts)
	}
}
