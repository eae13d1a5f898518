package bottest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

func recordsChanges(t *testing.T, s bot.Accounts) {
	ctx := bot.ActAs(t.Context(), bot.Actor{Who: "ana@example.fr", Address: "192.0.2.7"})
	ok(t, s.AddUser(ctx, admin))
	ok(t, s.Invite(ctx, bot.User{Email: "bob@example.fr", Role: bot.RoleAgent}, bot.AccountLink{Hash: []byte("l"), Expires: noon}))
	_, err := s.UseAccountLink(bot.ActAs(t.Context(), bot.Actor{Address: "192.0.2.8"}), []byte("l"), noon.Add(-1e9), "", "hash")
	ok(t, err)
	ok(t, s.SetRole(ctx, "bob@example.fr", bot.RoleAdmin))
	ok(t, s.SetRole(ctx, "bob@example.fr", bot.RoleAdmin)) // changes nothing
	ok(t, s.SetDisabled(ctx, "bob@example.fr", true))
	if err := s.SetRole(ctx, admin.Email, bot.RoleAgent); !errors.Is(err, bot.ErrLastAdmin) {
		t.Error(err)
	}
	ok(t, s.SetPasswordHash(ctx, admin.Email, "new"))
	ok(t, s.Record(ctx, bot.AuditExported, "", ""))
	all, err := s.Audit(t.Context(), bot.AuditFilter{})
	ok(t, err)
	var got []string
	for i, e := range all {
		got = append(got, strings.Join([]string{string(e.Action), e.Actor.Who, e.Actor.Address, e.Object, e.Detail}, " "))
		if e.Ticket || e.At.IsZero() || i > 0 && e.At.After(all[i-1].At) {
			t.Errorf("entry %d is %+v", i, e)
		}
	}
	want := []string{
		"audit_exported ana@example.fr 192.0.2.7  ",
		"password ana@example.fr 192.0.2.7 ana@example.fr ",
		"disabled ana@example.fr 192.0.2.7 bob@example.fr ",
		"role ana@example.fr 192.0.2.7 bob@example.fr agent > admin",
		"link_used bob@example.fr 192.0.2.8 bob@example.fr ",
		"invited ana@example.fr 192.0.2.7 bob@example.fr ",
		"account_added ana@example.fr 192.0.2.7 bob@example.fr agent",
		"account_added ana@example.fr 192.0.2.7 ana@example.fr admin",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the log is\n%s", strings.Join(got, "\n"))
	}
}

func filtersAudit(t *testing.T, s bot.Accounts) {
	for i := range 7 {
		who := []string{"a@example.fr", "b@example.fr"}[i%2]
		ok(t, s.Record(bot.ActAs(t.Context(), bot.Actor{Who: who}), bot.AuditSignOut, who, ""))
	}
	ok(t, s.Record(t.Context(), bot.AuditExported, "x' or '1'='1", ""))
	count := func(f bot.AuditFilter) int {
		t.Helper()
		all, err := s.Audit(t.Context(), f)
		ok(t, err)
		return len(all)
	}
	for want, f := range map[int]bot.AuditFilter{
		8: {},
		4: {Who: "a@example.fr"},
		3: {Object: "b@example.fr", Action: bot.AuditSignOut},
		0: {Who: "' or true --"},
		1: {Object: "x' or '1'='1"},
		2: {Limit: 2},
	} {
		if got := count(f); got != want {
			t.Errorf("%+v finds %d, want %d", f, got, want)
		}
	}
	all, err := s.Audit(t.Context(), bot.AuditFilter{})
	ok(t, err)
	if n := count(bot.AuditFilter{From: all[2].At}); n < 3 {
		t.Errorf("from a moment on there are %d", n)
	}
	if n := count(bot.AuditFilter{Until: all[7].At}); n != 0 {
		t.Errorf("before the first there are %d", n)
	}
	if n := count(bot.AuditFilter{From: time.Now().Add(time.Hour)}); n != 0 {
		t.Errorf("in the future there are %d", n)
	}
	var read []string
	for after := ""; ; {
		page, err := s.Audit(t.Context(), bot.AuditFilter{Limit: 3, After: after})
		ok(t, err)
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			read = append(read, e.Cursor)
		}
		after = page[len(page)-1].Cursor
	}
	if len(read) != 8 {
		t.Fatalf("page by page there are %d", len(read))
	}
	for i, e := range all {
		if read[i] != e.Cursor {
			t.Errorf("entry %d differs page by page", i)
		}
	}
	if _, err := s.Audit(t.Context(), bot.AuditFilter{After: "1; drop table"}); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("nonsense as a place gives %v", err)
	}
}
