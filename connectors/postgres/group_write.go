package postgres

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const groupMessages = `insert into messages (conversation_id, seq, author, text, reply, channel, external_id, at, attachments)
	select id, seq, author, text, nullif(reply, '')::jsonb, case when external <> '' then channel end, nullif(external, ''), at, nullif(files, '')::jsonb
	from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[])
		u (id, seq, author, text, reply, channel, external, at, files)`

const groupConversations = `update conversations c set site = u.site, state = u.state::jsonb, last_seq = u.last, updated_at = u.at
	from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[]) u (id, site, state, last, at) where c.id = u.id`

// As queueDelivery has it, for the replies of several conversations.
const groupDeliveries = `insert into outbox (conversation_id, seq, channel, next_at)
	select u.id, u.seq, u.channel, case when exists (select from outbox o where o.conversation_id = u.id and o.state = 'pending')
		then 'infinity' else u.at end
	from unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[]) u (id, seq, channel, at)`

// write writes the turns of a group and commits. With nothing to write it rolls back.
func (g *opened) write(ctx context.Context, conn *pgxpool.Conn) error {
	if len(g.turns) == 0 && !g.left {
		rollback(conn)
		return nil
	}
	batch := &pgx.Batch{}
	if err := g.queue(batch); err != nil {
		return err
	}
	committed := false
	batch.Queue("commit").Exec(func(tag pgconn.CommandTag) error {
		committed = tag.String() == "COMMIT"
		return nil
	})
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	if !committed {
		return errors.New("PostgreSQL has not committed")
	}
	return nil
}

func (g *opened) queue(batch *pgx.Batch) error {
	var m messageRows
	var c conversationRows
	var d messageRows
	var payloads []string
	for _, p := range g.turns {
		o, w := p.opening, p.writing
		delete(g.created, o.conversation.ID)
		if err := m.add(o.conversation, w.outcome.Customer, nil); err != nil {
			return err
		}
		if w.outcome.Bot != nil {
			if err := m.add(o.conversation, *w.outcome.Bot, w.reply); err != nil {
				return err
			}
			if bot.Delivers(o.conversation.Channel) {
				if err := d.add(o.conversation, *w.outcome.Bot, nil); err != nil {
					return err
				}
			}
		}
		c.add(o, w)
		payload, err := encode(notification{p.name.channel, p.name.key})
		if err != nil {
			return err
		}
		payloads = append(payloads, string(payload))
	}
	batch.Queue(groupMessages, m.ids, m.seqs, m.authors, m.texts, m.replies, m.channels, m.externals, m.times, m.files)
	if len(d.ids) > 0 {
		batch.Queue(groupDeliveries, d.ids, d.seqs, d.channels, d.times)
	}
	batch.Queue(groupConversations, c.ids, c.sites, c.states, c.lasts, c.times)
	if len(g.created) > 0 { // for turns that came to nothing
		batch.Queue(`delete from conversations where id = any($1)`, slices.Collect(maps.Keys(g.created)))
	}
	batch.Queue(`select pg_notify($1, payload) from unnest($2::text[]) payload`, notifyChannel, payloads)
	return nil
}

// messageRows are the columns of messages to insert.
type messageRows struct {
	ids, seqs                                           []int64
	authors, texts, replies, channels, externals, files []string
	times                                               []time.Time
}

func (r *messageRows) add(c bot.Conversation, m bot.Message, reply []byte) error {
	files, err := encodeAttachments(m.Attachments)
	if err != nil {
		return err
	}
	r.ids, r.seqs, r.times = append(r.ids, c.ID), append(r.seqs, m.Seq), append(r.times, m.At)
	r.authors, r.texts = append(r.authors, string(m.From)), append(r.texts, m.Text)
	r.replies, r.files = append(r.replies, string(reply)), append(r.files, string(files))
	r.channels, r.externals = append(r.channels, c.Channel), append(r.externals, m.ExternalID)
	return nil
}

// conversationRows are the columns of conversations to update.
type conversationRows struct {
	ids, lasts    []int64
	sites, states []string
	times         []time.Time
}

func (r *conversationRows) add(o opening, w writing) {
	r.ids, r.lasts, r.times = append(r.ids, o.conversation.ID), append(r.lasts, w.last), append(r.times, o.at)
	r.sites, r.states = append(r.sites, o.conversation.Site), append(r.states, string(w.state))
}

// rollback gives up what a connection is at. One that cannot even do that is closed, and the pool drops it.
func rollback(conn *pgxpool.Conn) {
	if conn.Conn().IsClosed() || conn.Conn().PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = conn.Exec(ctx, "rollback")
}
