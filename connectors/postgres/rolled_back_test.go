package postgres_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
)

// A transaction that PostgreSQL ends because of another one is no outage; one of which nobody knows how it ended is.
func TestWhatPostgreSQLRollsBackForAnotherTransactionIsAConflict(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	for code, want := range map[string]error{"40P01": bot.ErrConflict, "40001": bot.ErrConflict, "40003": bot.ErrUnavailable} {
		_, err := conn.Exec(t.Context(), `create or replace function refuse() returns trigger language plpgsql as $$
			begin raise exception 'refused' using errcode = '`+code+`'; end $$;
			create or replace trigger refuse before insert on conversations for each row execute function refuse()`)
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: code, Site: "micro", Text: "x"}, func(c bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Silent}, State: c.State}, nil
		})
		if !errors.Is(err, want) || !errors.Is(err, bot.ErrUnavailable) || want != bot.ErrConflict && errors.Is(err, bot.ErrConflict) {
			t.Errorf("%s gives %v", code, err)
		}
	}
}
