package postgres_test

import (
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

func TestWhatTheInboxAndTheOutboxNoLongerNeedIsDeleted(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	updates := []bot.Update{
		{Channel: "telegram", ID: "handled", Thread: "1"}, {Channel: "telegram", ID: "parked", Thread: "2"}, {Channel: "telegram", ID: "waiting", Thread: "3"},
	}
	if err := db.KeepUpdates(t.Context(), updates); err != nil {
		t.Fatal(err)
	}
	for _, fate := range []bot.Fate{bot.Handled, bot.Parked} {
		held, err := db.ClaimUpdate(t.Context(), "telegram", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.SettleUpdate(t.Context(), held, bot.Settlement{Fate: fate}); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"sent", "dead", "waiting"} {
		if _, err := db.Turn(t.Context(), bot.Inbound{Channel: "telegram", Key: key}, decide); err != nil {
			t.Fatal(err)
		}
	}
	for _, state := range []bot.DispatchState{bot.Sent, bot.Dead} {
		held, err := db.ClaimDelivery(t.Context(), "telegram", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.SettleDelivery(t.Context(), held, bot.Dispatch{State: state}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.KeepNote(t.Context(), "discord", "form:1", []byte("{}"), 7*24*time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after                      time.Duration
		updates, deliveries, notes int64
	}{{6 * 24 * time.Hour, 0, 0, 0}, {8 * 24 * time.Hour, 2, 1, 1}, {9 * 24 * time.Hour, 0, 0, 0}} {
		deleted, err := db.DeleteExpired(t.Context(), postgres.DefaultRetention(), time.Now().Add(step.after))
		if err != nil || deleted.Updates != step.updates || deleted.Deliveries != step.deliveries || deleted.Notes != step.notes {
			t.Errorf("after %v: %+v, %v", step.after, deleted, err)
		}
	}
	left := postgrestest.Query[string](t, url, `select (select string_agg(update_id, ' ') from inbox) || ', ' || (select string_agg(state, ' ' order by state) from outbox)`)
	if left != "waiting, dead pending" {
		t.Errorf("left: %s", left)
	}
}

func TestAConversationThatIsDeletedTakesItsDeliveriesAlong(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	if _, err := db.Turn(t.Context(), bot.Inbound{Channel: "telegram", Key: "1"}, decide); err != nil {
		t.Fatal(err)
	}
	if _, err := db.DeleteExpired(t.Context(), postgres.DefaultRetention(), time.Now().Add(91*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := postgrestest.Query[int](t, url, "select count(*) from outbox"); n != 0 {
		t.Errorf("%d deliveries are left", n)
	}
}
