package postgres

import (
	"context"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// EnableSecondFactor implements bot.SecondFactors.
func (db *DB) EnableSecondFactor(ctx context.Context, email string, sealed []byte, step int64, recovery [][]byte, except string) error {
	email = mailbox(email)
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var has bool
		if err := tx.QueryRow(ctx, `select second_factor is not null from users where email = $1`, email).Scan(&has); err != nil {
			return err
		}
		if has {
			return bot.ErrExists
		}
		if err := touchOne(ctx, tx, `update users set second_factor = $2, factor_step = $3 where email = $1`, email, sealed, step); err != nil {
			return err
		}
		if err := keepRecoveryCodes(ctx, tx, email, recovery); err != nil {
			return err
		}
		if err := dropAccess(ctx, tx, email, except); err != nil {
			return err
		}
		return record(ctx, tx, bot.AuditFactorOn, email, "")
	})
	return fail(err, "set a second factor")
}

// DisableSecondFactor implements bot.SecondFactors. Without one it changes nothing.
func (db *DB) DisableSecondFactor(ctx context.Context, email, except string) error {
	email = mailbox(email)
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var has bool
		if err := tx.QueryRow(ctx, `select second_factor is not null from users where email = $1`, email).Scan(&has); err != nil || !has {
			return err
		}
		if err := touchOne(ctx, tx, `update users set second_factor = null where email = $1`, email); err != nil {
			return err
		}
		if err := keepRecoveryCodes(ctx, tx, email, nil); err != nil {
			return err
		}
		if err := dropAccess(ctx, tx, email, except); err != nil {
			return err
		}
		return record(ctx, tx, bot.AuditFactorOff, email, "")
	})
	return fail(err, "remove a second factor")
}

// UseStep implements bot.SecondFactors: of two requests with one code, one finds the step used.
func (db *DB) UseStep(ctx context.Context, email string, step int64) error {
	return db.change(ctx, "use a code", `update users set factor_step = $2 where email = $1 and factor_step < $2`, mailbox(email), step)
}

// UseRecoveryCode implements bot.SecondFactors.
func (db *DB) UseRecoveryCode(ctx context.Context, email string, hash []byte) error {
	email = mailbox(email)
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := touchOne(ctx, tx, `delete from recovery_codes where email = $1 and hash = $2`, email, hash); err != nil {
			return err
		}
		return record(ctx, tx, bot.AuditRecoveryUsed, email, "")
	})
	return fail(err, "use a recovery code")
}

// SetRecoveryCodes implements bot.SecondFactors.
func (db *DB) SetRecoveryCodes(ctx context.Context, email string, hashes [][]byte) error {
	email = mailbox(email)
	err := db.changeAccounts(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var has bool
		err := tx.QueryRow(ctx, `select second_factor is not null from users where email = $1`, email).Scan(&has)
		if err == nil && !has {
			err = bot.ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := keepRecoveryCodes(ctx, tx, email, hashes); err != nil {
			return err
		}
		return record(ctx, tx, bot.AuditRecoveryRenewed, email, "")
	})
	return fail(err, "renew recovery codes")
}

func keepRecoveryCodes(ctx context.Context, tx pgx.Tx, email string, hashes [][]byte) error {
	if _, err := tx.Exec(ctx, `delete from recovery_codes where email = $1`, email); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `insert into recovery_codes (email, hash) select $1, unnest($2::bytea[])`, email, hashes)
	return err
}
