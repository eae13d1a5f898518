package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

const (
	// webhookKind and webhookQueue are names in River's table. A change of them would leave old jobs without a worker.
	webhookKind  = "guichet_webhook"
	webhookQueue = "webhooks"

	// webhooksAtOnce is how many addresses a replica talks to at a time: one that does not answer holds one of them.
	webhooksAtOnce = 8

	// webhookTimeout is for one attempt with all that is noted about it; whoever posts has a shorter limit of its own.
	webhookTimeout = time.Minute

	// webhookPatience is how long everything may fail before a webhook is switched off.
	webhookPatience = 3 * 24 * time.Hour
)

// webhookPauses is how long after each failed attempt the next one comes: the last one is a day after the first.
func webhookPauses() []time.Duration {
	return []time.Duration{
		5 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour,
		4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
	}
}

// webhookArgs name what is to be told, by ids: River keeps them for a while, and a text must go with its conversation.
type webhookArgs struct {
	Webhook      int64  `json:"webhook"`
	Event        int64  `json:"event,omitempty"`        // of a ticket
	Ticket       string `json:"ticket,omitempty"`       // of a customer's message
	Conversation int64  `json:"conversation,omitempty"` // of a customer's message
	Seq          int64  `json:"seq,omitempty"`          // of a customer's message
}

func (webhookArgs) Kind() string { return webhookKind }

func (webhookArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: webhookQueue, MaxAttempts: len(webhookPauses()) + 1}
}

// finish writes the last statements of a transaction that may have recorded events of a conversation's tickets, and
// has them told to the webhooks: a job for each that wants to know, in this transaction. said is the number of the
// customer's message that the transaction keeps, 0 when there is none; before, for a transaction that also changes older
// events, the number of the last of them, so that they are not told again.
func (db *DB) finish(ctx context.Context, tx pgx.Tx, batch *pgx.Batch, conversation, said, before int64) error {
	var jobs []river.InsertManyParams
	// xmin tells what this transaction has written, whoever wrote it. The message that opens a ticket is part of that.
	batch.Queue(`select w.id, e.id, '', 0::bigint from webhooks w, tickets t join ticket_events e on e.reference = t.reference
		where w.off_at is null and t.conversation_id = $1 and e.xmin = pg_current_xact_id()::xid and e.id > $4
			and (w.events = '{}' or 'ticket.' || e.kind = any(w.events))
		union all
		select w.id, 0, t.reference, m.seq from webhooks w, tickets t join messages m on m.conversation_id = t.conversation_id
		where w.off_at is null and t.conversation_id = $1 and m.seq = $2 and t.status <> 'closed'
			and not exists (select from ticket_events e where e.reference = t.reference and e.kind = 'opened'
				and e.xmin = pg_current_xact_id()::xid and e.id > $4)
			and (w.events = '{}' or $3 = any(w.events))`, conversation, said, bot.WebhookCustomerMessage, before).
		Query(func(rows pgx.Rows) error {
			var args webhookArgs
			_, err := pgx.ForEachRow(rows, []any{&args.Webhook, &args.Event, &args.Ticket, &args.Seq}, func() error {
				job := args
				if job.Event == 0 {
					job.Conversation = conversation
				}
				jobs = append(jobs, river.InsertManyParams{Args: job})
				return nil
			})
			return err
		})
	if err := tx.SendBatch(ctx, batch).Close(); err != nil || len(jobs) == 0 {
		return err
	}
	_, err := db.jobs.InsertManyFastTx(ctx, tx, jobs)
	return err
}

// Post tells a webhook something, once. Its error says what to look at, without the address or what was told.
type Post func(ctx context.Context, w bot.Webhook, m bot.WebhookMessage) error

type webhookWorker struct {
	river.WorkerDefaults[webhookArgs]
	db     *DB
	post   Post
	pauses []time.Duration
	logger *slog.Logger
}

func (w *webhookWorker) Timeout(*river.Job[webhookArgs]) time.Duration { return webhookTimeout }

func (w *webhookWorker) NextRetry(job *river.Job[webhookArgs]) time.Time {
	return time.Now().Add(w.pauses[min(job.Attempt, len(w.pauses))-1])
}

// Work makes one attempt. Where nothing is left to tell, or nobody to tell it to, the job is done.
func (w *webhookWorker) Work(ctx context.Context, job *river.Job[webhookArgs]) error {
	webhook, err := only(w.db.webhooks(ctx, `where id = $1 and off_at is null`, job.Args.Webhook))
	if errors.Is(err, bot.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	message, err := w.db.webhookMessage(ctx, job.Args)
	if errors.Is(err, bot.ErrNotFound) {
		return nil // erased meanwhile
	}
	if err != nil {
		return err
	}
	if !webhook.WithText {
		message.Data.Text = ""
	}
	failure := w.post(ctx, webhook, message)
	if failure == nil {
		return w.db.noted(w.db.WebhookSucceeded(ctx, webhook.ID))
	}
	if ctx.Err() != nil {
		return failure // we stop: that is not the address's fault
	}
	w.logger.WarnContext(ctx, "a webhook was not delivered", "webhook", webhook.Name, "attempt", job.Attempt, "error", failure)
	if err := w.db.noted(w.db.WebhookFailed(ctx, webhook.ID, failure, webhookPatience)); err != nil {
		return err
	}
	return failure
}

// noted is nil also when the webhook was removed while it was told something.
func (db *DB) noted(err error) error {
	if errors.Is(err, bot.ErrNotFound) {
		return nil
	}
	return err
}

// webhookMessage reads what a job is to tell, with the text. bot.ErrNotFound: it is no longer there.
func (db *DB) webhookMessage(ctx context.Context, args webhookArgs) (bot.WebhookMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if args.Event == 0 {
		return db.customerMessage(ctx, args)
	}
	var m bot.WebhookMessage
	var kind bot.EventKind
	var detail, said string
	d := &m.Data
	err := db.pool.QueryRow(ctx, `select e.kind, e.at, e.actor, e.detail, coalesce(e.seq, 0), t.reference, t.conversation_id,
			c.channel, t.site, t.category, coalesce(m.text, '')
		from ticket_events e join tickets t on t.reference = e.reference join conversations c on c.id = t.conversation_id
			left join messages m on m.conversation_id = t.conversation_id and m.seq = e.seq
		where e.id = $1`, args.Event).
		Scan(&kind, &m.At, &d.Actor, &detail, &d.Seq, &d.Ticket, &d.Conversation, &d.Channel, &d.Site, &d.Category, &said)
	if err != nil {
		return m, fail(err, fmt.Sprintf("read event %d for a webhook", args.Event))
	}
	m.ID, m.Type = fmt.Sprintf("event_%d", args.Event), bot.WebhookEvent(kind)
	switch bot.DefineEvent(kind).Detail {
	case bot.DetailRecorded:
		d.Status = bot.Open
	case bot.DetailStatus:
		d.Status = bot.Status(detail)
	case bot.DetailAssignee:
		d.Assignee = &detail
	case bot.DetailCategory:
		d.Category = bot.Category(detail)
	case bot.DetailPriority:
		d.Priority = bot.Priority(detail)
	case bot.DetailTags:
		d.Tags, err = bot.ReadTags(detail)
		d.Tags = append([]string{}, d.Tags...)
	case bot.DetailStep:
		d.Step = detail
	case bot.DetailUntil:
		d.Until = &detail
	case bot.DetailDues:
		if kind == bot.EventRetimed {
			break // they are several: read the ticket
		}
		for _, told := range bot.ReadRetimed(detail) {
			d.Aim, d.Due = told.Aim, told.Due.UTC().Format(time.RFC3339)
		}
	case bot.DetailTicket:
		d.Other = detail
	case bot.DetailReason:
		d.Reason, d.Text = detail, said
	case bot.DetailText, bot.DetailAmendment:
		d.Text = detail
	case bot.DetailChannel:
		d.Channel = detail
	case bot.DetailNone, bot.DetailMail:
		d.Text = said // of a reply, or of a message that is sent again
	}
	return m, err
}

func (db *DB) customerMessage(ctx context.Context, args webhookArgs) (bot.WebhookMessage, error) {
	m := bot.WebhookMessage{
		ID:   fmt.Sprintf("message_%d_%d_%s", args.Conversation, args.Seq, args.Ticket),
		Type: bot.WebhookCustomerMessage,
		Data: bot.WebhookData{Actor: actorCustomer, Seq: args.Seq},
	}
	d := &m.Data
	err := db.pool.QueryRow(ctx, `select m.at, m.text, t.reference, t.conversation_id, c.channel, t.site, t.category
		from messages m join conversations c on c.id = m.conversation_id join tickets t on t.conversation_id = c.id
		where m.conversation_id = $1 and m.seq = $2 and t.reference = $3`, args.Conversation, args.Seq, args.Ticket).
		Scan(&m.At, &d.Text, &d.Ticket, &d.Conversation, &d.Channel, &d.Site, &d.Category)
	return m, fail(err, fmt.Sprintf("read message %d of conversation %d for a webhook", args.Seq, args.Conversation))
}

// WebhookJob has a replica tell the webhooks, by post.
func WebhookJob(post Post, logger *slog.Logger) Job {
	return webhookJob(post, logger, webhookPauses())
}

func webhookJob(post Post, logger *slog.Logger, pauses []time.Duration) Job {
	return Job{func(db *DB, config *river.Config) {
		river.AddWorker(config.Workers, &webhookWorker{db: db, post: post, pauses: pauses, logger: logger})
		config.Queues[webhookQueue] = river.QueueConfig{MaxWorkers: webhooksAtOnce}
	}}
}

var _ river.Worker[webhookArgs] = (*webhookWorker)(nil)
