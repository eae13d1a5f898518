package postgres

import (
	"context"
	"errors"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// triesKey is the server secret under which mailboxes are counted here, made by the first that needs it.
func triesKey(ctx context.Context, tx pgx.Tx) (key []byte, err error) {
	const name = "secret.tries"
	err = tx.QueryRow(ctx, `select value from settings where key = $1`, name).Scan(&key)
	if !errors.Is(err, pgx.ErrNoRows) {
		return key, err
	}
	if _, err := tx.Exec(ctx, `insert into settings (key, value) values ($1, $2) on conflict (key) do nothing`, name, NewSecret()); err != nil {
		return nil, err
	}
	err = tx.QueryRow(ctx, `select value from settings where key = $1`, name).Scan(&key)
	return key, err
}

// Allow implements bot.Limiter by the generic cell rate algorithm, in one statement: of tries at once on several
// replicas, no more pass than the limit lets.
func (db *DB) Allow(ctx context.Context, name string, limit bot.Limit, now time.Time) (time.Duration, error) {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return allow(limited, db.pool, name, limit, now)
}

func allow(ctx context.Context, ask asker, name string, limit bot.Limit, now time.Time) (time.Duration, error) {
	// free_at runs ahead of now by one Every a try; more than a burst ahead is refused.
	ahead := time.Duration(limit.Burst-1) * limit.Every
	var free time.Time
	err := ask.QueryRow(ctx, `insert into tries as t (name, free_at) values ($1, $2::timestamptz + $3::interval)
		on conflict (name) do update set free_at = greatest(t.free_at, $2) + $3
		where greatest(t.free_at, $2) - $2 <= $4::interval
		returning free_at`, clean(name), now, limit.Every, ahead).Scan(&free)
	if err == nil {
		return 0, nil
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return 0, fail(err, "count a try")
	}
	err = ask.QueryRow(ctx, `select free_at from tries where name = $1`, clean(name)).Scan(&free)
	if err != nil {
		return 0, fail(err, "read a limit")
	}
	return max(free.Sub(now)-ahead, time.Millisecond), nil
}
