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
	return fail(db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error { return addUser(ctx, tx, user) }), "add a user")
}

// changeAccounts runs do in a transaction while no other one changes accounts. There are few of them, so what must be
// true of all together (an administrator is left, no account exists yet) needs no finer lock.
func (db *DB) changeAccounts(ctx context.Context, do func(context.Context, pgx.Tx) error) error {
	return db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, accountLock); err != nil {
			return err
		}
		return do(ctx, tx)
	})
}

func addUser(ctx context.Context, tx pgx.Tx, user bot.User) error {
	var created *time.Time
	if !user.CreatedAt.IsZero() {
		created = &user.CreatedAt
	}
	_, err := tx.Exec(ctx, `insert into users (email, name, role, password_hash, subject, created_at)
		values ($1, $2, $3, $4, nullif($5::text, ''), coalesce($6, now()))`,
		mailbox(user.Email), clean(user.Name), user.Role, clean(user.PasswordHash), clean(user.Subject), created)
	if err != nil {
		return err
	}
	if err := record(ctx, tx, bot.AuditAccountAdded, mailbox(user.Email), string(user.Role)); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `delete from setup_tokens`)
	return err
}

const userColumns = `u.email, u.name, u.role, u.password_hash, u.created_at, u.disabled_at is not null,
	coalesce(u.subject, ''), u.second_factor, (select count(*) from recovery_codes c where c.email = u.email), u.language`

// userFields are where the columns go.
func userFields(u *bot.User) []any {
	return []any{&u.Email, &u.Name, &u.Role, &u.PasswordHash, &u.CreatedAt, &u.Disabled, &u.Subject, &u.SecondFactor, &u.Recovery, &u.Language}
}

func scanUser(row pgx.CollectableRow) (u bot.User, err error) {
	err = row.Scan(userFields(&u)...)
	return u, err
}

// User implements bot.Accounts.
func (db *DB) User(ctx context.Context, email string) (bot.User, error) {
	user, err := db.oneUser(ctx, `u.email = $1`, mailbox(email))
	return user, fail(err, "read a user")
}

// UserBySubject implements bot.Accounts.
func (db *DB) UserBySubject(ctx context.Context, subject string) (bot.User, error) {
	user, err := db.oneUser(ctx, `u.subject = $1`, clean(subject))
	return user, fail(err, "read a user by subject")
}

func (db *DB) oneUser(ctx context.Context, condition string, values ...any) (bot.User, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var user bot.User
	err := db.pool.QueryRow(ctx, `select `+userColumns+` from users u where `+condition, values...).Scan(userFields(&user)...)
	return user, err
}

// Users implements bot.Accounts, by address.
func (db *DB) Users(ctx context.Context) ([]bot.User, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select `+userColumns+` from users u order by u.email`)
	if err != nil {
		return nil, fail(err, "list users")
	}
	users, err := pgx.CollectRows(rows, scanUser)
	return users, fail(err, "list users")
}

// SetPasswordHash implements bot.Accounts.
func (db *DB) SetPasswordHash(ctx context.Context, email, hash string) error {
	email = mailbox(email)
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := touchOne(ctx, tx, `update users set password_hash = $2 where email = $1`, email, clean(hash)); err != nil {
			return err
		}
		if err := dropAccess(ctx, tx, email, ""); err != nil {
			return err
		}
		return record(ctx, tx, bot.AuditPassword, email, "")
	})
	return fail(err, "set a password")
}

// SetLanguage implements bot.Accounts.
func (db *DB) SetLanguage(ctx context.Context, email, language string) error {
	return db.change(ctx, "set a language", `update users set language = $2 where email = $1`, mailbox(email), clean(language))
}

// RehashPassword implements bot.Accounts.
func (db *DB) RehashPassword(ctx context.Context, email, old, hash string) error {
	_, err := db.exec(ctx, `update users set password_hash = $3 where email = $1 and password_hash = $2`,
		mailbox(email), clean(old), clean(hash))
	return fail(err, "hash a password again")
}

// SetRole implements bot.Accounts. The role it has already changes nothing.
func (db *DB) SetRole(ctx context.Context, email string, role bot.Role) error {
	email = mailbox(email)
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var before bot.Role
		if err := tx.QueryRow(ctx, `select role from users where email = $1`, email).Scan(&before); err != nil || before == role {
			return err
		}
		if err := keepAnAdmin(ctx, tx, email, before); err != nil {
			return err
		}
		if err := touchOne(ctx, tx, `update users set role = $2 where email = $1`, email, role); err != nil {
			return err
		}
		return record(ctx, tx, bot.AuditRole, email, string(before)+" > "+string(role))
	})
	return fail(err, "set a role")
}

// SetDisabled implements bot.Accounts. What is so already changes nothing.
func (db *DB) SetDisabled(ctx context.Context, email string, disabled bool) error {
	email = mailbox(email)
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var before bool
		var role bot.Role
		err := tx.QueryRow(ctx, `select disabled_at is not null, role from users where email = $1`, email).Scan(&before, &role)
		if err != nil || before == disabled {
			return err
		}
		if !disabled {
			if err := touchOne(ctx, tx, `update users set disabled_at = null where email = $1`, email); err != nil {
				return err
			}
			return record(ctx, tx, bot.AuditEnabled, email, "")
		}
		if err := keepAnAdmin(ctx, tx, email, role); err != nil {
			return err
		}
		if err := touchOne(ctx, tx, `update users set disabled_at = now() where email = $1`, email); err != nil {
			return err
		}
		if err := dropAccess(ctx, tx, email, ""); err != nil {
			return err
		}
		return record(ctx, tx, bot.AuditDisabled, email, "")
	})
	return fail(err, "disable or enable a user")
}

// LinkSubject implements bot.Accounts.
func (db *DB) LinkSubject(ctx context.Context, email, subject string) error {
	email, subject = mailbox(email), clean(subject)
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var before string
		err := tx.QueryRow(ctx, `select coalesce(subject, '') from users where email = $1`, email).Scan(&before)
		switch {
		case err != nil || before == subject:
			return err
		case before != "":
			return bot.ErrExists
		}
		if err := touchOne(ctx, tx, `update users set subject = $2 where email = $1`, email, subject); err != nil {
			return err
		}
		return record(ctx, tx, bot.AuditLinked, email, "")
	})
	return fail(err, "link a user to the provider")
}

// keepAnAdmin refuses to take an administrator away when nobody else who can sign in is one.
func keepAnAdmin(ctx context.Context, tx pgx.Tx, email string, role bot.Role) error {
	if role != bot.RoleAdmin {
		return nil
	}
	var others bool
	err := tx.QueryRow(ctx, `select exists (select from users where role = 'admin' and email <> $1
		and disabled_at is null and (password_hash <> '' or subject is not null))`, email).Scan(&others)
	if err == nil && !others {
		return bot.ErrLastAdmin
	}
	return err
}

// dropAccess ends the sign-ins of an account, but the one named, and voids its link.
func dropAccess(ctx context.Context, tx pgx.Tx, email, except string) error {
	if _, err := tx.Exec(ctx, `delete from sign_ins where email = $1 and id <> $2`, email, except); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `delete from account_links where email = $1`, email)
	return err
}
