package bottest

import (
	"fmt"
	"testing"

	"guichet/bot"
)

func wantAssignee(t *testing.T, s bot.Tickets, reference, want string) {
	t.Helper()
	if got := file(t, s, reference).Assignee; got != want {
		t.Errorf("%s is assigned to %q, want %q", reference, got, want)
	}
}

func replyTakes(t *testing.T, s PendingStore) {
	account(t, s, marie)
	account(t, s, paul)
	openTicket(t, s, "ana", human(ref))
	ok(t, s.NoteTicket(t.Context(), ref, marie, "à rappeler", "n"))
	ok(t, s.ReplyTicket(t.Context(), ref, bot.User{Email: "api:crm", Name: "CRM"}, bot.AgentReply{Text: "Un instant", Once: "0"})) // a program has no account
	wantAssignee(t, s, ref, "")
	together(5, func(int) {
		if err := s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "Bonjour", Once: "1"}); err != nil {
			t.Error(err)
		}
	})
	ok(t, s.ReplyTicket(t.Context(), ref, paul, bot.AgentReply{Text: "Et moi", Once: "2"})) // somebody has it
	wantAssignee(t, s, ref, marie.Email)
	wantEvents(t, s, ref, "bot opened ", "marie@example.fr note à rappeler", "api:crm reply ",
		"marie@example.fr assigned marie@example.fr", "marie@example.fr reply ", "paul@example.fr reply ")

	ok(t, s.AssignTicket(t.Context(), ref, marie, ""))
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "Bonjour", Once: "1"})) // the form once more
	wantAssignee(t, s, ref, "")

	// Of those who reply together to a ticket that nobody has, one has it then.
	openTicket(t, s, "bob", human(ref2))
	together(6, func(i int) {
		by := marie
		if i%2 == 0 {
			by = paul
		}
		if err := s.ReplyTicket(t.Context(), ref2, by, bot.AgentReply{Text: "x", Once: fmt.Sprint(i)}); err != nil {
			t.Error(err)
		}
	})
	all := events(t, s, ref2)
	assigned := file(t, s, ref2).Assignee
	if len(all) != 8 || all[1] != assigned+" assigned "+assigned || all[2] != assigned+" reply " {
		t.Errorf("the ticket is assigned to %q by %q", assigned, all)
	}

	// A reply reopens a ticket that is done, and whoever reopened it so has it.
	openTicket(t, s, "eve", human("G-0000-0003"))
	ok(t, s.SetTicketStatus(t.Context(), "G-0000-0003", paul, bot.Closed))
	ok(t, s.ReplyTicket(t.Context(), "G-0000-0003", marie, bot.AgentReply{Text: "x", Once: "1"}))
	wantStatus(t, s, "G-0000-0003", bot.Open)
	wantAssignee(t, s, "G-0000-0003", marie.Email)
}

func pendingTakes(t *testing.T, s PendingStore) {
	account(t, s, marie)
	account(t, s, paul)
	openTicket(t, s, "ana", human(ref))
	send(t, s, pending("1", "Bonjour"))
	wantAssignee(t, s, ref, "")
	_, err := s.RecallReply(t.Context(), ref, marie, "1")
	ok(t, err)
	wantAssignee(t, s, ref, "")
	wantEvents(t, s, ref, "bot opened ")

	send(t, s, pending("1", "Bonjour"))
	release(t, s)
	wantAssignee(t, s, ref, marie.Email)
	wantEvents(t, s, ref, "bot opened ", "marie@example.fr assigned marie@example.fr", "marie@example.fr reply ")

	// What a colleague takes in these seconds stays the colleague's.
	openTicket(t, s, "bob", human(ref2))
	_, err = s.SendReply(t.Context(), ref2, marie, pending("1", "Bonjour"))
	ok(t, err)
	ok(t, s.AssignTicket(t.Context(), ref2, paul, paul.Email))
	release(t, s)
	wantAssignee(t, s, ref2, paul.Email)

	// Whoever has left the team since takes nothing.
	openTicket(t, s, "eve", human("G-0000-0003"))
	_, err = s.SendReply(t.Context(), "G-0000-0003", paul, pending("1", "Bonjour"))
	ok(t, err)
	ok(t, s.SetDisabled(t.Context(), paul.Email, true))
	release(t, s)
	wantAssignee(t, s, "G-0000-0003", "")
}
