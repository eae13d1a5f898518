package bottest

import (
	"errors"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
)

// TestAccounts checks an implementation of bot.Accounts. open gives an empty one, and ends it with the test.
func TestAccounts(t *testing.T, open func(t *testing.T) bot.Accounts) {
	run(t, open, []testCase[bot.Accounts]{
		{"a user is kept and found whatever the case of the address", keepsUsers},
		{"an address is taken once", takenAddress},
		{"a password is changed", changesPassword},
		{"every role can be kept, no other", everyRole},
		{"a set-up token makes one account", setupOnce},
		{"a set-up token expires", setupExpires},
		{"a new set-up token replaces the older one", setupReplaced},
		{"there is no set-up once an account exists", setupRefused},
		{"of racing set-ups one makes the account", racingSetups},
		{"the last administrator stays", keepsAnAdmin},
		{"an account has its language", keepsLanguages},
		{"of racing demotions one is refused", racingDemotions},
		{"a link sets a password once", linksOnce},
		{"of racing uses of a link one counts", racingLinks},
		{"an account is linked to one person of the provider", linksSubjects},
		{"a second factor and its codes are used up", secondFactors},
		{"a sign-in is kept, found and seen", keepsSignIns},
		{"sign-ins end", endsSignIns},
		{"tries are limited by name", limitsTries},
		{"tries at once are limited", racingTries},
		{"changes are recorded, with who and from where", recordsChanges},
		{"the audit log is narrowed and read page by page", filtersAudit},
	})
}

var (
	admin = bot.User{Email: "ana@example.fr", Name: "Ana Île", Role: bot.RoleAdmin, PasswordHash: "$argon2id$x"}
	noon  = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
)

func keepsUsers(t *testing.T, s bot.Accounts) {
	if users, err := s.Users(t.Context()); err != nil || len(users) != 0 {
		t.Errorf("without users: %v, %v", users, err)
	}
	added := admin
	added.Email, added.CreatedAt = " Ana@Example.FR", noon
	ok(t, s.AddUser(t.Context(), added))
	got, err := s.User(t.Context(), "ANA@example.fr")
	want := admin
	want.CreatedAt = got.CreatedAt
	if err != nil || !reflect.DeepEqual(got, want) || !got.CreatedAt.Equal(noon) {
		t.Errorf("the user is %+v, %v", got, err)
	}
	ok(t, s.AddUser(t.Context(), bot.User{Email: "bob@example.fr", Role: bot.RoleAgent}))
	users, err := s.Users(t.Context())
	if err != nil || len(users) != 2 {
		t.Errorf("the users are %+v, %v", users, err)
	}
	if bob, err := s.User(t.Context(), "bob@example.fr"); err != nil || bob.CreatedAt.IsZero() || bob.PasswordHash != "" {
		t.Errorf("the second user is %+v, %v", bob, err)
	}
	for _, unknown := range []string{"eve@example.fr", "", "ana@example.fr\xff"} {
		if _, err := s.User(t.Context(), unknown); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("the unknown %q gives %v", unknown, err)
		}
	}
}

func takenAddress(t *testing.T, s bot.Accounts) {
	ok(t, s.AddUser(t.Context(), admin))
	again := admin
	again.Email, again.Name = "ANA@example.fr", "Eve"
	if err := s.AddUser(t.Context(), again); !errors.Is(err, bot.ErrExists) {
		t.Errorf("a taken address gives %v", err)
	}
	if got, _ := s.User(t.Context(), admin.Email); got.Name != admin.Name {
		t.Errorf("the user is now %+v", got)
	}
}

func changesPassword(t *testing.T, s bot.Accounts) {
	ok(t, s.AddUser(t.Context(), admin))
	ok(t, s.SetPasswordHash(t.Context(), "ANA@example.fr", "new"))
	if got, _ := s.User(t.Context(), admin.Email); got.PasswordHash != "new" {
		t.Errorf("the hash is %q", got.PasswordHash)
	}
	if err := s.SetPasswordHash(t.Context(), "eve@example.fr", "new"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("an unknown user gives %v", err)
	}
}

func everyRole(t *testing.T, s bot.Accounts) {
	for _, role := range []bot.Role{bot.RoleAgent, bot.RoleEditor, bot.RoleAdmin} {
		ok(t, s.AddUser(t.Context(), bot.User{Email: string(role) + "@example.fr", Role: role}))
	}
	if err := s.AddUser(t.Context(), bot.User{Email: "x@example.fr", Role: "king"}); err == nil {
		t.Error("an unknown role is accepted")
	}
}

func setupOnce(t *testing.T, s bot.Accounts) {
	token := []byte{0, 1, 0xff}
	if err := s.UseSetupToken(t.Context(), token, noon, admin); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a token that nobody made gives %v", err)
	}
	ok(t, s.NewSetupToken(t.Context(), token, noon.Add(time.Hour)))
	if err := s.UseSetupToken(t.Context(), []byte{0, 1, 0xfe}, noon, admin); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("another token gives %v", err)
	}
	bad := admin
	bad.Role = "king"
	if err := s.UseSetupToken(t.Context(), token, noon, bad); err == nil {
		t.Error("a bad account is accepted")
	}
	ok(t, s.UseSetupToken(t.Context(), token, noon, admin)) // not used up by the failure
	other := bot.User{Email: "eve@example.fr", Role: bot.RoleAdmin}
	if err := s.UseSetupToken(t.Context(), token, noon, other); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a used token gives %v", err)
	}
	if users, _ := s.Users(t.Context()); len(users) != 1 || users[0].Email != admin.Email {
		t.Errorf("the users are %+v", users)
	}
}

func setupExpires(t *testing.T, s bot.Accounts) {
	ok(t, s.NewSetupToken(t.Context(), []byte("t"), noon))
	for _, late := range []time.Time{noon, noon.Add(time.Second)} {
		if err := s.UseSetupToken(t.Context(), []byte("t"), late, admin); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("an expired token gives %v", err)
		}
	}
	ok(t, s.UseSetupToken(t.Context(), []byte("t"), noon.Add(-time.Second), admin))
}

func setupReplaced(t *testing.T, s bot.Accounts) {
	ok(t, s.NewSetupToken(t.Context(), []byte("old"), noon))
	ok(t, s.NewSetupToken(t.Context(), []byte("new"), noon))
	ok(t, s.NewSetupToken(t.Context(), []byte("new"), noon)) // the same again is no error
	if err := s.UseSetupToken(t.Context(), []byte("old"), noon.Add(-1e9), admin); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the older token gives %v", err)
	}
	ok(t, s.UseSetupToken(t.Context(), []byte("new"), noon.Add(-1e9), admin))
}

func setupRefused(t *testing.T, s bot.Accounts) {
	ok(t, s.NewSetupToken(t.Context(), []byte("t"), noon))
	ok(t, s.AddUser(t.Context(), bot.User{Email: "bob@example.fr", Role: bot.RoleAgent}))
	if err := s.UseSetupToken(t.Context(), []byte("t"), noon.Add(-1e9), admin); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the token that waited gives %v", err)
	}
	if err := s.NewSetupToken(t.Context(), []byte("u"), noon); !errors.Is(err, bot.ErrExists) {
		t.Errorf("a new token gives %v", err)
	}
}

func racingSetups(t *testing.T, s bot.Accounts) {
	ok(t, s.NewSetupToken(t.Context(), []byte("t"), noon))
	var made atomic.Int32
	together(10, func(i int) {
		user := bot.User{Email: string(rune('a'+i)) + "@example.fr", Role: bot.RoleAdmin}
		switch err := s.UseSetupToken(t.Context(), []byte("t"), noon.Add(-1e9), user); {
		case err == nil:
			made.Add(1)
		case !errors.Is(err, bot.ErrNotFound):
			t.Error(err)
		}
	})
	if users, _ := s.Users(t.Context()); made.Load() != 1 || len(users) != 1 {
		t.Errorf("%d were told they made the account, %d exist", made.Load(), len(users))
	}
}
