package postgres

import (
	"context"
	"crypto/rand"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// EraseConversation implements bot.Visitors.
func (db *DB) EraseConversation(ctx context.Context, channel, key string) (kept []string, err error) {
	err = db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var id int64
		var at time.Time
		err := tx.QueryRow(ctx, `select id, clock_timestamp() from conversations where channel = $1 and key = $2 for update`,
			channel, clean(key)).Scan(&id, &at)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select reference from tickets where conversation_id = $1 order by created_at, reference`, id)
		if err != nil {
			return err
		}
		if kept, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
			return err
		}
		batch := &pgx.Batch{}
		if len(kept) == 0 {
			batch.Queue(`delete from conversations where id = $1`, id)
		} else {
			queueErasure(batch, id, kept, at)
		}
		if err := queueNotification(batch, channel, key); err != nil {
			return err
		}
		return db.finish(ctx, tx, batch, id, 0, 0)
	})
	return kept, fail(err, "erase a conversation on "+channel)
}

// queueErasure deletes what is about no request and cuts the conversation from its person.
func queueErasure(batch *pgx.Batch, id int64, references []string, at time.Time) {
	// The bot's turns outside a request, each with the message it answers; files that were sent are part of the request.
	batch.Queue(`delete from messages m using messages b
		where b.conversation_id = $1 and b.author = 'bot' and coalesce(b.reply->>'ticket', '') = '' and coalesce(b.reply->>'kind', '') <> 'escalate'
			and m.conversation_id = $1 and (m.seq = b.seq or m.seq = b.seq - 1 and m.author = 'customer')
			and not exists (select from messages f where f.conversation_id = $1 and f.seq = b.seq - 1 and f.attachments is not null)`, id)
	// The questions that the bot remembered are gone too; the external ids named the old key.
	batch.Queue(`update messages set channel = null, external_id = null where conversation_id = $1`, id)
	batch.Queue(`update conversations set key = $2, state = '{}', updated_at = $3 where id = $1`, id, "erased-"+rand.Text(), at)
	for _, statement := range []string{
		`delete from ratings where conversation_id = $1`,
		`delete from passages where conversation_id = $1`,      // links to go on elsewhere
		`delete from resume_tokens where conversation_id = $1`, // links in e-mails
		`delete from mails where conversation_id = $1`,         // copies that have not left
	} {
		batch.Queue(statement, id)
	}
	for _, reference := range references {
		queueEvent(batch, reference, event{at: at, actor: actorCustomer, kind: bot.EventErased})
	}
}

// RateConversation implements bot.Visitors.
func (db *DB) RateConversation(ctx context.Context, channel, key string, score int) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var id int64
		err := tx.QueryRow(ctx, `select id from conversations where channel = $1 and key = $2`, channel, clean(key)).Scan(&id)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `insert into ratings (conversation_id, score) values ($1, $2) on conflict do nothing`, id, score)
		if err == nil && tag.RowsAffected() == 0 {
			return bot.ErrExists
		}
		return err
	})
	return fail(err, "rate a conversation on "+channel)
}

// Rated implements bot.Visitors.
func (db *DB) Rated(ctx context.Context, channel, key string) (rated bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = db.pool.QueryRow(ctx, `select exists (select from ratings r join conversations c on c.id = r.conversation_id
		where c.channel = $1 and c.key = $2)`, channel, clean(key)).Scan(&rated)
	return rated, fail(err, "look for a rating on "+channel)
}

// AgentTypes implements bot.Visitors.
func (db *DB) AgentTypes(ctx context.Context, reference string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var channel, key string
	err := db.pool.QueryRow(ctx, `select c.channel, c.key from tickets t join conversations c on c.id = t.conversation_id
		where t.reference = $1`, clean(reference)).Scan(&channel, &key)
	if err != nil {
		return fail(err, "say that an agent writes on ticket "+quoteReference(reference))
	}
	payload, err := encode(notification{bot.Typing(channel), key})
	if err != nil {
		return err
	}
	_, err = db.pool.Exec(ctx, "select pg_notify($1, $2)", notifyChannel, string(payload))
	return fail(err, "say that an agent writes on ticket "+quoteReference(reference))
}

// CustomerTypes implements bot.Visitors.
func (db *DB) CustomerTypes(ctx context.Context, channel, key string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := db.pool.Exec(ctx, `select pg_notify($3, json_build_object('channel', $4::text, 'key', t.reference)::text)
		from tickets t join conversations c on c.id = t.conversation_id
		where c.channel = $1 and c.key = $2 and t.status <> 'closed'`, channel, clean(key), notifyChannel, bot.CustomerWriting)
	return fail(err, "say that a customer writes on "+channel)
}
