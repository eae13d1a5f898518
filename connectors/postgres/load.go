package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// ErrInUse is the error of a load into a database that has conversations.
var ErrInUse = errors.New("the database has conversations already")

// Loaded counts what Load wrote.
type Loaded struct{ Tickets, Messages int }

// loadBatch is how many tickets are copied at once.
const loadBatch = 2000

// Load copies tickets with their conversations into the database, all or none: each gets a conversation of its own. Nobody
// is told of them: no notice, no staff room, no webhook. Until it ends nothing else can write a message or a ticket. Unless
// add is set, a database that has conversations gives ErrInUse.
func (db *DB) Load(ctx context.Context, files iter.Seq[bot.TicketFile], add bool) (Loaded, error) {
	var loaded Loaded
	err := pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		var used bool
		if err := tx.QueryRow(ctx, `select exists (select from conversations)`).Scan(&used); err != nil {
			return err
		}
		if used && !add {
			return ErrInUse
		}
		return bulk(ctx, tx, func() (err error) {
			loaded, err = copyTickets(ctx, tx, files)
			return err
		})
	})
	if err != nil {
		return Loaded{}, fail(err, "load tickets")
	}
	// What the planner and index-only scans need, and autovacuum would do in its time.
	_, err = db.pool.Exec(ctx, `vacuum analyze conversations, messages, tickets, ticket_events, ticket_words, ticket_tally`)
	return loaded, fail(err, "tidy up after loading tickets")
}

// bulk has rows written without the triggers that look at each.
func bulk(ctx context.Context, tx pgx.Tx, write func() error) error {
	each := func(statement string) error {
		for _, table := range []string{"messages", "tickets", "ticket_events"} {
			if _, err := tx.Exec(ctx, fmt.Sprintf(statement, table)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := each(`alter table %s disable trigger user`); err != nil {
		return err
	}
	var newest int64
	if err := tx.QueryRow(ctx, `select coalesce(max(number), 0) from tickets`).Scan(&newest); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	if err := each(`alter table %s enable trigger user`); err != nil {
		return err
	}
	return fillIn(ctx, tx, newest)
}

// fillIn does for the tickets after a number what the triggers would have done. An index is made faster than it is filled.
func fillIn(ctx context.Context, tx pgx.Tx, after int64) error {
	var index string
	if err := tx.QueryRow(ctx, `select pg_get_indexdef('ticket_words_search'::regclass)`).Scan(&index); err != nil {
		return err
	}
	for _, statement := range []string{
		`set local maintenance_work_mem = '256MB'`,
		`drop index ticket_words_search`,
		fmt.Sprintf(`insert into ticket_tally select status, tag, category, channel, site, priority, assignee, count(*)
			from tickets, unnest(array_prepend('', tags)) tag where number > %d group by 1, 2, 3, 4, 5, 6, 7`, after),
		fmt.Sprintf(`select count(write_ticket_words(number, 0)) from tickets where number > %d`, after),
		index,
	} {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func copyTickets(ctx context.Context, tx pgx.Tx, files iter.Seq[bot.TicketFile]) (loaded Loaded, err error) {
	var last int64
	if err := tx.QueryRow(ctx, `select coalesce(max(id), 0) from conversations`).Scan(&last); err != nil {
		return loaded, err
	}
	rows := copied{}
	for file := range files {
		last++
		if err := rows.add(last, file); err != nil {
			return loaded, err
		}
		loaded.Tickets++
		loaded.Messages += len(file.Transcript)
		if loaded.Tickets%loadBatch == 0 {
			if err := rows.write(ctx, tx); err != nil {
				return loaded, err
			}
		}
	}
	if err := rows.write(ctx, tx); err != nil {
		return loaded, err
	}
	_, err = tx.Exec(ctx, `select setval(pg_get_serial_sequence('conversations', 'id'), $1)`, max(last, 1))
	return loaded, err
}

// copied are rows on their way, by table.
type copied struct{ conversations, messages, tickets, events [][]any }

func (c *copied) add(id int64, file bot.TicketFile) error {
	state, err := encode(bot.State{Greeted: true, References: []string{file.Reference}, Agent: file.HeldBy})
	if err != nil {
		return err
	}
	first, last := file.CreatedAt, int64(0)
	for _, m := range file.Transcript {
		var reply []byte
		if m.Reply != nil {
			if reply, err = encodeReply(*m.Reply); err != nil {
				return err
			}
		}
		last = max(last, m.Seq)
		c.messages = append(c.messages, []any{id, m.Seq, string(m.From), clean(m.Text), raw(reply), clean(m.Agent), m.At, clean(m.By)})
	}
	c.conversations = append(c.conversations, []any{id, file.Channel, "sample-" + file.Reference, file.Site, raw(state), last, first, file.UpdatedAt})
	fields, err := encode(file.Fields)
	if err != nil {
		return err
	}
	clock, err := encode(file.Clock)
	if err != nil {
		return err
	}
	var due, warn, closed *time.Time
	if !file.Status.Done() {
		due, warn, _ = moments(file.Clock)
	}
	if file.Status == bot.Closed {
		closed = &file.UpdatedAt
	}
	c.tickets = append(c.tickets, []any{
		file.Reference, id, file.Site, string(file.Category), string(file.Status), raw(fields), searchText(file.Reference, file.Fields),
		raw(clock), due, warn, toldAll, file.CreatedAt, file.UpdatedAt, closed, file.Assignee, file.HeldBy, file.HeldBy, file.Holder, string(file.Priority),
		append([]string{}, file.Tags...), orNull(file.Snoozed), file.Channel,
	})
	for _, e := range file.Events {
		var seq *int64
		if e.Seq > 0 {
			seq = &e.Seq
		}
		c.events = append(c.events, []any{file.Reference, e.At, e.Actor, string(e.Kind), clean(e.Detail), seq})
	}
	return nil
}

// raw is JSON as COPY takes it.
func raw(encoded []byte) any {
	if encoded == nil {
		return nil
	}
	return json.RawMessage(encoded)
}

// toldAll is the tell_at of a ticket of which nothing is left to tell.
var toldAll = pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}

// write copies the rows. The deadlines of tickets that are loaded count as told: nobody is to be warned of the past.
func (c *copied) write(ctx context.Context, tx pgx.Tx) error {
	for _, t := range []struct {
		name, columns string
		rows          [][]any
	}{
		{"conversations", "id channel key site state last_seq created_at updated_at", c.conversations},
		{"messages", "conversation_id seq author text reply agent at agent_email", c.messages},
		{"tickets", "reference conversation_id site category status fields search clock due_at warn_at tell_at " +
			"created_at updated_at closed_at assignee held_by holder_name holder priority tags snoozed_until channel", c.tickets},
		{"ticket_events", "reference at actor kind detail seq", c.events},
	} {
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{t.name}, strings.Fields(t.columns), pgx.CopyFromRows(t.rows)); err != nil {
			return err
		}
	}
	*c = copied{}
	return nil
}
