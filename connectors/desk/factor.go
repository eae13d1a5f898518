package desk

import (
	"encoding/base64"
	"errors"
	"net/http"

	"guichet/bot"
)

// sessionFactor holds the secret that is being set up, sealed, until its first code confirms it.
const sessionFactor = "factor"

// factorPage sets a second factor up, or says how the one there is stands.
type factorPage struct {
	page
	Has      bool
	Left     int // recovery codes
	Required bool
	Picture  picture
	Key      string // the secret in text
	Error    string
	Renewing string // what is wrong with the code of the form that renews recovery codes
	Removing string // and of the form that removes the factor
}

// recoveryPage shows recovery codes, once.
type recoveryPage struct {
	page
	Codes   []string
	Renewed bool
}

func (d *desk) showFactor(w http.ResponseWriter, r *http.Request, user bot.User) {
	d.renderFactor(w, r, user, http.StatusOK, factorPage{})
}

// renderFactor fills the page in: with the QR code of a secret that waits in the session, when there is no factor yet.
func (d *desk) renderFactor(w http.ResponseWriter, r *http.Request, user bot.User, status int, p factorPage) {
	p.page = d.inside("Second facteur", user)
	p.Has, p.Left, p.Required = user.SecondFactor != nil, user.Recovery, d.factor
	if !p.Has {
		secret, err := d.waitingSecret(r, user)
		if err != nil {
			d.broken(w, r, "set up a second factor", err)
			return
		}
		p.Key = factorText(secret)
		if p.Picture, err = drawQR(factorAddress(secret, user.Email)); err != nil {
			d.broken(w, r, "draw a QR code", err)
			return
		}
	}
	d.render(w, r, status, "factor", p)
}

// waitingSecret is the secret being set up in this session, a new one at first.
func (d *desk) waitingSecret(r *http.Request, user bot.User) ([]byte, error) {
	if sealed := d.sessions.GetBytes(r.Context(), sessionFactor); sealed != nil {
		if text, err := d.keys.unseal(sealed, user.Email); err == nil {
			return base64.StdEncoding.DecodeString(text)
		}
	}
	secret := newFactorSecret()
	d.sessions.Put(r.Context(), sessionFactor, d.keys.seal(base64.StdEncoding.EncodeToString(secret), user.Email))
	return secret, nil
}

// confirmFactor sets the second factor once a code shows that the application has its secret, and gives the recovery codes.
func (d *desk) confirmFactor(w http.ResponseWriter, r *http.Request, user bot.User) {
	if user.SecondFactor != nil {
		http.Redirect(w, r, "/desk/account/second-factor", http.StatusSeeOther)
		return
	}
	wait, err := d.allow(r.Context(), "code "+user.Email, perCode)
	if err != nil {
		d.broken(w, r, "set up a second factor", err)
		return
	}
	if wait > 0 {
		d.renderFactor(w, r, user, http.StatusTooManyRequests, factorPage{Error: d.tooOften(w, wait)})
		return
	}
	secret, err := d.waitingSecret(r, user)
	if err != nil {
		d.broken(w, r, "set up a second factor", err)
		return
	}
	code, digits := sixDigits(r.PostFormValue("code"))
	step, right := matchingStep(factorKey(secret), code, d.clock.now())
	if !digits || !right {
		d.renderFactor(w, r, user, http.StatusUnprocessableEntity, factorPage{Error: d.say(sayCodeFirst)})
		return
	}
	shown, hashes := newRecoveryCodes(user.Email)
	err = d.accounts.EnableSecondFactor(r.Context(), user.Email, d.keys.seal(factorKey(secret), user.Email), step, hashes,
		d.sessions.GetString(r.Context(), sessionSignIn))
	if errors.Is(err, bot.ErrExists) { // in another window
		http.Redirect(w, r, "/desk/account/second-factor", http.StatusSeeOther)
		return
	}
	if err == nil {
		d.sessions.Remove(r.Context(), sessionFactor)
		err = d.sessions.RenewToken(r.Context())
	}
	if err != nil {
		d.broken(w, r, "set up a second factor", err)
		return
	}
	d.render(w, r, http.StatusOK, "recovery", recoveryPage{page: d.inside("Codes de secours", user), Codes: shown})
}

// renewCodes replaces the recovery codes; a code proves that the person has the factor.
func (d *desk) renewCodes(w http.ResponseWriter, r *http.Request, user bot.User) {
	if user.SecondFactor == nil {
		http.Redirect(w, r, "/desk/account/second-factor", http.StatusSeeOther)
		return
	}
	_, problem, status, err := d.checkCode(w, r, user, r.PostFormValue("code"))
	if err != nil {
		d.broken(w, r, "check a code", err)
		return
	}
	if problem != "" {
		d.renderFactor(w, r, user, status, factorPage{Renewing: problem})
		return
	}
	shown, hashes := newRecoveryCodes(user.Email)
	if err := d.accounts.SetRecoveryCodes(r.Context(), user.Email, hashes); err != nil {
		d.broken(w, r, "renew recovery codes", err)
		return
	}
	d.render(w, r, http.StatusOK, "recovery", recoveryPage{page: d.inside("Codes de secours", user), Codes: shown, Renewed: true})
}

// removeFactor takes one's own second factor away, where it is not required.
func (d *desk) removeFactor(w http.ResponseWriter, r *http.Request, user bot.User) {
	if d.factor {
		d.renderFactor(w, r, user, http.StatusForbidden, factorPage{Removing: d.say(sayFactorRequired)})
		return
	}
	if user.SecondFactor == nil {
		http.Redirect(w, r, "/desk/account", http.StatusSeeOther)
		return
	}
	_, problem, status, err := d.checkCode(w, r, user, r.PostFormValue("code"))
	if err != nil {
		d.broken(w, r, "check a code", err)
		return
	}
	if problem != "" {
		d.renderFactor(w, r, user, status, factorPage{Removing: problem})
		return
	}
	if err := d.accounts.DisableSecondFactor(r.Context(), user.Email, d.sessions.GetString(r.Context(), sessionSignIn)); err != nil {
		d.broken(w, r, "remove a second factor", err)
		return
	}
	http.Redirect(w, r, "/desk/account?done=factor-off", http.StatusSeeOther)
}
