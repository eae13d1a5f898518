package postgres_test

import (
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// open is one replica over the database.
func open(t *testing.T, url string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(db.Close)
	return db
}

func TestStore(t *testing.T) {
	t.Parallel()
	bottest.TestStore(t, func(t *testing.T) bot.Store { return open(t, postgrestest.URL(t)) })
}

func TestTickets(t *testing.T) {
	t.Parallel()
	bottest.TestTickets(t, func(t *testing.T) bottest.TicketStore { return open(t, postgrestest.URL(t)) })
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	bottest.TestAccounts(t, func(t *testing.T) bot.Accounts { return open(t, postgrestest.URL(t)) })
}
