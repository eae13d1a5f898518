package bot_test

import (
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

func TestWhatElseIsDoneToATicketIsToldInItsThread(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, detail, told string }{
		{"taken_over", "", "Inès a repris la conversation à l’assistant."},
		{"handed_back", "", "Inès a rendu la conversation à l’assistant."},
		{"priority", "urgent", "Inès a donné au ticket la priorité urgente."},
		{"category", "complaint", "Inès a changé la demande : réclamation."},
		{"snoozed", "2026-02-09T08:00:00Z", "Inès a reporté le ticket au 9 février 2026."},
		{"snoozed", "", "Inès a remis le ticket dans la file."},
		{"due_soon", "reply 2026-02-03T14:00:00Z", "L’échéance approche : répondre avant le 3 février 2026 à 15:00."},
		{"overdue", "resolve 2026-02-03T14:00:00Z", "L’échéance est dépassée : il fallait résoudre avant le 3 février 2026 à 15:00."},
		{"checked", "sent", ""}, {"tagged", "vol", ""}, // of the desk alone
	} {
		w := staffWork(nil, []bot.StaffFact{happened("opened", "bot", ""), happened(bot.EventKind(c.kind), "Inès", c.detail)})
		w.Told = bot.StaffCursor{Event: 1} // the thread is there
		w.Facts = w.Facts[1:]
		post, left, ok := w.NextPost(time.UTC, "")
		if ok != (c.told != "") || left.Told.Event != 2 || !strings.Contains(loose(strings.ReplaceAll(post.Text, `\`, "")), loose(c.told)) {
			t.Errorf("%s %s is told as %q (%t), to event %d", c.kind, c.detail, post.Text, ok, left.Told.Event)
		}
	}
}
