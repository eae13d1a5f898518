package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

const (
	// editionPatience is how long an edition may take to get here or from here: it has megabytes.
	editionPatience = 30 * time.Second

	// editionsLearned is of how many editions, the newest, what was learned is kept: enough to go back and forth.
	editionsLearned = 3
)

// Publish implements bot.Editions.
func (db *DB) Publish(ctx context.Context, e bot.Edition, after int64) (int64, error) {
	number := after + 1
	ctx, cancel := context.WithTimeout(ctx, editionPatience)
	defer cancel()
	err := pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		var learned any // null for none
		if e.Digest != "" {
			learned = e.Learned
		}
		// The key has who comes second refused, and the condition who skips one.
		added, err := tx.Exec(ctx, `insert into editions (number, actor, note, topics, files, digest, learned)
			select $1::bigint, $2, $3, $4, $5, $6, $7 where coalesce((select max(number) from editions), 0) = $1::bigint - 1`,
			number, bot.ActorOf(ctx).Who, clean(e.Note), e.Topics, e.Files, e.Digest, learned)
		if err != nil {
			return err
		}
		if added.RowsAffected() == 0 {
			return bot.ErrExists
		}
		if _, err := tx.Exec(ctx, `update editions set digest = '', learned = null where number <= $1 and learned is not null`, number-editionsLearned); err != nil {
			return err
		}
		if err := record(ctx, tx, bot.AuditPublished, strconv.FormatInt(number, 10), strconv.Itoa(e.Topics)); err != nil {
			return err
		}
		payload, err := encode(notification{bot.Published, strconv.FormatInt(number, 10)})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "select pg_notify($1, $2)", notifyChannel, string(payload))
		return err
	})
	if err != nil {
		return 0, fail(err, "publish an edition")
	}
	return number, nil
}

// Edition implements bot.Editions.
func (db *DB) Edition(ctx context.Context, number int64) (bot.Edition, error) {
	ctx, cancel := context.WithTimeout(ctx, editionPatience)
	defer cancel()
	e := bot.Edition{}
	err := db.pool.QueryRow(ctx, `select number, at, actor, note, topics, files, digest, learned from editions
		where number = $1 or $1 = 0 order by number desc limit 1`, number).Scan(&e.Number, &e.At, &e.By.Who, &e.Note, &e.Topics, &e.Files, &e.Digest, &e.Learned)
	if errors.Is(err, pgx.ErrNoRows) {
		return e, fmt.Errorf("edition %d: %w", number, bot.ErrNotFound)
	}
	return e, fail(err, fmt.Sprintf("read edition %d", number))
}

// LatestEdition implements bot.Editions.
func (db *DB) LatestEdition(ctx context.Context) (number int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = db.pool.QueryRow(ctx, `select coalesce(max(number), 0) from editions`).Scan(&number)
	return number, fail(err, "find the newest edition")
}

// ListEditions implements bot.Editions.
func (db *DB) ListEditions(ctx context.Context, most int) ([]bot.Edition, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select number, at, actor, note, topics from editions order by number desc limit $1`, most)
	if err != nil {
		return nil, fail(err, "list the editions")
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e bot.Edition, err error) {
		return e, row.Scan(&e.Number, &e.At, &e.By.Who, &e.Note, &e.Topics)
	})
	return all, fail(err, "list the editions")
}
