package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// groupLockTimeout ends a group that waits for a lock: a conversation that another replica creates at the same moment must
// not hold the others of the group. They are then kept alone.
const groupLockTimeout = "200ms"

// keepGroup keeps turns of different conversations in one transaction, and ends each of them. It takes two round trips,
// however many they are: one opens them all, one writes them all and commits. What goes wrong with one is not the others'
// fault: when the database refuses what the group writes, each is kept alone.
func (db *DB) keepGroup(group []*pending) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		db.endGroup(group, err)
		return
	}
	defer conn.Release()
	// Every replica creates and locks them in the same order, so that two never wait for each other.
	slices.SortFunc(group, func(a, b *pending) int {
		if order := strings.Compare(a.name.channel, b.name.channel); order != 0 {
			return order
		}
		return strings.Compare(a.name.key, b.name.key)
	})
	var perhapsNew []*pending
	for _, p := range group {
		if !db.latest.begin(p.name) {
			perhapsNew = append(perhapsNew, p)
		}
	}
	g := &opened{created: map[int64]struct{}{}}
	if err := g.open(ctx, conn, group, perhapsNew); err != nil {
		rollback(conn)
		db.endGroup(group, err)
		return
	}
	db.endGroup(g.others, errAlone)
	db.decideGroup(g)
	if err := g.write(ctx, conn); err != nil {
		rollback(conn)
		db.endGroup(g.turns, err)
		return
	}
	for _, p := range g.turns {
		db.latest.end(p.name, p.writing.last)
		db.committer.end(p, p.writing.outcome, nil)
	}
}

// decideGroup has the callers decide, all at the same time, and drops those whose turn is not to be written here.
func (db *DB) decideGroup(g *opened) {
	for _, p := range g.turns {
		p.opened <- p.opening
	}
	kept := g.turns[:0]
	for _, p := range g.turns {
		d := <-p.decided
		if errors.Is(d.err, errAlone) {
			g.leaveTo(p)
		}
		if d.err != nil {
			db.endGroup([]*pending{p}, d.err)
			continue
		}
		p.writing = d.writing
		kept = append(kept, p)
	}
	g.turns = kept
}

// endGroup ends turns with what was wrong with their group.
func (db *DB) endGroup(group []*pending, err error) {
	if refusesData(err) {
		err = errAlone
	}
	for _, p := range group {
		db.latest.end(p.name, 0)
		db.committer.end(p, bot.Outcome{}, err)
	}
}

// refusesData tells whether the database has answered, and has something against what it was sent: it may be one turn's
// fault alone. Not so when it is stopping, full or out of connections.
func refusesData(err error) bool {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code[:min(2, len(refused.Code))] {
	case "08", "25", "53", "57", "58":
		return false
	}
	return true
}

// opened is a group whose conversations are locked.
type opened struct {
	turns   []*pending         // to be decided; then, to be written
	others  []*pending         // not to be kept here
	created map[int64]struct{} // conversations that this transaction has made
	left    bool               // some of them for turns that are kept alone
}

// leaveTo has the conversation of a turn stay, new as it may be, for the transaction of its own that follows.
func (g *opened) leaveTo(p *pending) {
	id := p.opening.conversation.ID
	if _, isNew := g.created[id]; isNew {
		delete(g.created, id)
		g.left = true
	}
}

const groupBegin = `begin isolation level read committed read write`

const groupCreate = `insert into conversations (channel, key, site)
	select u.channel, u.key, u.site from unnest($1::text[], $2::text[], $3::text[]) with ordinality u (channel, key, site, n)
	where not exists (select from conversations c where c.channel = u.channel and c.key = u.key)
	order by u.n on conflict (channel, key) do nothing returning id`

const groupLock = `select u.n, c.id, c.site, c.state, c.last_seq, c.created_at, c.updated_at
	from unnest($1::text[], $2::text[]) with ordinality u (channel, key, n)
		join conversations c on c.channel = u.channel and c.key = u.key
	order by u.n for no key update of c skip locked`

// A statement of its own: it must see what was committed, and the time it was, once the locks are held. What has tickets,
// and a message that was handled before, are for a transaction of their own.
const groupLook = `select u.n, clock_timestamp(), exists (select from tickets t where t.conversation_id = c.id)
		or u.external <> '' and exists (select from messages m where m.channel = u.channel and m.external_id = u.external)
	from unnest($1::text[], $2::text[], $3::text[]) with ordinality u (channel, key, external, n)
		join conversations c on c.channel = u.channel and c.key = u.key`

// open creates the conversations that may be new, locks those of a group, and sends each caller what it has to decide upon. Those
// that somebody else holds, that have just been erased, or that need more, are ended with errAlone.
func (g *opened) open(ctx context.Context, conn *pgxpool.Conn, group, perhapsNew []*pending) error {
	names := namesOf(group)
	batch := &pgx.Batch{}
	batch.Queue(groupBegin)
	if len(perhapsNew) > 0 {
		create := namesOf(perhapsNew)
		batch.Queue(`select set_config('lock_timeout', $1, true)`, groupLockTimeout)
		batch.Queue(groupCreate, create.channels, create.keys, create.sites).Query(func(rows pgx.Rows) error {
			var id int64
			_, err := pgx.ForEachRow(rows, []any{&id}, func() error { g.created[id] = struct{}{}; return nil })
			return err
		})
		// The commit waits for that of whoever else notifies, and must not give up because their disk is slow.
		batch.Queue(`set local lock_timeout to default`)
	}
	locked := make([]bool, len(group))
	batch.Queue(groupLock, names.channels, names.keys).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var n int
			var c bot.Conversation
			var state []byte
			if err := rows.Scan(&n, &c.ID, &c.Site, &state, &c.LastSeq, &c.CreatedAt, &c.UpdatedAt); err != nil {
				return err
			}
			p := group[n-1]
			c.Channel, c.Key = p.name.channel, p.name.key
			if json.Unmarshal(state, &c.State) != nil {
				continue // alone, it gets the error
			}
			if p.in.Site != "" { // the site of the page the person writes from now
				c.Site = clean(p.in.Site)
			}
			locked[n-1], p.opening = true, opening{conversation: c}
		}
		return rows.Err()
	})
	batch.Queue(groupLook, names.channels, names.keys, names.externals).Query(func(rows pgx.Rows) error {
		var n int
		var at time.Time
		var special bool
		_, err := pgx.ForEachRow(rows, []any{&n, &at, &special}, func() error {
			group[n-1].opening.at = latestOf(at, group[n-1].opening.conversation.UpdatedAt) // the clock may have been set back
			locked[n-1] = locked[n-1] && !special
			return nil
		})
		return err
	})
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	for i, p := range group {
		if locked[i] {
			g.turns = append(g.turns, p)
		} else {
			g.others = append(g.others, p)
		}
	}
	return nil
}

// names are what the conversations and messages of a group are called, an element a turn.
type names struct{ channels, keys, sites, externals []string }

func namesOf(group []*pending) (n names) {
	for _, p := range group {
		n.channels, n.keys = append(n.channels, p.name.channel), append(n.keys, p.name.key)
		n.sites, n.externals = append(n.sites, clean(p.in.Site)), append(n.externals, p.in.ExternalID)
	}
	return n
}
