package desk

import (
	"context"
	"errors"
	"net/http"
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
	Email string
	Next  string
	Error string
	Bye   bool // signed out a moment ago
}

func (d *desk) showLogin(w http.ResponseWriter, r *http.Request) {
	next := safeNext(r.FormValue("next"))
	if _, err := d.user(r); err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther) //nolint:gosec // safeNext made it
		return
	}
	d.render(w, r, http.StatusOK, "login", loginPage{
		page: d.outside("Connexion"), Next: next, Bye: r.FormValue("bye") != "",
	})
}

func (d *desk) login(w http.ResponseWriter, r *http.Request) {
	email := strings.ToLower(strings.TrimSpace(r.PostFormValue("email")))
	form := loginPage{page: d.outside("Connexion"), Email: email, Next: safeNext(r.PostFormValue("next"))}
	// Both are counted always, so that neither answers for the other.
	byOrigin, byEmail := d.byOrigin.allow(origin(r.RemoteAddr)), d.byEmail.allow(email)
	if !byOrigin || !byEmail {
		w.Header().Set("Retry-After", "30")
		form.Error = sayThrottled
		d.render(w, r, http.StatusTooManyRequests, "login", form)
		return
	}
	user, err := d.authenticate(r.Context(), email, r.PostFormValue("password"))
	switch {
	case errors.Is(err, bot.ErrNotFound):
		form.Error = sayWrongLogin
		d.render(w, r, http.StatusUnprocessableEntity, "login", form)
		return
	case errors.Is(err, errBusy):
		form.Error = sayBusy
		d.render(w, r, http.StatusServiceUnavailable, "login", form)
		return
	case err != nil:
		d.broken(w, r, "sign in", err)
		return
	}
	if err := d.begin(r, user); err != nil {
		d.broken(w, r, "sign in", err)
		return
	}
	http.Redirect(w, r, form.Next, http.StatusSeeOther)
}

// authenticate returns the account of a right e-mail and password, bot.ErrNotFound for anything else. An unknown
// e-mail takes as long as a wrong password.
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
	if err := d.takeHash(ctx); err != nil {
		return bot.User{}, err
	}
	defer d.giveHash()
	if !bot.CheckPassword(hash, password) || user.PasswordHash == "" {
		return bot.User{}, bot.ErrNotFound
	}
	return user, nil
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
	if err := d.sessions.Destroy(r.Context()); err != nil {
		d.broken(w, r, "sign out", err)
		return
	}
	// bye has the script drop the drafts: they belong to the person who leaves.
	http.Redirect(w, r, "/desk/login?bye=1", http.StatusSeeOther)
}
