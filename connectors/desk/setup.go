package desk

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/bot"
)

// setupLife is how long the link of the first account works.
const setupLife = 24 * time.Hour

// nameMost is the longest name of a person, in characters.
const nameMost = 80

// SetupLink makes the one-time link, below base (https://host), with which whoever reads the program's output creates
// the first account; it works for 24 hours and replaces older ones. It is "" when there is an account.
func SetupLink(ctx context.Context, accounts bot.Accounts, base string, now time.Time) (string, error) {
	token := randomToken()
	err := accounts.NewSetupToken(ctx, hashToken(token), now.Add(setupLife))
	if errors.Is(err, bot.ErrExists) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("make the set-up link: %w", err)
	}
	return strings.TrimRight(base, "/") + "/desk/setup?" + url.Values{"token": {token}}.Encode(), nil
}

// hashToken is what is kept of a token. It is random, so a plain hash cannot be guessed back.
func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// setupPage is the form of the first account.
type setupPage struct {
	page
	Token, Name, Email string
	Problems           setupProblems
	Gone               bool // the link has been used, has expired or never was
	Ready              bool // there is an account: sign in instead
}

// setupProblems says what is wrong, beside each field.
type setupProblems struct{ Name, Email, Password, Form string }

func (d *desk) showSetup(w http.ResponseWriter, r *http.Request) {
	form := setupPage{page: d.door(r, "Premier compte"), Token: r.FormValue("token"), Gone: r.FormValue("token") == ""}
	users, err := d.accounts.Users(r.Context())
	if err != nil {
		d.broken(w, r, "set up", err)
		return
	}
	status := http.StatusOK
	if form.Ready = len(users) > 0; form.Ready || form.Gone {
		status = http.StatusGone
	}
	d.render(w, r, status, "setup", form)
}

func (d *desk) setup(w http.ResponseWriter, r *http.Request) {
	form := setupPage{
		page: d.door(r, "Premier compte"), Token: r.PostFormValue("token"),
		Name:  strings.Join(strings.Fields(r.PostFormValue("name")), " "),
		Email: strings.ToLower(strings.TrimSpace(r.PostFormValue("email"))),
	}
	if wait, err := d.limitAddress(r); err != nil {
		d.broken(w, r, "set up", err)
		return
	} else if wait > 0 {
		form.Problems.Form = d.tooOften(w, wait)
		d.render(w, r, http.StatusTooManyRequests, "setup", form)
		return
	}
	if form.Problems = d.checkSetup(form, r.PostFormValue("password")); form.Problems != (setupProblems{}) {
		d.render(w, r, http.StatusUnprocessableEntity, "setup", form)
		return
	}
	user, err := d.createFirst(r.Context(), form, r.PostFormValue("password"))
	switch {
	case errors.Is(err, bot.ErrNotFound), errors.Is(err, bot.ErrExists):
		form.Gone = true
		d.render(w, r, http.StatusGone, "setup", form)
		return
	case errors.Is(err, errBusy):
		form.Problems.Form = d.say(sayBusy)
		d.render(w, r, http.StatusServiceUnavailable, "setup", form)
		return
	case err != nil:
		d.broken(w, r, "set up", err)
		return
	}
	d.log.InfoContext(r.Context(), "desk: the first account was created")
	d.admit(w, r, user, "setup", "/desk/")
}

// createFirst adds the first account, an administrator's, and uses the token up.
func (d *desk) createFirst(ctx context.Context, form setupPage, password string) (bot.User, error) {
	hash, err := d.hash(ctx, password)
	if err != nil {
		return bot.User{}, err
	}
	now := d.clock.now()
	user := bot.User{Email: form.Email, Name: form.Name, Role: bot.RoleAdmin, PasswordHash: hash, CreatedAt: now}
	ctx = bot.ActAs(ctx, bot.Actor{Who: form.Email, Address: bot.ActorOf(ctx).Address})
	return user, d.accounts.UseSetupToken(ctx, hashToken(form.Token), now, user)
}

func (l language) checkSetup(form setupPage, password string) setupProblems {
	return setupProblems{
		Name: l.say(nameProblem(form.Name)), Email: l.say(emailProblem(form.Email)), Password: l.say(passwordProblem(form.Email, password)),
	}
}

// nameProblem, emailProblem and passwordProblem say what is wrong with a field; "" when nothing is.
func nameProblem(name string) french {
	if name == "" || utf8.RuneCountInString(name) > nameMost {
		return sayNameNeeded
	}
	return ""
}

func emailProblem(email string) french {
	if address, err := mail.ParseAddress(email); err != nil || address.Address != email || len(email) > 254 {
		return sayEmailWrong
	}
	return ""
}

func passwordProblem(email, password string) french {
	switch err := bot.CheckNewPassword(email, password); {
	case errors.Is(err, bot.ErrPasswordShort):
		return sayPasswordShort
	case errors.Is(err, bot.ErrPasswordLong):
		return sayPasswordLong
	case err != nil:
		return sayPasswordKnown
	}
	return ""
}
