package postgres_test

import (
	"errors"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

func TestATurnRecordedEarlierKeepsItsTimeAndTheOrder(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	now := time.Now().UTC().Truncate(time.Microsecond)
	say := func(recorded time.Time) time.Time {
		t.Helper()
		out, err := db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: "ana"}, func(bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Answer, Text: "y"}, Recorded: recorded}, nil
		})
		if err != nil || !out.Bot.At.Equal(out.Customer.At) {
			t.Fatalf("%+v, %v", out, err)
		}
		return out.Customer.At
	}
	hour := now.Add(-time.Hour)
	if at := say(hour); !at.Equal(hour) {
		t.Errorf("recorded at %v, kept as of %v", hour, at)
	}
	if at := say(hour.Add(-time.Hour)); !at.Equal(hour) {
		t.Errorf("a clock that went back gives %v", at)
	}
	if recent, err := db.Conversations(t.Context(), bot.ConversationFilter{Since: now.Add(-time.Minute), Limit: 10}); err != nil || len(recent) != 1 {
		t.Errorf("who looks for what is new finds %+v, %v", recent, err)
	}
	last := say(now.AddDate(1, 0, 0))
	if last.After(time.Now().Add(time.Minute)) || last.Before(now.Add(-time.Minute)) {
		t.Errorf("a clock that is ahead gives %v", last)
	}
}

func TestAHandleThatHasNotConnectedAnswersNothingAndMayConnectLater(t *testing.T) {
	t.Parallel()
	r := newRelay(t)
	r.set(refuse)
	db, err := postgres.New(r.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := db.Connect(t.Context()); err == nil || postgres.Misconfigured(err) {
		t.Errorf("Connect gives %v", err)
	}
	r.set(pass)
	// The server is there, but nobody has looked at its schema yet.
	if _, err := db.Turn(t.Context(), visitor, decide); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("Turn gives %v", err)
	}
	if err := db.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Turn(t.Context(), visitor, decide); err != nil {
		t.Errorf("Turn gives %v", err)
	}
}
