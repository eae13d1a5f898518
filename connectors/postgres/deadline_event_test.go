package postgres_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/webhook"
)

// promised opens a ticket that somebody was promised a reply and an end for, in days, which nothing but its end stops.
func promised(t *testing.T, db *postgres.DB, reference string, first, resolve bot.Term) bot.Clock {
	t.Helper()
	in := bot.Inbound{Channel: bot.Web, Key: "ana " + reference, Site: "micro", Text: "oui"}
	clock := bot.Clock{Started: time.Now(), Terms: bot.Terms{First: first, Resolve: resolve}}
	_, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "oui", Reply: bot.Reply{Kind: bot.Escalate, Text: "ok"}, State: c.State, Ticket: &bot.Ticket{
			Reference: reference, Category: bot.Complaint, Clock: clock}}, nil
	})
	ok(t, err)
	return clock
}

// at runs the job of notices at a moment.
func at(t *testing.T, db *postgres.DB, now time.Time) {
	t.Helper()
	ok(t, postgres.TellNotices(t.Context(), db, postgres.Mailing{Now: func() time.Time { return now }}))
}

func days(n int) bot.Term { return bot.Term{N: n, Unit: bot.WorkingDays} }

// passing are the events of deadlines of a ticket, as "due_soon reply".
func passing(t *testing.T, db *postgres.DB, reference string) string {
	t.Helper()
	file, err := db.Ticket(t.Context(), reference)
	ok(t, err)
	var all []string
	for _, e := range file.Events {
		if e.Kind == "due_soon" || e.Kind == "overdue" {
			aim, _, _ := strings.Cut(e.Detail, " ")
			all = append(all, string(e.Kind)+" "+aim)
		}
	}
	return strings.Join(all, ", ")
}

func TestEachPromiseIsToldOnceThatItIsNearAndOnceThatItIsPast(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	all := promised(t, db, ref, days(4), days(40)).Deadlines()
	reply, resolve := all[0], all[1]
	for _, step := range []struct {
		now  time.Time
		want string
	}{
		{reply.Warn.Add(-time.Minute), ""},
		{reply.Warn, "due_soon reply"},
		{reply.Due.Add(-time.Minute), "due_soon reply"},
		{reply.Due.Add(time.Minute), "due_soon reply, overdue reply"},
		// Nobody has replied: the end is told of all the same.
		{resolve.Warn.Add(time.Minute), "due_soon reply, overdue reply, due_soon resolve"},
		{resolve.Due.Add(time.Minute), "due_soon reply, overdue reply, due_soon resolve, overdue resolve"},
		{resolve.Due.Add(1000 * time.Hour), "due_soon reply, overdue reply, due_soon resolve, overdue resolve"},
	} {
		for range 2 {
			at(t, db, step.now)
		}
		if got := passing(t, db, ref); got != step.want {
			t.Errorf("at %v: %q, want %q", step.now, got, step.want)
		}
	}
	file, err := db.Ticket(t.Context(), ref)
	ok(t, err)
	if e := file.Events[1]; e.Actor != "bot" || e.Detail != reply.String() || e.Seq != 0 {
		t.Errorf("the first is %+v, want it about %s", e, reply)
	}
}

func TestTwoReplicasTellOfADeadlineOnce(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	replicas := []*postgres.DB{postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url)}
	ok(t, replicas[0].AddUser(t.Context(), inès))
	references := []string{"G-0000-0001", "G-0000-0002", "G-0000-0003", "G-0000-0004", "G-0000-0005", "G-0000-0006"}
	var clock bot.Clock
	for _, reference := range references {
		clock = promised(t, replicas[0], reference, days(4), days(40))
	}
	forgetNotices(t, url)
	var together sync.WaitGroup
	for i := range 6 {
		together.Go(func() {
			m := postgres.Mailing{Now: func() time.Time { return clock.Next().Warn }}
			if err := postgres.TellNotices(t.Context(), replicas[i%2], m); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	for _, reference := range references {
		if got := passing(t, replicas[0], reference); got != "due_soon reply" {
			t.Errorf("ticket %s is told %q", reference, got)
		}
	}
	if got, want := waiting(t, url), strings.TrimSuffix(strings.Repeat("ines deadline, ", len(references)), ", "); got != want {
		t.Errorf("notices wait: %q", got)
	}
}

func TestADeadlineIsToldAgainOnlyWhenItHasMoved(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	soon := promised(t, db, ref, days(4), bot.Term{}).Next().Warn
	at(t, db, soon)
	ok(t, db.SetPriority(t.Context(), ref, inès, bot.PriorityHigh))
	ok(t, db.SetTags(t.Context(), ref, inès, []string{"vol"}))
	ok(t, db.SetTicketStatus(t.Context(), ref, inès, bot.Waiting)) // days run on
	ok(t, db.SetTicketStatus(t.Context(), ref, inès, bot.Open))
	at(t, db, soon.Add(time.Minute))
	if got := passing(t, db, ref); got != "due_soon reply" {
		t.Errorf("after changes that do not move it: %q", got)
	}
	later := func(string, string, bot.Category) (bot.Terms, bool) { return bot.Terms{First: days(20)}, true }
	ok(t, db.SetCategory(t.Context(), ref, inès, bot.Claim, later))
	at(t, db, soon.Add(time.Minute))
	if got := passing(t, db, ref); got != "due_soon reply" {
		t.Errorf("moved away: %q", got)
	}
	file, err := db.Ticket(t.Context(), ref)
	ok(t, err)
	at(t, db, file.Clock.Next().Warn)
	if got := passing(t, db, ref); got != "due_soon reply, due_soon reply" {
		t.Errorf("the new one is near: %q", got)
	}
}

func TestNothingIsToldOfTicketsThatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	hours := bot.Term{N: 4, Unit: bot.OpeningHours}
	for reference, first := range map[string]bot.Term{"G-0000-0001": hours, "G-0000-0002": days(4), "G-0000-0003": days(4), "G-0000-0004": days(4), "G-0000-0005": days(8)} {
		promised(t, db, reference, first, bot.Term{})
	}
	ok(t, db.SetTicketStatus(t.Context(), "G-0000-0001", inès, bot.Waiting)) // its hours stand still
	ok(t, db.SetTicketStatus(t.Context(), "G-0000-0002", inès, bot.Resolved))
	ok(t, db.SetTicketStatus(t.Context(), "G-0000-0003", inès, bot.Closed))
	ok(t, db.MergeTicket(t.Context(), "G-0000-0004", inès, "G-0000-0005"))
	at(t, db, time.Now().Add(1000*time.Hour))
	for reference, want := range map[string]string{
		"G-0000-0001": "", "G-0000-0002": "", "G-0000-0003": "", "G-0000-0004": "", "G-0000-0005": "overdue reply",
	} {
		if got := passing(t, db, reference); got != want {
			t.Errorf("ticket %s is told %q, want %q", reference, got, want)
		}
	}
}

func TestADeadlineChangesNothingElseOfItsTicket(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	clock := promised(t, db, ref, days(4), days(40))
	ok(t, db.Snooze(t.Context(), ref, inès, clock.Next().Due.Add(time.Hour)))
	ok(t, db.AssignTicket(t.Context(), ref, inès, inès.Email))
	before, err := db.Ticket(t.Context(), ref)
	ok(t, err)
	const whole = `select row(c.state, c.last_seq, c.updated_at)::text from conversations c`
	conversation := postgrestest.Query[string](t, url, whole)
	plain := newReceiver(t)
	plain.add(db, bot.Webhook{Name: "plain"})
	at(t, db, clock.Next().Due.Add(-time.Minute))
	after, err := db.Ticket(t.Context(), ref)
	ok(t, err)
	if after.Snoozed != before.Snoozed || after.UpdatedAt != before.UpdatedAt || after.Status != bot.Open || after.Assignee != inès.Email || len(after.Transcript) != len(before.Transcript) {
		t.Errorf("the ticket was\n%+v and is\n%+v", before.Ticket, after.Ticket)
	}
	if got := postgrestest.Query[string](t, url, whole); got != conversation {
		t.Errorf("the conversation was %s and is %s", conversation, got)
	}
	deliver(t, db, webhook.NewSender().Send)
	told := plain.next(1)[0].body
	for _, want := range []string{`"type":"ticket.due_soon"`, `"aim":"reply"`, `"due":"` + clock.Next().Due.UTC().Format(time.RFC3339) + `"`, `"actor":"bot"`} {
		if !strings.Contains(told, want) {
			t.Errorf("told is %s, want %s in it", told, want)
		}
	}
}
