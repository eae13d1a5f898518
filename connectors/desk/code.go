package desk

import (
	"context"
	"errors"
	"net/http"
	"time"

	"guichet/bot"
)

// codePatience is how long a person has to enter the code after the password.
const codePatience = 10 * time.Minute

// What a session holds between the password and the code.
const (
	pendingEmail = "pending_email"
	pendingHow   = "pending_how"
	pendingNext  = "pending_next"
	pendingAt    = "pending_at"
)

// errWrongCode refuses a code that is wrong or used.
var errWrongCode = errors.New("wrong code")

// codePage asks for the code of the second factor.
type codePage struct {
	page
	Error string
}

// askCode remembers who has proved the first factor, under a new session token, and asks for the second.
func (d *desk) askCode(w http.ResponseWriter, r *http.Request, user bot.User, how, next string) {
	if err := d.sessions.RenewToken(r.Context()); err != nil {
		d.broken(w, r, "sign in", err)
		return
	}
	d.sessions.Put(r.Context(), pendingEmail, user.Email)
	d.sessions.Put(r.Context(), pendingHow, how)
	d.sessions.Put(r.Context(), pendingNext, d.safeNext(next))
	d.sessions.Put(r.Context(), pendingAt, d.clock.now().Unix())
	http.Redirect(w, r, "/desk/login/code", http.StatusSeeOther)
}

// pending is whose code is waited for; bot.ErrNotFound when nobody's is.
func (d *desk) pending(r *http.Request) (bot.User, error) {
	email := d.sessions.GetString(r.Context(), pendingEmail)
	if email == "" || d.clock.now().Unix()-d.sessions.GetInt64(r.Context(), pendingAt) > int64(codePatience.Seconds()) {
		return bot.User{}, bot.ErrNotFound
	}
	user, err := d.accounts.User(r.Context(), email)
	if err == nil && (user.Disabled || user.SecondFactor == nil) {
		err = bot.ErrNotFound
	}
	return user, err
}

func (d *desk) showCode(w http.ResponseWriter, r *http.Request) {
	_, err := d.pending(r)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		http.Redirect(w, r, "/desk/login", http.StatusSeeOther)
	case err != nil:
		d.broken(w, r, "ask for a code", err)
	default:
		d.render(w, r, http.StatusOK, "code", codePage{page: d.door(r, "Second facteur")})
	}
}

func (d *desk) enterCode(w http.ResponseWriter, r *http.Request) {
	user, err := d.pending(r)
	if errors.Is(err, bot.ErrNotFound) {
		form := d.loginPage(r, "")
		form.Error = d.say(sayCodeLate)
		d.render(w, r, http.StatusUnprocessableEntity, "login", form)
		return
	}
	if err != nil {
		d.broken(w, r, "read a code", err)
		return
	}
	how, next := d.sessions.GetString(r.Context(), pendingHow), d.sessions.GetString(r.Context(), pendingNext)
	used, problem, status, err := d.checkCode(w, r.WithContext(as(r, user)), user, r.PostFormValue("code"))
	if err != nil {
		d.broken(w, r, "check a code", err)
		return
	}
	if problem != "" {
		d.render(w, r, status, "code", codePage{page: d.door(r, "Second facteur"), Error: problem})
		return
	}
	if how != "provider" {
		how = used
	}
	if err := d.begin(w, r, user, how); err != nil {
		d.broken(w, r, "sign in", err)
		return
	}
	http.Redirect(w, r, d.safeNext(next), http.StatusSeeOther)
}

// checkCode uses up a code of a person who acts in the request's context. used is "code" or "recovery"; problem says why
// it is refused, with the status to answer with.
func (d *desk) checkCode(w http.ResponseWriter, r *http.Request, user bot.User, typed string) (used, problem string, status int, err error) {
	wait, err := d.allow(r.Context(), "code "+user.Email, perCode)
	if err != nil {
		return "", "", 0, err
	}
	if wait > 0 {
		return "", d.tooOften(w, wait), http.StatusTooManyRequests, nil
	}
	used, err = d.useCode(r.Context(), user, typed)
	switch {
	case errors.Is(err, errWrongCode):
		return "", d.say(sayCodeWrong), http.StatusUnprocessableEntity, d.accounts.Record(r.Context(), bot.AuditSignInRefused, user.Email, "code")
	case errors.Is(err, errSealed):
		d.log.ErrorContext(r.Context(), "desk: a second factor was sealed with another key")
		return "", d.say(saySealed), http.StatusConflict, nil
	}
	return used, "", http.StatusOK, err
}

// useCode uses up a code of the application, or a recovery code.
func (d *desk) useCode(ctx context.Context, user bot.User, typed string) (used string, err error) {
	code, digits := sixDigits(typed)
	if !digits {
		err = d.accounts.UseRecoveryCode(ctx, user.Email, hashRecovery(user.Email, typed))
		if errors.Is(err, bot.ErrNotFound) {
			err = errWrongCode
		}
		return "recovery", err
	}
	secret, err := d.keys.unseal(user.SecondFactor, user.Email)
	if err != nil {
		return "", err
	}
	step, right := matchingStep(secret, code, d.clock.now())
	if !right {
		return "", errWrongCode
	}
	if err = d.accounts.UseStep(ctx, user.Email, step); errors.Is(err, bot.ErrNotFound) {
		err = errWrongCode
	}
	return "code", err
}
