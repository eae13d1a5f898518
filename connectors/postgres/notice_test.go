package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// waiting are the notices that have not been told, as "name kind".
func waiting(t *testing.T, url string) string {
	t.Helper()
	return postgrestest.Query[string](t, url, `select coalesce(string_agg(split_part(recipient, '@', 1) || ' ' || kind, ', ' order by recipient, kind), '')
		from notices where told_at is null`)
}

func forgetNotices(t *testing.T, url string) {
	t.Helper()
	execute(t, url, "delete from notices")
}

func TestWhoIsToldOfWhat(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	paul := bot.User{Email: "paul@example.fr", Name: "Paul", Role: bot.RoleAgent}
	zoe := bot.User{Email: "zoe@example.fr", Name: "Zoé", Role: bot.RoleAdmin}
	for _, u := range []bot.User{inès, paul, zoe} {
		ok(t, db.AddUser(t.Context(), u))
	}
	ok(t, db.SetNotices(t.Context(), zoe.Email, []bot.NoticeKind{bot.NoticeMention}))
	if got, err := db.NoticesOf(t.Context(), inès.Email); err != nil || !slices.Equal(got, bot.NoticeKinds()) {
		t.Errorf("a new account wants %v, %v", got, err)
	}
	if n, err := db.Told(t.Context()); n != 2 || err != nil {
		t.Errorf("%d people are told, %v", n, err)
	}
	writes := func(reply bot.Reply) {
		_, err := db.Turn(t.Context(), bot.Inbound{Channel: bot.Web, Key: "ana " + ref, Site: "micro"}, func(c bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Text: "et alors", Reply: reply, State: c.State}, nil
		})
		ok(t, err)
	}
	for _, step := range []struct {
		what string
		do   func()
		want string
	}{
		{"a new ticket", func() { opens(t, db, bot.Web, ref) }, "ines new, paul new"},
		{"a question that the bot answers", func() { writes(bot.Reply{Kind: bot.Answer}) }, ""},
		{"a message that adds to the request", func() { writes(bot.Reply{Kind: bot.Escalate, Why: &bot.Why{Rule: bot.RuleAdds}}) }, "ines answer, paul answer"},
		{"a reply of an agent", func() { ok(t, db.ReplyTicket(t.Context(), ref, inès, bot.AgentReply{Text: "Bonjour", Once: "1"})) }, ""},
		{"an answer on a ticket that Paul has", func() {
			ok(t, db.AssignTicket(t.Context(), ref, paul, paul.Email))
			writes(bot.Reply{Kind: bot.Silent})
			writes(bot.Reply{Kind: bot.Silent})
		}, "paul answer"},
		{"thanks", func() { writes(bot.Reply{Kind: bot.Smalltalk}) }, ""},
		{"a message that reopens", func() {
			ok(t, db.SetTicketStatus(t.Context(), ref, paul, bot.Resolved))
			writes(bot.Reply{Kind: bot.Answer})
		}, "paul answer"},
		{"a mention of two, one of them its author", func() {
			ok(t, db.NoteTicket(t.Context(), ref, inès, "@zoe et @Inès.Morel : à vérifier", ""))
		}, "zoe mention"},
		{"a note without a mention", func() { ok(t, db.NoteTicket(t.Context(), ref, inès, "zoe@example.fr est au courant", "")) }, ""},
	} {
		step.do()
		if got := waiting(t, url); got != step.want {
			t.Errorf("%s: %q, want %q", step.what, got, step.want)
		}
		forgetNotices(t, url)
	}
	if err := db.SetNotices(t.Context(), "nobody@example.fr", nil); err == nil {
		t.Error("an unknown account has notices")
	}
	if err := db.SetNotices(t.Context(), paul.Email, []bot.NoticeKind{"everything"}); err == nil {
		t.Error("an unknown kind of notice is kept")
	}
}

func TestNoticesAreGatheredAndDeadlinesToldTwice(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	ok(t, db.AddUser(t.Context(), inès))
	for _, reference := range []string{ref, "G-0000-0002", "G-0000-0003"} {
		opens(t, db, bot.Telegram, reference)
	}
	file, err := db.Ticket(t.Context(), ref)
	ok(t, err)
	next := file.Clock.Next()
	box, now := &postbox{}, time.Now()
	mailing := postgres.Mailing{Send: box.send, Base: "https://g.example", Now: func() time.Time { return now }}
	tell := func(at time.Time) {
		t.Helper()
		now = at
		ok(t, postgres.TellNotices(t.Context(), db, mailing))
	}
	notices := func() int { return postgrestest.Query[int](t, url, "select count(*) from mails where kind = 'notice'") }
	tell(now) // two minutes are not over
	if notices() != 0 {
		t.Error("a notice left at once")
	}
	tell(now.Add(3 * time.Minute))
	if got := postgrestest.Query[string](t, url, "select subject || ': ' || body from mails where kind = 'notice'"); strings.Count(got, "https://g.example/desk/ticket/G-") != 3 || !strings.HasPrefix(got, "3 avis") || strings.Contains(got, "colère") {
		t.Errorf("the mail is %q", got)
	}
	ok(t, db.NoteTicket(t.Context(), ref, bot.User{Email: "paul@example.fr"}, "@ines", ""))
	tell(now.Add(10 * time.Minute))
	if n := notices(); n != 1 {
		t.Errorf("%d mails within a quarter of an hour", n)
	}
	tell(now.Add(20 * time.Minute))
	if n := notices(); n != 2 {
		t.Errorf("%d mails after it", n)
	}
	before := notices()
	for i, at := range []time.Time{next.Warn.Add(-time.Minute), next.Warn.Add(time.Minute), next.Warn.Add(time.Hour), next.Due.Add(time.Minute), next.Due.Add(time.Hour)} {
		tell(at)
		execute(t, url, "update notices set at = $1 where told_at is null", at.Add(-time.Hour)) // they have waited
		tell(at)
		if want := before + []int{0, 1, 1, 2, 2}[i]; notices() != want {
			t.Errorf("moment %d: %d mails, want %d", i, notices(), want)
		}
	}
}

func TestEachIsMailedInTheLanguageOfTheirDesk(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	paul := bot.User{Email: "paul@example.fr", Name: "Paul", Role: bot.RoleAgent}
	ok(t, db.AddUser(t.Context(), inès))
	ok(t, db.AddUser(t.Context(), paul))
	ok(t, db.SetLanguage(t.Context(), paul.Email, "en"))
	opens(t, db, bot.Telegram, ref)
	box := &postbox{answers: []error{errors.New("not now"), errors.New("not now")}} // each leaves at the second attempt
	ok(t, postgres.TellNotices(t.Context(), db, postgres.Mailing{Send: box.send, Base: "https://g.example", Now: func() time.Time { return time.Now().Add(3 * time.Minute) }}))
	ok(t, db.SendMail(t.Context(), bot.ResetMail(bot.User{Email: paul.Email, Language: "en"}, "https://g.example/reset/y", time.Now())))
	works(t, db, postgres.Mailing{Send: box.send})
	eventually(t, "all have left", func() bool {
		return len(slices.DeleteFunc(box.taken(), func(m bot.Mail) bool { return m.To == "ana@example.fr" })) == 3
	})
	for _, m := range box.taken() {
		switch {
		case m.To == inès.Email && (m.Language != "" || !strings.HasPrefix(m.Text, "Bonjour,") || !strings.HasPrefix(m.Subject, "Nouveau ticket")):
			t.Errorf("in French it is %+v", m)
		case m.To == paul.Email && (m.Language != bot.English || !strings.HasPrefix(m.Text, "Hello,")):
			t.Errorf("in English it is %+v", m)
		}
	}
}
