package postgres_test

import (
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// settled waits until no mail is on its way.
func settled(t *testing.T, url string) {
	t.Helper()
	eventually(t, "all settled", func() bool {
		return postgrestest.Query[int](t, url, "select count(*) from mails where settled_at is null") == 0
	})
}

// ofRequests are the mails that are no acknowledgements.
func (p *postbox) ofRequests() (all []bot.Mail) {
	for _, m := range p.taken() {
		if !strings.Contains(m.Subject, "enregistrée") {
			all = append(all, m)
		}
	}
	return all
}

func TestACustomerWhoLeftIsToldOnceByMailThatTheRequestIsResolved(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	box := &postbox{}
	opens(t, db, bot.Web, ref)
	ok(t, db.ReplyTicket(t.Context(), ref, inès, bot.AgentReply{Text: "Voici votre attestation", Once: "1"}))
	works(t, db, postgres.Mailing{Send: box.send, Base: "https://g.example", Away: time.Millisecond, Sites: []bot.Site{{ID: "micro", Name: "Micro"}}})
	settled(t, url)
	for range 2 {
		ok(t, db.SetTicketStatus(t.Context(), ref, inès, bot.Resolved))
	}
	settled(t, url)
	mails := box.ofRequests()
	if len(mails) != 2 {
		t.Fatalf("%d mails left: %+v", len(mails), mails)
	}
	told := mails[1]
	_, after, _ := strings.Cut(told.Text, "https://g.example/reprendre/")
	token, _, _ := strings.Cut(after, ")")
	if told.Subject != "Votre demande "+ref+" est résolue" || told.To != "ana@example.fr" || told.From != "Micro" ||
		!strings.Contains(told.Text, "elle sera rouverte") || strings.Contains(told.Text, "attestation") || strings.Contains(told.Text, "Inès") {
		t.Errorf("the mail is %+v", told)
	}
	if c, err := db.Resume(t.Context(), token); err != nil || c.Key != "ana "+ref {
		t.Errorf("the link gives %+v, %v", c, err)
	}
	ok(t, db.SetTicketStatus(t.Context(), ref, inès, bot.Closed)) // what is resolved already
	settled(t, url)
	if got := kinds(t, db, ref); len(box.ofRequests()) != 2 || !strings.HasSuffix(got, "status resolved, mailed resolved, status closed") {
		t.Errorf("the ticket has %s, and %d mails left", got, len(box.ofRequests()))
	}
}

func TestAReplyThatLeavesBringsThatTheRequestIsResolved(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	box := &postbox{}
	opens(t, db, bot.Web, ref)
	ok(t, db.ReplyTicket(t.Context(), ref, inès, bot.AgentReply{Text: "Voici votre attestation", Once: "1"}))
	ok(t, db.SetTicketStatus(t.Context(), ref, inès, bot.Resolved))
	works(t, db, postgres.Mailing{Send: box.send, Away: time.Millisecond})
	settled(t, url)
	mails := box.ofRequests()
	if len(mails) != 1 || mails[0].Subject != "Une réponse à votre demande "+ref || !strings.Contains(mails[0].Text, "> Voici votre attestation") ||
		!strings.Contains(mails[0].Text, "est résolue") {
		t.Errorf("the mails are %+v", mails)
	}
	if got := kinds(t, db, ref); !strings.Contains(got, "mailed reply") || strings.Contains(got, "mailed resolved") {
		t.Errorf("the ticket has %s", got)
	}
}

func TestAMailDoesNotSayAgainThatTheRequestIsResolved(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	opens(t, db, bot.Web, ref)
	ok(t, db.SetTicketStatus(t.Context(), ref, inès, bot.Resolved))
	execute(t, url, `update mails set kind = 'resolved', state = 'sent', settled_at = now(), seq = (select max(seq) from messages) where kind = 'reply'`)
	ok(t, db.SetTicketStatus(t.Context(), ref, inès, bot.Open))
	ok(t, db.ReplyTicket(t.Context(), ref, inès, bot.AgentReply{Text: "Encore un mot", Once: "1"}))
	ok(t, db.SetTicketStatus(t.Context(), ref, inès, bot.Closed)) // which is not said
	box := &postbox{}
	works(t, db, postgres.Mailing{Send: box.send, Away: time.Millisecond})
	settled(t, url)
	if mails := box.ofRequests(); len(mails) != 1 || !strings.Contains(mails[0].Text, "Encore un mot") || strings.Contains(mails[0].Text, "résolue") {
		t.Errorf("the mails are %+v", mails)
	}
}

func TestWhoNeedsNoMailThatTheRequestIsResolvedGetsNone(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	const there, reopened, telegram, wrote, merged, into = "G-0000-0001", "G-0000-0002", "G-0000-0003", "G-0000-0004", "G-0000-0005", "G-0000-0006"
	for _, reference := range []string{there, reopened, wrote, merged, into} {
		opens(t, db, bot.Web, reference)
	}
	opens(t, db, bot.Telegram, telegram)
	for _, reference := range []string{there, reopened, telegram, wrote, merged} {
		ok(t, db.SetTicketStatus(t.Context(), reference, inès, bot.Resolved))
	}
	ok(t, db.Seen(t.Context(), bot.Web, "ana "+there))
	ok(t, db.SetTicketStatus(t.Context(), reopened, inès, bot.Open))
	ok(t, db.MergeTicket(t.Context(), merged, inès, into))
	_, err := db.Turn(t.Context(), bot.Inbound{Channel: bot.Web, Key: "ana " + wrote, Site: "micro"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "oui", Reply: bot.Reply{Kind: bot.Feedback}, State: c.State}, nil
	})
	ok(t, err)
	box := &postbox{}
	works(t, db, postgres.Mailing{Send: box.send, Away: time.Millisecond})
	settled(t, url)
	if mails := box.ofRequests(); len(mails) != 0 {
		t.Errorf("the mails are %+v", mails)
	}
}
