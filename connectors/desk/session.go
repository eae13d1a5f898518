package desk

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"guichet/bot"

	"github.com/alexedwards/scs/v2"
)

// sessionLife is a long working day. There is no idle time-out: it would have every request write the session, and one
// that was under way during a sign-out would bring the session back.
const sessionLife = 12 * time.Hour

// What a session holds.
const (
	sessionEmail = "email"
	sessionStamp = "stamp" // changes with the password, so that a new one signs out everywhere
)

func (d *desk) newSessions(store scs.Store, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = store
	m.HashTokenInStore = true
	m.Lifetime = sessionLife
	m.Cookie.Name = "guichet_desk"
	m.Cookie.Path = "/desk"
	m.Cookie.HttpOnly = true
	m.Cookie.Secure = secure
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) { d.broken(w, r, "session", err) }
	return m
}

// signedIn runs a page for a person with an account, and sends anybody else to the sign-in page.
func (d *desk) signedIn(next func(http.ResponseWriter, *http.Request, bot.User)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, err := d.user(r)
		switch {
		case errors.Is(err, bot.ErrNotFound):
			refuse(w, r)
		case err != nil:
			d.broken(w, r, "read the account", err)
		case user.Role != bot.RoleAgent && user.Role != bot.RoleEditor && user.Role != bot.RoleAdmin:
			d.forbidden(w, r)
		default:
			next(w, r, user)
		}
	}
}

// user is who is signed in; bot.ErrNotFound when nobody is.
func (d *desk) user(r *http.Request) (bot.User, error) {
	email := d.sessions.GetString(r.Context(), sessionEmail)
	if email == "" {
		return bot.User{}, bot.ErrNotFound
	}
	user, err := d.accounts.User(r.Context(), email)
	if err != nil {
		return bot.User{}, err
	}
	if d.sessions.GetString(r.Context(), sessionStamp) != stamp(user) {
		return bot.User{}, bot.ErrNotFound
	}
	return user, nil
}

// begin signs a person in under a new session token: one planted in the browser before is worth nothing.
func (d *desk) begin(r *http.Request, user bot.User) error {
	if err := d.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	d.sessions.Put(r.Context(), sessionEmail, user.Email)
	d.sessions.Put(r.Context(), sessionStamp, stamp(user))
	return nil
}

func stamp(user bot.User) string {
	sum := sha256.Sum256([]byte(user.PasswordHash))
	return hex.EncodeToString(sum[:12])
}

// refuse sends somebody who is not signed in to the sign-in page and back. A script is told by the status instead: it
// must not replace a half-written reply by that page.
func refuse(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("fragment") != "" || r.URL.Path == "/desk/events" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		back = path.Dir(r.URL.Path) // the page whose form it was
	}
	to := "/desk/login"
	if next := safeNext(back); next != "/desk/" {
		to += "?" + url.Values{"next": {next}}.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// safeNext is a page of the desk to go to after signing in, whatever was asked: never another site, never an action.
func safeNext(next string) string {
	const home = "/desk/"
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || strings.ContainsAny(next, "\\\r\n\t") {
		return home
	}
	reference, ok := strings.CutPrefix(path.Clean("/"+u.Path), "/desk/ticket/")
	switch {
	case ok && reference != "" && !strings.Contains(reference, "/"):
		u = &url.URL{Path: "/desk/ticket/" + reference, RawQuery: u.Query().Encode()}
	case path.Clean("/"+u.Path) == "/desk":
		u = &url.URL{Path: home, RawQuery: u.Query().Encode()}
	default:
		return home
	}
	return u.String()
}

// randomToken is 256 random bits for an address or a form.
func randomToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b[:])
}
