package postgres_test

import (
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"

	"github.com/jackc/pgx/v5"
)

func TestTheAuditLogCannotBeChangedOrEmptied(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	if err := db.Record(t.Context(), bot.AuditSignOut, "ana@example.fr", ""); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, statement := range []string{
		`update audit_log set actor = 'eve'`, `delete from audit_log`, `truncate audit_log`,
		`insert into audit_log (id, at, actor, address, action, object) overriding system value
			select id, at, 'eve', '', 'x', '' from audit_log`,
	} {
		if _, err := conn.Exec(t.Context(), statement); err == nil {
			t.Errorf("%s passes", statement)
		}
	}
	if _, err := conn.Exec(t.Context(), `insert into audit_log (at, actor, address, action, object) values (now() - interval '5 years', '', '', 'old', '')`); err != nil {
		t.Fatal(err)
	}
	deleted, err := db.DeleteExpired(t.Context(), postgres.DefaultRetention(), time.Now())
	if err != nil || deleted.Audit != 1 {
		t.Errorf("retention deletes %d entries, %v; want the one of five years ago", deleted.Audit, err)
	}
	if all, err := db.Audit(t.Context(), bot.AuditFilter{}); err != nil || len(all) != 1 || all[0].Action != bot.AuditSignOut {
		t.Errorf("the log is %+v, %v", all, err)
	}
}

func TestWhatHappensToTicketsIsInTheAuditLogWithoutAnyText(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	in := bot.Inbound{Channel: "web", Key: "k", Site: "demo", Text: "SECRET du client"}
	_, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: in.Text, Reply: bot.Reply{Text: "SECRET du bot"}, State: c.State, Ticket: &bot.Ticket{
			Reference: "G-1111-1111", Category: bot.Claim, Fields: map[bot.Field]string{bot.Description: "SECRET du champ"},
		}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := bot.ActAs(t.Context(), bot.Actor{Who: "ana@example.fr", Address: "192.0.2.9"})
	ana := bot.User{Email: "ana@example.fr", Name: "Ana"}
	for _, err := range []error{
		db.NoteTicket(ctx, "G-1111-1111", ana, "SECRET de la note", "1"),
		db.ReplyTicket(ctx, "G-1111-1111", ana, bot.AgentReply{Text: "SECRET de la réponse", Once: "2"}),
		db.AssignTicket(ctx, "G-1111-1111", ana, "bob@example.fr"),
		db.SetTicketStatus(ctx, "G-1111-1111", ana, bot.Closed),
		db.Record(ctx, bot.AuditSignOut, ana.Email, ""),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	all, err := db.Audit(t.Context(), bot.AuditFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range all {
		line := strings.Join([]string{string(e.Action), e.Actor.Who, e.Actor.Address, e.Object, e.Detail}, " ")
		if e.FromBot {
			line += " (bot)"
		}
		got = append(got, line)
	}
	want := []string{
		"sign_out ana@example.fr 192.0.2.9 ana@example.fr ",
		"status ana@example.fr 192.0.2.9 G-1111-1111 closed",
		"assigned ana@example.fr 192.0.2.9 G-1111-1111 bob@example.fr",
		"reply ana@example.fr 192.0.2.9 G-1111-1111 ",
		"note ana@example.fr 192.0.2.9 G-1111-1111 ",
		"opened bot  G-1111-1111  (bot)",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the log is\n%s", strings.Join(got, "\n"))
	}
	one, err := db.Audit(t.Context(), bot.AuditFilter{Object: "G-1111-1111", Action: "status"})
	if err != nil || len(one) != 1 || !one[0].Ticket {
		t.Errorf("the status of one ticket is %+v, %v", one, err)
	}
}

func TestAnotherReplicaAndARestartKnowTheTries(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	limit, now := bot.Limit{Burst: 2, Every: time.Minute}, time.Now()
	first, second := postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url)
	for i, db := range []bot.Limiter{first, second, first} {
		wait, err := db.Allow(t.Context(), "a", limit, now)
		if err != nil || (wait > 0) != (i == 2) {
			t.Errorf("try %d waits %v, %v", i+1, wait, err)
		}
	}
	first.Close()
	if wait, err := postgrestest.OpenAt(t, url).Allow(t.Context(), "a", limit, now); err != nil || wait == 0 {
		t.Errorf("after a restart a try waits %v, %v", wait, err)
	}
}
