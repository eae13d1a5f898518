package postgres

import (
	"context"
	"fmt"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// KeepNote implements bot.Notes.
func (db *DB) KeepNote(ctx context.Context, channel, name string, value []byte, life time.Duration) error {
	if err := (bot.Inbound{Channel: channel, Key: name}).CheckNames(); err != nil {
		return fmt.Errorf("a note cannot be kept: %w", err)
	}
	_, err := db.exec(ctx, `insert into notes (channel, name, value, expires_at) values ($1, $2, $3, clock_timestamp() + $4)
		on conflict (channel, name) do update set value = excluded.value, expires_at = excluded.expires_at`,
		channel, name, notNil(value), life)
	return fail(err, "keep a note of "+channel)
}

// Note implements bot.Notes.
func (db *DB) Note(ctx context.Context, channel, name string) (value []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = db.pool.QueryRow(ctx, `select value from notes where channel = $1 and name = $2 and expires_at > now()`,
		clean(channel), clean(name)).Scan(&value)
	return value, fail(err, "read a note of "+channel)
}

// NotesNamed implements bot.Notes.
func (db *DB) NotesNamed(ctx context.Context, channel, beginning string) (map[string][]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select name, value from notes where channel = $1 and starts_with(name, $2) and expires_at > now()`,
		clean(channel), clean(beginning))
	if err != nil {
		return nil, fail(err, "read the notes of "+channel)
	}
	all := map[string][]byte{}
	var name string
	var value []byte
	_, err = pgx.ForEachRow(rows, []any{&name, &value}, func() error {
		all[name], value = value, nil
		return nil
	})
	if err != nil {
		return nil, fail(err, "read the notes of "+channel)
	}
	return all, nil
}

// DropNote implements bot.Notes.
func (db *DB) DropNote(ctx context.Context, channel, name string) error {
	_, err := db.exec(ctx, `delete from notes where channel = $1 and name = $2`, clean(channel), clean(name))
	return fail(err, "drop a note of "+channel)
}
