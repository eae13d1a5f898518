package postgres

import (
	"context"
	"fmt"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// Macros implements bot.Macros.
func (db *DB) Macros(ctx context.Context) ([]bot.Macro, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select id, name, text, updated_by, updated_at from macros order by lower(name), id`)
	if err != nil {
		return nil, fail(err, "list the macros")
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[bot.Macro])
	return all, fail(err, "list the macros")
}

// SaveMacro implements bot.Macros.
func (db *DB) SaveMacro(ctx context.Context, macro bot.Macro) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		values := []any{clean(macro.Name), clean(macro.Text), bot.ActorOf(ctx).Who}
		statement := `insert into macros (name, text, updated_by) values ($1, $2, $3)`
		if macro.ID != 0 {
			statement, values = `update macros set name = $1, text = $2, updated_by = $3, updated_at = clock_timestamp() where id = $4`, append(values, macro.ID)
		}
		saved, err := tx.Exec(ctx, statement, values...)
		if err != nil {
			return err
		}
		if saved.RowsAffected() == 0 {
			return bot.ErrNotFound
		}
		return record(ctx, tx, bot.AuditMacroSaved, macro.Name, "")
	})
	return fail(err, fmt.Sprintf("save macro %d", macro.ID))
}

// RemoveMacro implements bot.Macros.
func (db *DB) RemoveMacro(ctx context.Context, id int64) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var name string
		if err := tx.QueryRow(ctx, `delete from macros where id = $1 returning name`, id).Scan(&name); err != nil {
			return err
		}
		return record(ctx, tx, bot.AuditMacroRemoved, name, "")
	})
	return fail(err, fmt.Sprintf("remove macro %d", id))
}
