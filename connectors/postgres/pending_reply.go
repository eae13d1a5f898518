package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// UndoTime implements bot.PendingReplies.
func (db *DB) UndoTime(ctx context.Context, email string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d, err := undoTime(ctx, db.pool, email)
	return d, fail(err, "read an undo time")
}

// asker is the pool or a transaction.
type asker interface {
	QueryRow(ctx context.Context, statement string, args ...any) pgx.Row
}

func undoTime(ctx context.Context, q asker, email string) (time.Duration, error) {
	var seconds int
	err := q.QueryRow(ctx, `select undo_seconds from users where email = $1`, mailbox(email)).Scan(&seconds)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return time.Duration(seconds) * time.Second, err
}

// SetUndoTime implements bot.PendingReplies.
func (db *DB) SetUndoTime(ctx context.Context, email string, d time.Duration) error {
	if !bot.ValidUndoTime(d) {
		return fmt.Errorf("set an undo time: %s is none", d)
	}
	return db.change(ctx, "set an undo time", `update users set undo_seconds = $2 where email = $1`, mailbox(email), int(d/time.Second))
}

// SendReply implements bot.PendingReplies. The conversation's lock orders it with drafts and with what is released.
func (db *DB) SendReply(ctx context.Context, reference string, by bot.User, reply bot.PendingReply) (left time.Duration, err error) {
	once := clean(reply.Once)
	if once == "" {
		return 0, errors.New("send a reply: it has no Once")
	}
	err = db.act(ctx, reference, func(ctx context.Context, tx pgx.Tx, t *held) error {
		text := clean(reply.Text)
		repeated, err := alreadyDone(ctx, tx, t.reference, once, done{kind: bot.EventReply, text: clean(asSaid(text)), files: reply.Attachments})
		if err != nil || repeated {
			return err
		}
		waiting, err := pendingOf(ctx, tx, t.reference)
		if err != nil {
			return err
		}
		wait, err := undoTime(ctx, tx, by.Email)
		if err != nil {
			return err
		}
		for _, other := range waiting {
			if other.Once == once {
				left = max(other.Left, time.Millisecond)
				if other.Text != text || !sameFiles(other.Attachments, reply.Attachments) {
					return bot.ErrExists
				}
				return nil
			}
			wait = max(wait, other.Left, time.Millisecond) // what was sent first leaves first
		}
		if wait == 0 {
			return db.replyAndBecome(ctx, tx, t, by, reply)
		}
		files, err := encodeAttachments(reply.Attachments)
		if err != nil {
			return err
		}
		left = wait
		t.batch.Queue(`insert into pending_replies (reference, email, name, address, text, attachments, once, after, seen, due_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp() + $10)`,
			t.reference, mailbox(by.Email), clean(by.Name), clean(t.address), text, files, once, after(reply.After), reply.Seen, wait)
		t.queueSent(by, bot.DraftReply, once)
		return nil
	})
	return left, fail(err, "send a reply to ticket "+quoteReference(reference))
}

// after is what a reply may do to a ticket's status.
func after(status bot.Status) bot.Status {
	if status == bot.Waiting || status == bot.Resolved {
		return status
	}
	return ""
}

// asSaid is a text as it is said, of the one that was typed: a draft is what was typed.
func asSaid(text string) string { return bot.KeepLines(strings.TrimSpace(text)) }

func (db *DB) replyAndBecome(ctx context.Context, tx pgx.Tx, t *held, by bot.User, reply bot.PendingReply) error {
	said := reply.AgentReply
	said.Text = asSaid(said.Text)
	if err := db.reply(ctx, tx, t, by, said); err != nil || after(reply.After) == "" {
		return err
	}
	return db.become(ctx, tx, t, by, reply.After)
}

const pendingColumns = `p.email, p.name, p.text, p.attachments, p.once, p.after, p.seen, greatest(p.due_at - clock_timestamp(), interval '0')`

func pendingFields(p *bot.PendingReply) []any {
	return []any{&p.By.Email, &p.By.Name, &p.Text, &p.Attachments, &p.Once, &p.After, &p.Seen, &p.Left}
}

func scanPending(row pgx.CollectableRow) (p bot.PendingReply, err error) {
	err = row.Scan(pendingFields(&p)...)
	return p, err
}

// querier is the pool or a transaction.
type querier interface {
	Query(ctx context.Context, statement string, args ...any) (pgx.Rows, error)
}

func pendingOf(ctx context.Context, q querier, reference string) ([]bot.PendingReply, error) {
	rows, err := q.Query(ctx, `select `+pendingColumns+` from pending_replies p where p.reference = $1 order by p.id`, reference)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanPending)
}

// PendingReplies implements bot.PendingReplies.
func (db *DB) PendingReplies(ctx context.Context, reference string) ([]bot.PendingReply, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	all, err := pendingOf(ctx, db.pool, clean(reference))
	return all, fail(err, "read the replies that wait on ticket "+quoteReference(reference))
}

// RecallReply implements bot.PendingReplies. A row that is just being released is waited for, and is gone then.
func (db *DB) RecallReply(ctx context.Context, reference string, by bot.User, once string) (bot.PendingReply, error) {
	var p bot.PendingReply
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `delete from pending_replies p where p.reference = $1 and p.email = $2 and p.once = $3 returning `+pendingColumns,
			clean(reference), mailbox(by.Email), clean(once)).Scan(pendingFields(&p)...)
		if err != nil {
			return err
		}
		text := p.Text
		if text == "" {
			text = "\n" // only files: the form is found again by its once
		}
		return db.actIn(ctx, tx, reference, func(_ context.Context, _ pgx.Tx, t *held) error {
			t.batch.Queue(`insert into drafts (email, reference, mode, text, once, seen)
				select u.email, $2, 'reply', $3, $4, $5 from users u where u.email = $1
				on conflict (email, reference, mode) do update
					set text = excluded.text || case when drafts.text ~ '\S' then e'\n\n' || drafts.text else '' end,
						once = excluded.once, seen = excluded.seen, updated_at = clock_timestamp()`,
				mailbox(by.Email), t.reference, text, p.Once, p.Seen)
			return nil
		})
	})
	return p, fail(err, "call a reply to ticket "+quoteReference(reference)+" back")
}

const (
	// releaseEvery is how often a replica looks for replies that are due.
	releaseEvery = time.Second

	// releaseAgain is when a reply that could not be said is tried again; others pass it by meanwhile.
	releaseAgain = 5 * time.Second
)

// ReleaseReply implements bot.PendingReplies. The row, the message and what follows are one transaction: a replica that dies
// leaves all of it to the next. Of a ticket only the first is taken, so that two replicas cannot turn the order round.
func (db *DB) ReleaseReply(ctx context.Context) error {
	var id int64
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var p bot.PendingReply
		var reference, address string
		err := tx.QueryRow(ctx, `select p.id, p.reference, p.address, `+pendingColumns+` from pending_replies p
			where p.due_at <= clock_timestamp() and not exists (select from pending_replies e where e.reference = p.reference and e.id < p.id)
			order by p.due_at limit 1 for update of p skip locked`).
			Scan(append([]any{&id, &reference, &address}, pendingFields(&p)...)...)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from pending_replies where id = $1`, id); err != nil {
			return err
		}
		ctx = bot.ActAs(ctx, bot.Actor{Who: p.By.Email, Address: address})
		return db.actIn(ctx, tx, reference, func(ctx context.Context, tx pgx.Tx, t *held) error {
			return db.replyAndBecome(ctx, tx, t, p.By, p)
		})
	})
	if err != nil && id != 0 {
		err = errors.Join(err, db.putOff(context.WithoutCancel(ctx), id))
	}
	return fail(err, "say a reply that is due")
}

// putOff has a reply that could not be said wait a little.
func (db *DB) putOff(ctx context.Context, id int64) error {
	_, err := db.exec(ctx, `update pending_replies set due_at = clock_timestamp() + $2 where id = $1`, id, releaseAgain)
	return err
}

// releaseReplies says what is due until ctx ends.
func (db *DB) releaseReplies(ctx context.Context, logger *slog.Logger) {
	ticker := time.NewTicker(releaseEvery)
	defer ticker.Stop()
	for {
		err := db.ReleaseReply(ctx)
		switch {
		case err == nil && ctx.Err() == nil:
			continue // there may be more
		case ctx.Err() != nil:
			return
		case !errors.Is(err, bot.ErrNotFound) && !errors.Is(err, bot.ErrUnavailable): // that one is said by whoever watches the database
			logger.ErrorContext(ctx, "a reply that is due was not said", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
