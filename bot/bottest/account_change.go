package bottest

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
)

func keepsAnAdmin(t *testing.T, s bot.Accounts) {
	ok(t, s.AddUser(t.Context(), admin))
	ok(t, s.AddUser(t.Context(), bot.User{Email: "bob@example.fr", Role: bot.RoleAgent, PasswordHash: "x"}))
	// An administrator who cannot sign in yet does not count.
	ok(t, s.Invite(t.Context(), bot.User{Email: "cy@example.fr", Role: bot.RoleAdmin}, bot.AccountLink{Hash: []byte("l"), Expires: noon}))
	refused := func(when string) {
		t.Helper()
		if err := s.SetRole(t.Context(), admin.Email, bot.RoleEditor); !errors.Is(err, bot.ErrLastAdmin) {
			t.Errorf("%s, demoting gives %v", when, err)
		}
		if err := s.SetDisabled(t.Context(), admin.Email, true); !errors.Is(err, bot.ErrLastAdmin) {
			t.Errorf("%s, disabling gives %v", when, err)
		}
		if user, _ := s.User(t.Context(), admin.Email); user.Role != bot.RoleAdmin || user.Disabled {
			t.Errorf("%s, the administrator is now %+v", when, user)
		}
	}
	refused("alone")
	ok(t, s.SetRole(t.Context(), admin.Email, bot.RoleAdmin)) // the role it has
	ok(t, s.SetRole(t.Context(), "bob@example.fr", bot.RoleAdmin))
	ok(t, s.SetDisabled(t.Context(), "bob@example.fr", true))
	refused("beside a disabled one")
	ok(t, s.SetDisabled(t.Context(), "bob@example.fr", false))
	ok(t, s.SetRole(t.Context(), admin.Email, bot.RoleEditor))
	if err := s.SetRole(t.Context(), "bob@example.fr", "king"); err == nil {
		t.Error("an unknown role is accepted")
	}
	for _, err := range []error{s.SetRole(t.Context(), "eve@example.fr", bot.RoleAgent), s.SetDisabled(t.Context(), "eve@example.fr", true)} {
		if !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("an unknown user gives %v", err)
		}
	}
}

func racingDemotions(t *testing.T, s bot.Accounts) {
	emails := []string{"a@example.fr", "b@example.fr", "c@example.fr"}
	for _, email := range emails {
		ok(t, s.AddUser(t.Context(), bot.User{Email: email, Role: bot.RoleAdmin, PasswordHash: "x"}))
	}
	var refused atomic.Int32
	together(3, func(i int) {
		switch err := s.SetRole(t.Context(), emails[i], bot.RoleAgent); {
		case errors.Is(err, bot.ErrLastAdmin):
			refused.Add(1)
		case err != nil:
			t.Error(err)
		}
	})
	if refused.Load() != 1 {
		t.Errorf("of three administrators at once, %d are kept", refused.Load())
	}
}

func linksOnce(t *testing.T, s bot.Accounts) {
	early := noon.Add(-time.Second)
	bob := bot.User{Email: "bob@example.fr", Name: "Bob", Role: bot.RoleEditor, PasswordHash: "not for an invitation"}
	ok(t, s.AddUser(t.Context(), admin))
	ok(t, s.Invite(t.Context(), bob, bot.AccountLink{Hash: []byte("one"), Expires: noon}))
	if err := s.Invite(t.Context(), bob, bot.AccountLink{Hash: []byte("two"), Expires: noon}); !errors.Is(err, bot.ErrExists) {
		t.Errorf("a second invitation gives %v", err)
	}
	got, err := s.LinkedUser(t.Context(), []byte("one"), early)
	if err != nil || got.Email != bob.Email || got.PasswordHash != "" || got.Role != bot.RoleEditor {
		t.Errorf("the link is of %+v, %v", got, err)
	}
	none := func(when string, hash string, at time.Time) {
		t.Helper()
		if _, err := s.LinkedUser(t.Context(), []byte(hash), at); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s a link gives %v", when, err)
		}
		if _, err := s.UseAccountLink(t.Context(), []byte(hash), at, "Eve", "hash"); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s using a link gives %v", when, err)
		}
	}
	none("unknown,", "eve", early)
	none("expired,", "one", noon)
	ok(t, s.NewAccountLink(t.Context(), bot.AccountLink{Hash: []byte("new"), Email: "BOB@example.fr", Expires: noon}))
	none("replaced,", "one", early)
	ok(t, s.SetDisabled(t.Context(), bob.Email, true))
	none("disabled,", "new", early)
	if err := s.NewAccountLink(t.Context(), bot.AccountLink{Hash: []byte("x"), Email: bob.Email, Expires: noon}); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a link of a disabled account gives %v", err)
	}
	ok(t, s.SetDisabled(t.Context(), bob.Email, false))
	none("from before it was disabled,", "new", early)
	ok(t, s.NewAccountLink(t.Context(), bot.AccountLink{Hash: []byte("last"), Email: bob.Email, Expires: noon}))
	used, err := s.UseAccountLink(t.Context(), []byte("last"), early, "Bob Noël", "hash")
	if err != nil || used.Email != bob.Email || used.Name != "Bob Noël" {
		t.Errorf("the link gives %+v, %v", used, err)
	}
	none("used,", "last", early)
	begin(t, s, bob.Email, "b", noon)
	ok(t, s.NewAccountLink(t.Context(), bot.AccountLink{Hash: []byte("reset"), Email: bob.Email, Expires: noon}))
	if held := signedIn(t, s, "b"); held != "b" {
		t.Error("making a link ends the sign-ins")
	}
	if again, err := s.UseAccountLink(t.Context(), []byte("reset"), early, "", "other"); err != nil || again.Name != "Bob Noël" {
		t.Errorf("a reset gives %+v, %v", again, err)
	}
	if held := signedIn(t, s, "b"); held != "" {
		t.Error("a reset leaves a sign-in")
	}
}

func racingLinks(t *testing.T, s bot.Accounts) {
	ok(t, s.AddUser(t.Context(), admin))
	ok(t, s.NewAccountLink(t.Context(), bot.AccountLink{Hash: []byte("l"), Email: admin.Email, Expires: noon}))
	var used atomic.Int32
	together(10, func(int) {
		switch _, err := s.UseAccountLink(t.Context(), []byte("l"), noon.Add(-1e9), "", "hash"); {
		case err == nil:
			used.Add(1)
		case !errors.Is(err, bot.ErrNotFound):
			t.Error(err)
		}
	})
	if used.Load() != 1 {
		t.Errorf("a link is used %d times", used.Load())
	}
}

func linksSubjects(t *testing.T, s bot.Accounts) {
	ok(t, s.AddUser(t.Context(), admin))
	ok(t, s.AddUser(t.Context(), bot.User{Email: "bob@example.fr", Role: bot.RoleAgent, Subject: "https://id 2"}))
	ok(t, s.LinkSubject(t.Context(), admin.Email, "https://id 1"))
	ok(t, s.LinkSubject(t.Context(), admin.Email, "https://id 1")) // again
	for _, c := range [][2]string{{admin.Email, "https://id 3"}, {"bob@example.fr", "https://id 1"}} {
		if err := s.LinkSubject(t.Context(), c[0], c[1]); !errors.Is(err, bot.ErrExists) {
			t.Errorf("linking %s to %s gives %v", c[0], c[1], err)
		}
	}
	for subject, email := range map[string]string{"https://id 1": admin.Email, "https://id 2": "bob@example.fr"} {
		if user, err := s.UserBySubject(t.Context(), subject); err != nil || user.Email != email || user.Subject != subject {
			t.Errorf("%s is %+v, %v", subject, user, err)
		}
	}
	for _, subject := range []string{"", "https://id 9"} {
		if _, err := s.UserBySubject(t.Context(), subject); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("the subject %q gives %v", subject, err)
		}
	}
}

func secondFactors(t *testing.T, s bot.Accounts) {
	ok(t, s.AddUser(t.Context(), admin))
	for _, id := range []string{"a", "b"} {
		begin(t, s, admin.Email, id, noon)
	}
	if err := s.SetRecoveryCodes(t.Context(), admin.Email, [][]byte{{1}}); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("recovery codes without a second factor give %v", err)
	}
	ok(t, s.EnableSecondFactor(t.Context(), admin.Email, []byte("sealed"), 100, [][]byte{{1}, {2}}, "a"))
	if err := s.EnableSecondFactor(t.Context(), admin.Email, []byte("other"), 100, nil, "a"); !errors.Is(err, bot.ErrExists) {
		t.Errorf("a second second factor gives %v", err)
	}
	if user, _ := s.User(t.Context(), admin.Email); string(user.SecondFactor) != "sealed" || user.Recovery != 2 {
		t.Errorf("the user is %+v", user)
	}
	if held := signedIn(t, s, "a", "b"); held != "a" {
		t.Errorf("still signed in: %s", held)
	}
	for step, want := range map[int64]error{100: bot.ErrNotFound, 99: bot.ErrNotFound} {
		if err := s.UseStep(t.Context(), admin.Email, step); !errors.Is(err, want) {
			t.Errorf("step %d gives %v", step, err)
		}
	}
	var used atomic.Int32
	together(10, func(int) {
		if s.UseStep(t.Context(), admin.Email, 101) == nil {
			used.Add(1)
		}
	})
	if used.Load() != 1 {
		t.Errorf("a code is accepted %d times", used.Load())
	}
	ok(t, s.UseRecoveryCode(t.Context(), admin.Email, []byte{1}))
	for _, code := range [][]byte{{1}, {3}, nil} {
		if err := s.UseRecoveryCode(t.Context(), admin.Email, code); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("the recovery code %v gives %v", code, err)
		}
	}
	ok(t, s.SetRecoveryCodes(t.Context(), admin.Email, [][]byte{{4}, {5}, {6}}))
	if user, _ := s.User(t.Context(), admin.Email); user.Recovery != 3 {
		t.Errorf("%d recovery codes are left", user.Recovery)
	}
	ok(t, s.DisableSecondFactor(t.Context(), admin.Email, ""))
	if user, _ := s.User(t.Context(), admin.Email); user.SecondFactor != nil || user.Recovery != 0 {
		t.Errorf("after its reset the user is %+v", user)
	}
	if held := signedIn(t, s, "a"); held != "" {
		t.Error("a reset leaves a sign-in")
	}
}

func keepsLanguages(t *testing.T, s bot.Accounts) {
	ok(t, s.AddUser(t.Context(), admin))
	if user, err := s.User(t.Context(), admin.Email); err != nil || user.Language != "" {
		t.Errorf("an account begins with the language %q, %v", user.Language, err)
	}
	ok(t, s.SetLanguage(t.Context(), " ANA@example.fr", "en"))
	if user, err := s.User(t.Context(), admin.Email); err != nil || user.Language != "en" {
		t.Errorf("the language chosen is kept as %q, %v", user.Language, err)
	}
	if err := s.SetLanguage(t.Context(), "eve@example.fr", "en"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the language of nobody gives %v", err)
	}
}
