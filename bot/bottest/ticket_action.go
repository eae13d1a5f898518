package bottest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"guichet/bot"
)

const ref = "G-0000-0001"

func replies(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	before := file(t, s, ref)
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "**Bonjour** Ana", Once: "1"}))
	messages := transcript(t, s, "ana")
	got := messages[len(messages)-1]
	if len(messages) != 3 || got.From != bot.FromAgent || got.Text != "**Bonjour** Ana" || got.Agent != marie.Name ||
		got.Reply != nil || got.ExternalID != "" {
		t.Errorf("the reply is %+v", got)
	}
	if agent := state(t, s, "ana").Agent; agent != marie.Name {
		t.Errorf("the conversation is with %q", agent)
	}
	wantEvents(t, s, ref, "bot opened ", "marie@example.fr reply ")
	after := file(t, s, ref)
	if after.Status != bot.Open || after.UpdatedAt.Before(before.UpdatedAt) || len(after.Transcript) != 3 {
		t.Errorf("the ticket is now %+v", after.Ticket)
	}
	// A silent turn directly before an agent's message must not be given that message as its reply.
	in := says("ana", "m2", "merci")
	turn(t, s, in, reply(bot.Reply{Kind: bot.Silent}))
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "De rien", Once: "2"}))
	if again := turn(t, s, in, answer("z")); again.Bot != nil || !again.Duplicate {
		t.Errorf("the repetition of a silent turn gives %+v", again)
	}
	// Without a name the customer reads something, but not the address.
	ok(t, s.ReplyTicket(t.Context(), ref, bot.User{Email: "paul@example.fr"}, bot.AgentReply{Text: "x", Once: "3"}))
	if agent := state(t, s, "ana").Agent; agent == "" || strings.Contains(agent, "@") {
		t.Errorf("an agent without a name is shown as %q", agent)
	}
}

func repeatedReply(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	openTicket(t, s, "bob", human("G-0000-0002"))
	together(10, func(int) {
		if err := s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "bonjour", Once: "form-1"}); err != nil {
			t.Errorf("a copy of the form: %v", err)
		}
	})
	if n := len(transcript(t, s, "ana")); n != 3 {
		t.Errorf("%d messages, want 3", n)
	}
	wantEvents(t, s, ref, "bot opened ", "marie@example.fr reply ")
	if err := s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "autre chose", Once: "form-1"}); !errors.Is(err, bot.ErrExists) {
		t.Errorf("the form sent again with another text gives %v", err)
	}
	if err := s.NoteTicket(t.Context(), ref, marie, "bonjour", "form-1"); !errors.Is(err, bot.ErrExists) {
		t.Errorf("the form sent again as a note gives %v", err)
	}
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "bonjour", Once: "form-2"}))
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "bonjour"}))
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "bonjour"}))
	if n := len(transcript(t, s, "ana")); n != 6 {
		t.Errorf("%d messages, want 6", n)
	}
	ok(t, s.ReplyTicket(t.Context(), "G-0000-0002", marie, bot.AgentReply{Text: "bonjour", Once: "form-1"}))
	if n := len(transcript(t, s, "bob")); n != 3 {
		t.Errorf("%d messages in the other conversation, want 3", n)
	}
}

func repliesAmongTurns(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	const each = 15
	together(2*each, func(i int) {
		var err error
		if i%2 == 0 {
			_, err = s.Turn(t.Context(), says("ana", fmt.Sprint(i), "x"), answer("y"))
		} else {
			err = s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "z", Once: fmt.Sprint(i)})
		}
		if err != nil {
			t.Error(err)
		}
	})
	if n := len(transcript(t, s, "ana")); n != 2+3*each {
		t.Errorf("%d messages, want %d", n, 2+3*each)
	}
	if agent := state(t, s, "ana").Agent; agent != marie.Name {
		t.Errorf("the turns have lost the agent: %q", agent)
	}
}

func replyWakes(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	changes := listen(t, s)
	for name, act := range map[string]func() error{
		"a reply":       func() error { return s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "x"}) },
		"a note":        func() error { return s.NoteTicket(t.Context(), ref, marie, "x", "") },
		"an assignment": func() error { return s.AssignTicket(t.Context(), ref, marie, "paul@example.fr") },
		"a status":      func() error { return s.SetTicketStatus(t.Context(), ref, marie, bot.Waiting) },
	} {
		ok(t, act())
		if got := wait(t, changes); got != (thread{"web", "ana"}) {
			t.Errorf("%s is reported as %q", name, got)
		}
	}
}

func notes(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	together(5, func(int) {
		if err := s.NoteTicket(t.Context(), ref, marie, "à rappeler", "form-1"); err != nil {
			t.Error(err)
		}
	})
	if n := len(transcript(t, s, "ana")); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
	if agent := state(t, s, "ana").Agent; agent != "" {
		t.Errorf("a note has given the conversation to %q", agent)
	}
	wantEvents(t, s, ref, "bot opened ", "marie@example.fr note à rappeler")
}

func assigns(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	for _, assignee := range []string{"Paul@Example.fr ", "paul@example.fr", ""} {
		ok(t, s.AssignTicket(t.Context(), ref, marie, assignee))
		if got := file(t, s, ref).Assignee; got != strings.ToLower(strings.TrimSpace(assignee)) {
			t.Errorf("assigned to %q, it is %q's", assignee, got)
		}
	}
	wantEvents(t, s, ref, "bot opened ", "marie@example.fr assigned paul@example.fr", "marie@example.fr assigned ")
}

func resolves(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	for _, status := range []bot.Status{bot.Resolved, bot.Closed} {
		ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "x"}))
		ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Waiting))
		if agent := state(t, s, "ana").Agent; agent != marie.Name {
			t.Errorf("a waiting ticket leaves the conversation with %q", agent)
		}
		ok(t, s.SetTicketStatus(t.Context(), ref, marie, status))
		ok(t, s.SetTicketStatus(t.Context(), ref, marie, status)) // again: nothing to record
		if agent := state(t, s, "ana").Agent; agent != "" {
			t.Errorf("a %s ticket leaves the conversation with %q", status, agent)
		}
	}
	wantEvents(t, s, ref, "bot opened ",
		"marie@example.fr reply ", "marie@example.fr status waiting", "marie@example.fr status resolved",
		"marie@example.fr status open", "marie@example.fr reply ",
		"marie@example.fr status waiting", "marie@example.fr status closed")
}

func tellsResolved(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	openTicket(t, s, "ana", human("G-0000-0002"))
	told := func() (n int) {
		t.Helper()
		for _, m := range transcript(t, s, "ana") {
			if m.From == bot.FromBot && m.Text == bot.ReplyResolved(ref, "").Text {
				if m.Reply == nil || len(m.Reply.Choices) != 1 || m.Agent != "" {
					t.Errorf("told %+v", m)
				}
				n++
			}
		}
		return n
	}
	for i, step := range []struct {
		do   func() error
		want int
	}{
		{func() error { return s.SetTicketStatus(t.Context(), ref, marie, bot.Waiting) }, 0},
		{func() error { return s.SetTicketStatus(t.Context(), ref, marie, bot.Resolved) }, 1},
		{func() error { return s.SetTicketStatus(t.Context(), ref, marie, bot.Resolved) }, 1},
		{func() error { return s.SetTicketStatus(t.Context(), ref, marie, bot.Closed) }, 1},
		{func() error { return s.SetTicketStatus(t.Context(), ref, marie, bot.Resolved) }, 1}, // it was done before
		{func() error { return s.SetTicketStatus(t.Context(), ref, marie, bot.Open) }, 1},
		{func() error { return s.TakeOver(t.Context(), "G-0000-0002", marie) }, 1},
		{func() error { return s.SetTicketStatus(t.Context(), ref, marie, bot.Resolved) }, 1}, // while Marie answers, the bot is silent
	} {
		ok(t, step.do())
		if n := told(); n != step.want {
			t.Errorf("after step %d the customer was told %d times, want %d", i, n, step.want)
		}
	}
}

func twoHolders(t *testing.T, s TicketStore) {
	paul := bot.User{Email: "paul@example.fr", Name: "Paul"}
	openTicket(t, s, "ana", human("G-0000-0001"))
	openTicket(t, s, "ana", human("G-0000-0002"))
	openTicket(t, s, "ana", human("G-0000-0003")) // nobody answers through this one: it keeps nothing
	ok(t, s.ReplyTicket(t.Context(), "G-0000-0001", marie, bot.AgentReply{Text: "x"}))
	ok(t, s.ReplyTicket(t.Context(), "G-0000-0002", paul, bot.AgentReply{Text: "x"}))
	for _, step := range []struct {
		reference string
		status    bot.Status
		agent     string
	}{
		{"G-0000-0002", bot.Resolved, marie.Name},
		{"G-0000-0002", bot.Open, marie.Name}, // opened again, but nobody answers through it
		{"G-0000-0001", bot.Closed, ""},
	} {
		ok(t, s.SetTicketStatus(t.Context(), step.reference, marie, step.status))
		if agent := state(t, s, "ana").Agent; agent != step.agent {
			t.Errorf("after %s is %s the conversation is with %q, want %q", step.reference, step.status, agent, step.agent)
		}
	}
}

func reopens(t *testing.T, s TicketStore) {
	statuses := []bot.Status{bot.Open, bot.Waiting, bot.Resolved, bot.Closed}
	reset := func() {
		for i, status := range statuses {
			ok(t, s.SetTicketStatus(t.Context(), fmt.Sprint("T", i), marie, status))
		}
	}
	for i := range statuses {
		openTicket(t, s, "ana", human(fmt.Sprint("T", i)))
	}
	openTicket(t, s, "bob", human("other"))
	ok(t, s.SetTicketStatus(t.Context(), "other", marie, bot.Waiting))
	for _, kind := range []bot.Kind{bot.Smalltalk, bot.Answer, bot.Abstain, bot.Silent, bot.Feedback} {
		reset()
		turn(t, s, says("ana", "", "x"), reply(bot.Reply{Kind: kind}))
		for i, was := range statuses {
			want := was
			if kind != bot.Smalltalk && (was == bot.Waiting || was == bot.Resolved) {
				want = bot.Open
			}
			if got := file(t, s, fmt.Sprint("T", i)).Status; got != want {
				t.Errorf("a message answered by %s makes a %s ticket %s, want %s", kind, was, got, want)
			}
		}
	}
	wantStatus(t, s, "other", bot.Waiting)
	if all := events(t, s, "T1"); all[2] != "customer status open" {
		t.Errorf("the reopening is recorded as %q", all)
	}
}

func replyReopens(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Closed))
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "x", Once: "1"}))
	wantStatus(t, s, ref, bot.Open)
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Closed))
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "x", Once: "1"})) // the form once more, after the ticket was closed
	wantStatus(t, s, ref, bot.Closed)
	if agent := state(t, s, "ana").Agent; agent != "" {
		t.Errorf("the repeated form has given the conversation to %q", agent)
	}
}

func badTicketText(t *testing.T, s TicketStore) {
	const bad = "avant\x00 après\xff"
	openTicket(t, s, "ana", bot.Ticket{Reference: ref, Category: bot.Claim, Fields: map[bot.Field]string{bot.Place: bad}})
	user := bot.User{Email: "a\x00@b\xff", Name: bad}
	ok(t, s.ReplyTicket(t.Context(), ref, user, bot.AgentReply{Text: bad, Once: bad}))
	ok(t, s.ReplyTicket(t.Context(), ref, user, bot.AgentReply{Text: bad, Once: bad}))
	ok(t, s.NoteTicket(t.Context(), ref, user, bad, "note"+bad))
	ok(t, s.AssignTicket(t.Context(), ref, user, bad))
	got := file(t, s, ref)
	texts := []string{got.Fields[bot.Place], got.Transcript[2].Text, got.Transcript[2].Agent, got.Events[2].Detail}
	for i, text := range texts {
		if !strings.HasPrefix(text, "avant après") || !utf8.ValidString(text) {
			t.Errorf("text %d is kept as %q", i, text)
		}
	}
	if len(got.Transcript) != 3 || len(got.Events) != 4 {
		t.Errorf("%d messages and %d events", len(got.Transcript), len(got.Events))
	}
}
