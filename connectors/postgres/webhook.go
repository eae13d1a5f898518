package postgres

import (
	"context"
	"errors"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

const webhookColumns = `id, name, url, secret, events, with_text, private, made_by, created_at, delivered_at, failing_since,
	last_error, off_at`

func scanWebhook(row pgx.CollectableRow) (w bot.Webhook, err error) {
	var delivered, failing, off *time.Time
	err = row.Scan(&w.ID, &w.Name, &w.URL, &w.Secret, &w.Events, &w.WithText, &w.Private, &w.MadeBy, &w.CreatedAt, &delivered,
		&failing, &w.LastError, &off)
	w.Delivered, w.FailingSince, w.Off = orZero(delivered), orZero(failing), orZero(off)
	return w, err
}

// AddWebhook implements bot.Webhooks.
func (db *DB) AddWebhook(ctx context.Context, w bot.Webhook) error {
	events := w.Events
	if events == nil {
		events = []string{}
	}
	detail := ""
	if w.WithText {
		detail = "text"
	}
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into webhooks (name, url, secret, events, with_text, private, made_by)
			values ($1, $2, $3, $4, $5, $6, $7)`, w.Name, w.URL, w.Secret, events, w.WithText, w.Private, mailbox(w.MadeBy))
		if err != nil {
			return err
		}
		return record(ctx, tx, bot.AuditWebhookAdded, w.Name, detail)
	})
	return fail(err, "add a webhook")
}

// Webhooks implements bot.Webhooks.
func (db *DB) Webhooks(ctx context.Context) ([]bot.Webhook, error) {
	return db.webhooks(ctx, `order by name`)
}

// Webhook implements bot.Webhooks.
func (db *DB) Webhook(ctx context.Context, name string) (bot.Webhook, error) {
	return only(db.webhooks(ctx, `where name = $1`, clean(name)))
}

func (db *DB) webhooks(ctx context.Context, which string, args ...any) ([]bot.Webhook, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select `+webhookColumns+` from webhooks `+which, args...)
	if err != nil {
		return nil, fail(err, "read the webhooks")
	}
	webhooks, err := pgx.CollectRows(rows, scanWebhook)
	return webhooks, fail(err, "read the webhooks")
}

// only is the one webhook of a list that has one at most.
func only(webhooks []bot.Webhook, err error) (bot.Webhook, error) {
	if err == nil && len(webhooks) == 0 {
		err = fail(bot.ErrNotFound, "read a webhook")
	}
	if err != nil {
		return bot.Webhook{}, err
	}
	return webhooks[0], nil
}

// RemoveWebhook implements bot.Webhooks. What is on its way to it is dropped.
func (db *DB) RemoveWebhook(ctx context.Context, name string) error {
	return db.changeRecorded(ctx, "remove a webhook", bot.AuditWebhookRemoved, name, `delete from webhooks where name = $1`)
}

// WebhookSucceeded implements bot.Webhooks.
func (db *DB) WebhookSucceeded(ctx context.Context, id int64) error {
	return db.change(ctx, "note that a webhook was delivered",
		`update webhooks set delivered_at = now(), failing_since = null, last_error = '', off_at = null where id = $1`, id)
}

// WebhookFailed implements bot.Webhooks. Also a webhook that is off keeps its newest error.
func (db *DB) WebhookFailed(ctx context.Context, id int64, failure error, patience time.Duration) error {
	return db.change(ctx, "note that a webhook was not delivered",
		`update webhooks set last_error = $2, failing_since = coalesce(failing_since, now()),
			off_at = coalesce(off_at, case when $3 or failing_since < now() - $4::interval then now() end)
		where id = $1`, id, brief(failure.Error()), errors.Is(failure, bot.ErrWebhookGone), patience)
}
