package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

const ticketColumns = `t.reference, t.conversation_id, c.channel, t.site, t.category, t.status, t.fields, t.assignee,
	t.created_at, t.updated_at`

func scanTicket(row pgx.CollectableRow) (t bot.Ticket, err error) {
	err = row.Scan(&t.Reference, &t.ConversationID, &t.Channel, &t.Site, &t.Category, &t.Status, &t.Fields, &t.Assignee,
		&t.CreatedAt, &t.UpdatedAt)
	return t, err
}

// Tickets implements bot.Tickets. Each word of the filter's text must occur somewhere in the reference or the fields,
// in any order, as part of a word or whole.
func (db *DB) Tickets(ctx context.Context, filter bot.TicketFilter) ([]bot.Ticket, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	where, args := conditions(filter)
	limit := filter.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	args = append(args, limit, max(filter.Offset, 0))
	rows, err := db.pool.Query(ctx, fmt.Sprintf(`select %s from tickets t join conversations c on c.id = t.conversation_id
		%s order by t.created_at desc, t.reference limit $%d offset $%d`, ticketColumns, where, len(args)-1, len(args)),
		args...)
	if err != nil {
		return nil, fail(err, "list tickets")
	}
	tickets, err := pgx.CollectRows(rows, scanTicket)
	return tickets, fail(err, "list tickets")
}

// conditions gives the filter as a where clause. Only the fields that narrow are in it, so that each combination is
// planned for itself and finds its index.
func conditions(filter bot.TicketFilter) (where string, args []any) {
	var all []string
	add := func(condition string, arg any) {
		args = append(args, arg)
		all = append(all, fmt.Sprintf(condition, len(args)))
	}
	if len(filter.Statuses) > 0 {
		add("t.status = any($%d)", filter.Statuses)
	}
	if filter.Category != "" {
		add("t.category = $%d", filter.Category)
	}
	if filter.Assignee != "" {
		add("t.assignee = $%d", mailbox(filter.Assignee))
	}
	if filter.Site != "" {
		add("t.site = $%d", clean(filter.Site))
	}
	for _, word := range strings.Fields(fold(filter.Text)) {
		add("strpos(t.search, $%d) > 0", word) // not LIKE: % and _ are letters like others to whoever searches
	}
	if len(all) == 0 {
		return "", nil
	}
	return "where " + strings.Join(all, " and "), args
}

// CountTickets implements bot.Tickets. A status that no ticket has is absent.
func (db *DB) CountTickets(ctx context.Context) (map[bot.Status]int, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	counts := map[bot.Status]int{}
	rows, err := db.pool.Query(ctx, `select status, count(*) from tickets group by status`)
	if err != nil {
		return nil, fail(err, "count tickets")
	}
	var status bot.Status
	var count int
	_, err = pgx.ForEachRow(rows, []any{&status, &count}, func() error {
		counts[status] = count
		return nil
	})
	if err != nil {
		return nil, fail(err, "count tickets")
	}
	return counts, nil
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
	batch.Queue(`select at, actor, kind, detail from ticket_events where reference = $1 order by id`, reference).
		Query(func(rows pgx.Rows) (err error) {
			file.Events, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e bot.Event, err error) {
				err = row.Scan(&e.At, &e.Actor, &e.Kind, &e.Detail)
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
	search := []string{t.Reference, strings.ReplaceAll(t.Reference, "-", "")}
	for name, value := range t.Fields {
		fields[name] = value
		search = append(search, value)
	}
	encoded, err := encode(fields)
	if err != nil {
		return err
	}
	batch.Queue(`insert into tickets (reference, conversation_id, site, category, status, fields, search, created_at, updated_at)
		values ($1, $2, $3, $4, 'open', $5, $6, $7, $7)`,
		t.Reference, c.ID, c.Site, t.Category, encoded, fold(strings.Join(search, "\n")), at)
	queueEvent(batch, t.Reference, event{at: now, actor: actorBot, kind: "opened", detail: recorded})
	return nil
}

// queueReopening gives the agents back what waits for the customer, or was thought solved, when the customer writes.
func queueReopening(batch *pgx.Batch, conversation int64, at time.Time) {
	batch.Queue(`with reopened as (
			update tickets set status = 'open', updated_at = $2
			where conversation_id = $1 and status in ('waiting', 'resolved') returning reference)
		insert into ticket_events (reference, at, actor, kind, detail)
		select reference, $2, $3, 'status', 'open' from reopened`, conversation, at, actorCustomer)
}

// quoteReference keeps an error short and on one line when what was given for a reference is something else.
func quoteReference(reference string) string {
	if len(reference) > 20 {
		return "with an unknown reference"
	}
	return fmt.Sprintf("%q", reference)
}
