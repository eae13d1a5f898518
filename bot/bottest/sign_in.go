package bottest

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
)

var long = noon.Add(-1000 * time.Hour)

func begin(t *testing.T, s bot.Accounts, email, id string, at time.Time) {
	t.Helper()
	ok(t, s.BeginSignIn(t.Context(), bot.SignIn{ID: id, Email: email, At: at, Seen: at, Address: "192.0.2.1", Browser: "Firefox"}))
}

// signedIn tells which of the sign-ins still hold.
func signedIn(t *testing.T, s bot.Accounts, ids ...string) (held string) {
	t.Helper()
	for _, id := range ids {
		_, _, err := s.SignIn(t.Context(), id, noon, long, long)
		switch {
		case err == nil:
			held += id
		case !errors.Is(err, bot.ErrNotFound):
			t.Errorf("sign-in %s: %v", id, err)
		}
	}
	return held
}

func keepsSignIns(t *testing.T, s bot.Accounts) {
	ok(t, s.AddUser(t.Context(), admin))
	begin(t, s, "ANA@example.fr", "a", noon)
	begin(t, s, admin.Email, "b", noon.Add(time.Hour))
	if err := s.BeginSignIn(t.Context(), bot.SignIn{ID: "x", Email: "eve@example.fr"}); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a sign-in of nobody gives %v", err)
	}
	got, user, err := s.SignIn(t.Context(), "a", noon.Add(2*time.Hour), noon.Add(-1), noon.Add(-1))
	if err != nil || user.Email != admin.Email || got.Browser != "Firefox" || got.Address != "192.0.2.1" || !got.At.Equal(noon) {
		t.Errorf("the sign-in is %+v of %+v, %v", got, user, err)
	}
	all, err := s.SignIns(t.Context(), admin.Email, long, long)
	if err != nil || len(all) != 2 || all[0].ID != "a" || !all[0].Seen.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("the sign-ins are %+v, %v", all, err)
	}
	for name, limits := range map[string][2]time.Time{
		"a sign-in that began too long ago": {noon, long},
		"a sign-in that was not used":       {long, noon.Add(2 * time.Hour)},
	} {
		if _, _, err := s.SignIn(t.Context(), "a", noon, limits[0], limits[1]); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s gives %v", name, err)
		}
		if all, err := s.SignIns(t.Context(), admin.Email, limits[0], limits[1]); err != nil || len(all) > 1 {
			t.Errorf("%s: the list is %+v, %v", name, all, err)
		}
	}
	if _, _, err := s.SignIn(t.Context(), "nonsense\x00", noon, long, long); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("an unknown sign-in gives %v", err)
	}
}

func endsSignIns(t *testing.T, s bot.Accounts) {
	ok(t, s.AddUser(t.Context(), admin))
	ok(t, s.AddUser(t.Context(), bot.User{Email: "bob@example.fr", Role: bot.RoleAdmin, PasswordHash: "x"}))
	for _, id := range []string{"a", "b", "c"} {
		begin(t, s, admin.Email, id, noon)
	}
	begin(t, s, "bob@example.fr", "z", noon)
	if err := s.EndSignIn(t.Context(), "bob@example.fr", "a", bot.AuditSignInEnded); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("ending somebody else's sign-in gives %v", err)
	}
	ok(t, s.EndSignIn(t.Context(), admin.Email, "a", bot.AuditSignOut))
	if held := signedIn(t, s, "a", "b", "c", "z"); held != "bcz" {
		t.Errorf("after ending a: %s", held)
	}
	if n, err := s.EndSignIns(t.Context(), admin.Email, "b"); n != 1 || err != nil {
		t.Errorf("%d ended, %v", n, err)
	}
	if held := signedIn(t, s, "a", "b", "c", "z"); held != "bz" {
		t.Errorf("after ending all but b: %s", held)
	}
	ok(t, s.SetPasswordHash(t.Context(), admin.Email, "new"))
	if held := signedIn(t, s, "b", "z"); held != "z" {
		t.Errorf("after a new password: %s", held)
	}
	ok(t, s.RehashPassword(t.Context(), "bob@example.fr", "another", "y"))
	ok(t, s.RehashPassword(t.Context(), "bob@example.fr", "x", "costlier"))
	if bob, _ := s.User(t.Context(), "bob@example.fr"); bob.PasswordHash != "costlier" {
		t.Errorf("the hash is %q", bob.PasswordHash)
	}
	ok(t, s.SetRole(t.Context(), "bob@example.fr", bot.RoleAgent))
	if _, user, err := s.SignIn(t.Context(), "z", noon, long, long); err != nil || user.Role != bot.RoleAgent {
		t.Errorf("after a new role the sign-in is %v's, %v", user.Role, err)
	}
	ok(t, s.SetDisabled(t.Context(), "bob@example.fr", true))
	if held := signedIn(t, s, "z"); held != "" {
		t.Error("a disabled account is signed in")
	}
	if err := s.BeginSignIn(t.Context(), bot.SignIn{ID: "y", Email: "bob@example.fr", At: noon, Seen: noon}); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a disabled account signs in: %v", err)
	}
	ok(t, s.SetDisabled(t.Context(), "bob@example.fr", false))
	if held := signedIn(t, s, "z"); held != "" {
		t.Error("enabling brings an ended sign-in back")
	}
}

func limitsTries(t *testing.T, s bot.Accounts) {
	limit := bot.Limit{Burst: 3, Every: time.Minute}
	allow := func(name string, at time.Time) time.Duration {
		t.Helper()
		wait, err := s.Allow(t.Context(), name, limit, at)
		ok(t, err)
		return wait
	}
	for range 3 {
		if wait := allow("a", noon); wait != 0 {
			t.Errorf("a try within the burst waits %v", wait)
		}
	}
	for range 5 { // being refused does not make the wait longer
		if wait := allow("a", noon.Add(20*time.Second)); wait != 40*time.Second {
			t.Errorf("the fourth try waits %v", wait)
		}
	}
	if wait := allow("b", noon); wait != 0 {
		t.Errorf("another name waits %v", wait)
	}
	if wait := allow("a", noon.Add(time.Minute)); wait != 0 {
		t.Errorf("after a minute a try waits %v", wait)
	}
	if wait := allow("a", noon.Add(time.Minute)); wait == 0 {
		t.Error("a minute frees two tries")
	}
	for range 3 {
		if wait := allow("a", noon.Add(time.Hour)); wait != 0 {
			t.Errorf("after an hour a try waits %v", wait)
		}
	}
	if wait := allow("a", noon.Add(time.Hour)); wait == 0 {
		t.Error("waiting longer saves up more than a burst")
	}
}

func racingTries(t *testing.T, s bot.Accounts) {
	var passed atomic.Int32
	together(20, func(int) {
		if wait, err := s.Allow(t.Context(), "a", bot.Limit{Burst: 5, Every: time.Minute}, noon); err != nil {
			t.Error(err)
		} else if wait == 0 {
			passed.Add(1)
		}
	})
	if passed.Load() != 5 {
		t.Errorf("%d of 20 tries at once pass a burst of 5", passed.Load())
	}
}
