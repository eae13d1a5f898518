package postgrestest_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/connectors/postgres/postgrestest"
)

func TestEachCallGivesAnEmptyDatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	names := map[string]bool{}
	for range 2 {
		conn, err := pgx.Connect(ctx, postgrestest.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(ctx) }()
		var name string
		if err := conn.QueryRow(ctx, "SELECT current_database()").Scan(&name); err != nil {
			t.Fatal(err)
		}
		names[name] = true
		if _, err := conn.Exec(ctx, "CREATE TABLE same_name ()"); err != nil {
			t.Errorf("%s is not empty: %v", name, err)
		}
	}
	if len(names) != 2 {
		t.Errorf("databases %v, want two", names)
	}
}

func TestTheDatabaseIsDroppedThoughSomebodyIsConnected(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var url string
	var held *pgx.Conn
	t.Run("a test that forgets its connection", func(t *testing.T) {
		url = postgrestest.URL(t)
		var err error
		if held, err = pgx.Connect(ctx, url); err != nil {
			t.Fatal(err)
		}
	})
	if held == nil {
		t.FailNow()
	}
	defer func() { _ = held.Close(ctx) }()
	if conn, err := pgx.Connect(ctx, url); err == nil {
		_ = conn.Close(ctx)
		t.Error("the database outlives its test")
	}
}

func TestAMigratedDatabaseHasTheSchemaAndNobodyElsesRows(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for range 2 {
		conn, err := pgx.Connect(ctx, postgrestest.Migrated(t))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(ctx) }()
		if _, err := conn.Exec(ctx, "INSERT INTO macros (name, text) VALUES ('same name', 'bonjour')"); err != nil {
			t.Error(err)
		}
		var conversations int
		if err := conn.QueryRow(ctx, "SELECT count(*) FROM conversations").Scan(&conversations); err != nil || conversations != 0 {
			t.Errorf("there are %d conversations, %v", conversations, err)
		}
	}
}
