package postgres

import (
	"context"
	"time"

	"guichet/bot"
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

// deletionBatch is how many conversations go in one transaction: enough to be quick, few enough to hold nobody up.
const deletionBatch = 500

// DeleteExpired deletes what is past its time at now: conversations with all their messages and closed tickets,
// sessions, links, old entries of the audit log, and what the inbox and the outbox no longer need. A conversation with a ticket that is not closed, or where somebody still writes, stays.
// What was deleted before an error stays deleted; a further call goes on.
func (db *DB) DeleteExpired(ctx context.Context, retention Retention, now time.Time) (Deleted, error) {
	var deleted Deleted
	for {
		n, err := db.deleteConversations(ctx, retention, now)
		deleted.Conversations += n
		if err != nil {
			return deleted, fail(err, "delete old conversations")
		}
		if n < deletionBatch {
			break
		}
	}
	var err error
	if deleted.Sessions, err = db.exec(ctx, `delete from sessions where expiry < $1`, now); err != nil {
		return deleted, fail(err, "delete expired sessions")
	}
	if deleted.SetupTokens, err = db.exec(ctx, `delete from setup_tokens where expires_at < $1`, now); err != nil {
		return deleted, fail(err, "delete expired set-up tokens")
	}
	if deleted.Mails, err = db.exec(ctx, `delete from mails where settled_at < $1 and reference is null`, now.Add(-keptMails)); err != nil {
		return deleted, fail(err, "delete old mails")
	}
	if _, err = db.exec(ctx, `delete from notices where told_at < $1`, now.Add(-keptMails)); err != nil {
		return deleted, fail(err, "delete old notices")
	}
	for _, statement := range []string{
		`delete from account_links where expires_at < $1`,
		`delete from sign_ins where seen_at + interval '7 days' < $1`, // longer than any sign-in lasts
		`delete from tries where free_at < $1`,
		`delete from passages where expires_at < $1`,
		`delete from resume_tokens where expires_at < $1`,
	} {
		if _, err := db.exec(ctx, statement, now); err != nil {
			return deleted, fail(err, "delete expired links and sign-ins")
		}
	}
	if deleted.Audit, err = db.exec(ctx, `delete from audit_log where at < $1`, now.Add(-keptAudit)); err != nil {
		return deleted, fail(err, "delete old entries of the audit log")
	}
	if deleted.Updates, err = db.exec(ctx, `delete from inbox
		where (done_at is not null or parked_at is not null) and coalesce(done_at, parked_at) < $1`, now.Add(-keptUpdates)); err != nil {
		return deleted, fail(err, "delete old updates")
	}
	if deleted.Deliveries, err = db.exec(ctx, `delete from outbox where state = 'sent' and settled_at < $1`,
		now.Add(-keptDeliveries)); err != nil {
		return deleted, fail(err, "delete old deliveries")
	}
	if deleted.Notes, err = db.exec(ctx, `delete from notes where expires_at < $1`, now); err != nil {
		return deleted, fail(err, "delete expired notes")
	}
	return deleted, nil
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
