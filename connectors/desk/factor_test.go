package desk_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"

	"github.com/pquerna/otp/totp"
)

const factorPath = "/desk/account/second-factor"

var shownSecret = regexp.MustCompile(`<code class="secret">([A-Z2-7 ]+)</code>`)

// code is what an authenticator application shows.
func (h *house) code(secret string, shift time.Duration) url.Values {
	h.t.Helper()
	code, err := totp.GenerateCode(secret, h.now().Add(shift))
	if err != nil {
		h.t.Fatal(err)
	}
	return url.Values{"code": {code}}
}

// setFactor sets a second factor up, and returns its secret and the recovery codes.
func (b *browser) setFactor() (secret string, recovery []string) {
	b.h.t.Helper()
	found := shownSecret.FindStringSubmatch(b.get(factorPath).body)
	if found == nil {
		b.h.t.Fatal("no secret is shown")
	}
	secret = strings.ReplaceAll(found[1], " ", "")
	got := b.post(factorPath, b.h.code(secret, 0))
	wantStatus(b.h.t, got, http.StatusOK)
	for _, m := range regexp.MustCompile(`<li><code>([0-9A-Z-]{19})</code>`).FindAllStringSubmatch(got.body, -1) {
		recovery = append(recovery, m[1])
	}
	if len(recovery) != 10 {
		b.h.t.Fatalf("%d recovery codes are shown", len(recovery))
	}
	return secret, recovery
}

// half signs in up to the code.
func (h *house) half(email string) *browser {
	h.t.Helper()
	b := h.browser()
	got := b.post("/desk/login", credentials(email, password))
	if to := got.header.Get("Location"); got.status != http.StatusSeeOther || to != "/desk/login/code" {
		h.t.Fatalf("the password leads to %d %q, want the code", got.status, to)
	}
	return b
}

func TestASecondFactorIsSetUpAndAskedFor(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b, other := h.signIn("claire@exemple.fr"), h.signIn("claire@exemple.fr")
	page := b.get(factorPath).body
	wantContains(t, page, `<svg class="qr"`, `role="img"`)
	if again := b.get(factorPath).body; shownSecret.FindString(again) != shownSecret.FindString(page) {
		t.Error("showing the page again changes the secret")
	}
	wantStatus(t, b.post(factorPath, url.Values{"code": {"000000"}}), http.StatusUnprocessableEntity)
	if user, _ := h.db.User(t.Context(), "claire@exemple.fr"); user.SecondFactor != nil {
		t.Fatal("a wrong code sets the factor up")
	}
	secret, recovery := b.setFactor()
	wantStatus(t, b.get("/desk/"), http.StatusOK)
	wantStatus(t, other.get("/desk/"), http.StatusSeeOther)
	if again := b.get(factorPath).body; strings.Contains(again, recovery[0]) || shownSecret.MatchString(again) {
		t.Error("the secret or the codes are shown again")
	}
	user, err := h.db.User(t.Context(), "claire@exemple.fr")
	if err != nil || strings.Contains(string(user.SecondFactor), secret) {
		t.Errorf("the secret is kept in the clear: %v", err)
	}

	half := h.half("claire@exemple.fr")
	wantStatus(t, half.get("/desk/"), http.StatusSeeOther) // the password alone opens nothing
	wantStatus(t, half.get("/desk/account"), http.StatusSeeOther)
	wantStatus(t, half.post("/desk/login/code", h.code(secret, 0)), http.StatusUnprocessableEntity) // used to set it up
	h.clock.Add(int64(9 * time.Minute))
	before := half.cookie()
	got := half.post("/desk/login/code", h.code(secret, 0))
	wantStatus(t, got, http.StatusSeeOther)
	wantStatus(t, half.get("/desk/"), http.StatusOK)
	if half.cookie() == before {
		t.Error("the session's token is the one from before the code")
	}
	// The same code, by somebody who looked over the shoulder.
	thief := h.half("claire@exemple.fr")
	wantStatus(t, thief.post("/desk/login/code", h.code(secret, 0)), http.StatusUnprocessableEntity)
	wantStatus(t, thief.post("/desk/login/code", h.code(secret, -30*time.Second)), http.StatusUnprocessableEntity)
	wantStatus(t, thief.get("/desk/"), http.StatusSeeOther)
}

func TestACodeOfAClockThatIsHalfAMinuteOffIsAccepted(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	secret, _ := h.signIn("claire@exemple.fr").setFactor()
	h.clock.Add(int64(10 * time.Minute))
	wantStatus(t, h.half("claire@exemple.fr").post("/desk/login/code", h.code(secret, -time.Minute)), http.StatusUnprocessableEntity)
	wantStatus(t, h.half("claire@exemple.fr").post("/desk/login/code", h.code(secret, -30*time.Second)), http.StatusSeeOther)
	form := h.code(secret, 30*time.Second)
	form.Set("code", form.Get("code")[:3]+" "+form.Get("code")[3:])
	wantStatus(t, h.half("claire@exemple.fr").post("/desk/login/code", form), http.StatusSeeOther)
}

func TestARecoveryCodeReplacesTheTelephoneOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	secret, recovery := b.setFactor()
	typed := strings.ToLower(strings.ReplaceAll(recovery[0], "-", " "))
	wantStatus(t, h.half("claire@exemple.fr").post("/desk/login/code", url.Values{"code": {typed}}), http.StatusSeeOther)
	wantStatus(t, h.half("claire@exemple.fr").post("/desk/login/code", url.Values{"code": {recovery[0]}}), http.StatusUnprocessableEntity)
	wantContains(t, b.get("/desk/account").body, "9 codes")
	h.clock.Add(int64(10 * time.Minute))
	renewed := b.post(factorPath+"/codes", h.code(secret, 0))
	wantStatus(t, renewed, http.StatusOK)
	wantContains(t, renewed.body, "Les anciens codes ne fonctionnent plus")
	wantStatus(t, h.half("claire@exemple.fr").post("/desk/login/code", url.Values{"code": {recovery[1]}}), http.StatusUnprocessableEntity)
}

func TestGuessingCodesIsThrottledAlsoOverNewSessions(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	secret, _ := b.setFactor()
	h.clock.Add(int64(time.Hour))
	for i := range 5 {
		half := h.half("claire@exemple.fr")
		wantStatus(t, half.post("/desk/login/code", url.Values{"code": {"00000" + string(rune('0'+i))}}), http.StatusUnprocessableEntity)
		h.clock.Add(int64(time.Second)) // the password is limited by itself
		if i == 3 {
			h.clock.Add(int64(30 * time.Second))
		}
	}
	half := h.half("claire@exemple.fr")
	got := half.post("/desk/login/code", h.code(secret, 0))
	wantStatus(t, got, http.StatusTooManyRequests)
	wantContains(t, got.body, "Trop de tentatives")
	h.clock.Add(int64(2 * time.Minute))
	wantStatus(t, half.post("/desk/login/code", h.code(secret, 0)), http.StatusSeeOther)
}

func TestTheCodeIsWaitedForTenMinutes(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	secret, _ := h.signIn("claire@exemple.fr").setFactor()
	half := h.half("claire@exemple.fr")
	h.clock.Add(int64(11 * time.Minute))
	got := half.post("/desk/login/code", h.code(secret, 0))
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantContains(t, got.body, "attendu trop longtemps")
	wantStatus(t, half.get("/desk/login/code"), http.StatusSeeOther)
}

func TestOnesOwnSecondFactorIsRemovedWithACode(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	secret, _ := b.setFactor()
	wantStatus(t, b.post(factorPath+"/remove", url.Values{"code": {"000000"}}), http.StatusUnprocessableEntity)
	h.clock.Add(int64(time.Minute))
	wantStatus(t, b.post(factorPath+"/remove", h.code(secret, 0)), http.StatusSeeOther)
	h.signIn("claire@exemple.fr")
	if second, _ := b.setFactor(); second == secret {
		t.Error("the secret is used again")
	}
}

func TestWhereEverybodyMustHaveASecondFactorNothingElseOpens(t *testing.T) {
	t.Parallel()
	h := openWith(t, func(o *desk.Options) { o.RequireSecondFactor = true })
	h.claim(reference, nil)
	b := h.signInAs("claire@exemple.fr", bot.RoleAdmin)
	for _, path := range []string{"/desk/", "/desk/ticket/" + reference, "/desk/admin/accounts", "/desk/admin/audit.csv"} {
		if got := b.get(path); got.status != http.StatusSeeOther || got.header.Get("Location") != factorPath {
			t.Errorf("%s gives %d %q", path, got.status, got.header.Get("Location"))
		}
	}
	if got := b.post("/desk/ticket/"+reference+"/status", url.Values{"status": {"closed"}}); got.header.Get("Location") != factorPath {
		t.Errorf("an action gives %d", got.status)
	}
	if status := h.file(reference).Status; status != bot.Open {
		t.Errorf("the ticket is %s", status)
	}
	wantStatus(t, b.get("/desk/?fragment=1"), http.StatusUnauthorized)
	wantStatus(t, b.get("/desk/account"), http.StatusOK)
	secret, _ := b.setFactor()
	wantStatus(t, b.get("/desk/"), http.StatusOK)
	h.clock.Add(int64(time.Minute))
	wantStatus(t, b.post(factorPath+"/remove", h.code(secret, 0)), http.StatusForbidden)
}

func TestASealedSecretOpensWithItsOwnKeyForItsOwnAccountOnly(t *testing.T) {
	t.Parallel()
	older, newer := []byte(strings.Repeat("o", 32)), []byte(strings.Repeat("n", 32))
	h := openWith(t, func(o *desk.Options) { o.Secrets = [][]byte{older} })
	h.addUser("claire@exemple.fr", "Claire")
	h.addUser("bruno@exemple.fr", "Bruno")
	secret, _ := h.signIn("claire@exemple.fr").setFactor()
	claire, err := h.db.User(t.Context(), "claire@exemple.fr")
	if err != nil {
		t.Fatal(err)
	}
	// Copied into another account's row, it lets nobody in.
	if err := h.db.EnableSecondFactor(t.Context(), "bruno@exemple.fr", claire.SecondFactor, 0, nil, ""); err != nil {
		t.Fatal(err)
	}
	h.clock.Add(int64(time.Minute))
	got := h.half("bruno@exemple.fr").post("/desk/login/code", h.code(secret, 0))
	wantStatus(t, got, http.StatusConflict)
	wantContains(t, got.body, "ne peut plus être lu")

	rekeyed := h.again(func(o *desk.Options) { o.Secrets = [][]byte{newer, older} })
	wantStatus(t, rekeyed.half("claire@exemple.fr").post("/desk/login/code", h.code(secret, 0)), http.StatusSeeOther)
	lost := h.again(func(o *desk.Options) { o.Secrets = [][]byte{newer} })
	h.clock.Add(int64(time.Minute))
	wantStatus(t, lost.half("claire@exemple.fr").post("/desk/login/code", h.code(secret, 0)), http.StatusConflict)
	for _, secrets := range [][][]byte{nil, {[]byte("short")}} {
		if _, err := desk.New(desk.Options{Tickets: h.db, Accounts: h.db, Sessions: h.db.Sessions(), Secrets: secrets}); err == nil {
			t.Errorf("the desk opens with the secrets %q", secrets)
		}
	}
}

// links of a page.
func linkShown(t *testing.T, page string) string {
	t.Helper()
	found := regexp.MustCompile(`value="([^"]*/desk/link\?token=[^"]+)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatal("no link is shown")
	}
	u, err := url.Parse(html.UnescapeString(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	return u.RequestURI()
}
