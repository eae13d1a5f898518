package postgres

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// CheckStep implements bot.TicketWork.
func (db *DB) CheckStep(ctx context.Context, reference string, by bot.User, step string, done bool) error {
	err := db.act(ctx, reference, func(ctx context.Context, tx pgx.Tx, t *held) error {
		definition, _ := bot.Define(t.category)
		if _, known := definition.Step(step); !known {
			return bot.ErrNotFound
		}
		return t.check(ctx, tx, by, step, done)
	})
	return fail(err, "tick a step of ticket "+quoteReference(reference))
}

// check records that a step is done or not, unless that is how it stands.
func (t *held) check(ctx context.Context, tx pgx.Tx, by bot.User, step string, done bool) error {
	last, want := "unchecked", "unchecked"
	if done {
		want = "checked"
	}
	err := tx.QueryRow(ctx, `select kind from ticket_events where reference = $1 and kind in ('checked', 'unchecked') and detail = $2
		order by id desc limit 1`, t.reference, step).Scan(&last)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if last != want {
		t.record(event{actor: by.Email, kind: want, detail: step})
	}
	return nil
}

// checkSent ticks what a reply with a PDF has done.
func (t *held) checkSent(ctx context.Context, tx pgx.Tx, by bot.User, files []bot.Attachment) error {
	if !slices.ContainsFunc(files, func(a bot.Attachment) bool { return a.Type == "application/pdf" }) {
		return nil
	}
	definition, _ := bot.Define(t.category)
	for _, step := range definition.Steps {
		if step.SentPDF {
			if err := t.check(ctx, tx, by, step.ID, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// SetPriority implements bot.TicketWork.
func (db *DB) SetPriority(ctx context.Context, reference string, by bot.User, priority bot.Priority) error {
	err := db.act(ctx, reference, func(_ context.Context, _ pgx.Tx, t *held) error {
		if t.priority != priority {
			t.batch.Queue(`update tickets set priority = $2 where reference = $1`, t.reference, priority)
			t.record(event{actor: by.Email, kind: "priority", detail: clean(string(priority))})
		}
		return nil
	})
	return fail(err, "set the priority of ticket "+quoteReference(reference))
}

// SetTags implements bot.TicketWork.
func (db *DB) SetTags(ctx context.Context, reference string, by bot.User, tags []string) error {
	tags, err := bot.ReadTags(strings.Join(tags, ","))
	if err == nil {
		err = db.act(ctx, reference, func(_ context.Context, _ pgx.Tx, t *held) error {
			if !slices.Equal(t.tags, tags) {
				t.batch.Queue(`update tickets set tags = $2 where reference = $1`, t.reference, append([]string{}, tags...))
				t.record(event{actor: by.Email, kind: "tagged", detail: strings.Join(tags, ", ")})
			}
			return nil
		})
	}
	return fail(err, "tag ticket "+quoteReference(reference))
}

// SetCategory implements bot.TicketWork.
func (db *DB) SetCategory(ctx context.Context, reference string, by bot.User, category bot.Category) error {
	err := db.act(ctx, reference, func(_ context.Context, _ pgx.Tx, t *held) error {
		if t.category != category {
			t.batch.Queue(`update tickets set category = $2 where reference = $1`, t.reference, category)
			t.record(event{actor: by.Email, kind: "category", detail: clean(string(category))})
		}
		return nil
	})
	return fail(err, "set the category of ticket "+quoteReference(reference))
}

// Snooze implements bot.TicketWork.
func (db *DB) Snooze(ctx context.Context, reference string, by bot.User, until time.Time) error {
	err := db.act(ctx, reference, func(_ context.Context, _ pgx.Tx, t *held) error {
		if t.snoozed.Equal(until) || !until.IsZero() && t.status.Done() { // what is done is not set aside
			return nil
		}
		detail := ""
		if !until.IsZero() {
			detail = until.UTC().Format(time.RFC3339)
		}
		t.batch.Queue(`update tickets set snoozed_until = $2 where reference = $1`, t.reference, orNull(until))
		t.record(event{actor: by.Email, kind: "snoozed", detail: detail})
		return nil
	})
	return fail(err, "snooze ticket "+quoteReference(reference))
}

func (t *held) wake() {
	if !t.snoozed.IsZero() {
		t.batch.Queue(`update tickets set snoozed_until = null where reference = $1`, t.reference)
	}
}

// mostTags is how many tags a filter offers.
const mostTags = 200

// TagsInUse implements bot.TicketWork.
func (db *DB) TagsInUse(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := db.pool.Query(ctx, `select distinct unnest(tags) as tag from tickets where status in ('open', 'waiting') order by tag limit $1`, mostTags)
	if err != nil {
		return nil, fail(err, "list the tags")
	}
	tags, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return tags, fail(err, "list the tags")
}
