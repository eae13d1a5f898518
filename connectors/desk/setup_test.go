package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"
)

func (h *house) setupToken(now time.Time) string {
	h.t.Helper()
	link, err := desk.SetupLink(h.t.Context(), h.db, "https://exemple.fr/", now)
	if err != nil {
		h.t.Fatal(err)
	}
	token, ok := strings.CutPrefix(link, "https://exemple.fr/desk/setup?token=")
	if !ok || len(token) < 40 {
		h.t.Fatalf("the set-up link is %q", link)
	}
	return token
}

func firstAccount(token string) url.Values {
	return url.Values{"token": {token}, "name": {"Claire Moreau"}, "email": {"Claire@exemple.fr"}, "password": {password}}
}

func TestTheSetupLinkCreatesTheFirstAccountOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	token := h.setupToken(h.now())
	b := h.browser()
	wantContains(t, b.get("/desk/setup?token="+token).body, "Créez le premier compte", token)
	got := b.post("/desk/setup", firstAccount(token))
	wantStatus(t, got, http.StatusSeeOther)
	wantStatus(t, b.get("/desk/"), http.StatusOK) // and signs in
	user, err := h.db.User(t.Context(), "claire@exemple.fr")
	if err != nil || user.Role != bot.RoleAdmin || !bot.CheckPassword(user.PasswordHash, password) {
		t.Errorf("the first account is %v, %v", user.Role, err)
	}

	again := firstAccount(token)
	again.Set("email", "autre@exemple.fr")
	wantStatus(t, h.browser().post("/desk/setup", again), http.StatusGone)
	wantStatus(t, h.browser().get("/desk/setup?token="+token), http.StatusGone)
	if link, err := desk.SetupLink(t.Context(), h.db, "https://exemple.fr", h.now()); link != "" || err != nil {
		t.Errorf("with an account there is a link %q, %v", link, err)
	}
}

func TestAnExpiredSetupLinkCreatesNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	token := h.setupToken(h.now())
	h.clock.Store(int64(24*time.Hour + time.Minute))
	got := h.browser().post("/desk/setup", firstAccount(token))
	wantStatus(t, got, http.StatusGone)
	wantContains(t, got.body, "ne fonctionne plus")
	if users, err := h.db.Users(t.Context()); len(users) != 0 || err != nil {
		t.Errorf("there are accounts: %d, %v", len(users), err)
	}
}

func TestAWrongSetupTokenCreatesNothingAndANewLinkReplacesTheOld(t *testing.T) {
	t.Parallel()
	h := open(t)
	old := h.setupToken(h.now())
	current := h.setupToken(h.now())
	for _, token := range []string{"", "nonsense", old} {
		wantStatus(t, h.browser().post("/desk/setup", firstAccount(token)), http.StatusGone)
	}
	wantStatus(t, h.browser().post("/desk/setup", firstAccount(current)), http.StatusSeeOther)
}

func TestTheSetupFormSaysWhatIsWrongAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	h := open(t)
	token := h.setupToken(h.now())
	form := url.Values{"token": {token}, "name": {"Claire"}, "email": {"pas une adresse"}, "password": {"court"}}
	got := h.browser().post("/desk/setup", form)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantContains(t, got.body, "Cette adresse n’est pas valide", "au moins 12 caractères", `value="Claire"`, token)
	if strings.Contains(got.body, "court\"") {
		t.Error("the password came back in the page")
	}
	wantStatus(t, h.browser().post("/desk/setup", firstAccount(token)), http.StatusSeeOther)
}
