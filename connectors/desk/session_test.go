package desk_test

import (
	"bytes"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"

	"golang.org/x/crypto/argon2"
)

// signInAs adds an account of a role and signs it in.
func (h *house) signInAs(email string, role bot.Role) *browser {
	h.t.Helper()
	user := bot.User{Email: email, Name: "Personne " + string(role), Role: role, PasswordHash: passwordHash, CreatedAt: h.now()}
	if err := h.db.AddUser(h.t.Context(), user); err != nil {
		h.t.Fatal(err)
	}
	return h.signIn(email)
}

// status is a response's, whose body is not read.
func (b *browser) status(path string) int {
	r, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodGet, b.h.server.URL+path, nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	response, err := b.client.Do(r)
	if err != nil {
		b.h.t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestASignInEndsWhenItIsOldOrUnused(t *testing.T) {
	t.Parallel()
	h := openWith(t, func(o *desk.Options) { o.SignInLife, o.SignInIdle = 12*time.Hour, 2*time.Hour })
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	for range 7 { // in use, it lasts
		h.clock.Add(int64(100 * time.Minute))
		wantStatus(t, b.get("/desk/"), http.StatusOK)
	}
	h.clock.Add(int64(21 * time.Minute)) // twelve hours and a minute after it began
	wantStatus(t, b.get("/desk/"), http.StatusSeeOther)

	b = h.signIn("claire@exemple.fr")
	h.clock.Add(int64(119 * time.Minute))
	wantStatus(t, b.get("/desk/?fragment=1"), http.StatusOK) // a page that refreshes itself is not somebody
	h.clock.Add(int64(2 * time.Minute))
	wantStatus(t, b.get("/desk/"), http.StatusSeeOther)
}

// TestWhatWasTypedOutlivesTheSignIn: whoever sends it after their sign-in has ended gets it back, however long it is.
func TestWhatWasTypedOutlivesTheSignIn(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.claim(reference, nil)
	b := h.signInAs("edith@exemple.fr", bot.RoleEditor)
	ticket := "/desk/ticket/" + reference
	h.clock.Add(int64(3 * time.Hour))
	long := "Bonjour <b>Ana</b>. " + strings.Repeat("é", 90_000)
	for path, signIn := range map[string]string{
		ticket + "/reply": "/desk/login?next=%2Fdesk%2Fticket%2F" + reference, ticket + "/note": "/desk/login?next=%2Fdesk%2Fticket%2F" + reference,
		"/desk/macros": "/desk/login?next=%2Fdesk%2Fmacros", "/desk/knowledge/topic": "/desk/login?next=%2Fdesk%2Fknowledge",
	} {
		got := b.post(path, url.Values{"once": {"1"}, "text": {long}, "name": {"Relance"}, "file": {kbisFile}})
		wantStatus(t, got, http.StatusUnauthorized)
		wantContains(t, got.body, "Vous n’êtes plus connecté", html.EscapeString(long)+"</textarea>", `href="`+signIn+`"`)
		wantEnglish(t, path, b.do(http.MethodPost, path, url.Values{"text": {"Hello"}}, "Accept-Language", "en").body)
	}
	// A reply may bring files: they come after the text, and are not waited for.
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"once": "1", "text": long} {
		if err := form.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	file, err := form.CreateFormFile("file", "photo.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.Write(make([]byte, 2<<20))
	_ = form.Close()
	w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, ticket+"/reply", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	h.server.Config.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), html.EscapeString(long)+"</textarea>") {
		t.Errorf("a reply with a file gives %d and %d bytes", w.Code, w.Body.Len())
	}
	if file := h.file(reference); len(file.Transcript) != 2 || len(file.Events) != 1 {
		t.Errorf("something was done: %s", pretty(file))
	}
	h.again(func(o *desk.Options) { o.RequireSecondFactor = true }).wantsFactor(t, ticket, long)
}

// wantsFactor has somebody without the second factor, which is now asked for, send what they were writing.
func (h *house) wantsFactor(t *testing.T, ticket, text string) {
	t.Helper()
	got := h.signIn("edith@exemple.fr").post(ticket+"/note", url.Values{"once": {"1"}, "text": {text}})
	wantStatus(t, got, http.StatusForbidden)
	wantContains(t, got.body, "Il vous faut un second facteur", html.EscapeString(text)+"</textarea>")
}

var deviceID = regexp.MustCompile(`name="id" value="([^"]+)" aria-label`)

func TestAPersonSeesTheirDevicesAndEndsThem(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	h.addUser("bruno@exemple.fr", "Bruno")
	here, phone, tablet, other := h.signIn("claire@exemple.fr"), h.browser(), h.signIn("claire@exemple.fr"), h.signIn("bruno@exemple.fr")
	got := phone.do(http.MethodPost, "/desk/login", credentials("claire@exemple.fr", password), "User-Agent",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1")
	wantStatus(t, got, http.StatusSeeOther)
	page := here.get("/desk/account").body
	wantContains(t, page, "Safari sur iPhone", "cet appareil", "127.0.0.1", "Déconnecter tous les autres")
	ids := deviceID.FindAllStringSubmatch(page, -1)
	if len(ids) != 2 {
		t.Fatalf("the page offers to end %d devices", len(ids))
	}
	// Nobody ends somebody else's.
	wantStatus(t, other.post("/desk/account/devices", url.Values{"id": {ids[0][1]}}), http.StatusSeeOther)
	if n := strings.Count(here.get("/desk/account").body, "Déconnecter <"); n != 0 {
		t.Error("the page changed")
	}
	wantStatus(t, phone.get("/desk/"), http.StatusOK)
	wantStatus(t, tablet.get("/desk/"), http.StatusOK)
	wantStatus(t, here.post("/desk/account/devices", url.Values{"id": {ids[0][1]}}), http.StatusSeeOther)
	if a, b := phone.get("/desk/").status, tablet.get("/desk/").status; a+b != http.StatusOK+http.StatusSeeOther {
		t.Errorf("after ending one, they get %d and %d", a, b)
	}
	wantStatus(t, here.post("/desk/account/devices", url.Values{"id": {"others"}}), http.StatusSeeOther)
	for name, want := range map[*browser]int{phone: http.StatusSeeOther, tablet: http.StatusSeeOther, here: http.StatusOK, other: http.StatusOK} {
		wantStatus(t, name.get("/desk/"), want)
	}
	wantContains(t, here.get("/desk/account").body, "nulle part ailleurs")
}

func TestADisabledAccountIsOutAtOnceAndCannotComeBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	wantStatus(t, b.get("/desk/"), http.StatusOK)
	if err := h.db.SetDisabled(t.Context(), "claire@exemple.fr", true); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, b.get("/desk/"), http.StatusSeeOther)
	got := h.browser().post("/desk/login", credentials("claire@exemple.fr", password))
	wantStatus(t, got, http.StatusForbidden)
	wantContains(t, got.body, "désactivé")
	// Without the password, a disabled account is as unknown as any other.
	wantStatus(t, h.browser().post("/desk/login", credentials("claire@exemple.fr", "une autre phrase")), http.StatusUnprocessableEntity)
	if err := h.db.SetDisabled(t.Context(), "claire@exemple.fr", false); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, b.get("/desk/"), http.StatusSeeOther)
	h.signIn("claire@exemple.fr")
}

func TestChangingOnesPasswordAsksForTheOldOneAndEndsOtherSessions(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	here, other := h.signIn("claire@exemple.fr"), h.signIn("claire@exemple.fr")
	before := here.cookie()
	const fresh = "la pluie sur le marché"
	for says, form := range map[string]url.Values{
		"mot de passe actuel":     {"old": {"une autre phrase"}, "new": {fresh}},
		"au moins 12":             {"old": {password}, "new": {"court"}},
		"trop facile à deviner":   {"old": {password}, "new": {"motdepasse123"}},
		"proche de votre adresse": {"old": {password}, "new": {"claire@exemple.fr"}},
	} {
		got := here.post("/desk/account/password", form)
		wantStatus(t, got, http.StatusUnprocessableEntity)
		wantContains(t, got.body, says)
		if strings.Contains(got.body, fresh) || strings.Contains(got.body, password) {
			t.Error("a password came back in the page")
		}
	}
	wantStatus(t, here.post("/desk/account/password", url.Values{"old": {password}, "new": {fresh}}), http.StatusSeeOther)
	wantStatus(t, here.get("/desk/account?done=password"), http.StatusOK)
	wantStatus(t, other.get("/desk/"), http.StatusSeeOther)
	if before == here.cookie() {
		t.Error("the session's token stayed")
	}
	wantStatus(t, h.browser().post("/desk/login", credentials("claire@exemple.fr", password)), http.StatusUnprocessableEntity)
	wantStatus(t, h.browser().post("/desk/login", credentials("claire@exemple.fr", fresh)), http.StatusSeeOther)
}

func TestGuessingThePasswordOfAnOpenSessionIsThrottled(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	statuses := map[int]int{}
	for range 8 {
		statuses[b.post("/desk/account/password", url.Values{"old": {"x"}, "new": {"la pluie sur le marché"}}).status]++
	}
	if statuses[http.StatusTooManyRequests] < 3 || statuses[http.StatusUnprocessableEntity] > 5 {
		t.Errorf("eight guesses give %v", statuses)
	}
}

func TestAPasswordHashedAtALowerCostIsHashedAgainAtSignIn(t *testing.T) {
	t.Parallel()
	h := open(t)
	user := h.addUser("claire@exemple.fr", "Claire")
	cheap := cheapHash(password)
	if err := h.db.SetPasswordHash(t.Context(), user.Email, cheap); err != nil {
		t.Fatal(err)
	}
	first := h.signIn(user.Email)
	after, err := h.db.User(t.Context(), user.Email)
	if err != nil || after.PasswordHash == cheap || bot.NeedsRehash(after.PasswordHash) || !bot.CheckPassword(after.PasswordHash, password) {
		t.Errorf("the hash is now %q, %v", after.PasswordHash, err)
	}
	wantStatus(t, first.get("/desk/"), http.StatusOK)
	h.signIn(user.Email)
	if again, _ := h.db.User(t.Context(), user.Email); again.PasswordHash != after.PasswordHash {
		t.Error("a hash of today's cost is made again")
	}
}

// cheapHash is a hash at less than today's cost.
func cheapHash(password string) string {
	salt := []byte("some salt of 16 b")[:16]
	key := argon2.IDKey([]byte(password), salt, 1, 8*1024, 1, 32)
	return "$argon2id$v=19$m=8192,t=1,p=1$" + unpadded(salt) + "$" + unpadded(key)
}
