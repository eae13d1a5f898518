package postgres_test

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/webhook"
)

// receiver is another program that is told what happens. It verifies what it gets, and answers with the statuses given,
// then 204.
type receiver struct {
	t      *testing.T
	url    string
	secret string
	got    chan told

	mu      sync.Mutex
	answers []int
}

type told struct {
	id, body string
	message  bot.WebhookMessage
}

func newReceiver(t *testing.T, answers ...int) *receiver {
	t.Helper()
	r := &receiver{t: t, secret: webhook.NewSecret(), got: make(chan told, 100), answers: answers}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	verifier, err := standardwebhooks.NewWebhook(r.secret)
	if err == nil {
		err = verifier.Verify(body, request.Header)
	}
	if err != nil {
		r.t.Errorf("the signature is not right: %v", err)
	}
	got := told{id: request.Header.Get("webhook-id"), body: string(body)}
	if err := json.Unmarshal(body, &got.message); err != nil {
		r.t.Error(err)
	}
	r.mu.Lock()
	status := http.StatusNoContent
	if len(r.answers) > 0 {
		status, r.answers = r.answers[0], r.answers[1:]
	}
	r.mu.Unlock()
	w.WriteHeader(status)
	r.got <- got
}

// add makes the receiver a webhook of the database.
func (r *receiver) add(db *postgres.DB, w bot.Webhook) {
	r.t.Helper()
	w.URL, w.Secret, w.Private, w.MadeBy = r.url, r.secret, true, "admin@example.fr"
	if err := db.AddWebhook(r.t.Context(), w); err != nil {
		r.t.Fatal(err)
	}
}

// next gives the next n messages, in the order of what happened: that in which they arrive is not promised.
func (r *receiver) next(n int) []told {
	r.t.Helper()
	var all []told
	for range n {
		select {
		case got := <-r.got:
			all = append(all, got)
		case <-time.After(time.Minute):
			r.t.Fatalf("%d of %d messages arrived: %v", len(all), n, all)
		}
	}
	slices.SortFunc(all, func(a, b told) int {
		return cmp.Or(a.message.At.Compare(b.message.At), strings.Compare(a.message.Type, b.message.Type))
	})
	return all
}

// deliver runs the jobs of a replica until the test ends.
func deliver(t *testing.T, db *postgres.DB, post postgres.Post) {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	bottest.Run(t, func(ctx context.Context) error {
		return db.RunJobs(ctx, postgres.Retention{}, postgres.Mailing{}, logger, postgres.WebhookJobEvery(10*time.Millisecond, post, logger))
	})
}

func says(t *testing.T, db *postgres.DB, text, opens string) {
	t.Helper()
	_, err := db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: "ana", Site: "micro"}, func(c bot.Conversation) (bot.Turn, error) {
		turn := bot.Turn{Text: text, Reply: bot.Reply{Kind: bot.Answer, Text: "entendu"}, State: c.State}
		if opens != "" {
			turn.Ticket = &bot.Ticket{Reference: opens, Category: bot.Claim, Fields: map[bot.Field]string{bot.Email: "ana@example.fr"}}
		}
		return turn, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatHappensToATicketIsToldWithoutWhatWasWritten(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	plain, full, some := newReceiver(t), newReceiver(t), newReceiver(t)
	plain.add(db, bot.Webhook{Name: "plain"})
	full.add(db, bot.Webhook{Name: "full", WithText: true})
	some.add(db, bot.Webhook{Name: "some", Events: []string{"ticket.assigned"}})
	marie := bot.User{Email: "marie@example.fr", Name: "Marie"}

	says(t, db, "SECRET avant", "") // no ticket yet: nobody is told
	says(t, db, "SECRET sinistre", "G-1")
	says(t, db, "SECRET suite", "")
	do(t, db.ReplyTicket(t.Context(), "G-1", marie, bot.AgentReply{Text: "SECRET réponse", Once: "once"}))
	do(t, db.ReplyTicket(t.Context(), "G-1", marie, bot.AgentReply{Text: "SECRET réponse", Once: "once"})) // changes nothing, and tells nothing
	do(t, db.NoteTicket(t.Context(), "G-1", marie, "SECRET note", ""))
	do(t, db.AssignTicket(t.Context(), "G-1", marie, marie.Email))
	do(t, db.SetTicketStatus(t.Context(), "G-1", marie, bot.Waiting))
	says(t, db, "SECRET retour", "") // reopens
	deliver(t, db, webhook.NewSender().Send)

	want := []string{
		`{"type":"ticket.opened","data":{"ticket":"G-1","conversation":1,"channel":"web","site":"micro","category":"claim","actor":"bot","status":"open"}}`,
		`{"type":"ticket.customer_message","data":{"ticket":"G-1","conversation":1,"channel":"web","site":"micro","category":"claim","actor":"customer","seq":5}}`,
		`{"type":"ticket.reply","data":{"ticket":"G-1","conversation":1,"channel":"web","site":"micro","category":"claim","actor":"marie@example.fr","seq":7}}`,
		`{"type":"ticket.note","data":{"ticket":"G-1","conversation":1,"channel":"web","site":"micro","category":"claim","actor":"marie@example.fr"}}`,
		`{"type":"ticket.assigned","data":{"ticket":"G-1","conversation":1,"channel":"web","site":"micro","category":"claim","actor":"marie@example.fr","assignee":"marie@example.fr"}}`,
		`{"type":"ticket.status","data":{"ticket":"G-1","conversation":1,"channel":"web","site":"micro","category":"claim","actor":"marie@example.fr","status":"waiting"}}`,
		`{"type":"ticket.customer_message","data":{"ticket":"G-1","conversation":1,"channel":"web","site":"micro","category":"claim","actor":"customer","seq":8}}`,
		`{"type":"ticket.status","data":{"ticket":"G-1","conversation":1,"channel":"web","site":"micro","category":"claim","actor":"customer","status":"open"}}`,
	}
	got := plain.next(len(want))
	ids := map[string]bool{}
	for i, g := range got {
		ids[g.id] = true
		if timeless(t, g.body) != want[i] {
			t.Errorf("message %d: %s\nwant %s", i, g.body, want[i])
		}
	}
	if len(ids) != len(want) {
		t.Errorf("the messages have %d ids, want %d", len(ids), len(want))
	}
	var texts []string
	for _, g := range full.next(len(want)) {
		texts = append(texts, g.message.Data.Text)
	}
	if list := strings.Join(texts, "|"); list != "|SECRET suite|SECRET réponse|SECRET note||||SECRET retour|" &&
		list != "|SECRET suite|SECRET réponse|SECRET note|||SECRET retour|" {
		t.Errorf("the texts are %s", list)
	}
	if g := some.next(1); g[0].message.Type != "ticket.assigned" {
		t.Errorf("who asked for assignments was told %s", g[0].body)
	}
	if n := len(plain.got) + len(full.got) + len(some.got); n != 0 {
		t.Errorf("%d messages too many", n)
	}
	if w, err := db.Webhook(t.Context(), "plain"); err != nil || w.Delivered.IsZero() {
		t.Errorf("the delivery was not noted: %+v, %v", w, err)
	}
}

// timeless is a body without its time, which it has to have.
func timeless(t *testing.T, body string) string {
	t.Helper()
	var fields struct {
		Type string          `json:"type"`
		At   time.Time       `json:"timestamp"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal([]byte(body), &fields); err != nil || fields.At.IsZero() {
		t.Errorf("%s: %v", body, err)
	}
	return `{"type":"` + fields.Type + `","data":` + string(fields.Data) + `}`
}

func TestAFailedDeliveryIsTriedAgainWithTheSameID(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	r := newReceiver(t, 500, 503)
	r.add(db, bot.Webhook{Name: "crm"})
	says(t, db, "x", "G-1")
	deliver(t, db, webhook.NewSender().Send)
	got := r.next(3)
	if got[0].id != got[1].id || got[0].body != got[1].body || got[2].id != got[0].id {
		t.Errorf("the attempts are not the same message: %+v", got)
	}
	eventually(t, "the success is noted", func() bool {
		w, err := db.Webhook(t.Context(), "crm")
		return err == nil && !w.Delivered.IsZero() && w.FailingSince.IsZero() && w.LastError == ""
	})
	if n := len(r.got); n != 0 {
		t.Errorf("%d further attempts after the success", n)
	}
}

func TestWhatIsRolledBackIsNotTold(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	r := newReceiver(t)
	r.add(db, bot.Webhook{Name: "crm"})
	says(t, db, "x", "G-1")
	_, err := db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: "ana"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "y", State: c.State, Ticket: &bot.Ticket{Reference: "G-1", Category: bot.Claim}}, nil // taken
	})
	if err == nil {
		t.Fatal("the turn was kept")
	}
	if n := postgrestest.Query[int](t, url, "select count(*) from river_job where kind = 'guichet_webhook'"); n != 1 {
		t.Errorf("%d jobs, want that of the first turn alone", n)
	}
	if n := postgrestest.Query[int](t, url, "select count(*) from river_job where args::text like '%example%' or args::text like '%sinistre%'"); n != 0 {
		t.Error("a job holds what was written")
	}
}

func TestNothingIsToldWithoutAWebhookOrToOneThatIsOffOrGone(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	says(t, db, "x", "G-1")
	r := newReceiver(t, 410, 410) // both may be on their way
	r.add(db, bot.Webhook{Name: "crm"})
	do(t, db.SetTicketStatus(t.Context(), "G-1", bot.User{Email: "a@b"}, bot.Waiting))
	do(t, db.SetTicketStatus(t.Context(), "G-1", bot.User{Email: "a@b"}, bot.Open))
	if n := postgrestest.Query[int](t, url, "select count(*) from river_job where kind = 'guichet_webhook'"); n != 2 {
		t.Fatalf("%d jobs, want 2: the first event came before the webhook", n)
	}
	deliver(t, db, webhook.NewSender().Send)
	eventually(t, "the webhook is off", func() bool {
		w, err := db.Webhook(t.Context(), "crm")
		return err == nil && !w.Off.IsZero()
	})
	do(t, db.SetTicketStatus(t.Context(), "G-1", bot.User{Email: "a@b"}, bot.Closed))
	eventually(t, "no job is left", func() bool {
		return postgrestest.Query[int](t, url, "select count(*) from river_job where kind = 'guichet_webhook' and state not in ('completed')") == 0
	})
	if n := postgrestest.Query[int](t, url, "select count(*) from river_job where kind = 'guichet_webhook'"); n != 2 {
		t.Errorf("%d jobs, want 2: a webhook that is off gets none", n)
	}
}

func TestWhatWasErasedMeanwhileIsNotTold(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	r := newReceiver(t)
	r.add(db, bot.Webhook{Name: "crm", WithText: true})
	says(t, db, "x", "G-1")
	says(t, db, "y", "")
	execute(t, url, "delete from conversations")
	deliver(t, db, webhook.NewSender().Send)
	eventually(t, "the jobs are done", func() bool {
		return postgrestest.Query[int](t, url, "select count(*) from river_job where kind = 'guichet_webhook' and state = 'completed'") == 2
	})
	if n := len(r.got); n != 0 {
		t.Errorf("%d messages arrived", n)
	}
}

func TestAMessageThatWillNotArriveIsTold(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	r := newReceiver(t)
	r.add(db, bot.Webhook{Name: "crm", Events: []string{"ticket.undelivered"}})
	_, err := db.Turn(t.Context(), bot.Inbound{Channel: "telegram", Key: "7"}, func(bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Escalate, Text: "y"}, Ticket: &bot.Ticket{Reference: "G-1", Category: bot.Claim}}, nil
	})
	do(t, err)
	held, err := db.ClaimDelivery(t.Context(), "telegram", time.Hour)
	do(t, err)
	do(t, db.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Gone, Reason: bot.ReasonBlocked}))
	deliver(t, db, webhook.NewSender().Send)
	if got := r.next(1)[0].message; got.Data.Reason != bot.ReasonBlocked || got.Data.Seq != 2 {
		t.Errorf("told %+v", got)
	}
}
