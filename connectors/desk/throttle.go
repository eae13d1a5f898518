package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"guichet/bot"
)

// How often signing in may be tried. The store keeps the tries: neither a restart nor another replica forgets them.
var (
	perAddress = bot.Limit{Burst: 20, Every: 3 * time.Second}
	perAccount = bot.Limit{Burst: 5, Every: 30 * time.Second}
	// A code has six digits and three are right at any time: 720 tries a day find one in 460 days, on average.
	perCode = bot.Limit{Burst: 5, Every: 2 * time.Minute}
)

// deviceCookie proves that this browser has signed in to an account before. Its tries are counted apart, so that a
// stranger who uses up an account's tries does not keep its owner out (OWASP, "Slow down online guessing attacks with
// device cookies").
const (
	deviceCookie = "guichet_device"
	deviceLife   = 365 * 24 * time.Hour
)

// limit counts a try to sign in to an account from where a request comes, and returns how long to wait when it is one
// too many. A try refused for the address does not count for the account.
func (d *desk) limit(r *http.Request, email string) (time.Duration, error) {
	if wait, err := d.limitAddress(r); wait > 0 || err != nil {
		return wait, err
	}
	name := "account " + email
	if nonce, known := d.knownDevice(r, email); known {
		name = "device " + nonce
	}
	return d.allow(r.Context(), name, perAccount)
}

func (d *desk) limitAddress(r *http.Request) (time.Duration, error) {
	return d.allow(r.Context(), "address "+bot.Network(r.RemoteAddr), perAddress)
}

// allow counts under a keyed hash: a name may be anything that was typed into a field, a password too.
func (d *desk) allow(ctx context.Context, name string, limit bot.Limit) (time.Duration, error) {
	return d.accounts.Allow(ctx, bot.Hidden(d.keys.tries, name), limit, d.clock.now())
}

// rememberDevice gives a browser that has just signed in the proof of it, unless it has one.
func (d *desk) rememberDevice(w http.ResponseWriter, r *http.Request, email string) {
	nonce, known := d.knownDevice(r, email)
	if !known {
		nonce = randomToken()
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure when the desk is served over HTTPS
		Name: deviceCookie, Value: nonce + "." + d.deviceProof(nonce, email), Path: "/desk/login", MaxAge: int(deviceLife.Seconds()),
		HttpOnly: true, Secure: d.secure, SameSite: http.SameSiteLaxMode,
	})
}

// knownDevice tells whether the browser has signed in to an account before, and under which nonce.
func (d *desk) knownDevice(r *http.Request, email string) (nonce string, known bool) {
	cookie, err := r.Cookie(deviceCookie)
	if err != nil {
		return "", false
	}
	nonce, proof, _ := strings.Cut(cookie.Value, ".")
	return nonce, hmac.Equal([]byte(proof), []byte(d.deviceProof(nonce, email)))
}

func (d *desk) deviceProof(nonce, email string) string {
	mac := hmac.New(sha256.New, d.keys.device)
	mac.Write([]byte(nonce + " " + email))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// tooOften tells in the headers how long to wait, and returns the text that says so.
func (l language) tooOften(w http.ResponseWriter, wait time.Duration) string {
	seconds := int((wait + time.Second - 1) / time.Second)
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return l.sayThrottled(wait)
}
