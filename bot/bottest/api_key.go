package bottest

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

// KeyStore is what keys are tested on.
type KeyStore interface {
	bot.APIKeys
	bot.Audit
}

// TestAPIKeys checks an implementation of bot.APIKeys. open gives an empty one, and ends it with the test.
func TestAPIKeys(t *testing.T, open func(t *testing.T) KeyStore) {
	run(t, open, []testCase[KeyStore]{
		{"a key is found by its hash, with its use noted", keyIsUsed},
		{"a revoked key, one past its time and an unknown one are not found", deadKeys},
		{"a name is never used again", keyNames},
		{"who adds a key and who ends it is recorded, what is refused is not", keysAreRecorded},
	})
}

func keyIsUsed(t *testing.T, s KeyStore) {
	_, hash := bot.NewAPIKey()
	made := bot.APIKey{
		Name: "crm", Scopes: []bot.Scope{bot.ScopeTicketsRead, bot.ScopeAsk}, MadeBy: marie.Email,
		CreatedAt: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), Expires: time.Date(2126, 11, 2, 9, 0, 0, 0, time.UTC),
	}
	ok(t, s.AddAPIKey(t.Context(), made, hash))
	if keys := apiKeys(t, s); len(keys) != 1 || !reflect.DeepEqual(keys[0], made) {
		t.Errorf("listed %+v, want %+v", keys, made)
	}
	found, err := s.UseAPIKey(t.Context(), hash)
	if err != nil || found.Name != "crm" || !found.May(bot.ScopeAsk) || found.May(bot.ScopeTicketsWrite) {
		t.Errorf("found %+v, %v", found, err)
	}
	used := apiKeys(t, s)[0].LastUsed
	if used.IsZero() {
		t.Error("the use was not noted")
	}
	if _, err := s.UseAPIKey(t.Context(), hash); err != nil || !apiKeys(t, s)[0].LastUsed.Equal(used) {
		t.Errorf("a second use in the same minute was written: %v", err)
	}
}

func deadKeys(t *testing.T, s KeyStore) {
	_, revoked := bot.NewAPIKey()
	_, expired := bot.NewAPIKey()
	_, unknown := bot.NewAPIKey()
	ok(t, s.AddAPIKey(t.Context(), bot.APIKey{Name: "revoked", Scopes: bot.Scopes(), MadeBy: "a"}, revoked))
	ok(t, s.AddAPIKey(t.Context(), bot.APIKey{Name: "expired", Scopes: bot.Scopes(), MadeBy: "a", Expires: time.Now().Add(-time.Hour)}, expired))
	if _, err := s.UseAPIKey(t.Context(), revoked); err != nil {
		t.Fatal(err)
	}
	ok(t, s.RevokeAPIKey(t.Context(), "revoked"))
	for name, hash := range map[string][]byte{"revoked": revoked, "expired": expired, "unknown": unknown} {
		if _, err := s.UseAPIKey(t.Context(), hash); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("a key that is %s: %v", name, err)
		}
	}
	for _, name := range []string{"revoked", "nobody"} {
		if err := s.RevokeAPIKey(t.Context(), name); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("revoking %s: %v", name, err)
		}
	}
}

func keyNames(t *testing.T, s KeyStore) {
	_, first := bot.NewAPIKey()
	_, second := bot.NewAPIKey()
	ok(t, s.AddAPIKey(t.Context(), bot.APIKey{Name: "crm", Scopes: bot.Scopes(), MadeBy: "a"}, first))
	ok(t, s.RevokeAPIKey(t.Context(), "crm"))
	if err := s.AddAPIKey(t.Context(), bot.APIKey{Name: "crm", Scopes: bot.Scopes(), MadeBy: "a"}, second); !errors.Is(err, bot.ErrExists) {
		t.Errorf("the name of a revoked key was taken: %v", err)
	}
}

func apiKeys(t *testing.T, s bot.APIKeys) []bot.APIKey {
	t.Helper()
	keys, err := s.APIKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func keysAreRecorded(t *testing.T, s KeyStore) {
	ctx := bot.ActAs(t.Context(), bot.Actor{Who: marie.Email, Address: "192.0.2.7"})
	_, hash := bot.NewAPIKey()
	ok(t, s.AddAPIKey(ctx, bot.APIKey{Name: "crm", Scopes: []bot.Scope{bot.ScopeAsk, bot.ScopeTicketsRead}, MadeBy: marie.Email}, hash))
	_, other := bot.NewAPIKey()
	if err := s.AddAPIKey(ctx, bot.APIKey{Name: "crm", Scopes: bot.Scopes(), MadeBy: marie.Email}, other); !errors.Is(err, bot.ErrExists) {
		t.Errorf("a name was taken twice: %v", err)
	}
	ok(t, s.RevokeAPIKey(ctx, "crm"))
	if err := s.RevokeAPIKey(ctx, "crm"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a key was revoked twice: %v", err)
	}
	recorded(t, s, "key_revoked marie@example.fr 192.0.2.7 crm ", "key_added marie@example.fr 192.0.2.7 crm ask, tickets:read")
}

// recorded compares the audit log, newest first: action, who, address, object, detail.
func recorded(t *testing.T, s bot.Audit, want ...string) {
	t.Helper()
	all, err := s.Audit(t.Context(), bot.AuditFilter{})
	ok(t, err)
	var got []string
	for _, e := range all {
		got = append(got, strings.Join([]string{string(e.Action), e.Actor.Who, e.Actor.Address, e.Object, e.Detail}, " "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the log is %q, want %q", got, want)
	}
}
