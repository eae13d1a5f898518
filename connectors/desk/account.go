package desk

import (
	"errors"
	"net/http"

	"guichet/bot"
)

// accountPage is a person's own account.
type accountPage struct {
	page
	Role        string
	HasPassword bool
	Provider    string // with which the person signs in instead
	HasFactor   bool
	Required    bool // of everybody: a second factor
	Left        int  // recovery codes
	Devices     []device
	Others      bool // there is another device
	Languages   []option
	Wrong       struct{ Old, New string }
	Undo        []option // for how long replies can be called back
}

// device is a browser in which the person is signed in.
type device struct {
	ID      string
	Name    string
	Address string
	Began   moment
	Seen    moment
	Here    bool
}

func (d *desk) showAccount(w http.ResponseWriter, r *http.Request, user bot.User) {
	d.renderAccount(w, r, user, http.StatusOK, accountPage{})
}

func (d *desk) renderAccount(w http.ResponseWriter, r *http.Request, user bot.User, status int, p accountPage) {
	p.page = d.inside("Mon compte", user)
	p.Notice = d.say(accountNotice(r.URL.Query().Get("done")))
	p.Role, p.HasPassword = d.say(roleName(user.Role)), user.PasswordHash != ""
	p.HasFactor, p.Required, p.Left = user.SecondFactor != nil, d.factor, user.Recovery
	p.Provider, p.Languages = d.say("un service de connexion"), d.languageOptions()
	if d.provider != nil {
		p.Provider = d.provider.name
	}
	now := d.clock.now()
	all, err := d.accounts.SignIns(r.Context(), user.Email, now.Add(-d.life), now.Add(-d.idle))
	if err != nil {
		d.broken(w, r, "list sign-ins", err)
		return
	}
	here := d.sessions.GetString(r.Context(), sessionSignIn)
	for _, s := range all {
		p.Devices = append(p.Devices, device{
			ID: s.ID, Name: d.browserName(s.Browser), Address: s.Address, Here: s.ID == here,
			Began: d.clock.moment(s.At), Seen: d.clock.moment(s.Seen),
		})
	}
	p.Others = len(all) > 1
	if p.Undo, err = d.undoChoices(r.Context(), user.Email); err != nil {
		d.broken(w, r, "read an undo time", err)
		return
	}
	d.render(w, r, status, "account", p)
}

// changePassword asks for the old password. Whoever has none came in through the provider, and gets a first one by a link
// only: an open session alone must not become a second way in.
func (d *desk) changePassword(w http.ResponseWriter, r *http.Request, user bot.User) {
	var p accountPage
	if user.PasswordHash == "" {
		d.forbidden(w, r)
		return
	}
	wait, err := d.allow(r.Context(), "password "+user.Email, perAccount)
	if err != nil {
		d.broken(w, r, "change a password", err)
		return
	}
	if wait > 0 {
		p.Wrong.Old = d.tooOften(w, wait)
		d.renderAccount(w, r, user, http.StatusTooManyRequests, p)
		return
	}
	fresh := r.PostFormValue("new")
	right, _, err := d.checkPassword(r.Context(), user.PasswordHash, r.PostFormValue("old"))
	switch {
	case errors.Is(err, errBusy):
		p.Wrong.Old = d.say(sayBusy)
		d.renderAccount(w, r, user, http.StatusServiceUnavailable, p)
		return
	case err != nil:
		d.broken(w, r, "change a password", err)
		return
	case !right:
		p.Wrong.Old = d.say(sayPasswordWrong)
	}
	p.Wrong.New = d.say(passwordProblem(user.Email, fresh))
	if p.Wrong.Old != "" || p.Wrong.New != "" {
		d.renderAccount(w, r, user, http.StatusUnprocessableEntity, p)
		return
	}
	hash, err := d.hash(r.Context(), fresh)
	if err == nil {
		err = d.accounts.SetPasswordHash(r.Context(), user.Email, hash) // ends every sign-in, this one too
	}
	if err == nil {
		err = d.begin(w, r, user, "password")
	}
	if err != nil {
		d.broken(w, r, "change a password", err)
		return
	}
	http.Redirect(w, r, "/desk/account?done=password", http.StatusSeeOther)
}

// endDevice signs the person out in another browser, or in all others.
func (d *desk) endDevice(w http.ResponseWriter, r *http.Request, user bot.User) {
	id, done := r.PostFormValue("id"), "ended"
	var err error
	if id == "others" {
		done = "all"
		_, err = d.accounts.EndSignIns(r.Context(), user.Email, d.sessions.GetString(r.Context(), sessionSignIn))
	} else if err = d.accounts.EndSignIn(r.Context(), user.Email, id, bot.AuditSignInEnded); errors.Is(err, bot.ErrNotFound) {
		err = nil // ended meanwhile; of somebody else's nothing is said either
	}
	if err != nil {
		d.broken(w, r, "end a sign-in", err)
		return
	}
	http.Redirect(w, r, "/desk/account?done="+done, http.StatusSeeOther)
}
