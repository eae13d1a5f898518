package bottest

import (
	"errors"
	"fmt"
	"testing"

	"guichet/bot"
)

// StaffIdentityStore is what the identities of agents are tested on.
type StaffIdentityStore interface {
	bot.Accounts
	bot.StaffIdentities
}

// TestStaffIdentities checks an implementation of bot.StaffIdentities. open gives an empty one, and ends it with the test.
func TestStaffIdentities(t *testing.T, open func(t *testing.T) StaffIdentityStore) {
	run(t, open, []testCase[StaffIdentityStore]{
		{"a person answers under an account", linksPerson},
		{"an account has one person a channel, a person one account", relinksPerson},
		{"a link is ended", unlinksPerson},
	})
}

func addUsers(t *testing.T, s bot.Accounts) {
	t.Helper()
	ok(t, s.AddUser(t.Context(), admin))
	ok(t, s.AddUser(t.Context(), bot.User{Email: "bob@example.fr", Name: "Bob", Role: bot.RoleAgent}))
}

// whoIs is the address under which a person of Telegram answers, or the error.
func whoIs(t *testing.T, s bot.StaffIdentities, channel, person string) string {
	t.Helper()
	user, err := s.StaffUser(t.Context(), channel, person)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return ""
	case err != nil:
		t.Errorf("StaffUser: %v", err)
	}
	return user.Email
}

func linksPerson(t *testing.T, s StaffIdentityStore) {
	addUsers(t, s)
	ok(t, s.LinkStaff(t.Context(), bot.Telegram, "42", " ANA@example.fr"))
	ok(t, s.LinkStaff(t.Context(), bot.Discord, "42", "bob@example.fr"))
	user, err := s.StaffUser(t.Context(), bot.Telegram, "42")
	if err != nil || user.Email != admin.Email || user.Name != admin.Name || user.Role != admin.Role {
		t.Errorf("the account is %+v, %v", user, err)
	}
	for _, unknown := range []string{"43", "", "\xff\x00"} {
		if got := whoIs(t, s, bot.Telegram, unknown); got != "" {
			t.Errorf("%q is %s", unknown, got)
		}
	}
	if err := s.LinkStaff(t.Context(), bot.Telegram, "44", "eve@example.fr"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("an unknown account: %v", err)
	}
	if links, err := s.StaffLinks(t.Context()); err != nil || fmt.Sprint(links) != "[{telegram 42 ana@example.fr} {discord 42 bob@example.fr}]" {
		t.Errorf("the links are %v, %v", links, err)
	}
}

func relinksPerson(t *testing.T, s StaffIdentityStore) {
	addUsers(t, s)
	for _, link := range [][2]string{{"42", "ana@example.fr"}, {"42", "ana@example.fr"}, {"43", "ana@example.fr"}, {"44", "bob@example.fr"}} {
		ok(t, s.LinkStaff(t.Context(), bot.Telegram, link[0], link[1]))
	}
	if old, now := whoIs(t, s, bot.Telegram, "42"), whoIs(t, s, bot.Telegram, "43"); old != "" || now != "ana@example.fr" {
		t.Errorf("after a new number: %q and %q", old, now)
	}
	ok(t, s.LinkStaff(t.Context(), bot.Telegram, "44", "ana@example.fr"))
	if links, err := s.StaffLinks(t.Context()); err != nil || fmt.Sprint(links) != "[{telegram 44 ana@example.fr}]" {
		t.Errorf("the links are %v, %v", links, err)
	}
}

func unlinksPerson(t *testing.T, s StaffIdentityStore) {
	addUsers(t, s)
	for _, channel := range []string{bot.Telegram, bot.Discord} {
		ok(t, s.LinkStaff(t.Context(), channel, "42", "ana@example.fr"))
		ok(t, s.LinkStaff(t.Context(), channel, "43", "bob@example.fr"))
	}
	ok(t, s.UnlinkStaff(t.Context(), bot.Telegram, "Ana@example.fr"))
	ok(t, s.UnlinkStaff(t.Context(), "", "bob@example.fr"))
	if links, err := s.StaffLinks(t.Context()); err != nil || fmt.Sprint(links) != "[{discord 42 ana@example.fr}]" {
		t.Errorf("the links are %v, %v", links, err)
	}
	if err := s.UnlinkStaff(t.Context(), "", "bob@example.fr"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("nothing to unlink: %v", err)
	}
}
