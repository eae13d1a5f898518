package postgres

import (
	"context"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// encodeAttachments gives the column's value, nil without a file.
func encodeAttachments(all []bot.Attachment) ([]byte, error) {
	if len(all) == 0 {
		return nil, nil
	}
	return encode(all)
}

// Attachment implements bot.Attachments.
func (db *DB) Attachment(ctx context.Context, id string) (bot.Attachment, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var all []bot.Attachment
	err := db.pool.QueryRow(ctx, `select attachments from messages where attachments @> jsonb_build_array(jsonb_build_object('id', $1::text))
		union all select attachments from pending_replies where attachments @> jsonb_build_array(jsonb_build_object('id', $1::text))
		limit 1`, clean(id)).Scan(&all)
	if err != nil {
		return bot.Attachment{}, fail(err, "find an attachment")
	}
	for _, a := range all {
		if a.ID == id {
			return a, nil
		}
	}
	return bot.Attachment{}, bot.ErrNotFound
}

// HeldFiles implements bot.Attachments.
func (db *DB) HeldFiles(ctx context.Context, ids []string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select asked.id from unnest($1::text[]) asked(id)
		where exists (select from messages where attachments @> jsonb_build_array(jsonb_build_object('id', asked.id)))
			or exists (select from pending_replies where attachments @> jsonb_build_array(jsonb_build_object('id', asked.id)))`, ids)
	if err != nil {
		return nil, fail(err, "ask which files are held")
	}
	held, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return held, fail(err, "ask which files are held")
}

// sameFiles tells whether two replies carry the same files, by content and name: a form sent twice stores its files twice.
func sameFiles(a, b []bot.Attachment) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].SHA256 != b[i].SHA256 || a[i].Name != b[i].Name {
			return false
		}
	}
	return true
}
