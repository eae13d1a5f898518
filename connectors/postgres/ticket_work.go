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
	last, want := bot.EventUnchecked, bot.EventUnchecked
	if done {
		want = bot.EventChecked
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
			t.record(event{actor: by.Email, kind: bot.EventPriority, detail: clean(string(priority))})
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
				t.record(event{actor: by.Email, kind: bot.EventTagged, detail: strings.Join(tags, ", ")})
			}
			return nil
		})
	}
	return fail(err, "tag ticket "+quoteReference(reference))
}

// SetCategory implements bot.TicketWork.
func (db *DB) SetCategory(ctx context.Context, reference string, by bot.User, category bot.Category, retime bot.Retime) error {
	err := db.act(ctx, reference, func(_ context.Context, _ pgx.Tx, t *held) error {
		if t.category == category {
			return nil
		}
		t.batch.Queue(`update tickets set category = $2 where reference = $1`, t.reference, category)
		t.record(event{actor: by.Email, kind: bot.EventCategory, detail: clean(string(category))})
		if retime == nil || t.clock.Started.IsZero() {
			return nil
		}
		before := t.clock.Retimed()
		if terms, ok := retime(t.site, t.conversation.State.Collection, category); ok {
			t.clock.Terms = terms
		}
		if now := t.clock.Retimed(); now != before {
			t.record(event{actor: by.Email, kind: bot.EventRetimed, detail: now})
		}
		return nil
	})
	return fail(err, "set the category of ticket "+quoteReference(reference))
}

// SetAmendment implements bot.TicketWork.
func (db *DB) SetAmendment(ctx context.Context, reference string, by bot.User, amendment bot.Amendment) error {
	amendment, err := bot.Amended(amendment.Wrong, amendment.Right)
	if err == nil {
		err = db.act(ctx, reference, func(ctx context.Context, tx pgx.Tx, t *held) error {
			if t.category != bot.AttestationCorrection {
				return bot.ErrNotFound
			}
			var last string
			err := tx.QueryRow(ctx, `select detail from ticket_events where reference = $1 and kind = 'amended' order by id desc limit 1`, t.reference).Scan(&last)
			if err != nil && !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
			if last != amendment.String() {
				t.record(event{actor: by.Email, kind: bot.EventAmended, detail: amendment.String()})
			}
			return nil
		})
	}
	return fail(err, "set the values of ticket "+quoteReference(reference))
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
		t.record(event{actor: by.Email, kind: bot.EventSnoozed, detail: detail})
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
	rows, err := db.pool.Query(ctx, `select tag from ticket_tally where status in ('open', 'waiting') and tag <> ''
		group by tag having sum(n) > 0 order by tag limit $1`, mostTags)
	if err != nil {
		return nil, fail(err, "list the tags")
	}
	tags, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return tags, fail(err, "list the tags")
}

// TakeOver implements bot.TicketWork.
func (db *DB) TakeOver(ctx context.Context, reference string, by bot.User) error {
	err := db.act(ctx, reference, func(_ context.Context, _ pgx.Tx, t *held) error {
		if t.conversation.State.Agent == t.heldBy && (bot.Ticket{HeldBy: t.heldBy, Holder: t.holder}).Holds(by) {
			return nil
		}
		if t.status.Done() {
			t.setStatus(by, bot.Open)
		}
		t.wake()
		name := t.hold(by)
		t.record(event{actor: by.Email, kind: bot.EventTakenOver})
		return t.say(bot.ReplyTakenOver(name, t.conversation.State.Language))
	})
	return fail(err, "take ticket "+quoteReference(reference)+" over")
}

// HandBack implements bot.TicketWork.
func (db *DB) HandBack(ctx context.Context, reference string, by bot.User) error {
	err := db.act(ctx, reference, func(ctx context.Context, tx pgx.Tx, t *held) error {
		if t.heldBy == "" {
			return nil
		}
		agent, err := otherHolder(ctx, tx, t)
		if err != nil {
			return err
		}
		t.conversation.State.Agent = agent
		t.batch.Queue(`update tickets set held_by = '', holder = '' where reference = $1`, t.reference)
		t.record(event{actor: by.Email, kind: bot.EventHandedBack})
		if agent != "" {
			return nil
		}
		return t.say(bot.ReplyHandedBack(t.conversation.State.Language))
	})
	return fail(err, "hand ticket "+quoteReference(reference)+" back")
}

// say has the bot say something that no message of the customer's asked for.
func (t *held) say(reply bot.Reply) error {
	encoded, err := encodeReply(reply)
	if err != nil {
		return err
	}
	t.conversation.LastSeq++
	said := bot.Message{Seq: t.conversation.LastSeq, From: bot.FromBot, Text: reply.Text, At: t.at}
	if err := queueMessage(t.batch, t.conversation, said, encoded); err != nil {
		return err
	}
	queueDelivery(t.batch, t.conversation, said)
	return nil
}

// mostRelated is how many other tickets of a person are listed.
const mostRelated = 20

// related finds each of them along an index of its own.
const related = `select ` + ticketColumns + ` from tickets t join conversations c on c.id = t.conversation_id
	where t.reference <> $1 and t.reference in (
		select reference from tickets where conversation_id = $2
		union select reference from tickets where left(lower(fields->>'email'), 254) = left($3, 254) and $3 <> ''
		union select reference from tickets where left(fields->>'siren', 60) = left($4, 60) and $4 <> ''
		union select reference from tickets where left(fields->>'attestation_number', 60) = left($5, 60) and $5 <> '')
	order by t.created_at desc, t.reference limit $6`

func relatedTo(t bot.Ticket) []any {
	return []any{t.Reference, t.ConversationID, strings.ToLower(t.Fields[bot.Email]), t.Fields[bot.Siren], t.Fields[bot.AttestationNumber], mostRelated}
}

// Related implements bot.TicketWork.
func (db *DB) Related(ctx context.Context, ticket bot.Ticket) ([]bot.Ticket, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	doing := "find the tickets related to " + quoteReference(ticket.Reference)
	rows, err := db.pool.Query(ctx, related, relatedTo(ticket)...)
	if err != nil {
		return nil, fail(err, doing)
	}
	all, err := pgx.CollectRows(rows, scanTicket)
	return all, fail(err, doing)
}
