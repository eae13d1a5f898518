package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

const conversationColumns = `c.id, c.channel, c.key, c.site, c.state, c.last_seq, c.created_at, c.updated_at`

func scanConversation(row pgx.CollectableRow) (c bot.Conversation, err error) {
	var state []byte
	if err := row.Scan(&c.ID, &c.Channel, &c.Key, &c.Site, &state, &c.LastSeq, &c.CreatedAt, &c.UpdatedAt); err != nil {
		return c, err
	}
	if err := json.Unmarshal(state, &c.State); err != nil {
		return c, fmt.Errorf("the state of conversation %d is unreadable", c.ID)
	}
	return c, nil
}

// Conversations implements bot.Archive.
func (db *DB) Conversations(ctx context.Context, filter bot.ConversationFilter) ([]bot.Conversation, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	all, args := []string{"true"}, []any{}
	add := func(condition string, arg any) {
		args = append(args, arg)
		all = append(all, fmt.Sprintf(condition, len(args)))
	}
	if filter.Channel != "" {
		add("c.channel = $%d", clean(filter.Channel))
	}
	if filter.Site != "" {
		add("c.site = $%d", clean(filter.Site))
	}
	if !filter.Since.IsZero() {
		add("c.updated_at >= $%d", filter.Since)
	}
	if filter.Before > 0 {
		add("c.id < $%d", filter.Before)
	}
	limit := filter.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	args = append(args, limit)
	rows, err := db.pool.Query(ctx, fmt.Sprintf(`select %s from conversations c where %s order by c.id desc limit $%d`,
		conversationColumns, strings.Join(all, " and "), len(args)), args...)
	if err != nil {
		return nil, fail(err, "list conversations")
	}
	conversations, err := pgx.CollectRows(rows, scanConversation)
	return conversations, fail(err, "list conversations")
}

// Conversation implements bot.Archive. All of it is of one moment.
func (db *DB) Conversation(ctx context.Context, id int64) (bot.ConversationFile, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var file bot.ConversationFile
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := pgx.BeginTxFunc(ctx, db.pool, snapshot, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		batch.Queue(`select `+conversationColumns+` from conversations c where c.id = $1`, id).Query(func(rows pgx.Rows) (err error) {
			file.Conversation, err = pgx.CollectExactlyOneRow(rows, scanConversation)
			return err
		})
		batch.Queue(`select `+messageColumns+` from messages m where m.conversation_id = $1 order by m.seq`, id).
			Query(func(rows pgx.Rows) (err error) {
				file.Transcript, err = pgx.CollectRows(rows, scanMessage)
				return err
			})
		batch.Queue(`select reference from tickets where conversation_id = $1 order by created_at, reference`, id).
			Query(func(rows pgx.Rows) (err error) {
				file.Tickets, err = pgx.CollectRows(rows, pgx.RowTo[string])
				return err
			})
		return tx.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return bot.ConversationFile{}, fail(err, fmt.Sprintf("read conversation %d", id))
	}
	return file, nil
}
