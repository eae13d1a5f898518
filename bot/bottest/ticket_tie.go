package bottest

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"guichet/bot"
)

// TieStore is what merging and linking are tested on.
type TieStore interface {
	TicketStore
	bot.Accounts
	bot.TicketTies
	bot.PendingReplies
}

// TestTicketTies checks an implementation of bot.TicketTies.
func TestTicketTies(t *testing.T, open func(t *testing.T) TieStore) {
	run(t, open, []testCase[TieStore]{
		{"a ticket that is merged goes on in the other", merges},
		{"in one conversation the other one goes on with its agent", mergesInOneConversation},
		{"a customer's message in the conversation of a merged ticket reopens the other", forwards},
		{"what cannot be merged is refused and changes nothing", refusesMerges},
		{"a merged ticket takes no action", mergedTakesNothing},
		{"of the deadlines the earlier holds", mergesDeadlines},
		{"a merge is taken back while nothing was written", separates},
		{"a merge is not taken back once something was written", separatesNoMore},
		{"merges at the same time make no ring", mergesTogether},
		{"tickets are linked both ways, once", links},
	})
}

const ref3 = "G-0000-0003"

// two opens two tickets in conversations of their own, of Ana and of Bob.
func two(t *testing.T, s TieStore) {
	t.Helper()
	openTicket(t, s, "ana", human(ref))
	openTicket(t, s, "bob", human(ref2))
}

// lastEvents are the last n events of a ticket.
func lastEvents(t *testing.T, s bot.Tickets, reference string, n int) []string {
	t.Helper()
	all := events(t, s, reference)
	return all[max(0, len(all)-n):]
}

func wantLast(t *testing.T, s bot.Tickets, reference string, want ...string) {
	t.Helper()
	if got := lastEvents(t, s, reference, len(want)); !reflect.DeepEqual(got, want) {
		t.Errorf("the last events of %s are %q, want %q", reference, got, want)
	}
}

func merges(t *testing.T, s TieStore) {
	two(t, s)
	ok(t, s.NoteTicket(t.Context(), ref2, marie, "déjà rappelé", "1"))
	ok(t, s.ReplyTicket(t.Context(), ref2, marie, bot.AgentReply{Text: "bonjour"}))
	changes := listen(t, s)
	ok(t, s.MergeTicket(t.Context(), ref2, marie, ref))
	heard := []thread{wait(t, changes), wait(t, changes)}
	if !slices.Contains(heard, thread{"web", "ana"}) || !slices.Contains(heard, thread{"web", "bob"}) {
		t.Errorf("a merge is reported as %q", heard)
	}
	merged := file(t, s, ref2)
	if merged.Status != bot.Closed || merged.MergedInto != ref || merged.HeldBy != "" {
		t.Errorf("the merged ticket is %+v", merged.Ticket)
	}
	wantLast(t, s, ref2, "marie@example.fr status closed", "marie@example.fr merged_into "+ref)
	wantLast(t, s, ref, "marie@example.fr merged_from "+ref2)
	if agent := state(t, s, "bob").Agent; agent != "" {
		t.Errorf("the conversation of the merged ticket is still with %q", agent)
	}
	ties, err := s.Ties(t.Context(), ref)
	ok(t, err)
	if len(ties.Merged) != 1 || ties.Merged[0].Reference != ref2 || len(ties.Merged[0].Notes) != 1 || ties.Merged[0].Notes[0].Detail != "déjà rappelé" {
		t.Errorf("the ties are %+v", ties)
	}
	openTicket(t, s, "eve", human(ref3))
	ok(t, s.MergeTicket(t.Context(), ref, marie, ref3))
	if ties, err = s.Ties(t.Context(), ref3); err != nil || len(ties.Merged) != 2 {
		t.Errorf("through another, %d are merged, %v", len(ties.Merged), err)
	}
	ok(t, s.ReplyTicket(t.Context(), ref3, marie, bot.AgentReply{Text: "à vous seul"}))
	for key, want := range map[string]int{"ana": 2, "bob": 3, "eve": 3} { // the one of Bob is of before
		if got := len(transcript(t, s, key)); got != want {
			t.Errorf("%s reads %d messages, want %d", key, got, want)
		}
	}
}

func mergesInOneConversation(t *testing.T, s TieStore) {
	openTicket(t, s, "ana", human(ref))
	openTicket(t, s, "ana", human(ref2))
	ok(t, s.ReplyTicket(t.Context(), ref2, marie, bot.AgentReply{Text: "bonjour"}))
	ok(t, s.MergeTicket(t.Context(), ref2, paul, ref))
	if got := file(t, s, ref); got.HeldBy != marie.Name || !got.Holds(marie) || got.Holder == "" || state(t, s, "ana").Agent != marie.Name {
		t.Errorf("the conversation is with %q, the ticket is %+v", state(t, s, "ana").Agent, got.Ticket)
	}
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Resolved))
	turn(t, s, says("ana", "m2", "encore"), answer("oui"))
	if a, b := file(t, s, ref), file(t, s, ref2); a.Status != bot.Open || b.Status != bot.Closed {
		t.Errorf("after the customer's message they are %s and %s", a.Status, b.Status)
	}
	for _, e := range events(t, s, ref) {
		if e == "customer elsewhere "+ref2 {
			t.Error("what was said here is said to be said elsewhere")
		}
	}
}

func forwards(t *testing.T, s TieStore) {
	two(t, s)
	openTicket(t, s, "eve", human(ref3))
	ok(t, s.MergeTicket(t.Context(), ref3, marie, ref2))
	ok(t, s.MergeTicket(t.Context(), ref2, marie, ref))
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Waiting))
	turn(t, s, says("eve", "m2", "merci"), reply(bot.Reply{Kind: bot.Smalltalk, Text: "De rien"}))
	if got := file(t, s, ref); got.Status != bot.Waiting {
		t.Errorf("a thank-you makes it %s", got.Status)
	}
	changes := listen(t, s)
	turn(t, s, says("eve", "m3", "et alors"), answer("voici"))
	heard := []thread{wait(t, changes), wait(t, changes)}
	if !slices.Contains(heard, thread{"web", "ana"}) {
		t.Errorf("whoever has the other ticket open hears of %q", heard)
	}
	got := file(t, s, ref)
	if got.Status != bot.Open || len(got.Clock.Stops) != 1 || got.Clock.Stops[0].To.IsZero() {
		t.Errorf("the message makes it %s, %+v", got.Status, got.Clock)
	}
	wantLast(t, s, ref, "customer elsewhere "+ref3, "customer status open")
	for _, merged := range []string{ref2, ref3} {
		if got := file(t, s, merged); got.Status != bot.Closed {
			t.Errorf("%s is %s", merged, got.Status)
		}
	}
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Closed))
	turn(t, s, says("bob", "m4", "et moi"), answer("voici"))
	if got := file(t, s, ref); got.Status != bot.Closed { // as for a message in its own conversation
		t.Errorf("a message makes a closed ticket %s", got.Status)
	}
}

func refusesMerges(t *testing.T, s TieStore) {
	two(t, s)
	account(t, s, marie)
	openTicket(t, s, "eve", human(ref3))
	refused := func(from, into string, want error) {
		t.Helper()
		before := len(events(t, s, ref)) + len(events(t, s, ref2)) + len(events(t, s, ref3))
		if err := s.MergeTicket(t.Context(), from, marie, into); !errors.Is(err, want) {
			t.Errorf("merging %s into %s gives %v, want %v", from, into, err, want)
		}
		if after := len(events(t, s, ref)) + len(events(t, s, ref2)) + len(events(t, s, ref3)); after != before {
			t.Errorf("the refused merge of %s into %s leaves %d events", from, into, after-before)
		}
	}
	refused(ref, ref, bot.ErrSelf)
	refused(ref, "G-9999-9999", bot.ErrNotFound)
	refused("G-9999-9999", ref, bot.ErrNotFound)
	refused(ref, "' or true --", bot.ErrNotFound)
	_, err := s.SendReply(t.Context(), ref2, marie, pending("1", "bonjour"))
	ok(t, err)
	refused(ref2, ref, bot.ErrPending)
	_, err = s.RecallReply(t.Context(), ref2, marie, "1")
	ok(t, err)
	ok(t, s.MergeTicket(t.Context(), ref2, marie, ref))
	refused(ref, ref2, bot.ErrMerged) // a ring
	refused(ref3, ref2, bot.ErrMerged)
	refused(ref2, ref3, bot.ErrMerged)
	if err := s.SeparateTicket(t.Context(), ref3, marie); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("separating what is not merged gives %v", err)
	}
}

func mergedTakesNothing(t *testing.T, s TieStore) {
	two(t, s)
	ok(t, s.MergeTicket(t.Context(), ref2, marie, ref))
	before := events(t, s, ref2)
	for name, err := range map[string]error{
		"a reply":    s.ReplyTicket(t.Context(), ref2, marie, bot.AgentReply{Text: "x"}),
		"a note":     s.NoteTicket(t.Context(), ref2, marie, "x", ""),
		"a status":   s.SetTicketStatus(t.Context(), ref2, marie, bot.Open),
		"a taking":   s.TakeOver(t.Context(), ref2, marie),
		"a priority": s.SetPriority(t.Context(), ref2, marie, bot.PriorityHigh),
		"a link":     s.LinkTickets(t.Context(), ref2, marie, ref),
	} {
		if !errors.Is(err, bot.ErrMerged) {
			t.Errorf("%s gives %v", name, err)
		}
	}
	if got := events(t, s, ref2); !reflect.DeepEqual(got, before) {
		t.Errorf("the events are %q", got)
	}
}

func mergesDeadlines(t *testing.T, s TieStore) {
	late, early := human(ref), human(ref2)
	late.Clock, early.Clock = ages(time.Hour, 10, 20), ages(4*time.Hour, 10, 30)
	openTicket(t, s, "ana", late)
	openTicket(t, s, "bob", early)
	first, resolve := early.Clock.Started.Add(10*time.Hour), late.Clock.Started.Add(20*time.Hour)
	ok(t, s.MergeTicket(t.Context(), ref2, marie, ref))
	dues := file(t, s, ref).Clock.Deadlines()
	if len(dues) != 2 || !dues[0].Due.Equal(first) || !dues[1].Due.Equal(resolve) {
		t.Errorf("due are %+v, want %s and %s", dues, first, resolve)
	}
	if got := overdue(t, s, first.Add(time.Second)); !reflect.DeepEqual(got, []string{ref}) {
		t.Errorf("overdue are %v", got)
	}
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "bonjour"}))
	if got := next(t, s, ref); got.Aim != bot.ToResolve || !got.Due.Equal(resolve) {
		t.Errorf("after a reply the deadline is %+v", got)
	}
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Waiting))
	if dues := file(t, s, ref).Clock.Deadlines(); len(dues) != 0 {
		t.Errorf("while the customer is waited for, due are %+v", dues)
	}
}

func separates(t *testing.T, s TieStore) {
	early := human(ref2)
	early.Clock = ages(4*time.Hour, 10, 30)
	openTicket(t, s, "ana", human(ref))
	openTicket(t, s, "bob", early)
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Resolved))
	before := file(t, s, ref).Clock
	ok(t, s.MergeTicket(t.Context(), ref2, marie, ref))
	if got := file(t, s, ref); got.Status != bot.Open || len(got.Clock.Joined) != 1 {
		t.Fatalf("what one waits for makes the other %s, %+v", got.Status, got.Clock)
	}
	ok(t, s.SeparateTicket(t.Context(), ref2, paul))
	a, b := file(t, s, ref), file(t, s, ref2)
	if a.Status != bot.Resolved || b.Status != bot.Open || b.MergedInto != "" || len(a.Clock.Joined) != len(before.Joined) {
		t.Errorf("they are %+v and %+v", a.Ticket, b.Ticket)
	}
	if due := b.Clock.Next().Due; due.IsZero() || due.Before(early.Clock.Started.Add(10*time.Hour)) {
		t.Errorf("the one that was merged is due %s", due)
	}
	wantLast(t, s, ref2, "paul@example.fr separated "+ref, "paul@example.fr status open")
	wantLast(t, s, ref, "paul@example.fr separated "+ref2, "paul@example.fr status resolved")
	if ties, err := s.Ties(t.Context(), ref); err != nil || len(ties.Merged) != 0 {
		t.Errorf("the ties are %+v, %v", ties, err)
	}
	ok(t, s.ReplyTicket(t.Context(), ref2, marie, bot.AgentReply{Text: "bonjour"}))
}

func separatesNoMore(t *testing.T, s TieStore) {
	openTicket(t, s, "ana", human(ref))
	writes := []func() error{
		func() error { return s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "x"}) },
		func() error { return s.NoteTicket(t.Context(), ref, marie, "x", "") },
		func() error { turn(t, s, says("ana", "", "et alors"), answer("x")); return nil },
		func() error { turn(t, s, says("bob", "", "et alors"), answer("x")); return nil },
	}
	for i, write := range writes {
		merged := "G-MERGED-" + string(rune('A'+i))
		openTicket(t, s, "bob", human(merged))
		ok(t, s.MergeTicket(t.Context(), merged, marie, ref))
		ok(t, write())
		if err := s.SeparateTicket(t.Context(), merged, marie); !errors.Is(err, bot.ErrWritten) {
			t.Errorf("after writing %d, separating gives %v", i, err)
		}
	}
}

func mergesTogether(t *testing.T, s TieStore) {
	two(t, s)
	openTicket(t, s, "eve", human(ref3))
	pairs := [][2]string{{ref, ref2}, {ref2, ref}, {ref2, ref3}, {ref3, ref2}, {ref, ref3}, {ref3, ref}}
	together(len(pairs), func(i int) {
		if err := s.MergeTicket(t.Context(), pairs[i][0], marie, pairs[i][1]); err != nil && !errors.Is(err, bot.ErrMerged) {
			t.Errorf("merging %v gives %v", pairs[i], err)
		}
	})
	roots := 0
	for _, reference := range []string{ref, ref2, ref3} {
		if file(t, s, reference).MergedInto == "" {
			roots++
		}
	}
	if roots != 1 {
		t.Errorf("%d tickets go on, want one", roots)
	}
	together(6, func(i int) { // and messages everywhere, while somebody answers
		if i == 5 {
			_ = s.SetTicketStatus(t.Context(), ref, marie, bot.Waiting) // it may be merged
			return
		}
		turn(t, s, says([]string{"ana", "bob", "eve"}[i%3], "", "alors"), answer("x"))
	})
}

func links(t *testing.T, s TieStore) {
	two(t, s)
	together(4, func(i int) {
		pair := []string{ref, ref2}
		if err := s.LinkTickets(t.Context(), pair[i%2], marie, pair[1-i%2]); err != nil {
			t.Error(err)
		}
	})
	for one, other := range map[string]string{ref: ref2, ref2: ref} {
		ties, err := s.Ties(t.Context(), one)
		if err != nil || len(ties.Linked) != 1 || ties.Linked[0].Reference != other {
			t.Errorf("%s is linked with %+v, %v", one, ties.Linked, err)
		}
		wantEvents(t, s, one, "bot opened ", "marie@example.fr linked "+other)
	}
	if err := s.LinkTickets(t.Context(), ref, marie, ref); !errors.Is(err, bot.ErrSelf) {
		t.Errorf("linking a ticket with itself gives %v", err)
	}
	if err := s.LinkTickets(t.Context(), ref, marie, "G-9999-9999"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("linking an unknown ticket gives %v", err)
	}
	for range 2 {
		ok(t, s.UnlinkTickets(t.Context(), ref2, paul, ref))
	}
	wantLast(t, s, ref, "marie@example.fr linked "+ref2, "paul@example.fr unlinked "+ref2)
	wantLast(t, s, ref2, "marie@example.fr linked "+ref, "paul@example.fr unlinked "+ref)
}
