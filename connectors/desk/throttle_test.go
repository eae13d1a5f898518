package desk_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

func unpadded(data []byte) string { return base64.RawStdEncoding.EncodeToString(data) }

func TestAStrangerWhoUsesUpTheTriesDoesNotKeepTheOwnerOut(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	owner := h.signIn("claire@exemple.fr")
	wantStatus(t, owner.post("/desk/logout", url.Values{}), http.StatusSeeOther)
	stranger := h.browser()
	for range 6 {
		stranger.post("/desk/login", credentials("claire@exemple.fr", "une autre phrase"))
	}
	wantStatus(t, stranger.post("/desk/login", credentials("claire@exemple.fr", password)), http.StatusTooManyRequests)
	wantStatus(t, owner.post("/desk/login", credentials("claire@exemple.fr", password)), http.StatusSeeOther)

	// The proof of a browser is for one account, and cannot be made up.
	h.addUser("bruno@exemple.fr", "Bruno")
	for range 5 {
		stranger.post("/desk/login", credentials("bruno@exemple.fr", "une autre phrase"))
	}
	wantStatus(t, owner.post("/desk/logout", url.Values{}), http.StatusSeeOther)
	wantStatus(t, owner.post("/desk/login", credentials("bruno@exemple.fr", password)), http.StatusTooManyRequests)
	h.clock.Add(int64(30 * time.Second))
	forged := h.browser().do(http.MethodPost, "/desk/login", credentials("bruno@exemple.fr", "x"), "Cookie", "guichet_device=abc.def")
	wantStatus(t, forged, http.StatusUnprocessableEntity)
	wantStatus(t, h.browser().do(http.MethodPost, "/desk/login", credentials("bruno@exemple.fr", "x"), "Cookie", "guichet_device=abd.def"),
		http.StatusTooManyRequests)
}

// TestWhoSignsInIsCountedUnderAKey: by the bare hash of an address, whoever has a list of them would find who signs in.
func TestWhoSignsInIsCountedUnderAKey(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	bare := sha256.Sum256([]byte("account claire@exemple.fr"))
	for range 10 {
		if _, err := h.db.Allow(t.Context(), hex.EncodeToString(bare[:16]), bot.Limit{Burst: 5, Every: time.Hour}, h.now()); err != nil {
			t.Fatal(err)
		}
	}
	h.signIn("claire@exemple.fr") // it is counted elsewhere
}

func TestARefusedTryDoesNotKeepAnAgentOutLonger(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.browser()
	for range 12 {
		b.post("/desk/login", credentials("claire@exemple.fr", "une autre phrase"))
	}
	h.clock.Add(int64(30 * time.Second))
	wantStatus(t, b.post("/desk/login", credentials("claire@exemple.fr", password)), http.StatusSeeOther)
}

func TestRefusedSignInsAreRecordedWithoutWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.browser()
	wantStatus(t, b.post("/desk/login", credentials("claire@exemple.fr", "une autre phrase")), http.StatusUnprocessableEntity)
	wantStatus(t, b.post("/desk/login", credentials("mon mot de passe secret", "x")), http.StatusUnprocessableEntity)
	all, err := h.db.Audit(t.Context(), bot.AuditFilter{Action: bot.AuditSignInRefused})
	if err != nil || len(all) != 2 {
		t.Fatalf("there are %d entries, %v", len(all), err)
	}
	if all[1].Object != "claire@exemple.fr" || all[0].Object != "" || all[0].Actor.Address != "127.0.0.1" || strings.Contains(pretty(all), "secret") {
		t.Errorf("the entries are %s", pretty(all))
	}
}
