package postgres

import (
	"context"
	"strings"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// accountLock is the advisory lock under which accounts are added, so that "no account exists yet" stays true until
// the first one is committed.
const accountLock int64 = 0x61636374 // "acct"

// mailbox is an e-mail address as it is kept and compared.
func mailbox(email string) string { return strings.ToLower(strings.TrimSpace(clean(email))) }

// AddUser implements bot.Accounts. A zero CreatedAt becomes now. A set-up token that waits is void from then on.
func (db *DB) AddUser(ctx context.Context, user bot.User) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := lockAccounts(ctx, tx); err != nil {
			return err
		}
		return addUser(ctx, tx, user)
	})
	return fail(err, "add a user")
}

func lockAccounts(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, accountLock)
	return err
}

func addUser(ctx context.Context, tx pgx.Tx, user bot.User) error {
	var created *time.Time
	if !user.CreatedAt.IsZero() {
		created = &user.CreatedAt
	}
	_, err := tx.Exec(ctx, `insert into users (email, name, role, password_hash, created_at)
		values ($1, $2, $3, $4, coalesce($5, now()))`,
		mailbox(user.Email), clean(user.Name), user.Role, clean(user.PasswordHash), created)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `delete from setup_tokens`)
	return err
}

const userColumns = `email, name, role, password_hash, created_at`

func scanUser(row pgx.CollectableRow) (u bot.User, err error) {
	err = row.Scan(&u.Email, &u.Name, &u.Role, &u.PasswordHash, &u.CreatedAt)
	return u, err
}

// User implements bot.Accounts. An unknown address is bot.ErrNotFound.
func (db *DB) User(ctx context.Context, email string) (bot.User, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select `+userColumns+` from users where email = $1`, mailbox(email))
	if err != nil {
		return bot.User{}, fail(err, "read a user")
	}
	user, err := pgx.CollectExactlyOneRow(rows, scanUser)
	return user, fail(err, "read a user")
}

// Users implements bot.Accounts, by address.
func (db *DB) Users(ctx context.Context) ([]bot.User, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select `+userColumns+` from users order by email`)
	if err != nil {
		return nil, fail(err, "list users")
	}
	users, err := pgx.CollectRows(rows, scanUser)
	return users, fail(err, "list users")
}

// SetPasswordHash implements bot.Accounts. An unknown address is bot.ErrNotFound.
func (db *DB) SetPasswordHash(ctx context.Context, email, hash string) error {
	changed, err := db.exec(ctx, `update users set password_hash = $2 where email = $1`, mailbox(email), clean(hash))
	if err == nil && changed == 0 {
		err = bot.ErrNotFound
	}
	return fail(err, "set a password")
}

// NewSetupToken implements bot.Accounts.
func (db *DB) NewSetupToken(ctx context.Context, tokenHash []byte, expires time.Time) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := lockAccounts(ctx, tx); err != nil {
			return err
		}
		var inUse bool
		if err := tx.QueryRow(ctx, `select exists (select from users)`).Scan(&inUse); err != nil {
			return err
		}
		if inUse {
			return bot.ErrExists
		}
		if _, err := tx.Exec(ctx, `delete from setup_tokens`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into setup_tokens (hash, expires_at) values ($1, $2)`, tokenHash, expires)
		return err
	})
	return fail(err, "make a set-up token")
}

// UseSetupToken implements bot.Accounts. Adding the user uses the token up, in the same transaction.
func (db *DB) UseSetupToken(ctx context.Context, tokenHash []byte, now time.Time, user bot.User) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := lockAccounts(ctx, tx); err != nil {
			return err
		}
		var valid bool
		err := tx.QueryRow(ctx, `select exists (select from setup_tokens where hash = $1 and expires_at > $2)`,
			tokenHash, now).Scan(&valid)
		if err != nil {
			return err
		}
		if !valid {
			return bot.ErrNotFound
		}
		return addUser(ctx, tx, user)
	})
	return fail(err, "use a set-up token")
}
