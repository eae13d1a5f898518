package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func credentials(email, pass string) url.Values {
	return url.Values{"email": {email}, "password": {pass}}
}

func TestSigningInWithTheRightPasswordOpensTheDesk(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire Moreau")
	b := h.browser()
	got := b.post("/desk/login", credentials(" Claire@Exemple.fr ", password))
	wantStatus(t, got, http.StatusSeeOther)
	if to := got.header.Get("Location"); to != "/desk/" {
		t.Errorf("signing in leads to %q", to)
	}
	cookie := got.header.Get("Set-Cookie")
	for _, part := range []string{"HttpOnly", "SameSite=Lax", "Path=/desk"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie %q is without %s", cookie, part)
		}
	}
	page := b.get("/desk/")
	wantStatus(t, page, http.StatusOK)
	wantContains(t, page.body, "Claire Moreau", "Rien à traiter")
}

func TestAnUnknownEmailAndAWrongPasswordGetTheSameAnswer(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	wrong := h.browser().post("/desk/login", credentials("claire@exemple.fr", "une autre phrase"))
	unknown := h.browser().post("/desk/login", credentials("inconnu@exemple.fr", "une autre phrase"))
	wantStatus(t, wrong, http.StatusUnprocessableEntity)
	wantStatus(t, unknown, http.StatusUnprocessableEntity)
	if a, b := strings.ReplaceAll(wrong.body, "claire@", "X@"), strings.ReplaceAll(unknown.body, "inconnu@", "X@"); a != b {
		t.Error("the two pages differ")
	}
	wantContains(t, wrong.body, "incorrect", "claire@exemple.fr")
	if strings.Contains(wrong.body, "une autre phrase") {
		t.Error("the password came back in the page")
	}
}

func TestTriesOfOneEmailAreThrottledAndTimeFreesThem(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.browser()
	for range 5 {
		wantStatus(t, b.post("/desk/login", credentials("claire@exemple.fr", "une autre phrase")), http.StatusUnprocessableEntity)
	}
	got := b.post("/desk/login", credentials("claire@exemple.fr", password))
	wantStatus(t, got, http.StatusTooManyRequests)
	if got.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	wantContains(t, got.body, "Trop de tentatives")
	wantStatus(t, b.post("/desk/login", credentials("autre@exemple.fr", "une autre phrase")), http.StatusUnprocessableEntity)
	h.clock.Add(int64(31 * time.Second))
	wantStatus(t, b.post("/desk/login", credentials("claire@exemple.fr", password)), http.StatusSeeOther)
}

func TestTriesFromOneAddressAreThrottledWhateverTheEmail(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.browser()
	for i := range 20 {
		got := b.post("/desk/login", credentials(string(rune('a'+i))+"@exemple.fr", "x"))
		wantStatus(t, got, http.StatusUnprocessableEntity)
	}
	wantStatus(t, b.post("/desk/login", credentials("z@exemple.fr", "x")), http.StatusTooManyRequests)
}

func TestSigningInChangesTheSessionToken(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	first := b.cookie()
	wantStatus(t, b.post("/desk/login", credentials("claire@exemple.fr", password)), http.StatusSeeOther)
	second := b.cookie()
	if first == "" || first == second {
		t.Fatalf("the token before and after signing in: %q, %q", first, second)
	}
	planted := h.browser()
	got := planted.do(http.MethodGet, "/desk/", nil, "Cookie", "guichet_desk="+first)
	wantStatus(t, got, http.StatusSeeOther) // the old token signs nobody in
}

func TestAPlantedTokenIsNotTheSessionOfWhoSignsIn(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	const planted = "cGxhbnRlZC1ieS1zb21lYm9keS1lbHNlLTAwMDAwMDAwMDA"
	b := h.browser()
	got := b.do(http.MethodPost, "/desk/login", credentials("claire@exemple.fr", password), "Cookie", "guichet_desk="+planted)
	wantStatus(t, got, http.StatusSeeOther)
	if strings.Contains(got.header.Get("Set-Cookie"), planted) {
		t.Error("the planted token was kept")
	}
	wantStatus(t, h.browser().do(http.MethodGet, "/desk/", nil, "Cookie", "guichet_desk="+planted), http.StatusSeeOther)
}

func TestSigningOutEndsTheSessionOnTheServer(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	token := b.cookie()
	wantStatus(t, b.post("/desk/logout", url.Values{}), http.StatusSeeOther)
	wantStatus(t, h.browser().do(http.MethodGet, "/desk/", nil, "Cookie", "guichet_desk="+token), http.StatusSeeOther)
}

func TestANewPasswordEndsTheSessionsOfTheOldOne(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	wantStatus(t, b.get("/desk/"), http.StatusOK)
	if err := h.db.SetPasswordHash(t.Context(), "claire@exemple.fr", passwordHash+"x"); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, b.get("/desk/"), http.StatusSeeOther)
}

func TestAnAccountWithoutAPasswordCannotSignIn(t *testing.T) {
	t.Parallel()
	h := open(t)
	user := h.addUser("claire@exemple.fr", "Claire")
	if err := h.db.SetPasswordHash(t.Context(), user.Email, ""); err != nil {
		t.Fatal(err)
	}
	for _, pass := range []string{"", password} {
		wantStatus(t, h.browser().post("/desk/login", credentials(user.Email, pass)), http.StatusUnprocessableEntity)
	}
}
