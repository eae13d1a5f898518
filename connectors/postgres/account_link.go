package postgres

import (
	"context"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// NewSetupToken implements bot.Accounts.
func (db *DB) NewSetupToken(ctx context.Context, tokenHash []byte, expires time.Time) error {
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error {
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
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error {
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

// Invite implements bot.Accounts.
func (db *DB) Invite(ctx context.Context, user bot.User, link bot.AccountLink) error {
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error {
		user.PasswordHash = ""
		if err := addUser(ctx, tx, user); err != nil {
			return err
		}
		return keepLink(ctx, tx, bot.AccountLink{Hash: link.Hash, Email: user.Email, Expires: link.Expires})
	})
	return fail(err, "invite a user")
}

// NewAccountLink implements bot.Accounts. To somebody without a password it is a new invitation.
func (db *DB) NewAccountLink(ctx context.Context, link bot.AccountLink) error {
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error { return keepLink(ctx, tx, link) })
	return fail(err, "make an account link")
}

func keepLink(ctx context.Context, tx pgx.Tx, link bot.AccountLink) error {
	email := mailbox(link.Email)
	var waiting bool
	err := tx.QueryRow(ctx, `select password_hash = '' from users where email = $1 and disabled_at is null`, email).Scan(&waiting)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into account_links (email, hash, expires_at) values ($1, $2, $3)
		on conflict (email) do update set hash = excluded.hash, expires_at = excluded.expires_at`,
		email, link.Hash, link.Expires)
	if err != nil {
		return err
	}
	if waiting {
		return record(ctx, tx, bot.AuditInvited, email, "")
	}
	return record(ctx, tx, bot.AuditResetLink, email, "")
}

const linkedUser = `select ` + userColumns + ` from users u join account_links l using (email)
	where l.hash = $1 and l.expires_at > $2 and u.disabled_at is null`

// LinkedUser implements bot.Accounts.
func (db *DB) LinkedUser(ctx context.Context, tokenHash []byte, now time.Time) (bot.User, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var user bot.User
	err := db.pool.QueryRow(ctx, linkedUser, tokenHash, now).Scan(userFields(&user)...)
	return user, fail(err, "read an account link")
}

// UseAccountLink implements bot.Accounts. The person of the link is who acts.
func (db *DB) UseAccountLink(ctx context.Context, tokenHash []byte, now time.Time, name, hash string) (bot.User, error) {
	var user bot.User
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, linkedUser, tokenHash, now).Scan(userFields(&user)...); err != nil {
			return err
		}
		user.PasswordHash = clean(hash)
		if name != "" {
			user.Name = clean(name)
		}
		err := touchOne(ctx, tx, `update users set password_hash = $2, name = $3 where email = $1`,
			user.Email, user.PasswordHash, user.Name)
		if err != nil {
			return err
		}
		if err := dropAccess(ctx, tx, user.Email, ""); err != nil {
			return err
		}
		ctx = bot.ActAs(ctx, bot.Actor{Who: user.Email, Address: bot.ActorOf(ctx).Address})
		return record(ctx, tx, bot.AuditLinkUsed, user.Email, "")
	})
	return user, fail(err, "use an account link")
}
