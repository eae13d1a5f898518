package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

var visitor = bot.Inbound{Channel: "web", Key: "ana", ExternalID: "m1", Site: "demo", Text: "x"}

func decide(c bot.Conversation) (bot.Turn, error) {
	return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Answer, Text: "y"}, State: c.State}, nil
}

// everything calls each method that needs the database.
func everything(ctx context.Context, db *postgres.DB) map[string]error {
	agent := bot.User{Email: "a@example.fr", Role: bot.RoleAgent}
	errs := map[string]error{
		"Ping":            db.Ping(ctx),
		"ReplyTicket":     db.ReplyTicket(ctx, "G-1", agent, bot.AgentReply{Text: "x"}),
		"NoteTicket":      db.NoteTicket(ctx, "G-1", agent, "x", ""),
		"AssignTicket":    db.AssignTicket(ctx, "G-1", agent, ""),
		"SetTicketStatus": db.SetTicketStatus(ctx, "G-1", agent, bot.Closed),
		"AddUser":         db.AddUser(ctx, agent),
		"SetPasswordHash": db.SetPasswordHash(ctx, agent.Email, "x"),
		"NewSetupToken":   db.NewSetupToken(ctx, []byte("t"), time.Now()),
		"SettleUpdate":    db.SettleUpdate(ctx, bot.HeldUpdate{}, bot.Settlement{Fate: bot.Handled}),
		"SettleDelivery":  db.SettleDelivery(ctx, bot.Delivery{}, bot.Dispatch{State: bot.Dead}),
		"UseSetupToken":   db.UseSetupToken(ctx, []byte("t"), time.Now(), agent),
	}
	_, errs["Turn"] = db.Turn(ctx, visitor, decide)
	_, errs["Transcript"] = db.Transcript(ctx, "web", "ana", 0)
	_, errs["Tickets"] = db.Tickets(ctx, bot.TicketFilter{})
	_, errs["CountTickets"] = db.CountTickets(ctx)
	_, errs["Ticket"] = db.Ticket(ctx, "G-1")
	_, errs["User"] = db.User(ctx, agent.Email)
	_, errs["Users"] = db.Users(ctx)
	errs["KeepUpdates"] = db.KeepUpdates(ctx, []bot.Update{{Channel: "telegram", ID: "1"}})
	_, errs["ClaimUpdate"] = db.ClaimUpdate(ctx, "telegram", time.Minute)
	_, errs["ClaimDelivery"] = db.ClaimDelivery(ctx, "telegram", time.Minute)
	_, errs["Secret"] = db.Secret(ctx, "x")
	_, errs["DeleteExpired"] = db.DeleteExpired(ctx, postgres.DefaultRetention(), time.Now())
	return errs
}

func TestADeadDatabaseIsUnavailable(t *testing.T) {
	t.Parallel()
	r := newRelay(t)
	db := postgrestest.OpenAt(t, r.url)
	if _, err := db.Turn(t.Context(), visitor, decide); err != nil {
		t.Fatal(err)
	}
	r.set(refuse)
	for method, err := range everything(t.Context(), db) {
		if !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("%s gives %v", method, err)
		}
	}
	if _, err := postgres.Open(t.Context(), r.url); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("Open gives %v", err)
	}
	r.set(pass)
	if outcome, err := db.Turn(t.Context(), visitor, decide); err != nil || !outcome.Duplicate {
		t.Errorf("when the database is back the message gives %+v, %v", outcome, err)
	}
}

func TestADatabaseThatSaysNothingIsUnavailableByTheCallersDeadline(t *testing.T) {
	t.Parallel()
	r := newRelay(t)
	db := postgrestest.OpenAt(t, r.url)
	t.Cleanup(func() { r.set(refuse) }) // or Close would say goodbye to a server that does not answer
	r.set(mute)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	for method, err := range everything(ctx, db) {
		if !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("%s gives %v", method, err)
		}
	}
}

func TestADatabaseThatSaysNothingIsGivenUpWithoutADeadline(t *testing.T) {
	t.Parallel()
	r := newRelay(t)
	db := postgrestest.OpenAt(t, r.url)
	t.Cleanup(func() { r.set(refuse) }) // or Close would say goodbye to a server that does not answer
	r.set(mute)
	if _, err := db.Turn(context.Background(), visitor, decide); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("Turn gives %v", err)
	}
	r.set(pass)
	if _, err := db.Turn(t.Context(), visitor, decide); err != nil {
		t.Errorf("when the database is back Turn gives %v", err)
	}
}

func TestACallerWhoLeavesIsNotTakenForAnOutage(t *testing.T) {
	t.Parallel()
	db := postgrestest.OpenAt(t, newRelay(t).url)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := db.Turn(ctx, visitor, func(c bot.Conversation) (bot.Turn, error) {
		cancel()
		return decide(c)
	})
	if !errors.Is(err, context.Canceled) || errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("Turn gives %v", err)
	}
	if messages, err := db.Transcript(t.Context(), "web", "ana", 0); err != nil || len(messages) != 0 {
		t.Errorf("it has left %v, %v", messages, err)
	}
}

func TestAClosedDatabaseIsUnavailable(t *testing.T) {
	t.Parallel()
	db := postgrestest.OpenAt(t, newRelay(t).url)
	db.Close()
	for method, err := range everything(t.Context(), db) {
		if !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("%s gives %v", method, err)
		}
	}
}
