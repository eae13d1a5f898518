package postgres

import (
	"context"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// seenEvery is how often a sign-in in use is marked seen: writing it for every request would cost more than reading it.
const seenEvery = time.Minute

// BeginSignIn implements bot.SignIns.
func (db *DB) BeginSignIn(ctx context.Context, s bot.SignIn) error {
	email := mailbox(s.Email)
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		// The lock makes who disables the account wait, and then end this sign-in too.
		var name string
		err := tx.QueryRow(ctx, `select name from users where email = $1 and disabled_at is null for share`, email).Scan(&name)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `insert into sign_ins (id, email, began_at, seen_at, address, browser) values ($1, $2, $3, $4, $5, $6)`,
			s.ID, email, s.At, s.Seen, clean(s.Address), clean(s.Browser))
		if err != nil {
			return err
		}
		return record(ctx, tx, bot.AuditSignIn, email, s.How)
	})
	return fail(err, "begin a sign-in")
}

const signInColumns = `s.id, s.email, s.began_at, s.seen_at, s.address, s.browser`

func signInFields(s *bot.SignIn) []any {
	return []any{&s.ID, &s.Email, &s.At, &s.Seen, &s.Address, &s.Browser}
}

// SignIn implements bot.SignIns.
func (db *DB) SignIn(ctx context.Context, id string, now, begun, seen time.Time) (bot.SignIn, bot.User, error) {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var s bot.SignIn
	var user bot.User
	err := db.pool.QueryRow(limited, `select `+signInColumns+`, `+userColumns+` from sign_ins s join users u on u.email = s.email
		where s.id = $1 and s.began_at > $2 and s.seen_at > $3 and u.disabled_at is null`, clean(id), begun, seen).
		Scan(append(signInFields(&s), userFields(&user)...)...)
	if err == nil && now.Sub(s.Seen) >= seenEvery {
		s.Seen = now
		_, err = db.exec(ctx, `update sign_ins set seen_at = $2 where id = $1 and seen_at < $2`, s.ID, now)
	}
	return s, user, fail(err, "read a sign-in")
}

// SignIns implements bot.SignIns.
func (db *DB) SignIns(ctx context.Context, email string, begun, seen time.Time) ([]bot.SignIn, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select `+signInColumns+` from sign_ins s
		where s.email = $1 and s.began_at > $2 and s.seen_at > $3 order by s.seen_at desc, s.id`, mailbox(email), begun, seen)
	if err != nil {
		return nil, fail(err, "list sign-ins")
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s bot.SignIn, err error) {
		err = row.Scan(signInFields(&s)...)
		return s, err
	})
	return all, fail(err, "list sign-ins")
}

// EndSignIn implements bot.SignIns.
func (db *DB) EndSignIn(ctx context.Context, email, id string, action bot.AuditAction) error {
	email = mailbox(email)
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := touchOne(ctx, tx, `delete from sign_ins where email = $1 and id = $2`, email, clean(id)); err != nil {
			return err
		}
		return record(ctx, tx, action, email, "")
	})
	return fail(err, "end a sign-in")
}

// EndSignIns implements bot.SignIns.
func (db *DB) EndSignIns(ctx context.Context, email, except string) (int, error) {
	email = mailbox(email)
	ended := 0
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `delete from sign_ins where email = $1 and id <> $2`, email, clean(except))
		if ended = int(tag.RowsAffected()); err != nil || ended == 0 {
			return err
		}
		return record(ctx, tx, bot.AuditSignInEnded, email, "all")
	})
	return ended, fail(err, "end the sign-ins of a user")
}
