package main

import (
	"fmt"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// TestRepliesThatWaitLeaveWhoeverDies sends replies that can be called back for some seconds, kills both replicas before
// these are over, and one of them again while the replies leave.
func TestRepliesThatWaitLeaveWhoeverDies(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := postgrestest.URL(t)
	replicas := twoReplicas(t, database, dir)
	db := postgrestest.OpenAt(t, database)
	agent := bot.User{Email: "ines@example.org", Name: "Inès Morel", Role: bot.RoleAgent}
	if err := db.AddUser(t.Context(), agent); err != nil {
		t.Fatal(err)
	}
	const replies = 10
	for n := range replies {
		sendLater(t, db, agent, n)
	}
	for _, p := range replicas {
		p.kill()
	}
	wantTrue(t, "the replies are due", func() bool { // and nobody is there to say them
		waiting, err := db.PendingReplies(t.Context(), lateReference(replies-1))
		return err == nil && (len(waiting) == 0 || waiting[0].Left == 0) // on a machine that was slow to kill, some have left
	})
	replicas[0].start()
	wantTrue(t, "a replica says them", func() bool { return saidIn(t, db, replies) > 0 })
	replicas[0].kill() // in the middle, or at its end
	replicas[1].start()
	replicas[0].start()
	wantTrue(t, "all are said", func() bool { return saidIn(t, db, replies) >= replies })
	for _, p := range replicas {
		p.serves()
	}
	for n := range replies {
		messages, err := db.Transcript(t.Context(), bot.Web, lateKey(n), 0)
		if err != nil || len(messages) != 2 || messages[1].From != bot.FromAgent || messages[1].Seq != 2 {
			t.Errorf("conversation %d is %+v, %v", n, messages, err)
		}
	}
}

func wantTrue(t *testing.T, what string, is func() bool) {
	t.Helper()
	if !comesTrue(is) {
		t.Fatalf("not in time: %s", what)
	}
}

func lateReference(n int) string { return fmt.Sprintf("G-LATE-%04d", n) }
func lateKey(n int) string       { return fmt.Sprint("late", n) }

// sendLater opens a ticket in a conversation of its own and answers it.
func sendLater(t *testing.T, db *postgres.DB, agent bot.User, n int) {
	t.Helper()
	in := bot.Inbound{Channel: bot.Web, Key: lateKey(n), Site: "micro"}
	_, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "bonjour", Reply: bot.Reply{Kind: bot.Silent}, State: c.State, Ticket: &bot.Ticket{Reference: lateReference(n), Category: bot.Human}}, nil
	})
	if err == nil {
		_, err = db.SendReply(t.Context(), lateReference(n), agent, bot.PendingReply{AgentReply: bot.AgentReply{Text: "réponse", Once: "1"}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// saidIn counts what agents have said in these conversations.
func saidIn(t *testing.T, db *postgres.DB, conversations int) (said int) {
	t.Helper()
	for n := range conversations {
		messages, err := db.Transcript(t.Context(), bot.Web, lateKey(n), 0)
		if err != nil {
			t.Fatal(err)
		}
		said += len(messages) - 1
	}
	return said
}
