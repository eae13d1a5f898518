package postgres

import (
	"context"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// Backlog counts what waits. Each count reads an index of what waits alone, however much was done.
func (db *DB) Backlog(ctx context.Context) (bot.Backlog, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	b := bot.Backlog{Inbox: map[string]bot.Queue{}, Outbox: map[string]bot.Queue{}, Tickets: map[bot.Status]int{}}
	batch := &pgx.Batch{}
	batch.Queue(`select channel, count(*), extract(epoch from now() - min(received_at))::float8 from inbox
		where done_at is null and parked_at is null group by channel`).Query(waiting(b.Inbox))
	batch.Queue(`select channel, count(*) from inbox where parked_at is not null group by channel`).Query(setAside(b.Inbox))
	batch.Queue(`select o.channel, count(*), extract(epoch from now() - min(m.at))::float8
		from outbox o join messages m on m.conversation_id = o.conversation_id and m.seq = o.seq
		where o.state = 'pending' group by o.channel`).Query(waiting(b.Outbox))
	batch.Queue(`select channel, count(*) from outbox where state = 'dead' group by channel`).Query(setAside(b.Outbox))
	batch.Queue(countByStatus).Query(func(rows pgx.Rows) error { return scanStatuses(rows, b.Tickets) })
	batch.Queue(`select kind, state::text, count(*) from river_job where state <> 'completed' group by kind, state order by kind, state`).
		Query(func(rows pgx.Rows) (err error) {
			b.Jobs, err = pgx.CollectRows(rows, pgx.RowToStructByPos[bot.JobCount])
			return err
		})
	batch.Queue(`select count(failing_since) filter (where off_at is null), count(off_at) from webhooks`).QueryRow(func(row pgx.Row) error {
		return row.Scan(&b.Webhooks.Failing, &b.Webhooks.Off)
	})
	if err := db.pool.SendBatch(ctx, batch).Close(); err != nil {
		return bot.Backlog{}, fail(err, "count what waits")
	}
	return b, nil
}

func waiting(in map[string]bot.Queue) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var channel string
		var count int
		var oldest float64
		_, err := pgx.ForEachRow(rows, []any{&channel, &count, &oldest}, func() error {
			q := in[channel]
			q.Waiting, q.Oldest = count, max(0, time.Duration(oldest*float64(time.Second)))
			in[channel] = q
			return nil
		})
		return err
	}
}

func setAside(in map[string]bot.Queue) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var channel string
		var count int
		_, err := pgx.ForEachRow(rows, []any{&channel, &count}, func() error {
			q := in[channel]
			q.SetAside = count
			in[channel] = q
			return nil
		})
		return err
	}
}

// PoolUse is how the connections of a replica are used.
type PoolUse struct {
	InUse, Idle, Most int
	Waits             int64         // how often a connection was waited for, since the start
	Waited            time.Duration // for how long altogether
}

// Pool tells how the connections are used now.
func (db *DB) Pool() PoolUse {
	s := db.pool.Stat()
	return PoolUse{
		InUse: int(s.AcquiredConns()), Idle: int(s.IdleConns()), Most: int(s.MaxConns()),
		Waits: s.EmptyAcquireCount(), Waited: s.EmptyAcquireWaitTime(),
	}
}
