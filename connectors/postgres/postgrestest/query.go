package postgrestest

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Query gives one value from the database that url names, past the store.
func Query[T any](t testing.TB, url, statement string, args ...any) (value T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.QueryRow(ctx, statement, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return value
}

// Unfinished counts what came and is not handled yet, and what is to leave and has not.
func Unfinished(t testing.TB, url string) int {
	t.Helper()
	return Query[int](t, url, `select (select count(*) from inbox where done_at is null and parked_at is null)
		+ (select count(*) from outbox where state = 'pending')`)
}

// Untold counts what came and is not handled yet, and the tickets of which agents on a platform are to be told something.
func Untold(t testing.TB, url string) int {
	t.Helper()
	return Query[int](t, url, `select (select count(*) from inbox where done_at is null and parked_at is null)
		+ (select count(*) from staff_threads where next_at is not null)`)
}
