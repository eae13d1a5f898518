package desk_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
)

// deadlinesAt runs the background jobs at a moment, until a ticket has an event of a kind.
func (h *house) deadlinesAt(now time.Time, reference string, kind bot.EventKind) {
	h.t.Helper()
	ctx, cancel := context.WithCancel(h.t.Context())
	ended := make(chan error, 1)
	mailing := postgres.Mailing{Now: func() time.Time { return now }}
	go func() {
		ended <- h.db.RunJobs(ctx, postgres.DefaultRetention(), mailing, slog.New(slog.DiscardHandler))
	}()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for last := time.Now().Add(2 * time.Minute); !happened(h.file(reference), kind); <-look.C {
		if time.Now().After(last) {
			h.t.Fatalf("ticket %s has no event %s", reference, kind)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		h.t.Errorf("the jobs end with %v", err)
	}
}

func happened(file bot.TicketFile, kind bot.EventKind) bool {
	for _, e := range file.Events {
		if e.Kind == kind {
			return true
		}
	}
	return false
}

func TestATicketShowsThatItsDeadlineCameNearAndPassed(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire Moreau")
	admin := h.signInAs("ana@exemple.fr", bot.RoleAdmin)
	morning := time.Date(2026, 2, 2, 8, 0, 0, 0, time.UTC) // nine in Paris
	ticket := func(reference string, resolve int) {
		h.say(reference, "Ma caisse a été volée", bot.Reply{Kind: bot.Escalate, Text: "Enregistré."},
			&bot.Ticket{Reference: reference, Category: bot.Claim, Clock: served(morning, bot.Term{}, hoursOfOpening(resolve))})
	}
	ticket(reference, 4)
	ticket("G-1111-1111", 3)
	b := h.signIn("claire@exemple.fr")
	form, _ := forms(b.get(ticketPath).body)
	h.deadlinesAt(morning.Add(3*time.Hour+time.Minute), reference, "due_soon")

	const near, passed = "résoudre avant le lundi 2\u00a0février 2026 à 13:00", "résoudre avant le lundi 2\u00a0février 2026 à 12:00"
	page := b.get(ticketPath).body
	if n := strings.Count(page, "Échéance proche\u202f: "+near); n != 2 { // in the conversation and in the history
		t.Errorf("the page says %d times that the deadline is near", n)
	}
	if strings.Contains(page, "Échéance dépassée\u202f: il") {
		t.Error("the page says that the deadline has passed")
	}
	wantContains(t, b.get("/desk/ticket/G-1111-1111").body, "Échéance dépassée\u202f: il fallait "+passed)
	wantContains(t, admin.get("/desk/admin/audit?action=due_soon").body, reference, "Échéance proche", near, "Assistant")
	wantContains(t, admin.get("/desk/admin/audit?action=overdue").body, "G-1111-1111", "Échéance dépassée", passed)

	// It is no news for who was writing: nothing was said.
	form.Set("text", "Bonjour")
	wantStatus(t, b.post(ticketPath+"/reply", form), http.StatusSeeOther)
	if got := said(h.file(reference), bot.FromAgent); len(got) != 1 {
		t.Errorf("the customer got %q", got)
	}
}
