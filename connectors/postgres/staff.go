package postgres

import (
	"context"
	"fmt"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// What happens to a ticket makes it due by triggers (migration 00006), under the lock of its conversation. A holder that
// settles takes no other lock than its row's, so that neither can wait for the other for ever.

// OpenStaffRoom implements bot.StaffThreads.
func (db *DB) OpenStaffRoom(ctx context.Context, room string) error {
	_, err := db.exec(ctx, `insert into staff_rooms (room) values ($1) on conflict do nothing`, clean(room))
	return fail(err, "open the staff room "+room)
}

// ClaimStaffWork implements bot.StaffThreads.
func (db *DB) ClaimStaffWork(ctx context.Context, room string, lease time.Duration) (bot.StaffWork, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	w := bot.StaffWork{Room: room}
	err := db.pool.QueryRow(ctx, `update staff_threads set attempts = attempts + 1, claimed_until = clock_timestamp() + $2
		where room = $1 and reference = (
			select reference from staff_threads
			where room = $1 and next_at <= now() and (claimed_until is null or claimed_until not between now() and now() + 2 * $2::interval)
			order by next_at, reference limit 1 for update skip locked)
		returning reference, thread, shut, renewed, told_event, told_message, attempts, mark, claimed_until`, clean(room), lease).
		Scan(&w.Ticket.Reference, &w.Thread, &w.Shut, &w.Renewed, &w.Told.Event, &w.Told.Message, &w.Attempt, &w.Mark, &w.Until)
	if err == nil {
		// Read after the claim: whatever is not seen yet has not been committed, and will count in the mark.
		snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
		err = pgx.BeginTxFunc(ctx, db.pool, snapshot, func(tx pgx.Tx) error { return readStaffWork(ctx, tx, &w) })
	}
	return w, fail(err, "claim what is to be told in "+room)
}

func readStaffWork(ctx context.Context, tx pgx.Tx, w *bot.StaffWork) error {
	var messages, events []bot.StaffFact
	own := clean(bot.StaffOnceOf(w.Room, w.Thread))
	batch := &pgx.Batch{}
	batch.Queue(`select `+ticketColumns+` from tickets t join conversations c on c.id = t.conversation_id
		where t.reference = $1`, w.Ticket.Reference).Query(func(rows pgx.Rows) (err error) {
		w.Ticket, err = pgx.CollectExactlyOneRow(rows, scanTicket)
		return err
	})
	batch.Queue(`select coalesce(nullif(u.name, ''), t.assignee) from tickets t left join users u on u.email = t.assignee
		where t.reference = $1`, w.Ticket.Reference).QueryRow(func(row pgx.Row) error { return row.Scan(&w.Follows) })
	batch.Queue(`select `+messageColumns+`, exists (select from ticket_events e
				where e.reference = $1 and e.kind = 'reply' and e.seq = m.seq and starts_with(e.once, $3))
		from messages m
		where m.conversation_id = (select conversation_id from tickets where reference = $1) and m.seq > $2 order by m.seq`,
		w.Ticket.Reference, w.Told.Message, own).Query(func(rows pgx.Rows) (err error) {
		messages, err = pgx.CollectRows(rows, scanStaffMessage)
		return err
	})
	batch.Queue(`select e.id, e.at, e.kind, coalesce(nullif(u.name, ''), e.actor),
			case when e.kind = 'assigned' then coalesce(nullif(a.name, ''), e.detail) else e.detail end,
			coalesce(starts_with(e.once, $3), false)
		from ticket_events e left join users u on u.email = e.actor left join users a on e.kind = 'assigned' and a.email = e.detail
		where e.reference = $1 and e.id > $2 order by e.id`, w.Ticket.Reference, w.Told.Event, own).
		Query(func(rows pgx.Rows) (err error) {
			events, err = pgx.CollectRows(rows, scanStaffEvent)
			return err
		})
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	w.Facts = bot.MergeStaffFacts(w.Told, messages, events)
	return nil
}

func scanStaffMessage(row pgx.CollectableRow) (f bot.StaffFact, err error) {
	m := &bot.Message{}
	err = row.Scan(append(columnsOf(m), &f.Own)...)
	f.Message, f.At, f.Told.Message = m, m.At, m.Seq
	return f, err
}

func scanStaffEvent(row pgx.CollectableRow) (f bot.StaffFact, err error) {
	err = row.Scan(&f.Told.Event, &f.At, &f.Kind, &f.Who, &f.Detail, &f.Own)
	return f, err
}

// SettleStaffWork implements bot.StaffThreads.
func (db *DB) SettleStaffWork(ctx context.Context, held bot.StaffWork, as bot.StaffStep) error {
	return db.change(ctx, fmt.Sprintf("note what was told of ticket %s in %s", held.Ticket.Reference, held.Room),
		`update staff_threads set claimed_until = null, thread = $4, shut = $5, renewed = $6, told_event = $7, told_message = $8,
			attempts = case when $9 then attempts else 0 end, last_error = $10,
			next_at = case
				when $11 and mark = $12 then null
				when $11 then clock_timestamp()
				when $13::interval > interval '0' then clock_timestamp() + $13
				else next_at end
		where room = $1 and reference = $2 and claimed_until = $3`,
		held.Room, held.Ticket.Reference, held.Until, clean(as.Thread), as.Shut, as.Renewed, as.Told.Event, as.Told.Message,
		as.Failed, brief(as.Reason), as.Done, held.Mark, as.After)
}

// StaffTicket implements bot.StaffThreads.
func (db *DB) StaffTicket(ctx context.Context, room, thread string) (reference string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = db.pool.QueryRow(ctx, `select reference from staff_threads where room = $1 and thread = $2 and thread <> ''`,
		clean(room), clean(thread)).Scan(&reference)
	return reference, fail(err, "find the ticket of a thread in "+room)
}
