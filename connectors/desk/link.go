package desk

import (
	"errors"
	"net/http"
	"strings"

	"guichet/bot"
)

// linkPage is where an invitation or a reset link leads.
type linkPage struct {
	page
	Token    string
	Email    string
	Person   string // the name customers see
	Invited  bool   // no password was ever chosen
	Gone     bool   // the link has been used, has expired or never was
	Problems struct{ Name, Password, Form string }
}

func (d *desk) showLink(w http.ResponseWriter, r *http.Request) {
	form, user, ok := d.openLink(w, r)
	if !ok {
		return
	}
	form.Person = user.Name
	d.render(w, r, http.StatusOK, "link", form)
}

// openLink finds whose link it is; when it is nobody's, it has answered.
func (d *desk) openLink(w http.ResponseWriter, r *http.Request) (linkPage, bot.User, bool) {
	form := linkPage{page: d.door(r, "Choisir un mot de passe"), Token: r.FormValue("token")}
	wait, err := d.limitAddress(r)
	if err != nil {
		d.broken(w, r, "open a link", err)
		return form, bot.User{}, false
	}
	if wait > 0 {
		form.Gone, form.Problems.Form = true, d.tooOften(w, wait)
		d.render(w, r, http.StatusTooManyRequests, "link", form)
		return form, bot.User{}, false
	}
	user, err := d.accounts.LinkedUser(r.Context(), hashToken(form.Token), d.clock.now())
	if errors.Is(err, bot.ErrNotFound) {
		d.linkGone(w, r, form)
		return form, bot.User{}, false
	}
	if err != nil {
		d.broken(w, r, "open a link", err)
		return form, bot.User{}, false
	}
	form.Email, form.Invited = user.Email, user.PasswordHash == ""
	return form, user, true
}

func (d *desk) linkGone(w http.ResponseWriter, r *http.Request, form linkPage) {
	form.Gone = true
	d.render(w, r, http.StatusGone, "link", form)
}

// useLink sets the password and signs in. Whoever has a second factor is still asked for it: a link is no way around it.
func (d *desk) useLink(w http.ResponseWriter, r *http.Request) {
	form, user, ok := d.openLink(w, r)
	if !ok {
		return
	}
	form.Person = strings.Join(strings.Fields(r.PostFormValue("name")), " ")
	if form.Invited {
		form.Problems.Name = d.say(nameProblem(form.Person))
	}
	password := r.PostFormValue("password")
	form.Problems.Password = d.say(passwordProblem(user.Email, password))
	if form.Problems.Name != "" || form.Problems.Password != "" {
		d.render(w, r, http.StatusUnprocessableEntity, "link", form)
		return
	}
	hash, err := d.hash(r.Context(), password)
	if errors.Is(err, errBusy) {
		form.Problems.Form = d.say(sayBusy)
		d.render(w, r, http.StatusServiceUnavailable, "link", form)
		return
	}
	if err == nil {
		name := ""
		if form.Invited {
			name = form.Person
		}
		user, err = d.accounts.UseAccountLink(r.Context(), hashToken(form.Token), d.clock.now(), name, hash)
	}
	switch {
	case errors.Is(err, bot.ErrNotFound): // used a moment ago
		d.linkGone(w, r, form)
	case err != nil:
		d.broken(w, r, "use a link", err)
	default:
		d.admit(w, r, user, "link", "/desk/")
	}
}
