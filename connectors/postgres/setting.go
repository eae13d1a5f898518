package postgres

import (
	"context"
	"crypto/rand"
)

// secretSize is the length of a server secret, in bytes: a key for HMAC-SHA256.
const secretSize = 32

// Secret returns the server secret of that name: 32 random bytes, made the first time anybody asks and the same for
// every replica ever after.
func (db *DB) Secret(ctx context.Context, name string) ([]byte, error) {
	return db.AdoptSecret(ctx, name, NewSecret())
}

// NewSecret makes 32 random bytes.
func NewSecret() []byte {
	fresh := make([]byte, secretSize)
	rand.Read(fresh) // never fails: crypto/rand ends the program instead
	return fresh
}

// AdoptSecret is Secret with the bytes to keep when there are none of that name yet.
func (db *DB) AdoptSecret(ctx context.Context, name string, fresh []byte) ([]byte, error) {
	if _, err := db.exec(ctx, `insert into settings (key, value) values ($1, $2) on conflict (key) do nothing`,
		"secret."+clean(name), fresh); err != nil {
		return nil, fail(err, "make a server secret")
	}
	// A statement of its own sees what another replica committed while the first one waited for it.
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var secret []byte
	err := db.pool.QueryRow(ctx, `select value from settings where key = $1`, "secret."+clean(name)).Scan(&secret)
	return secret, fail(err, "read a server secret")
}
