package desk

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"guichet/bot"

	"github.com/alexedwards/scs/v2"
)

const (
	defaultLife = 12 * time.Hour // a long working day
	defaultIdle = 2 * time.Hour
)

// sessionSignIn is where a session holds which sign-in it is. Everything else about it is in the store: a session whose
// sign-in has ended is nobody's, and marking one seen does not write the session, which a sign-out under way at the same
// time would then bring back.
const sessionSignIn = "sign_in"

// keptLimit holds the longest text that a form of the desk takes, an editor's, sent as %XX, and the form around it.
const keptLimit = 3*mostTyped + bodyLimit

// browserMost is how much of a User-Agent header is kept.
const browserMost = 300

func (d *desk) newSessions(store scs.Store, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = store
	m.HashTokenInStore = true
	m.Lifetime = d.life
	m.Cookie.Name = "guichet_desk"
	m.Cookie.Path = "/desk"
	m.Cookie.HttpOnly = true
	m.Cookie.Secure = secure
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) { d.of(r).broken(w, r, "session", err) }
	return m
}

// addressed has what is done recorded with the address it came from.
func (d *desk) addressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(bot.ActAs(r.Context(), bot.Actor{Address: address(r)})))
	})
}

// address is where a request comes from, without the port.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// as is the context of a request in which user acts.
func as(r *http.Request, user bot.User) context.Context {
	return bot.ActAs(r.Context(), bot.Actor{Who: user.Email, Address: address(r)})
}

// guarded runs a route of the table for a person whose role covers it, in their language, and sends anybody else to the
// sign-in page.
func (d *desk) guarded(at int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, err := d.user(r)
		d := d.ofUser(r, user)
		to := d.table[at]
		switch {
		case errors.Is(err, bot.ErrNotFound):
			d.refuse(w, r)
		case err != nil:
			d.broken(w, r, "read the account", err)
		case !user.Role.Covers(to.least):
			d.forbidden(w, r)
		case d.factor && user.SecondFactor == nil && !to.early:
			if passive(r) {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			d.lead(w, r, http.StatusForbidden, way{
				to: "/desk/account/second-factor", label: "Installer le second facteur", title: "Il vous faut un second facteur",
				text: "Rien n’a été enregistré ni envoyé. Installez le second facteur dans un nouvel onglet, puis recommencez avec le texte ci-dessous.",
			})
		default:
			r = r.WithContext(as(r, user))
			defer removeUploads(r)
			to.inside(w, r, user)
		}
	}
}

// passive tells that the script asks by itself: nobody may be there.
func passive(r *http.Request) bool {
	return r.URL.Path == "/desk/events" || r.URL.Query().Get("fragment") != ""
}

// user is who is signed in; bot.ErrNotFound when nobody is.
func (d *desk) user(r *http.Request) (bot.User, error) {
	id := d.sessions.GetString(r.Context(), sessionSignIn)
	if id == "" {
		return bot.User{}, bot.ErrNotFound
	}
	now := d.clock.now()
	used := now
	if passive(r) {
		used = time.Time{} // an open page that nobody looks at does not keep a person signed in
	}
	_, user, err := d.accounts.SignIn(r.Context(), id, used, now.Add(-d.life), now.Add(-d.idle))
	return user, err
}

// begin signs a person in under a new session token: one planted in the browser before is worth nothing. A sign-in that
// the browser had ends. how is for the audit log.
func (d *desk) begin(w http.ResponseWriter, r *http.Request, user bot.User, how string) error {
	ctx := as(r, user)
	if err := d.endCurrent(ctx); err != nil {
		return err
	}
	if err := d.sessions.RenewToken(ctx); err != nil {
		return err
	}
	for _, key := range d.sessions.Keys(ctx) {
		d.sessions.Remove(ctx, key)
	}
	now := d.clock.now()
	s := bot.SignIn{ID: randomToken(), Email: user.Email, At: now, Seen: now, Address: address(r), Browser: r.UserAgent(), How: how}
	s.Browser = s.Browser[:min(len(s.Browser), browserMost)]
	if err := d.accounts.BeginSignIn(ctx, s); err != nil {
		return err
	}
	d.sessions.Put(ctx, sessionSignIn, s.ID)
	d.rememberDevice(w, r, user.Email)
	return nil
}

// endCurrent ends the sign-in of this browser, if there is one.
func (d *desk) endCurrent(ctx context.Context) error {
	id := d.sessions.GetString(ctx, sessionSignIn)
	if id == "" {
		return nil
	}
	s, _, err := d.accounts.SignIn(ctx, id, time.Time{}, time.Time{}, time.Time{})
	if err == nil {
		actor := bot.Actor{Who: s.Email, Address: bot.ActorOf(ctx).Address}
		err = d.accounts.EndSignIn(bot.ActAs(ctx, actor), s.Email, s.ID, bot.AuditSignOut)
	}
	if errors.Is(err, bot.ErrNotFound) {
		return nil // ended already
	}
	return err
}

// refuse sends somebody who is not signed in to the sign-in page and back. A script is told by the status instead: it
// must not replace a half-written reply by that page. Neither must a form that somebody wrote in for longer than the sign-in
// lasted: the answer then holds the text.
func (d *desk) refuse(w http.ResponseWriter, r *http.Request) {
	if passive(r) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	back := d.safeNext(r.URL.RequestURI())
	if r.Method != http.MethodGet { // the page whose form it was
		if back = d.safeNext(path.Dir(r.URL.Path)); back == "/desk/" && r.Method == http.MethodPost {
			back = d.safeNext(r.URL.Path)
		}
	}
	to := "/desk/login"
	if back != "/desk/" {
		to += "?" + url.Values{"next": {back}}.Encode()
	}
	d.lead(w, r, http.StatusUnauthorized, way{
		to: to, label: "Se connecter", title: "Vous n’êtes plus connecté",
		text: "Votre connexion est terminée\u202f: rien n’a été enregistré ni envoyé. Connectez-vous dans un nouvel onglet, puis recommencez avec le texte ci-dessous.",
	})
}

// way is where somebody has to pass first, and what says so to who has typed something.
type way struct {
	to                 string
	label, title, text french
}

// lead sends a request elsewhere. One that brings a text that somebody wrote gets a page with it instead, and the way as a link.
func (d *desk) lead(w http.ResponseWriter, r *http.Request, status int, first way) {
	kept := ""
	if r.Method == http.MethodPost {
		kept = typedText(w, r)
	}
	if kept == "" {
		http.Redirect(w, r, first.to, http.StatusSeeOther)
		return
	}
	d.render(w, r, status, "error", errorPage{
		page: d.outside(first.title), Status: status, Text: d.say(first.text), First: first.to, FirstLabel: d.say(first.label), Kept: kept,
	})
}

// typedText is what stands in the field "text" of a form that is refused, read or not; empty when there is none, or
// when it is longer than any form takes. Files are not read for it.
func typedText(w http.ResponseWriter, r *http.Request) string {
	if whole, ok := r.Context().Value(wholeBody{}).(io.ReadCloser); ok {
		r.Body = http.MaxBytesReader(w, whole, keptLimit)
	}
	if !isMultipart(r) || r.MultipartForm != nil {
		return strings.ToValidUTF8(r.PostFormValue("text"), "")
	}
	parts, err := r.MultipartReader()
	for err == nil {
		part, next := parts.NextPart()
		if err = next; err == nil && part.FormName() == "text" {
			text, broken := io.ReadAll(part)
			if broken != nil {
				return ""
			}
			return strings.ToValidUTF8(string(text), "")
		}
	}
	return ""
}

// safeNext is a page of the desk to go to after signing in, whatever was asked: never another site, never an action.
func (d *desk) safeNext(next string) string {
	const home = "/desk/"
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || strings.ContainsAny(next, "\\\r\n\t") {
		return home
	}
	asked := path.Clean("/" + u.Path)
	if asked == "/desk" {
		asked = home
	}
	if asked != home && !slices.ContainsFunc(d.table, func(r route) bool { return r.back && r.is(asked) }) {
		return home
	}
	return (&url.URL{Path: asked, RawQuery: u.Query().Encode()}).String()
}

// randomToken is 256 random bits for an address or a form.
func randomToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b[:])
}
