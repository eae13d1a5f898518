package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"

	"github.com/jackc/pgx/v5"
)

var ines = bot.User{Email: "ines@example.org", Name: "Inès Morel", Role: bot.RoleAgent}

// sendsTo has an agent reply to a ticket of a conversation of its own, on Telegram.
func sendsTo(t *testing.T, db *postgres.DB, n int) (reference string) {
	t.Helper()
	reference = fmt.Sprintf("G-PEND-%04d", n)
	in := bot.Inbound{Channel: bot.Telegram, Key: fmt.Sprint(n), Site: "demo"}
	_, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "bonjour", Reply: bot.Reply{Kind: bot.Silent}, State: c.State, Ticket: &bot.Ticket{Reference: reference, Category: bot.Human}}, nil
	})
	do(t, err)
	left, err := db.SendReply(t.Context(), reference, ines, bot.PendingReply{AgentReply: bot.AgentReply{Text: reference, Once: "1"}})
	if err != nil || left == 0 {
		t.Fatalf("the reply waits %s, %v", left, err)
	}
	return reference
}

func TestAReplicaThatDiesWhileAReplyLeavesLeavesItToTheOther(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	here, there := postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url)
	do(t, here.AddUser(t.Context(), ines))
	reference := sendsTo(t, here, 7)
	if n := postgrestest.Query[int](t, url, `select count(*) from outbox where channel = 'telegram'`); n != 0 {
		t.Errorf("%d messages leave while the reply can be called back", n)
	}
	eventually(t, "the reply is due", func() bool {
		waiting, err := there.PendingReplies(t.Context(), reference)
		return err == nil && len(waiting) == 1 && waiting[0].Left == 0
	})
	// Somebody holds the conversation, so that the replica stands in the middle when its connection is cut.
	conn, err := pgx.Connect(t.Context(), url)
	do(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	tx, err := conn.Begin(t.Context())
	do(t, err)
	if _, err := tx.Exec(t.Context(), `select from conversations for update`); err != nil {
		t.Fatal(err)
	}
	died := make(chan error, 1)
	go func() { died <- here.ReleaseReply(context.Background()) }()
	const blocked = `from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
	eventually(t, "the replica waits for the conversation", func() bool { return postgrestest.Query[int](t, url, `select count(*) `+blocked) == 1 })
	if err := there.ReleaseReply(t.Context()); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the other replica takes it too: %v", err)
	}
	execute(t, url, `select pg_terminate_backend(pid) `+blocked)
	if err := <-died; !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("the one that was cut off says %v", err)
	}
	do(t, tx.Rollback(t.Context()))
	eventually(t, "the other says it", func() bool { return there.ReleaseReply(t.Context()) == nil })
	file, err := there.Ticket(t.Context(), reference)
	if err != nil || len(file.Transcript) != 2 || file.Transcript[1].Text != reference || file.Deliveries[2] != bot.DeliveryPending {
		t.Errorf("the customer reads %+v, %v", file.Transcript, err)
	}
}

func TestTwoReplicasSayEachReplyOnce(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	replicas := []*postgres.DB{postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url)}
	do(t, replicas[0].AddUser(t.Context(), ines))
	const replies = 12
	var references []string
	for n := range replies {
		references = append(references, sendsTo(t, replicas[n%2], n))
	}
	var group sync.WaitGroup
	for _, db := range replicas {
		for range 2 {
			group.Go(func() {
				for postgrestest.Query[int](t, url, `select count(*) from pending_replies`) > 0 {
					if err := db.ReleaseReply(t.Context()); err != nil && !errors.Is(err, bot.ErrNotFound) {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	group.Wait()
	for _, reference := range references {
		file, err := replicas[0].Ticket(t.Context(), reference)
		if err != nil || len(file.Transcript) != 2 || file.Transcript[1].Text != reference {
			t.Errorf("of %s the customer reads %+v, %v", reference, file.Transcript, err)
		}
	}
	if n := postgrestest.Query[int](t, url, `select count(*) from outbox where state = 'pending'`); n != replies {
		t.Errorf("%d messages leave, want %d", n, replies)
	}
}
