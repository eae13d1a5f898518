package postgres

import (
	"context"
	"strings"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

const apiKeyColumns = `name, scopes, made_by, created_at, last_used_at, expires_at, revoked_at`

func scanAPIKey(row pgx.CollectableRow) (k bot.APIKey, err error) {
	var used, expires, revoked *time.Time
	err = row.Scan(&k.Name, &k.Scopes, &k.MadeBy, &k.CreatedAt, &used, &expires, &revoked)
	k.LastUsed, k.Expires, k.Revoked = orZero(used), orZero(expires), orZero(revoked)
	return k, err
}

// orZero is the zero time for null.
func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// orNull is null for the zero time.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// AddAPIKey implements bot.APIKeys. A zero CreatedAt becomes now.
func (db *DB) AddAPIKey(ctx context.Context, key bot.APIKey, hash []byte) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into api_keys (name, hash, scopes, made_by, created_at, expires_at)
			values ($1, $2, $3, $4, coalesce($5, now()), $6)`,
			key.Name, hash, key.Scopes, mailbox(key.MadeBy), orNull(key.CreatedAt), orNull(key.Expires))
		if err != nil {
			return err
		}
		var scopes []string
		for _, s := range key.Scopes {
			scopes = append(scopes, string(s))
		}
		return record(ctx, tx, bot.AuditKeyAdded, key.Name, strings.Join(scopes, ", "))
	})
	return fail(err, "add a key of the API")
}

// UseAPIKey implements bot.APIKeys.
func (db *DB) UseAPIKey(ctx context.Context, hash []byte) (bot.APIKey, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select `+apiKeyColumns+` from api_keys
		where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())`, hash)
	if err != nil {
		return bot.APIKey{}, fail(err, "look up a key of the API")
	}
	key, err := pgx.CollectExactlyOneRow(rows, scanAPIKey)
	if err != nil {
		return bot.APIKey{}, fail(err, "look up a key of the API")
	}
	// Once a minute is enough to see whether a key is still needed, and spares a write for each request.
	_, err = db.exec(ctx, `update api_keys set last_used_at = now()
		where hash = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`, hash)
	return key, fail(err, "note the use of a key of the API")
}

// APIKeys implements bot.APIKeys.
func (db *DB) APIKeys(ctx context.Context) ([]bot.APIKey, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select `+apiKeyColumns+` from api_keys order by created_at, name`)
	if err != nil {
		return nil, fail(err, "list the keys of the API")
	}
	keys, err := pgx.CollectRows(rows, scanAPIKey)
	return keys, fail(err, "list the keys of the API")
}

// RevokeAPIKey implements bot.APIKeys.
func (db *DB) RevokeAPIKey(ctx context.Context, name string) error {
	return db.changeRecorded(ctx, "revoke a key of the API", bot.AuditKeyRevoked, name,
		`update api_keys set revoked_at = now() where name = $1 and revoked_at is null`)
}

// changeRecorded runs one statement that has to touch the row of a name, and records it: bot.ErrNotFound when there is none.
func (db *DB) changeRecorded(ctx context.Context, doing string, action bot.AuditAction, name, statement string) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := touchOne(ctx, tx, statement, clean(name)); err != nil {
			return err
		}
		return record(ctx, tx, action, name, "")
	})
	return fail(err, doing)
}
