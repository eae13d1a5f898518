package postgres_test

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/bot"
	"guichet/connectors/postgres"
)

// statements remembers what was asked of the database: each statement with some of its arguments.
type statements struct {
	mu  sync.Mutex
	all map[string][][]any
}

const argumentsKept = 40

func (s *statements) note(statement string, args []any) {
	if !strings.Contains(statement, " ") { // the name of one that was prepared
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[string][][]any{}
	}
	if len(s.all[statement]) < argumentsKept {
		s.all[statement] = append(s.all[statement], args)
	}
}

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	s.note(data.SQL, data.Args)
	return ctx
}

func (s *statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (s *statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

func (s *statements) TraceBatchQuery(_ context.Context, _ *pgx.Conn, data pgx.TraceBatchQueryData) {
	s.note(data.SQL, data.Args)
}

func (s *statements) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

var (
	// grows are the tables that grow with the years.
	grows = regexp.MustCompile(`Seq Scan on (tickets|messages|conversations|ticket_events|ticket_words|mails|outbox|inbox|notices|staff_threads)\b`)

	// planned are the statements that have a plan.
	planned = regexp.MustCompile(`(?is)^\s*(select|with|insert|update|delete)\b`)
)

// TestEveryStatementFindsAnIndex reads every page of the desk and does what agents and customers do, over enough tickets for
// the planner to have a choice, then looks at the plan of each statement that was executed, with its arguments.
func TestEveryStatementFindsAnIndex(t *testing.T) {
	t.Parallel()
	seen := &statements{}
	d := openSized(t, 10_000, 4, seen)
	execute(t, d.url, `insert into inbox (channel, update_id, thread, done_at) select 'telegram', n::text, n % 100, now() - n * interval '1 minute'
		from generate_series(1, 20000) n`)
	execute(t, d.url, `insert into mails (kind, reference, recipient, state, settled_at) select 'reply', reference, 'x@example.org', 'sent', now() from tickets`)
	execute(t, d.url, `insert into outbox (conversation_id, seq, channel, state, next_at, settled_at)
		select conversation_id, seq, 'web', 'sent', at, now() from messages where author = 'agent'`)
	execute(t, d.url, `insert into notices (recipient, kind, reference, at, told_at) select $1, 'new', reference, now(), now() - row_number() over () * interval '1 minute' from tickets`, sizedEmail)
	execute(t, d.url, "analyze inbox, mails, outbox, notices")
	seen.all = nil // how tickets are loaded is another matter
	for _, page := range d.pages() {
		d.get(page.path)
	}
	d.get("/desk/admin/audit")
	d.get("/desk/admin/audit?who=" + sizedEmail)
	d.work()
	conn, err := pgx.Connect(t.Context(), d.url)
	must(t, err)
	defer conn.Close(t.Context())
	explained := 0
	for _, statement := range slices.Sorted(maps.Keys(seen.all)) {
		if !planned.MatchString(statement) {
			continue
		}
		for _, args := range seen.all[statement] {
			rows, err := conn.Query(t.Context(), "explain "+statement, args...)
			must(t, err)
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				t.Fatalf("explain %s: %v", statement, err)
			}
			explained++
			if plan := strings.Join(lines, "\n"); grows.MatchString(plan) {
				t.Errorf("a table that grows is read from end to end:\n%s\n%v\n%s", statement, args, plan)
				break
			}
		}
	}
	if explained < 200 || len(seen.all) < 60 {
		t.Errorf("only %d plans of %d statements were looked at", explained, len(seen.all))
	}
}

// work does what is done to tickets and conversations besides reading pages.
func (d *sizedDesk) work() {
	t, ctx := d.t, d.t.Context()
	claire := bot.User{Email: sizedEmail, Name: "Claire"}
	list, err := d.db.Tickets(ctx, bot.TicketFilter{Statuses: []bot.Status{bot.Open}, Channel: bot.Web, Limit: 2})
	must(t, err)
	reference := list[0].Reference
	key := "sample-" + reference
	must(t, d.db.ReplyTicket(ctx, reference, claire, bot.AgentReply{Text: "Bonjour", Once: "1"}))
	must(t, d.db.NoteTicket(ctx, reference, claire, "à revoir @bruno", "2"))
	must(t, d.db.AssignTicket(ctx, reference, claire, sizedEmail))
	must(t, d.db.SetTags(ctx, reference, claire, []string{"vip"}))
	must(t, d.db.SetPriority(ctx, reference, claire, bot.PriorityUrgent))
	must(t, d.db.Snooze(ctx, reference, claire, time.Now().Add(time.Hour)))
	must(t, d.db.SetTicketStatus(ctx, reference, claire, bot.Waiting))
	for range 2 {
		_, err = d.db.Turn(ctx, bot.Inbound{Channel: bot.Web, Key: key, ExternalID: "x-1", Text: "merci"}, decide)
		must(t, err)
	}
	_, err = d.db.Transcript(ctx, bot.Web, key, 3)
	must(t, err)
	must(t, d.db.TakeOver(ctx, reference, claire))
	must(t, d.db.HandBack(ctx, reference, claire))
	must(t, d.db.SetCategory(ctx, reference, claire, bot.Complaint, nil))
	must(t, d.db.SetUndoTime(ctx, sizedEmail, bot.UndoTimes()[1]))
	_, err = d.db.SendReply(ctx, reference, claire, bot.PendingReply{AgentReply: bot.AgentReply{Text: "Encore", Once: "3"}})
	must(t, err)
	_, err = d.db.PendingReplies(ctx, reference)
	must(t, err)
	_, err = d.db.RecallReply(ctx, reference, claire, "3")
	must(t, err)
	must(t, d.db.LinkTickets(ctx, reference, claire, list[1].Reference))
	must(t, d.db.MergeTicket(ctx, list[1].Reference, claire, reference))
	_, err = d.db.Ties(ctx, reference)
	must(t, err)
	must(t, d.db.SeparateTicket(ctx, list[1].Reference, claire))
	must(t, d.db.SetTicketStatus(ctx, reference, claire, bot.Closed))
	_, err = d.db.Conversations(ctx, bot.ConversationFilter{Site: "alma", Channel: bot.Discord})
	must(t, err)
	_, err = d.db.Conversation(ctx, list[0].ConversationID)
	must(t, err)
	_, err = d.db.CountTickets(ctx)
	must(t, err)
	_, err = d.db.Backlog(ctx)
	must(t, err)
	_, err = d.db.Tickets(ctx, bot.TicketFilter{Text: d.words[12], Limit: 26}) // as the API asks
	must(t, err)
	must(t, postgres.FoldTally(ctx, d.db))
	must(t, postgres.TellNotices(ctx, d.db, postgres.Mailing{}))
	_, err = d.db.DeleteExpired(ctx, postgres.DefaultRetention(), time.Now())
	must(t, err)
	_, err = d.db.EraseConversation(ctx, bot.Web, "sample-"+list[1].Reference)
	must(t, err)
}
