package postgres

import (
	"context"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

func queueMessage(batch *pgx.Batch, c bot.Conversation, m bot.Message, reply []byte) error {
	files, err := encodeAttachments(m.Attachments)
	if err != nil {
		return err
	}
	var channel, external *string
	if m.ExternalID != "" {
		channel, external = &c.Channel, &m.ExternalID
	}
	batch.Queue(`insert into messages (conversation_id, seq, author, text, reply, agent, channel, external_id, at, attachments, agent_email)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11::text, ''))`,
		c.ID, m.Seq, m.From, m.Text, reply, m.Agent, channel, external, m.At, files, m.By)
	return nil
}

// Unchanged implements bot.Store.
func (db *DB) Unchanged(channel, key string, after int64) bool {
	return db.latest.nothingAfter(thread{channel, key}, after)
}

// Transcript implements bot.Store.
func (db *DB) Transcript(ctx context.Context, channel, key string, after int64) ([]bot.Message, error) {
	if db.Unchanged(channel, key, after) {
		return nil, nil
	}
	if (bot.Inbound{Channel: channel, Key: key}).CheckNames() != nil {
		return nil, nil // no conversation can have such a name
	}
	ctx, cancel := within(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select `+messageColumns+`
		from messages m join conversations c on c.id = m.conversation_id
		where c.channel = $1 and c.key = $2 and m.seq > $3 order by m.seq`, channel, key, after)
	if err != nil {
		return nil, fail(err, "read a transcript on "+channel)
	}
	messages, err := pgx.CollectRows(rows, scanMessage)
	return messages, fail(err, "read a transcript on "+channel)
}

const messageColumns = `m.seq, m.author, m.text, m.reply, m.agent, coalesce(m.external_id, ''), m.at, m.attachments, coalesce(m.agent_email, '')`

// columnsOf is where messageColumns are read into. The reply comes after the text.
func columnsOf(m *bot.Message) []any {
	return []any{&m.Seq, &m.From, &m.Text, (*keptReply)(m), &m.Agent, &m.ExternalID, &m.At, &m.Attachments, &m.By}
}

func scanMessage(row pgx.CollectableRow) (m bot.Message, err error) {
	err = row.Scan(columnsOf(&m)...)
	return m, err
}

func scanStored(row pgx.CollectableRow) (m storedMessage, err error) {
	err = row.Scan(append([]any{&m.conversation}, columnsOf(&m.Message)...)...)
	return m, err
}
