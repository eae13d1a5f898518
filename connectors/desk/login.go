package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/bot"
)

// hashesAtOnce bounds what hashing takes: 19 MiB and a processor for 50 ms each.
var hashesAtOnce = max(2, runtime.NumCPU()/2)

// hashPatience is how long a request waits for its turn to hash.
const hashPatience = 5 * time.Second

// errBusy says that too many passwords are being checked.
var errBusy = errors.New("too many passwords are being hashed")

// loginPage is the sign-in form.
type loginPage struct {
	page
	Email    string
	Next     string
	Error    string
	Bye      bool // signed out a moment ago
	Provider string
	Through  string // the address that leads to the provider
}

func (d *desk) loginPage(r *http.Request, next string) loginPage {
	p := loginPage{page: d.door(r, "Connexion"), Next: d.safeNext(next)}
	if d.provider != nil {
		p.Provider = d.provider.name
		p.Through = "/desk/login/provider?" + url.Values{"next": {p.Next}}.Encode()
	}
	return p
}

func (d *desk) showLogin(w http.ResponseWriter, r *http.Request) {
	form := d.loginPage(r, r.FormValue("next"))
	if _, err := d.user(r); err == nil {
		http.Redirect(w, r, form.Next, http.StatusSeeOther)
		return
	}
	form.Bye = r.FormValue("bye") != ""
	d.render(w, r, http.StatusOK, "login", form)
}

func (d *desk) login(w http.ResponseWriter, r *http.Request) {
	email := strings.ToLower(strings.TrimSpace(r.PostFormValue("email")))
	form := d.loginPage(r, r.PostFormValue("next"))
	form.Email = email
	wait, err := d.limit(r, email)
	if err != nil {
		d.broken(w, r, "sign in", err)
		return
	}
	if wait > 0 {
		form.Error = d.tooOften(w, wait)
		d.render(w, r, http.StatusTooManyRequests, "login", form)
		return
	}
	user, err := d.authenticate(r.Context(), email, r.PostFormValue("password"))
	switch {
	case errors.Is(err, bot.ErrNotFound):
		form.Error = d.say(sayWrongLogin)
		d.render(w, r, http.StatusUnprocessableEntity, "login", form)
	case errors.Is(err, errBusy):
		form.Error = d.say(sayBusy)
		d.render(w, r, http.StatusServiceUnavailable, "login", form)
	case err != nil:
		d.broken(w, r, "sign in", err)
	case user.Disabled:
		form.Error = d.say(sayDisabled)
		d.render(w, r, http.StatusForbidden, "login", form)
	default:
		d.admit(w, r, user, "password", form.Next)
	}
}

// authenticate returns the account of a right e-mail and password, bot.ErrNotFound for anything else. An unknown e-mail
// takes as long as a wrong password: it is hashed too, and the refusal is recorded too, without what was typed.
func (d *desk) authenticate(ctx context.Context, email, password string) (bot.User, error) {
	user, err := d.accounts.User(ctx, email)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return bot.User{}, err
	}
	hash := user.PasswordHash
	if hash == "" {
		hash = d.decoy
	}
	if utf8.RuneCountInString(password) > bot.PasswordMax {
		password = "" // no password is that long, and none is empty
	}
	right, rehashed, err := d.checkPassword(ctx, hash, password)
	if err != nil {
		return bot.User{}, err
	}
	if !right || user.PasswordHash == "" {
		return bot.User{}, errors.Join(bot.ErrNotFound, d.accounts.Record(ctx, bot.AuditSignInRefused, user.Email, "password"))
	}
	if user.Disabled {
		return user, d.accounts.Record(ctx, bot.AuditSignInRefused, user.Email, "disabled")
	}
	if rehashed != "" {
		if err := d.accounts.RehashPassword(ctx, user.Email, hash, rehashed); err != nil {
			d.log.ErrorContext(ctx, "desk: hash a password again", "err", err) // the old hash still holds
		}
	}
	return user, nil
}

// checkPassword tells whether a password is right, and hashes it again when the cost has grown since.
func (d *desk) checkPassword(ctx context.Context, hash, password string) (right bool, rehashed string, err error) {
	if err := d.takeHash(ctx); err != nil {
		return false, "", err
	}
	defer d.giveHash()
	if !bot.CheckPassword(hash, password) {
		return false, "", nil
	}
	if bot.NeedsRehash(hash) {
		rehashed, err = bot.HashPassword(password)
	}
	return true, rehashed, err
}

// hash makes the hash of a new password, in turn.
func (d *desk) hash(ctx context.Context, password string) (string, error) {
	if err := d.takeHash(ctx); err != nil {
		return "", err
	}
	defer d.giveHash()
	return bot.HashPassword(password)
}

// admit lets a person in whose password, link or provider was right: at once, or after the code of their second factor.
func (d *desk) admit(w http.ResponseWriter, r *http.Request, user bot.User, how, next string) {
	if user.SecondFactor != nil {
		d.askCode(w, r, user, how, next)
		return
	}
	if err := d.begin(w, r, user, how); err != nil {
		d.broken(w, r, "sign in", err)
		return
	}
	http.Redirect(w, r, d.safeNext(next), http.StatusSeeOther)
}

// takeHash waits for the turn to hash; errBusy when it does not come. giveHash ends the turn.
func (d *desk) takeHash(ctx context.Context) error {
	timer := time.NewTimer(hashPatience)
	defer timer.Stop()
	select {
	case d.hashing <- struct{}{}:
		return nil
	case <-timer.C:
		return errBusy
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *desk) giveHash() { <-d.hashing }

func (d *desk) logout(w http.ResponseWriter, r *http.Request) {
	err := d.endCurrent(r.Context())
	if err == nil {
		err = d.sessions.Destroy(r.Context())
	}
	if err != nil {
		d.broken(w, r, "sign out", err)
		return
	}
	// bye has the script drop the drafts: they belong to the person who leaves.
	http.Redirect(w, r, "/desk/login?bye=1", http.StatusSeeOther)
}
