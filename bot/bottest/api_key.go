package bottest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"guichet/bot"
)

// TestAPIKeys checks an implementation of bot.APIKeys. open gives an empty one, and ends it with the test.
func TestAPIKeys(t *testing.T, open func(t *testing.T) bot.APIKeys) {
	run(t, open, []testCase[bot.APIKeys]{
		{"a key is found by its hash, with its use noted", keyIsUsed},
		{"a revoked key, one past its time and an unknown one are not found", deadKeys},
		{"a name is never used again", keyNames},
	})
}

func keyIsUsed(t *testing.T, s bot.APIKeys) {
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

func deadKeys(t *testing.T, s bot.APIKeys) {
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

func keyNames(t *testing.T, s bot.APIKeys) {
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
