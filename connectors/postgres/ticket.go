package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// defaultLimit is how many tickets a filter without a limit gives.
const defaultLimit = 100

// The actors of events that are not people of the desk.
const (
	actorCustomer = "customer"
	actorBot      = "bot"
)

const ticketColumns = `t.reference, t.conversation_id, t.channel, t.site, t.category, t.status, t.fields, t.assignee, t.clock,
	t.created_at, t.updated_at, t.priority, t.tags, t.snoozed_until, t.held_by, ` + holderOf + `, coalesce(t.merged_into, '')`

// holderOf is the e-mail of who answers through a ticket; empty when a server of an older release changed held_by since.
const holderOf = `case when holder_name = held_by then holder else '' end`

func scanTicket(row pgx.CollectableRow) (t bot.Ticket, err error) {
	var snoozed *time.Time
	err = row.Scan(&t.Reference, &t.ConversationID, &t.Channel, &t.Site, &t.Category, &t.Status, &t.Fields, &t.Assignee,
		&t.Clock, &t.CreatedAt, &t.UpdatedAt, &t.Priority, &t.Tags, &snoozed, &t.HeldBy, &t.Holder, &t.MergedInto)
	if snoozed != nil {
		t.Snoozed = *snoozed
	}
	if len(t.Tags) == 0 {
		t.Tags = nil
	}
	return t, err
}

// behind is a row whose first column goes elsewhere than the others.
type behind struct {
	pgx.CollectableRow
	first any
}

// Scan implements pgx.Row.
func (b behind) Scan(dest ...any) error {
	return b.CollectableRow.Scan(append([]any{b.first}, dest...)...)
}

// Ticket implements bot.Tickets. The ticket, its transcript and its events are those of one moment.
func (db *DB) Ticket(ctx context.Context, reference string) (bot.TicketFile, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var file bot.TicketFile
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := pgx.BeginTxFunc(ctx, db.pool, snapshot, func(tx pgx.Tx) (err error) {
		file, err = readTicketFile(ctx, tx, clean(reference))
		return err
	})
	if err != nil {
		return bot.TicketFile{}, fail(err, "read ticket "+quoteReference(reference))
	}
	return file, nil
}

func readTicketFile(ctx context.Context, tx pgx.Tx, reference string) (file bot.TicketFile, err error) {
	batch := &pgx.Batch{}
	batch.Queue(`select `+ticketColumns+` from tickets t join conversations c on c.id = t.conversation_id
		where t.reference = $1`, reference).Query(func(rows pgx.Rows) (err error) {
		file.Ticket, err = pgx.CollectExactlyOneRow(rows, scanTicket)
		return err
	})
	batch.Queue(`select `+messageColumns+` from messages m
		where m.conversation_id = (select conversation_id from tickets where reference = $1) order by m.seq`, reference).
		Query(func(rows pgx.Rows) (err error) {
			file.Transcript, err = pgx.CollectRows(rows, scanMessage)
			return err
		})
	batch.Queue(`select seq, state from outbox where conversation_id = (select conversation_id from tickets where reference = $1)`, reference).
		Query(func(rows pgx.Rows) error {
			var seq int64
			var state bot.DeliveryState
			file.Deliveries = map[int64]bot.DeliveryState{}
			_, err := pgx.ForEachRow(rows, []any{&seq, &state}, func() error {
				file.Deliveries[seq] = state
				return nil
			})
			return err
		})
	batch.Queue(`select at, actor, kind, detail, seq from (
			select id, at, actor, kind, detail, coalesce(seq, 0) as seq from ticket_events where reference = $1
			union all
			select null, settled_at, $2, case state when 'sent' then 'mailed' else 'unmailed' end, case state when 'sent' then kind else error end, 0
			from mails where reference = $1 and state in ('sent', 'dead')
		) e order by at, id`, reference, actorBot).
		Query(func(rows pgx.Rows) (err error) {
			file.Events, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e bot.Event, err error) {
				err = row.Scan(&e.At, &e.Actor, &e.Kind, &e.Detail, &e.Seq)
				return e, err
			})
			return err
		})
	return file, tx.SendBatch(ctx, batch).Close()
}

// queueTicket opens a ticket in the turn that asked for it. A reference that is taken makes the turn fail with
// bot.ErrExists: the caller makes another one. The request was made at the time at, and reaches the database now.
func queueTicket(batch *pgx.Batch, c bot.Conversation, turn bot.Turn, at, now time.Time) error {
	t, recorded := *turn.Ticket, ""
	if !turn.Recorded.IsZero() {
		recorded = at.Format(time.RFC3339)
	}
	if t.Reference == "" {
		return errors.New("a ticket without a reference")
	}
	fields := make(map[bot.Field]string, len(t.Fields))
	for name, value := range t.Fields {
		fields[name] = value
	}
	encoded, err := encode(fields)
	if err != nil {
		return err
	}
	clock, err := encode(t.Clock)
	if err != nil {
		return err
	}
	due, warn, tell := moments(t.Clock)
	batch.Queue(`insert into tickets (reference, conversation_id, site, category, status, fields, search, clock, due_at, warn_at, tell_at,
			created_at, updated_at)
		values ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9, $10, $11, $12)`,
		t.Reference, c.ID, c.Site, t.Category, encoded, searchText(t.Reference, t.Fields), clock, due, warn, tell, at, now)
	queueEvent(batch, t.Reference, event{at: now, actor: actorBot, kind: bot.EventOpened, detail: recorded})
	return nil
}

// quoteReference keeps an error short and on one line when what was given for a reference is something else.
func quoteReference(reference string) string {
	if len(reference) > 20 {
		return "with an unknown reference"
	}
	return fmt.Sprintf("%q", reference)
}
