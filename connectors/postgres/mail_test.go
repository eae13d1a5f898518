package postgres_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// postbox takes mail. Each error it is given is the answer to one attempt.
type postbox struct {
	mu      sync.Mutex
	mails   []bot.Mail
	tried   []string // the ids of attempts that failed
	answers []error
}

func (p *postbox) send(_ context.Context, m bot.Mail) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.answers) > 0 {
		err := p.answers[0]
		p.answers = p.answers[1:]
		if err != nil {
			p.tried = append(p.tried, m.ID)
			return err
		}
	}
	p.mails = append(p.mails, m)
	return nil
}

func (p *postbox) taken() []bot.Mail {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.mails)
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in a minute: %s", what)
		}
	}
}

// works runs the jobs of a replica until the test ends.
func works(t *testing.T, db *postgres.DB, m postgres.Mailing) {
	t.Helper()
	bottest.Run(t, func(ctx context.Context) error {
		return db.RunJobs(ctx, postgres.DefaultRetention(), m, slog.New(slog.DiscardHandler))
	})
}

const ref = "G-4F7K-2MQ9"

var inès = bot.User{Email: "ines@example.fr", Name: "Inès Morel", Role: bot.RoleAgent}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// opens opens a ticket of Ana's, who gave her address, on a channel.
func opens(t *testing.T, db *postgres.DB, channel, reference string) {
	t.Helper()
	in := bot.Inbound{Channel: channel, Key: "ana " + reference, Site: "micro", Text: "oui"}
	clock := bot.Clock{Started: time.Now(), Terms: bot.Terms{First: bot.Term{N: 10, Unit: bot.WorkingDays}}}
	_, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "oui", Reply: bot.Reply{Kind: bot.Escalate, Text: "ok"}, State: c.State, Ticket: &bot.Ticket{
			Reference: reference, Category: bot.Complaint, Clock: clock, Fields: map[bot.Field]string{bot.Email: "ana@example.fr", bot.Description: "colère"}}}, nil
	})
	ok(t, err)
}

func kinds(t *testing.T, db *postgres.DB, reference string) string {
	t.Helper()
	file, err := db.Ticket(t.Context(), reference)
	ok(t, err)
	var all []string
	for _, e := range file.Events {
		all = append(all, strings.TrimSpace(string(e.Kind)+" "+e.Detail))
	}
	return strings.Join(all, ", ")
}

func TestACustomerWhoLeftGetsTheReplyWithALinkThatWorksOnce(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	box := &postbox{}
	works(t, db, postgres.Mailing{Send: box.send, Base: "https://guichet.example/", Away: time.Millisecond,
		Sites: []bot.Site{{ID: "micro", Name: "Micro", Delay: "sous un jour ouvré"}}})
	opens(t, db, bot.Web, ref)
	eventually(t, "the acknowledgement", func() bool { return len(box.taken()) == 1 })
	first := box.taken()[0]
	if first.To != "ana@example.fr" || first.From != "Micro" || !strings.Contains(first.Text, ref) || !strings.Contains(first.Text, "sous un jour ouvré") || first.ID == "" {
		t.Errorf("the acknowledgement is %+v", first)
	}
	if strings.Contains(first.Text, "colère") {
		t.Error("the acknowledgement repeats what was written")
	}
	ok(t, db.ReplyTicket(t.Context(), ref, inès, bot.AgentReply{Text: "Voici **votre** attestation", Once: "1"}))
	eventually(t, "the reply", func() bool { return len(box.taken()) == 2 })
	reply := box.taken()[1]
	_, after, found := strings.Cut(reply.Text, "https://guichet.example/reprendre/")
	token, _, _ := strings.Cut(after, ")")
	if !found || !strings.Contains(reply.Text, "> Voici **votre** attestation") || !strings.Contains(reply.Text, "Inès Morel") || reply.To != "ana@example.fr" {
		t.Fatalf("the reply is %+v", reply)
	}
	eventually(t, "the events", func() bool {
		return strings.HasSuffix(kinds(t, db, ref), "mailed acknowledgement, reply, mailed reply")
	})
	for _, wrong := range []string{"", token + "x", strings.ToLower(token) + "A", "\x00"} {
		if _, err := db.Resume(t.Context(), wrong); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("the token %q gives %v", wrong, err)
		}
	}
	c, err := db.Resume(t.Context(), token)
	if err != nil || c.Key != "ana "+ref || c.Channel != bot.Web || c.Site != "micro" {
		t.Errorf("the token gives %+v, %v", c, err)
	}
	if _, err := db.Resume(t.Context(), token); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the second time it gives %v", err)
	}
}

func TestALinkExpires(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	box := &postbox{}
	works(t, db, postgres.Mailing{Send: box.send, Base: "https://g.example", Away: time.Millisecond})
	opens(t, db, bot.Web, ref)
	ok(t, db.ReplyTicket(t.Context(), ref, inès, bot.AgentReply{Text: "Bonjour", Once: "1"}))
	eventually(t, "both mails", func() bool { return len(box.taken()) == 2 })
	execute(t, url, "update resume_tokens set expires_at = now() - interval '1 second'")
	var text string
	for _, m := range box.taken() {
		text += m.Text
	}
	_, after, _ := strings.Cut(text, "/reprendre/")
	token, _, _ := strings.Cut(after, ")")
	if _, err := db.Resume(t.Context(), token); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("an expired token gives %v", err)
	}
}

func TestACustomerWhoIsThereGetsNoMail(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	opens(t, db, bot.Web, ref)
	opens(t, db, bot.Web, "G-0000-0002")
	opens(t, db, bot.Telegram, "G-0000-0003")
	for _, reference := range []string{ref, "G-0000-0002", "G-0000-0003"} {
		ok(t, db.ReplyTicket(t.Context(), reference, inès, bot.AgentReply{Text: "Bonjour", Once: "1"}))
		ok(t, db.ReplyTicket(t.Context(), reference, inès, bot.AgentReply{Text: "Encore", Once: "2"}))
	}
	ok(t, db.Seen(t.Context(), bot.Web, "ana "+ref)) // connected after the replies
	ok(t, db.Seen(t.Context(), bot.Web, "nobody"))
	if n := postgrestest.Query[int](t, url, "select count(*) from mails where kind = 'reply'"); n != 2 {
		t.Errorf("%d mails wait, want one for each conversation on the web", n)
	}
	box := &postbox{}
	works(t, db, postgres.Mailing{Send: box.send, Away: time.Millisecond})
	eventually(t, "all settled", func() bool {
		return postgrestest.Query[int](t, url, "select count(*) from mails where settled_at is null") == 0
	})
	var replies []bot.Mail
	for _, m := range box.taken() {
		if strings.HasPrefix(m.Subject, "Une réponse") {
			replies = append(replies, m)
		}
	}
	if len(replies) != 1 || !strings.Contains(replies[0].Subject, "G-0000-0002") || strings.Count(replies[0].Text, "Inès Morel") != 2 {
		t.Errorf("the replies mailed are %+v", replies)
	}
	if got := postgrestest.Query[string](t, url, "select state from mails where kind = 'reply' and reference = $1", ref); got != "read" {
		t.Errorf("the mail for who was there is %s", got)
	}
	if left := postgrestest.Query[int](t, url, "select count(*) from mails where body <> ''"); left != 0 {
		t.Errorf("%d mails keep what they said", left)
	}
}

func TestAMailThatCannotLeaveNowLeavesLaterAndOneRefusedStandsOnItsTicket(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	box := &postbox{answers: []error{errors.New("451"), nil, fmt.Errorf("%w: code 550", bot.ErrMailRefused)}}
	works(t, db, postgres.Mailing{Send: box.send})
	opens(t, db, bot.Telegram, ref)
	eventually(t, "the second attempt", func() bool { return len(box.taken()) == 1 })
	if box.tried[0] != box.taken()[0].ID {
		t.Errorf("the attempts have the ids %q and %q", box.tried[0], box.taken()[0].ID)
	}
	opens(t, db, bot.Telegram, "G-0000-0002")
	eventually(t, "the refusal", func() bool { return kinds(t, db, "G-0000-0002") == "opened, unmailed refused" })
	if len(box.taken()) != 1 {
		t.Errorf("%d mails left", len(box.taken()))
	}
}

func TestWithoutAServerMailIsSettledAndNothingWaits(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	ok(t, db.AddUser(t.Context(), inès))
	opens(t, db, bot.Web, ref)
	ok(t, db.SendMail(t.Context(), bot.InvitationMail(inès, "https://g.example/x", time.Now())))
	works(t, db, postgres.Mailing{Wait: time.Nanosecond, Now: func() time.Time { return time.Now().Add(time.Minute) }})
	eventually(t, "all settled", func() bool {
		return postgrestest.Query[int](t, url, "select count(*) from mails where state = 'off' and body = ''") == 2 &&
			postgrestest.Query[int](t, url, "select count(*) from notices where told_at is null") == 0
	})
}

func TestAnInvitationLeaves(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	box := &postbox{}
	works(t, db, postgres.Mailing{Send: box.send})
	ok(t, db.SendMail(t.Context(), bot.InvitationMail(inès, "https://g.example/invitation/x", time.Now())))
	ok(t, db.SendMail(t.Context(), bot.ResetMail(inès, "https://g.example/reset/y", time.Now())))
	eventually(t, "both", func() bool { return len(box.taken()) == 2 })
	for _, m := range box.taken() {
		if m.To != inès.Email || !strings.Contains(m.Text, "(https://g.example/") {
			t.Errorf("it is %+v", m)
		}
	}
}

func TestAConversationIsMailedAsItStandsAndTheSameAtEachAttempt(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	copy := bot.Copy{Channel: bot.Web, Key: "ana " + ref, To: "ana@example.fr", Resumes: true}
	if err := db.MailCopy(t.Context(), copy); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("before anything was said: %v", err)
	}
	opens(t, db, bot.Web, ref)
	if address, err := db.KnownAddress(t.Context(), copy.Channel, copy.Key); err != nil || address != "ana@example.fr" {
		t.Errorf("the address is %q, %v", address, err)
	}
	if address, err := db.KnownAddress(t.Context(), copy.Channel, "nobody"); err != nil || address != "" {
		t.Errorf("the address of nobody is %q, %v", address, err)
	}
	ok(t, db.MailCopy(t.Context(), copy))
	box := &postbox{}
	tries := make(chan bot.Mail, 10)
	works(t, db, postgres.Mailing{Base: "https://g.example", Sites: []bot.Site{{ID: "micro", Name: "Micro"}}, Send: func(ctx context.Context, m bot.Mail) error {
		if m.Plain == "" {
			return nil // the acknowledgement
		}
		tries <- m
		if len(tries) == 1 {
			opens(t, db, bot.Web, "G-0000-0002") // of another conversation
			ok(t, db.ReplyTicket(ctx, ref, inès, bot.AgentReply{Text: "Plus tard", Once: "1"}))
			return errors.New("451")
		}
		return box.send(ctx, m)
	}})
	eventually(t, "the second attempt", func() bool { return len(box.taken()) == 1 })
	first, second := <-tries, <-tries
	if first != second || strings.Contains(first.Plain, "Plus tard") || !strings.Contains(first.Plain, "oui") || first.HTML == "" {
		t.Errorf("the attempts send\n%+v\nand\n%+v", first, second)
	}
	_, after, _ := strings.Cut(first.Text, "https://g.example/reprendre/")
	token, _, _ := strings.Cut(after, ")")
	if c, err := db.Resume(t.Context(), token); err != nil || c.Key != copy.Key {
		t.Errorf("the link gives %+v, %v", c, err)
	}
	eventually(t, "what it said is erased", func() bool {
		return postgrestest.Query[int](t, url, "select count(*) from mails where kind = 'transcript' and state = 'sent' and body = ''") == 1
	})
}

func TestACopyDoesNotLeaveOnceItsConversationIsErased(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	opens(t, db, bot.Web, ref) // with a ticket: the conversation's row stays
	ok(t, db.MailCopy(t.Context(), bot.Copy{Channel: bot.Web, Key: "ana " + ref, To: "ana@example.fr"}))
	in := bot.Inbound{Channel: bot.Web, Key: "ben", Site: "micro", Text: "oui"}
	_, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "oui", Reply: bot.Reply{Kind: bot.Answer, Text: "ok"}, State: c.State}, nil
	})
	ok(t, err)
	ok(t, db.MailCopy(t.Context(), bot.Copy{Channel: bot.Web, Key: "ben", To: "ben@example.fr"}))
	for _, key := range []string{"ana " + ref, "ben"} {
		_, err := db.EraseConversation(t.Context(), bot.Web, key)
		ok(t, err)
	}
	box := &postbox{}
	works(t, db, postgres.Mailing{Send: box.send})
	eventually(t, "the jobs are done", func() bool {
		return postgrestest.Query[int](t, url, "select count(*) from river_job where kind = 'guichet_mail' and state not in ('completed', 'discarded')") == 0
	})
	for _, m := range box.taken() {
		if m.Plain != "" {
			t.Errorf("it left: %+v", m)
		}
	}
}

// TestAcknowledgementsAreLimited has one person write another's address into request after request, and one of many addresses.
func TestAcknowledgementsAreLimited(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	opened := 0
	opening := func(key, email string) {
		t.Helper()
		opened++
		ticket := bot.Ticket{Reference: fmt.Sprintf("G-0000-%04d", opened), Category: bot.Human, Fields: map[bot.Field]string{bot.Email: email}}
		_, err := db.Turn(t.Context(), bot.Inbound{Channel: bot.Web, Key: key, Site: "micro", ExternalID: ticket.Reference}, func(c bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Escalate, Text: "noté"}, State: c.State, Ticket: &ticket}, nil
		})
		ok(t, err)
	}
	for i := range 10 {
		opening(fmt.Sprint("of many ", i), []string{"Victime@example.fr", "victime@example.fr", fmt.Sprintf("victime+%d@example.fr", i)}[i%3])
	}
	if n := postgrestest.Query[int64](t, url, `select count(*) from mails where lower(recipient) like 'victime%'`); n != 4 {
		t.Errorf("%d acknowledgements leave to one mailbox", n)
	}
	for i := range 10 {
		opening("of one", fmt.Sprintf("somebody%d@example.fr", i))
	}
	if n := postgrestest.Query[int64](t, url, `select count(*) from mails where recipient like 'somebody%'`); n != 6 {
		t.Errorf("%d acknowledgements leave from one conversation", n)
	}
	if n := postgrestest.Query[int64](t, url, `select count(*) from tickets`); n != 20 {
		t.Errorf("%d tickets were opened", n)
	}
	if n := postgrestest.Query[int64](t, url, `select count(*) from tries where name ilike '%victime%'`); n != 0 {
		t.Error("a limit has somebody's address for its name")
	}
	plain := sha256.Sum256([]byte("victime@example.fr")) // which a list of addresses would find
	if n := postgrestest.Query[int64](t, url, `select count(*) from tries where strpos(name, '`+base64.RawURLEncoding.EncodeToString(plain[:])[:20]+`') > 0`); n != 0 {
		t.Error("a limit has the bare hash of an address for its name")
	}
}

// TestNoValueOfAFieldIsTooLongForATicket keeps what somebody may type, however long.
func TestNoValueOfAFieldIsTooLongForATicket(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	random := make([]byte, 6000) // that no compression makes shorter
	for i := range random {
		random[i] = byte('a' + rand.IntN(26))
	}
	ticket := bot.Ticket{Reference: ref, Category: bot.Human, Fields: map[bot.Field]string{
		bot.Email: string(random) + "@example.fr", bot.Siren: string(random), bot.AttestationNumber: string(random),
	}}
	_, err := db.Turn(t.Context(), bot.Inbound{Channel: bot.Web, Key: "a", Site: "micro", ExternalID: "1"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Escalate, Text: "noté"}, State: c.State, Ticket: &ticket}, nil
	})
	ok(t, err)
	if _, err := db.Ticket(t.Context(), ref); err != nil {
		t.Error(err)
	}
}
