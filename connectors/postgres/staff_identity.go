package postgres

import (
	"context"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// LinkStaff implements bot.StaffIdentities.
func (db *DB) LinkStaff(ctx context.Context, channel, person, email string) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		// The account is locked, so that two links of it follow one another.
		var address string
		if err := tx.QueryRow(ctx, `select email from users where email = $1 for update`, mailbox(email)).Scan(&address); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from staff_identities where channel = $1 and email = $2`, channel, address); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into staff_identities (channel, external_id, email) values ($1, $2, $3)
			on conflict (channel, external_id) do update set email = excluded.email`, channel, clean(person), address)
		return err
	})
	return fail(err, "link a person of "+channel+" to an account")
}

// UnlinkStaff implements bot.StaffIdentities.
func (db *DB) UnlinkStaff(ctx context.Context, channel, email string) error {
	return db.change(ctx, "unlink an account", `delete from staff_identities where email = $1 and ($2 = '' or channel = $2)`, mailbox(email), channel)
}

// StaffUser implements bot.StaffIdentities.
func (db *DB) StaffUser(ctx context.Context, channel, person string) (bot.User, error) {
	user, err := db.oneUser(ctx, `u.email = (select email from staff_identities
		where channel = $1 and external_id = $2)`, channel, clean(person))
	return user, fail(err, "find the account of a person of "+channel)
}

// StaffLinks implements bot.StaffIdentities.
func (db *DB) StaffLinks(ctx context.Context) ([]bot.StaffLink, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select channel, external_id, email from staff_identities order by email, channel`)
	if err != nil {
		return nil, fail(err, "list who answers from chats")
	}
	links, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l bot.StaffLink, err error) {
		err = row.Scan(&l.Channel, &l.Person, &l.Email)
		return l, err
	})
	return links, fail(err, "list who answers from chats")
}
