package bottest

import (
	"context"
	"errors"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
)

// PendingStore is what replies that can be called back are tested on.
type PendingStore interface {
	TicketStore
	bot.Accounts
	bot.Drafts
	bot.Attachments
	bot.PendingReplies
}

// TestPendingReplies checks an implementation of bot.PendingReplies.
func TestPendingReplies(t *testing.T, open func(t *testing.T) PendingStore) {
	run(t, open, []testCase[PendingStore]{
		{"how long replies wait is chosen for each account", undoTimes},
		{"a reply waits, and leaves once", pendingLeaves},
		{"a reply that is called back is a draft again", recalls},
		{"a reply that is sent twice waits once", pendingRepeated},
		{"replies leave in the order in which they were sent", pendingOrder},
		{"calling back and leaving exclude each other", recallRaces},
		{"without an account, or without a time, a reply is said at once", saidAtOnce},
		{"a reply makes a ticket that nobody has its author's", replyTakes},
		{"a ticket becomes its author's when a reply leaves, and not when it is called back", pendingTakes},
	})
}

func pending(once, text string) bot.PendingReply {
	return bot.PendingReply{AgentReply: bot.AgentReply{Text: text, Once: once}, Seen: 2}
}

func undoTimes(t *testing.T, s PendingStore) {
	account(t, s, marie)
	if d, err := s.UndoTime(t.Context(), marie.Email); err != nil || d != 5*time.Second {
		t.Errorf("an account begins with %s, %v", d, err)
	}
	for _, d := range bot.UndoTimes() {
		ok(t, s.SetUndoTime(t.Context(), marie.Email, d))
		if got, err := s.UndoTime(t.Context(), marie.Email); err != nil || got != d {
			t.Errorf("%s is kept as %s, %v", d, got, err)
		}
	}
	if s.SetUndoTime(t.Context(), marie.Email, time.Hour) == nil {
		t.Error("an hour is taken")
	}
	if err := s.SetUndoTime(t.Context(), "eve@example.fr", 0); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("an unknown account gives %v", err)
	}
	if d, err := s.UndoTime(t.Context(), "eve@example.fr"); err != nil || d != 0 {
		t.Errorf("an unknown account has %s, %v", d, err)
	}
}

// release says replies until one was, or none is left to wait for.
func release(t *testing.T, s bot.PendingReplies) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		err := s.ReleaseReply(ctx)
		if err == nil {
			return
		}
		if !errors.Is(err, bot.ErrNotFound) {
			t.Fatalf("ReleaseReply: %v", err)
		}
		select {
		case <-ctx.Done():
			t.Fatal("no reply is due in time")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func send(t *testing.T, s bot.PendingReplies, reply bot.PendingReply) time.Duration {
	t.Helper()
	left, err := s.SendReply(t.Context(), ref, marie, reply)
	ok(t, err)
	return left
}

func pendingLeaves(t *testing.T, s PendingStore) {
	account(t, s, marie)
	openTicket(t, s, "ana", human(ref))
	ok(t, s.KeepDraft(t.Context(), ref, marie, bot.DraftReply, bot.Draft{Text: "Bonj", Once: "1"}))
	changes := listen(t, s)
	reply := pending("1", "Bonjour")
	reply.After = bot.Waiting
	reply.Attachments = []bot.Attachment{{ID: "abcdefghijklmnopqrstuvwxyz", Name: "a.pdf", Type: "application/pdf", Size: 4, SHA256: "x"}}
	if left := send(t, s, reply); left <= 0 || left > 5*time.Second {
		t.Errorf("it waits %s", left)
	}
	if got := wait(t, changes); got != (thread{"web", "ana"}) {
		t.Errorf("a reply that waits is reported as %q", got)
	}
	wantDrafts(t, s, marie, map[bot.DraftMode]string{})
	ok(t, s.KeepDraft(t.Context(), ref, marie, bot.DraftReply, bot.Draft{Text: "Bonj", Once: "1"})) // late
	wantDrafts(t, s, marie, map[bot.DraftMode]string{})
	waiting, err := s.PendingReplies(t.Context(), ref)
	if err != nil || len(waiting) != 1 || waiting[0].Text != "Bonjour" || waiting[0].By.Email != marie.Email || waiting[0].By.Name != marie.Name ||
		waiting[0].After != bot.Waiting || waiting[0].Seen != 2 || !reflect.DeepEqual(waiting[0].Attachments, reply.Attachments) {
		t.Errorf("waiting are %+v, %v", waiting, err)
	}
	if held, err := s.HeldFiles(t.Context(), []string{reply.Attachments[0].ID}); err != nil || len(held) != 1 {
		t.Errorf("its file is swept away: %v, %v", held, err)
	}
	turn(t, s, says("ana", "m2", "et alors"), answer("y")) // numbered before it: it was said before
	if n, f := len(transcript(t, s, "ana")), file(t, s, ref); n != 4 || f.Status != bot.Open || f.HeldBy != "" {
		t.Errorf("before it leaves there are %d messages and the ticket is %+v", n, f.Ticket)
	}
	release(t, s)
	if err := s.ReleaseReply(t.Context()); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("then ReleaseReply gives %v", err)
	}
	messages, f := transcript(t, s, "ana"), file(t, s, ref)
	if last := messages[len(messages)-1]; len(messages) != 5 || last.Text != "Bonjour" || last.Agent != marie.Name || len(last.Attachments) != 1 {
		t.Errorf("the customer got %+v", last)
	}
	if f.Status != bot.Waiting || f.HeldBy != marie.Name || f.Clock.Answered.IsZero() {
		t.Errorf("the ticket is %+v", f.Ticket)
	}
	wantLast(t, s, ref, "marie@example.fr reply ", "marie@example.fr status waiting")
	if left := send(t, s, reply); left != 0 { // a third submission of the form
		t.Errorf("what has left waits %s", left)
	}
	if n := len(transcript(t, s, "ana")); n != 5 {
		t.Errorf("there are %d messages", n)
	}
	if _, err := s.RecallReply(t.Context(), ref, marie, "1"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("calling back what has left gives %v", err)
	}
}

func recalls(t *testing.T, s PendingStore) {
	account(t, s, marie)
	account(t, s, paul)
	openTicket(t, s, "ana", human(ref))
	ok(t, s.SetUndoTime(t.Context(), marie.Email, 20*time.Second))
	send(t, s, pending("1", "Bonjour"))
	ok(t, s.KeepDraft(t.Context(), ref, marie, bot.DraftReply, bot.Draft{Text: "et ceci", Once: "2"}))
	if _, err := s.RecallReply(t.Context(), ref, paul, "1"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a colleague's reply is called back: %v", err)
	}
	got, err := s.RecallReply(t.Context(), ref, marie, "1")
	if err != nil || got.Text != "Bonjour" || got.Once != "1" {
		t.Errorf("called back is %+v, %v", got, err)
	}
	wantDrafts(t, s, marie, map[bot.DraftMode]string{bot.DraftReply: "Bonjour\n\net ceci"})
	if waiting, err := s.PendingReplies(t.Context(), ref); err != nil || len(waiting) != 0 {
		t.Errorf("waiting are %+v, %v", waiting, err)
	}
	if left := send(t, s, pending("1", "Bonsoir")); left == 0 { // its form is good again, with another text
		t.Error("it does not wait")
	}
	wantDrafts(t, s, marie, map[bot.DraftMode]string{})
	if n := len(transcript(t, s, "ana")); n != 2 {
		t.Errorf("the customer has %d messages", n)
	}
	wantEvents(t, s, ref, "bot opened ")
}

func pendingRepeated(t *testing.T, s PendingStore) {
	account(t, s, marie)
	openTicket(t, s, "ana", human(ref))
	together(5, func(int) {
		if left, err := s.SendReply(t.Context(), ref, marie, pending("1", "Bonjour")); err != nil || left == 0 {
			t.Errorf("it waits %s, %v", left, err)
		}
	})
	if _, err := s.SendReply(t.Context(), ref, marie, pending("1", "Bonsoir")); !errors.Is(err, bot.ErrExists) {
		t.Errorf("the same form with another text gives %v", err)
	}
	if waiting, err := s.PendingReplies(t.Context(), ref); err != nil || len(waiting) != 1 {
		t.Errorf("waiting are %+v, %v", waiting, err)
	}
	if _, err := s.SendReply(t.Context(), "G-9999-9999", marie, pending("1", "x")); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("an unknown ticket gives %v", err)
	}
	if _, err := s.SendReply(t.Context(), ref, marie, pending("", "x")); err == nil {
		t.Error("a reply without a form's mark is taken")
	}
}

func pendingOrder(t *testing.T, s PendingStore) {
	account(t, s, marie)
	openTicket(t, s, "ana", human(ref))
	send(t, s, pending("1", "un"))
	ok(t, s.SetUndoTime(t.Context(), marie.Email, 0))
	if left := send(t, s, pending("2", "deux")); left == 0 {
		t.Error("the second overtakes the first")
	}
	together(4, func(int) {
		for range 20 {
			if err := s.ReleaseReply(t.Context()); err != nil && !errors.Is(err, bot.ErrNotFound) {
				t.Error(err)
			}
		}
	})
	for waiting := 2; waiting > 0; {
		left, err := s.PendingReplies(t.Context(), ref)
		ok(t, err)
		if waiting = len(left); waiting > 0 {
			release(t, s)
		}
	}
	messages := transcript(t, s, "ana")
	if len(messages) != 4 || messages[2].Text != "un" || messages[3].Text != "deux" {
		t.Errorf("the customer reads %+v", messages[2:])
	}
}

func recallRaces(t *testing.T, s PendingStore) {
	account(t, s, marie)
	openTicket(t, s, "ana", human(ref))
	send(t, s, pending("1", "Bonjour"))
	var left, back atomic.Int32
	for left.Load()+back.Load() == 0 {
		together(6, func(i int) {
			switch waiting, err := s.PendingReplies(t.Context(), ref); {
			case err != nil:
				t.Error(err)
			case i < 3:
				if err := s.ReleaseReply(t.Context()); err == nil {
					left.Add(1)
				}
			case len(waiting) == 1 && waiting[0].Left < 100*time.Millisecond: // as late as can be
				if _, err := s.RecallReply(t.Context(), ref, marie, "1"); err == nil {
					back.Add(1)
				}
			}
		})
	}
	said, kept := len(transcript(t, s, "ana")) == 3, drafts(t, s, marie)[bot.DraftReply] == "Bonjour"
	if left.Load()+back.Load() != 1 || said != (left.Load() == 1) || kept != (back.Load() == 1) {
		t.Errorf("it left %d times and came back %d times; said: %v, a draft: %v", left.Load(), back.Load(), said, kept)
	}
}

func saidAtOnce(t *testing.T, s PendingStore) {
	account(t, s, marie)
	openTicket(t, s, "ana", human(ref))
	ok(t, s.SetUndoTime(t.Context(), marie.Email, 0))
	reply := pending("1", "Bonjour")
	reply.After = bot.Resolved
	if left := send(t, s, reply); left != 0 || len(transcript(t, s, "ana")) != 4 { // the bot says that it is resolved
		t.Errorf("it waits %s", left)
	}
	if f := file(t, s, ref); f.Status != bot.Resolved || state(t, s, "ana").Agent != "" {
		t.Errorf("the ticket is %+v, the conversation is with %q", f.Ticket, state(t, s, "ana").Agent)
	}
	left, err := s.SendReply(t.Context(), ref, paul, pending("2", "Bonsoir"))
	if err != nil || left != 0 || len(transcript(t, s, "ana")) != 5 {
		t.Errorf("without an account it waits %s, %v", left, err)
	}
}
