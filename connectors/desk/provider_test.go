package desk_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/connectors/desk"

	"github.com/zitadel/oidc/v3/example/server/storage"
)

func TestAnInvitedPersonSignsInWithTheProvider(t *testing.T) {
	t.Parallel()
	h, p := through(t, func(*desk.Provider) {})
	h.addUser("claire@exemple.fr", "Claire")
	b := h.browser()
	wantContains(t, b.get("/desk/login").body, "Se connecter avec l’annuaire")
	back := p.at(t, b, "claire")
	before := b.cookie()
	got := b.get(back)
	wantStatus(t, got, http.StatusSeeOther)
	if to := got.header.Get("Location"); to != "/desk/account" {
		t.Errorf("it leads to %q", to)
	}
	wantStatus(t, b.get("/desk/"), http.StatusOK)
	if b.cookie() == before {
		t.Error("the session's token is the one from before")
	}
	user, err := h.db.User(t.Context(), "claire@exemple.fr")
	if err != nil || user.Subject != p.url+" 1" {
		t.Errorf("the account is linked to %q, %v", user.Subject, err)
	}

	// The link holds when the address changes there, and nobody else gets in by the old one.
	p.people["1"].Email = "claire.moreau@exemple.fr"
	p.people["2"].Email = "claire@exemple.fr"
	again := h.browser()
	wantStatus(t, again.get(p.at(t, again, "claire")), http.StatusSeeOther)
	wantContains(t, again.get("/desk/account").body, "claire@exemple.fr")
	other := h.browser()
	refused := other.get(p.at(t, other, "bruno"))
	wantStatus(t, refused, http.StatusForbidden)
	wantContains(t, refused.body, "déjà lié")
	wantStatus(t, other.get("/desk/"), http.StatusSeeOther)
}

func TestAnAnswerOfTheProviderCountsOnceAndInItsBrowserOnly(t *testing.T) {
	t.Parallel()
	h, p := through(t, func(*desk.Provider) {})
	h.addUser("claire@exemple.fr", "Claire")
	victim, thief := h.browser(), h.browser()
	back := p.at(t, victim, "claire")
	refused := func(name string, b *browser, path string, status int) {
		t.Helper()
		got := b.get(path)
		if got.status != status || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("%s gives %d", name, got.status)
		}
		if b.get("/desk/").status != http.StatusSeeOther {
			t.Errorf("%s signs in", name)
		}
	}
	refused("an answer without a question", thief, back, http.StatusBadRequest)
	wantStatus(t, thief.get("/desk/login/provider"), http.StatusSeeOther)
	refused("an answer to somebody else's question", thief, back, http.StatusBadRequest)
	u, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	with := func(name, value string) string {
		query := u.Query()
		query.Set(name, value)
		return u.Path + "?" + query.Encode()
	}
	refused("a wrong state", victim, with("state", "wrong"), http.StatusBadRequest)
	refused("the right one after a wrong one", victim, back, http.StatusBadRequest)
	back = p.at(t, victim, "claire")
	wantStatus(t, victim.get(back), http.StatusSeeOther)
	wantStatus(t, victim.get("/desk/"), http.StatusOK)
	if got := victim.get(back); got.status != http.StatusBadRequest {
		t.Errorf("the same answer again gives %d", got.status)
	}

	// A code that was used, put into an answer to a new question of one's own.
	start := thief.get("/desk/login/provider")
	to, err := url.Parse(start.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	used, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	replay := url.Values{"code": {used.Query().Get("code")}, "state": {to.Query().Get("state")}}
	refused("a code that was used", thief, "/desk/login/provider/back?"+replay.Encode(), http.StatusForbidden)

	// A fresh code of somebody else: PKCE ties it to the browser that asked.
	stolen, err := url.Parse(p.at(t, h.browser(), "claire"))
	if err != nil {
		t.Fatal(err)
	}
	start = thief.get("/desk/login/provider")
	to, _ = url.Parse(start.header.Get("Location"))
	replay = url.Values{"code": {stolen.Query().Get("code")}, "state": {to.Query().Get("state")}}
	refused("a code of another browser", thief, "/desk/login/provider/back?"+replay.Encode(), http.StatusForbidden)

	start = thief.get("/desk/login/provider")
	to, _ = url.Parse(start.header.Get("Location"))
	denied := url.Values{"error": {"access_denied"}, "state": {to.Query().Get("state")}}
	refused("an error of the provider", thief, "/desk/login/provider/back?"+denied.Encode(), http.StatusForbidden)
	start = thief.get("/desk/login/provider")
	to, _ = url.Parse(start.header.Get("Location"))
	mixed := url.Values{"code": {"x"}, "iss": {"https://evil.example"}, "state": {to.Query().Get("state")}}
	refused("an answer of another provider", thief, "/desk/login/provider/back?"+mixed.Encode(), http.StatusForbidden)
}

func TestATokenForAnotherProgramOrAnotherSignInIsRefused(t *testing.T) {
	t.Parallel()
	h, p := through(t, func(*desk.Provider) {})
	h.addUser("claire@exemple.fr", "Claire")
	// Another program with the same provider: a desk of its own, with its own client.
	other := h.again(func(o *desk.Options) {
		p.know("another-program", o.URL+"/desk/login/provider/back")
		o.Provider = &desk.Provider{Issuer: p.url, ClientID: "another-program", Secret: "secret", Client: &http.Client{Transport: p}}
	})
	there := other.browser()
	wantStatus(t, there.get(p.at(t, there, "claire")), http.StatusSeeOther)
	here := h.browser()
	wantStatus(t, here.get(p.at(t, here, "claire")), http.StatusSeeOther)
	if len(p.tokens) != 2 {
		t.Fatalf("the provider gave %d tokens", len(p.tokens))
	}
	for name, token := range map[string]string{
		"a token for another program": p.tokens[0], "a token of an earlier sign-in": p.tokens[1], "no token": "", "nonsense": "a.b.c",
		"a token with a changed signature": p.tokens[1][:len(p.tokens[1])-8] + "AAAAAAAA",
	} {
		p.mu.Lock()
		p.answer = func(fields map[string]any) { fields["id_token"] = token }
		p.mu.Unlock()
		b := h.browser()
		got := b.get(p.at(t, b, "claire"))
		if got.status != http.StatusForbidden || !strings.Contains(got.body, "pas confirmé votre identité") {
			t.Errorf("%s gives %d", name, got.status)
		}
		if b.get("/desk/").status != http.StatusSeeOther {
			t.Errorf("%s signs in", name)
		}
	}
}

func TestWhoTheProviderVouchesForIsNotEnough(t *testing.T) {
	t.Parallel()
	h, p := through(t, func(o *desk.Provider) { o.Domains = []string{"Exemple.fr"} })
	h.addUser("claire@exemple.fr", "Claire")
	h.addUser("paul@ailleurs.fr", "Paul")
	p.people["4"] = &storage.User{ID: "4", Username: "paul", Password: personPassword, Email: "paul@ailleurs.fr", EmailVerified: true}
	for name, says := range map[string]string{
		"bruno": "pas de compte dans Guichet", "eve": "pas vérifiée", "paul": "pas de celles",
	} {
		b := h.browser()
		got := b.get(p.at(t, b, name))
		wantStatus(t, got, http.StatusForbidden)
		wantContains(t, got.body, says)
		wantStatus(t, b.get("/desk/"), http.StatusSeeOther)
	}
	if users, _ := h.db.Users(t.Context()); len(users) != 2 || users[0].Subject+users[1].Subject != "" {
		t.Errorf("the accounts are %s", pretty(users))
	}
	b := h.browser()
	wantStatus(t, b.get(p.at(t, b, "claire")), http.StatusSeeOther)
	if err := h.db.SetDisabled(t.Context(), "claire@exemple.fr", true); err != nil {
		t.Fatal(err)
	}
	got := b.get(p.at(t, b, "claire"))
	wantStatus(t, got, http.StatusForbidden)
	wantContains(t, got.body, "désactivé")
}

func TestAccountsAndRolesFollowTheProviderWhereThatIsConfigured(t *testing.T) {
	t.Parallel()
	h, p := through(t, func(o *desk.Provider) {
		o.Create, o.RoleClaim, o.Roles = true, "groups", map[string]bot.Role{"chefs": bot.RoleAdmin, "support": bot.RoleAgent}
	})
	p.groups["2"] = []string{"ailleurs"}
	b := h.browser()
	got := b.get(p.at(t, b, "bruno"))
	wantStatus(t, got, http.StatusForbidden)
	wantContains(t, got.body, "aucun rôle")
	p.groups["2"] = []string{"support"}
	got = b.get(p.at(t, b, "bruno"))
	wantStatus(t, got, http.StatusForbidden)
	wantContains(t, got.body, "premier compte")
	p.groups["1"] = []string{"support", "chefs"}
	admin := h.browser()
	wantStatus(t, admin.get(p.at(t, admin, "claire")), http.StatusSeeOther)
	wantStatus(t, admin.get(accountsPath), http.StatusOK)
	wantStatus(t, b.get(p.at(t, b, "bruno")), http.StatusSeeOther)
	wantStatus(t, b.get(accountsPath), http.StatusForbidden)
	if user, err := h.db.User(t.Context(), "bruno@exemple.fr"); err != nil || user.Name != "Bruno Petit" || user.Role != bot.RoleAgent || user.PasswordHash != "" {
		t.Errorf("the account is %s, %v", pretty(user), err)
	}
	wantContains(t, b.get("/desk/account").body, "Vous vous connectez avec l’annuaire, sans mot de passe")
	wantStatus(t, b.post("/desk/account/password", url.Values{"new": {password}}), http.StatusForbidden)
	p.groups["2"] = []string{"chefs"}
	wantStatus(t, b.get(p.at(t, b, "bruno")), http.StatusSeeOther)
	wantStatus(t, b.get(accountsPath), http.StatusOK)
	p.groups["1"], p.groups["2"] = []string{"support"}, []string{"support"}
	wantStatus(t, admin.get(p.at(t, admin, "claire")), http.StatusSeeOther)
	wantStatus(t, b.get(p.at(t, b, "bruno")), http.StatusSeeOther)
	if status := b.get(accountsPath).status; status != http.StatusOK {
		t.Error("the last administrator lost the role")
	}
	if status := admin.get(accountsPath).status; status != http.StatusForbidden {
		t.Error("the role did not follow")
	}
}

func TestTheSecondFactorIsAskedForAfterTheProviderToo(t *testing.T) {
	t.Parallel()
	h, p := through(t, func(*desk.Provider) {})
	h.addUser("claire@exemple.fr", "Claire")
	secret, _ := h.signIn("claire@exemple.fr").setFactor()
	b := h.browser()
	got := b.get(p.at(t, b, "claire"))
	if to := got.header.Get("Location"); to != "/desk/login/code" {
		t.Fatalf("the provider leads to %d %q", got.status, to)
	}
	wantStatus(t, b.get("/desk/"), http.StatusSeeOther)
	h.clock.Add(60e9)
	done := b.post("/desk/login/code", h.code(secret, 0))
	if to := done.header.Get("Location"); to != "/desk/account" {
		t.Errorf("the code leads to %d %q", done.status, to)
	}
}

// talkative answers at an address with what is nobody's business.
type talkative struct {
	http.RoundTripper
	at string
}

func (p talkative) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := p.RoundTripper.RoundTrip(r)
	if err != nil || !strings.HasSuffix(r.URL.Path, p.at) {
		return response, err
	}
	response.Body.Close()
	response.StatusCode, response.Status = http.StatusBadGateway, "502 Bad Gateway"
	response.Body = io.NopCloser(strings.NewReader(`{"name": "Claire Moreau", "phone": "0612345678"}`))
	return response, nil
}

func TestWhatTheProviderAnswersIsNotInTheLog(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"/userinfo", "/.well-known/openid-configuration"} {
		var log bytes.Buffer
		var p *identities
		h := openWith(t, func(o *desk.Options) {
			p = openIdentities(t, map[string]string{"talkative": o.URL + "/desk/login/provider/back"})
			o.Provider = &desk.Provider{Issuer: p.url, ClientID: "talkative", Secret: "secret", Client: &http.Client{Transport: talkative{p, at}}}
			o.Log = slog.New(slog.NewTextHandler(&log, nil))
		})
		b := h.browser()
		if at == "/userinfo" {
			wantStatus(t, b.get(p.at(t, b, "claire")), http.StatusForbidden)
		} else {
			wantStatus(t, b.get("/desk/login/provider"), http.StatusBadGateway)
		}
		h.server.Close() // what it logs is logged
		if said := log.String(); !strings.Contains(said, "status 502") || strings.Contains(said, "Claire") || strings.Contains(said, "0612345678") {
			t.Errorf("%s: the log says %s", at, said)
		}
	}
}

func TestAProviderThatIsAwayStopsNobodyElse(t *testing.T) {
	t.Parallel()
	h := openWith(t, func(o *desk.Options) {
		o.Provider = &desk.Provider{Issuer: "http://127.0.0.1:1", ClientID: "x", Secret: "hunter2"}
	})
	h.addUser("claire@exemple.fr", "Claire")
	got := h.browser().get("/desk/login/provider")
	wantStatus(t, got, http.StatusBadGateway)
	wantContains(t, got.body, "ne répond pas", "Mot de passe")
	h.signIn("claire@exemple.fr")
	for _, provider := range []desk.Provider{
		{ClientID: "x", Secret: "y"}, {Issuer: "https://x", Secret: "y"}, {Issuer: "https://x", ClientID: "x"},
		{Issuer: "https://x", ClientID: "x", Secret: "y", RoleClaim: "groups"},
		{Issuer: "https://x", ClientID: "x", Secret: "y", RoleClaim: "groups", Roles: map[string]bot.Role{"a": "king"}},
	} {
		o := desk.Options{
			Tickets: h.db, Accounts: h.db, Sessions: h.db.Sessions(), URL: "https://exemple.fr", Provider: &provider,
			Secrets: [][]byte{[]byte("a secret for tests, of 32 bytes or more")},
		}
		if _, err := desk.New(o); err == nil {
			t.Errorf("the desk opens with the provider %+v", provider)
		}
	}
}
