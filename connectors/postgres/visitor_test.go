package postgres_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/webhook"
)

func TestAnErasedConversationIsToldToOtherProgramsAndItsAnswerLeavesByMail(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	told := newReceiver(t)
	told.add(db, bot.Webhook{Name: "all", Events: []string{"ticket.erased"}})
	opens(t, db, bot.Web, ref)
	ok(t, db.Seen(t.Context(), bot.Web, "ana "+ref))
	ok(t, db.ReplyTicket(t.Context(), ref, inès, bot.AgentReply{Text: "Avant", Once: "1"}))
	box := &postbox{}
	works(t, db, postgres.Mailing{Send: box.send, Base: "https://g.example", Away: time.Millisecond})
	link := func(n int) string {
		eventually(t, "the mails", func() bool { return len(box.taken()) == n })
		_, after, _ := strings.Cut(box.taken()[n-1].Text, "/reprendre/")
		token, _, _ := strings.Cut(after, ")")
		return token
	}
	before := link(2)
	if kept, err := db.EraseConversation(t.Context(), bot.Web, "ana "+ref); err != nil || len(kept) != 1 {
		t.Fatalf("EraseConversation: %v, %v", kept, err)
	}
	ok(t, db.Seen(t.Context(), bot.Web, "ana "+ref)) // the page is open still, with an empty conversation
	if _, err := db.Resume(t.Context(), before); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the link of a mail from before gives %v", err)
	}
	ok(t, db.ReplyTicket(t.Context(), ref, inès, bot.AgentReply{Text: "Après", Once: "2"}))
	after := link(3)
	if mail := box.taken()[2]; !strings.Contains(mail.Text, "Après") || strings.Contains(mail.Text, "Avant") {
		t.Errorf("the mail is %+v", mail)
	}
	if c, err := db.Resume(t.Context(), after); err != nil || !strings.HasPrefix(c.Key, "erased-") {
		t.Errorf("its link gives %+v, %v", c, err)
	}
	deliver(t, db, webhook.NewSender().Send)
	if got := told.next(1)[0].message; got.Type != "ticket.erased" || got.Data.Ticket != ref || got.Data.Actor != "customer" || got.Data.Text != "" {
		t.Errorf("other programs are told %+v", got)
	}
}
