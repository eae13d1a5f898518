package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// event is a row of ticket_events.
type event struct {
	at      time.Time
	actor   string
	kind    bot.EventKind
	detail  string
	seq     int64  // the message a reply became, 0 for others
	once    string // what recognises a repeated form, empty when nothing does
	address string // from where an agent acted
}

func queueEvent(batch *pgx.Batch, reference string, e event) {
	batch.Queue(`insert into ticket_events (reference, at, actor, kind, detail, seq, once, address)
		values ($1, $2, $3, $4, $5, nullif($6::bigint, 0), nullif($7::text, ''), $8)`,
		reference, e.at, clean(e.actor), e.kind, e.detail, e.seq, e.once, clean(e.address))
}

// ReplyTicket implements bot.Tickets. A reply through a resolved or closed ticket reopens it: the agent has taken the
// conversation again, and only a ticket that can be resolved gives it back to the bot.
func (db *DB) ReplyTicket(ctx context.Context, reference string, by bot.User, reply bot.AgentReply) error {
	err := db.act(ctx, reference, func(ctx context.Context, tx pgx.Tx, t *held) error { return db.reply(ctx, tx, t, by, reply) })
	return fail(err, "reply to ticket "+quoteReference(reference))
}

// reply says something through a held ticket, unless its form was sent before.
func (db *DB) reply(ctx context.Context, tx pgx.Tx, t *held, by bot.User, reply bot.AgentReply) error {
	text, once := clean(reply.Text), clean(reply.Once)
	repeated, err := alreadyDone(ctx, tx, t.reference, once, done{kind: bot.EventReply, text: text, files: reply.Attachments})
	if err != nil || repeated {
		return err
	}
	if t.status.Done() {
		t.setStatus(by, bot.Open)
	}
	if err := t.take(ctx, tx, by); err != nil {
		return err
	}
	t.wake()
	name := t.hold(by)
	t.conversation.LastSeq++
	said := bot.Message{Seq: t.conversation.LastSeq, From: bot.FromAgent, Text: text, Agent: name, By: clean(by.Email), At: t.at, Attachments: reply.Attachments}
	if err := queueMessage(t.batch, t.conversation, said, nil); err != nil {
		return err
	}
	queueDelivery(t.batch, t.conversation, said)
	t.clock.Answer(t.at)
	t.record(event{actor: by.Email, kind: bot.EventReply, seq: t.conversation.LastSeq, once: once})
	t.queueSent(by, bot.DraftReply, once)
	if err := t.checkSent(ctx, tx, by, reply.Attachments); err != nil {
		return err
	}
	return db.postSaid(ctx, tx, t)
}

// postSaid has what was said mailed to a customer who has left the website. Elsewhere the platform keeps it for whoever comes back.
func (db *DB) postSaid(ctx context.Context, tx pgx.Tx, t *held) error {
	if t.conversation.Channel != bot.Web {
		return nil
	}
	return db.post(ctx, tx, letter{kind: mailReply, reference: t.reference, mail: bot.Mail{To: t.email}})
}

// NoteTicket implements bot.Tickets.
func (db *DB) NoteTicket(ctx context.Context, reference string, by bot.User, text, once string) error {
	text = clean(text)
	err := db.act(ctx, reference, func(ctx context.Context, tx pgx.Tx, t *held) error {
		repeated, err := alreadyDone(ctx, tx, t.reference, clean(once), done{kind: bot.EventNote, text: text})
		if err != nil || repeated {
			return err
		}
		t.record(event{actor: by.Email, kind: bot.EventNote, detail: text, once: clean(once)})
		t.queueSent(by, bot.DraftNote, clean(once))
		return queueMentions(ctx, tx, t.batch, t.reference, text, by, t.at)
	})
	return fail(err, "note on ticket "+quoteReference(reference))
}

// AssignTicket implements bot.Tickets. To whom the ticket belongs already, it changes nothing.
func (db *DB) AssignTicket(ctx context.Context, reference string, by bot.User, assignee string) error {
	assignee = mailbox(assignee)
	err := db.act(ctx, reference, func(_ context.Context, _ pgx.Tx, t *held) error {
		if t.assignee != assignee {
			t.assign(by, assignee)
		}
		return nil
	})
	return fail(err, "assign ticket "+quoteReference(reference))
}

func (t *held) assign(by bot.User, assignee string) {
	t.batch.Queue(`update tickets set assignee = $2 where reference = $1`, t.reference, assignee)
	t.assignee = assignee
	t.record(event{actor: by.Email, kind: bot.EventAssigned, detail: assignee})
}

// take assigns a ticket that nobody has to who replies. A program's key has no account and takes none; neither does a reply that
// leaves after its account was disabled, nor one of a ticket that goes on in another.
func (t *held) take(ctx context.Context, tx pgx.Tx, by bot.User) error {
	if t.assignee != "" || t.mergedInto != "" {
		return nil
	}
	var email string
	err := tx.QueryRow(ctx, `select email from users where email = $1 and disabled_at is null`, mailbox(by.Email)).Scan(&email)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	t.assign(by, email)
	return nil
}

// SetTicketStatus implements bot.Tickets. The status it has already changes nothing. Resolving or closing gives the
// conversation back to the bot, unless an agent also answers through another ticket of it. The bot then says that it is resolved,
// also by e-mail to who has left the website.
func (db *DB) SetTicketStatus(ctx context.Context, reference string, by bot.User, status bot.Status) error {
	err := db.act(ctx, reference, func(ctx context.Context, tx pgx.Tx, t *held) error { return db.become(ctx, tx, t, by, status) })
	return fail(err, "set the status of ticket "+quoteReference(reference))
}

// become sets another status than the ticket has, and lets go of the conversation when it is done.
func (db *DB) become(ctx context.Context, tx pgx.Tx, t *held, by bot.User, status bot.Status) error {
	if t.status == status {
		return nil
	}
	before := t.status
	t.setStatus(by, status)
	if !status.Done() {
		return nil
	}
	agent, err := otherHolder(ctx, tx, t)
	t.conversation.State.Agent = agent
	if err != nil || agent != "" || status != bot.Resolved || before.Done() {
		return err
	}
	if err := t.say(bot.ReplyResolved(t.reference, t.conversation.State.Language)); err != nil {
		return err
	}
	return db.postSaid(ctx, tx, t)
}

// otherHolder is the agent who answers through another ticket of the conversation, empty when there is none.
func otherHolder(ctx context.Context, tx pgx.Tx, t *held) (agent string, err error) {
	err = tx.QueryRow(ctx, `select held_by from tickets where conversation_id = $1 and reference <> $2 and held_by <> ''
		order by updated_at desc limit 1`, t.conversation.ID, t.reference).Scan(&agent)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return agent, err
}

// hold has an account answer in the bot's place, and gives the name that the customer reads.
func (t *held) hold(by bot.User) (name string) {
	name = bot.User{Name: clean(by.Name), Email: clean(by.Email)}.ShownName()
	t.conversation.State.Agent = name
	t.batch.Queue(`update tickets set held_by = $2, holder_name = $2, holder = $3 where reference = $1`, t.reference, name, clean(by.Email))
	return name
}

// done is what a form did.
type done struct {
	kind  bot.EventKind
	text  string
	files []bot.Attachment
}

// alreadyDone tells whether the form that carries once was kept before. The same once over another text or other files
// is bot.ErrExists: somebody went back and changed it, and it must not vanish as a repetition.
func alreadyDone(ctx context.Context, tx pgx.Tx, reference, once string, now done) (bool, error) {
	if once == "" {
		return false, nil
	}
	var before done
	err := tx.QueryRow(ctx, `select e.kind, coalesce(m.text, e.detail), m.attachments from ticket_events e
		join tickets t on t.reference = e.reference
		left join messages m on m.conversation_id = t.conversation_id and m.seq = e.seq
		where e.reference = $1 and e.once = $2`, reference, once).Scan(&before.kind, &before.text, &before.files)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	case before.kind != now.kind || before.text != now.text || !sameFiles(before.files, now.files):
		return false, bot.ErrExists
	}
	return true, nil
}

// held is a ticket under the lock of its conversation, and what is to be written to both.
type held struct {
	reference    string
	status       bot.Status
	assignee     string
	category     bot.Category
	site         string
	priority     bot.Priority
	heldBy       string // name of who answers through it
	holder       string // and their e-mail, as bot.Ticket has them
	tags         []string
	snoozed      time.Time // zero when it is not
	email        string    // of the customer, empty when there is none
	mergedInto   string    // reference of the ticket in which it goes on, empty when it was not merged
	clock        bot.Clock
	conversation bot.Conversation
	at           time.Time
	address      string // from where the agent acts
	batch        *pgx.Batch
}

func (t *held) record(e event) {
	e.at, e.address = t.at, t.address
	queueEvent(t.batch, t.reference, e)
}

func (t *held) setStatus(by bot.User, status bot.Status) {
	queueStatus(t.batch, t.reference, status, t.at)
	t.status = status
	t.clock.Turn(status, t.at)
	t.record(event{actor: by.Email, kind: bot.EventStatus, detail: clean(string(status))})
}

func queueStatus(batch *pgx.Batch, reference string, status bot.Status, at time.Time) {
	batch.Queue(`update tickets set status = $2,
			closed_at = case when $2 = 'closed' then $3::timestamptz end,
			held_by = case when $2 in ('resolved', 'closed') then '' else held_by end,
			holder = case when $2 in ('resolved', 'closed') then '' else holder end,
			snoozed_until = case when $2 in ('resolved', 'closed') then null else snoozed_until end,
			due_at = case when $2 in ('resolved', 'closed') then null else due_at end,
			warn_at = case when $2 in ('resolved', 'closed') then null else warn_at end
		where reference = $1`, reference, status, at)
}

// act runs an agent's action in one transaction, under the lock that orders the conversation's messages: a reply is
// then numbered among them, and the state it changes is the newest. What do puts into the batch is written with the
// state and announced; nothing is, when it puts nothing. A ticket that was merged takes no action: bot.ErrMerged.
func (db *DB) act(ctx context.Context, reference string, do func(context.Context, pgx.Tx, *held) error) error {
	return db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return db.actIn(ctx, tx, reference, func(ctx context.Context, tx pgx.Tx, t *held) error {
			if t.mergedInto != "" {
				return bot.ErrMerged
			}
			return do(ctx, tx, t)
		})
	})
}

// actIn is act within a transaction, also on a ticket that was merged.
func (db *DB) actIn(ctx context.Context, tx pgx.Tx, reference string, do func(context.Context, pgx.Tx, *held) error) error {
	t, err := holdTicket(ctx, tx, clean(reference))
	if err != nil {
		return err
	}
	if err := do(ctx, tx, &t); err != nil || t.batch.Len() == 0 {
		return err
	}
	state, err := encode(t.conversation.State)
	if err != nil {
		return err
	}
	c := t.conversation
	t.batch.Queue(`update tickets set updated_at = $2 where reference = $1`, t.reference, t.at)
	if err := queueClock(t.batch, t.reference, t.clock); err != nil {
		return err
	}
	// Also for a note, which says nothing to the customer: retention looks at updated_at once more when it has waited
	// for this lock, and so never deletes what an agent is working on.
	t.batch.Queue(`update conversations set state = $2, last_seq = $3, updated_at = $4 where id = $1`,
		c.ID, state, c.LastSeq, t.at)
	if err := queueNotification(t.batch, c.Channel, c.Key); err != nil {
		return err
	}
	return db.finish(ctx, tx, t.batch, c.ID, 0, 0)
}

// errMoved ends a transaction that waited for the conversation of a ticket while the ticket went to another one (TakePassage):
// transact begins again, holding nothing.
var errMoved = errors.New("the ticket has moved to another conversation")

// holdTicket locks the conversation that a ticket is in, then the ticket: a message in the conversation of one that was merged into
// it changes it too. Rows of conversations are locked in the order of their ids and before those of tickets, which are locked
// in the order of their references, so that two transactions do not wait for each other. None of these locks is for update: the
// foreign keys of what is written about a ticket elsewhere ask for the row of its conversation.
func holdTicket(ctx context.Context, tx pgx.Tx, reference string) (held, error) {
	t := held{reference: reference, address: bot.ActorOf(ctx).Address, batch: &pgx.Batch{}}
	c := &t.conversation
	var state []byte
	err := tx.QueryRow(ctx, `select id, channel, key, site, state, last_seq from conversations
		where id = (select conversation_id from tickets where reference = $1) for no key update`, reference).
		Scan(&c.ID, &c.Channel, &c.Key, &c.Site, &state, &c.LastSeq)
	if err != nil {
		return held{}, err
	}
	if err := json.Unmarshal(state, &c.State); err != nil {
		return held{}, err
	}
	var now int64
	var snoozed *time.Time
	err = tx.QueryRow(ctx, `select conversation_id, status, assignee, coalesce(fields->>'email', ''), clock, clock_timestamp(),
			category, priority, tags, snoozed_until, held_by, `+holderOf+`, coalesce(merged_into, ''), site
		from tickets where reference = $1 for no key update`, reference).
		Scan(&now, &t.status, &t.assignee, &t.email, &t.clock, &t.at, &t.category, &t.priority, &t.tags, &snoozed, &t.heldBy, &t.holder, &t.mergedInto, &t.site)
	if snoozed != nil {
		t.snoozed = *snoozed
	}
	if err == nil && now != c.ID {
		return held{}, errMoved
	}
	return t, err
}
