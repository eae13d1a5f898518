package postgres

import (
	"context"
	"errors"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5/pgconn"
)

// Retention says how long conversations are kept. A zero duration keeps them for ever.
type Retention struct {
	Conversations time.Duration // without a ticket, since the last message
	Tickets       time.Duration // with tickets, since the last of them was closed
	Files         bot.Files     // those that no message holds any more are deleted; nil leaves them to somebody else
}

// DefaultRetention keeps a conversation 90 days, and 3 years after its last ticket was closed: as long as its person is told.
func DefaultRetention() Retention {
	return Retention{Conversations: bot.KeptConversation, Tickets: bot.KeptRequest}
}

// Deleted counts what DeleteExpired deleted.
type Deleted struct {
	Conversations, Sessions, SetupTokens, Updates, Deliveries, Notes, Mails, Audit int64
}

const (
	// keptUpdates is how long an update's id is remembered, and a parked one with its payload: platforms deliver again
	// for a day at most, and somebody has to look at a parked one.
	keptUpdates = 7 * 24 * time.Hour

	// keptDeliveries is how long it is remembered that a message has left. The message itself stays.
	keptDeliveries = 7 * 24 * time.Hour
)

// How much goes in one transaction: enough to be quick, few enough to hold nobody up and to end within patience, so that a
// table that was left to grow gets smaller with each run.
const (
	deletionBatch = 500   // conversations, with all that is theirs
	rowBatch      = 5_000 // rows of any other table
)

// DeleteExpired deletes what is past its time at now: conversations with all their messages and closed tickets,
// sessions, links, old entries of the audit log, and what the inbox and the outbox no longer need. A conversation with a ticket that is not closed, or where somebody still writes, stays.
// What one table refuses does not keep the others: the error holds all that went wrong. What was deleted stays deleted; a further call goes on.
func (db *DB) DeleteExpired(ctx context.Context, retention Retention, now time.Time) (Deleted, error) {
	var deleted Deleted
	n, err := inBatches(deletionBatch, func() (int64, error) { return db.deleteConversations(ctx, retention, now) })
	deleted.Conversations = n
	problems := []error{fail(err, "delete old conversations")}
	if unreached(err) {
		return deleted, problems[0]
	}
	for _, e := range []struct {
		table, condition string // of what is older than $1
		before           time.Time
		count            *int64
	}{
		{"sessions", "expiry < $1", now, &deleted.Sessions},
		{"setup_tokens", "expires_at < $1", now, &deleted.SetupTokens},
		{"mails", "settled_at < $1 and reference is null", now.Add(-keptMails), &deleted.Mails},
		{"notices", "told_at < $1", now.Add(-keptMails), nil},
		{"account_links", "expires_at < $1", now, nil},
		{"sign_ins", "seen_at + interval '7 days' < $1", now, nil}, // longer than any sign-in lasts
		{"tries", "free_at < $1", now, nil},
		{"passages", "expires_at < $1", now, nil},
		{"resume_tokens", "expires_at < $1", now, nil},
		{"audit_log", "at < $1", now.Add(-keptAudit), &deleted.Audit},
		{"inbox", "(done_at is not null or parked_at is not null) and coalesce(done_at, parked_at) < $1", now.Add(-keptUpdates), &deleted.Updates},
		{"outbox", "state = 'sent' and settled_at < $1", now.Add(-keptDeliveries), &deleted.Deliveries},
		{"notes", "expires_at < $1", now, &deleted.Notes},
	} {
		// A row that somebody has locked is left for the next day, like one that changes meanwhile: it has another ctid then.
		statement := "delete from " + e.table + " where ctid = any(array(select ctid from " + e.table + " where " + e.condition +
			" limit $2 for update skip locked))"
		n, err := inBatches(rowBatch, func() (int64, error) { return db.exec(ctx, statement, e.before, rowBatch) })
		if e.count != nil {
			*e.count = n
		}
		problems = append(problems, fail(err, "delete what is past its time in the table "+e.table))
		if unreached(err) {
			break // the others would wait in vain
		}
	}
	return deleted, errors.Join(problems...)
}

// unreached tells whether no statement got as far as the database.
func unreached(err error) bool {
	var away *pgconn.ConnectError
	return errors.Is(err, context.Canceled) || errors.As(err, &away)
}

// inBatches deletes until a batch is not full.
func inBatches(full int64, batch func() (int64, error)) (deleted int64, err error) {
	for {
		n, err := batch()
		deleted += n
		if err != nil || n < full {
			return deleted, err
		}
	}
}

// deleteConversations deletes one batch. The tickets of each conversation are counted, so that they are looked up in an index
// and never read from end to end. A conversation that a turn has locked is left for the next day: its customer
// is just writing.
func (db *DB) deleteConversations(ctx context.Context, retention Retention, now time.Time) (int64, error) {
	quiet, closed := cutoff(now, retention.Conversations), cutoff(now, retention.Tickets)
	// A person who comes back years after a ticket keeps the thread while it is in use.
	unused := quiet
	if retention.Conversations <= 0 {
		unused = closed
	}
	deleted, err := db.exec(ctx, `delete from conversations where id = any(array(
		select c.id from conversations c where c.updated_at < $1 and (select count(*) from tickets t where t.conversation_id = c.id) = 0
		order by c.updated_at limit $2 for update skip locked))`, quiet, deletionBatch)
	if err != nil || deleted == deletionBatch {
		return deleted, err
	}
	more, err := db.exec(ctx, `delete from conversations where id = any(array(
		select c.id from conversations c
		where c.id in (select t.conversation_id from tickets t where t.status = 'closed' and t.closed_at < $2) and c.updated_at < $1
			and (select count(*) from tickets t where t.conversation_id = c.id and (t.status <> 'closed' or t.closed_at >= $2)) = 0
		order by c.updated_at limit $3 for update skip locked))`, unused, closed, deletionBatch-deleted)
	return deleted + more, err
}

// cutoff is the moment before which things have to go; the beginning of time when they are kept for ever.
func cutoff(now time.Time, keep time.Duration) time.Time {
	if keep <= 0 {
		return time.Time{}
	}
	return now.Add(-keep)
}
