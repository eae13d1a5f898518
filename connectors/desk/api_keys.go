package desk

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"guichet/bot"
)

const keysPath = "/desk/admin/keys"

// keysPage is where an administrator gives other programs access to the API.
type keysPage struct {
	page
	Valid, Ended []keyRow
	Fresh        *freshSecret
	Error        string // why a key was not revoked
	New          keyForm
}

// keyRow is a key in the list.
type keyRow struct {
	Name   string
	Scopes []string
	State  string
	Off    bool // it is no longer valid
	Used   *moment
	Who    string
	Made   moment
}

// keyForm is a key as it is being made.
type keyForm struct {
	Name   string
	Error  string // about the name
	Scope  string // about the scopes
	Scopes []box
	Lives  []option
}

// keyLives are the choices of how long a key is valid, in days; 0 is until it is revoked.
var keyLives = []int{30, 90, 365, 0}

// usualKeyLife is proposed: a key that nobody remembers ends by itself.
const usualKeyLife = 365

func (d *desk) showKeys(w http.ResponseWriter, r *http.Request, user bot.User) {
	p := keysPage{New: d.newKeyForm("", nil, usualKeyLife)}
	p.Notice = d.say(keyNotice(r.URL.Query().Get("done")))
	d.renderKeys(w, r, user, http.StatusOK, p)
}

func (l language) newKeyForm(name string, scopes []bot.Scope, days int) keyForm {
	form := keyForm{Name: name}
	for _, s := range bot.Scopes() {
		form.Scopes = append(form.Scopes, box{Value: string(s), Label: l.say(scopeName(s)), Hint: string(s), Chosen: slices.Contains(scopes, s)})
	}
	for _, n := range keyLives {
		form.Lives = append(form.Lives, option{Value: strconv.Itoa(n), Label: l.keyLifeName(n), Selected: n == days})
	}
	return form
}

func (d *desk) renderKeys(w http.ResponseWriter, r *http.Request, user bot.User, status int, p keysPage) {
	said := p.Notice
	p.page = d.inside("Clés de l’API", user)
	p.Notice = said
	keys, err := d.programs.Keys.APIKeys(r.Context())
	who, problem := d.madeBy(r.Context(), user)
	if err = errors.Join(err, problem); err != nil {
		d.broken(w, r, "list the keys of the API", err)
		return
	}
	for _, k := range slices.Backward(keys) { // the newest first
		row := keyRow{Name: k.Name, Who: who(k.MadeBy), Made: d.clock.moment(k.CreatedAt)}
		row.State, row.Off = d.keyState(k)
		for _, s := range k.Scopes {
			row.Scopes = append(row.Scopes, d.say(scopeShort(s)))
		}
		if !k.LastUsed.IsZero() {
			used := d.clock.moment(k.LastUsed)
			row.Used = &used
		}
		if row.Off {
			p.Ended = append(p.Ended, row)
		} else {
			p.Valid = append(p.Valid, row)
		}
	}
	d.render(w, r, status, "keys", p)
}

// keyState says until when a key is valid, or since when it no longer is.
func (d *desk) keyState(k bot.APIKey) (text string, off bool) {
	date := func(at time.Time) string { return d.date(at.In(d.clock.zone)) }
	switch {
	case !k.Revoked.IsZero():
		return d.say("Révoquée le %s", date(k.Revoked)), true
	case k.Expires.IsZero():
		return d.say("Valable sans fin"), false
	case k.Expires.After(d.clock.now()):
		return d.say("Valable jusqu’au %s", date(k.Expires)), false
	}
	return d.say("Expirée le %s", date(k.Expires)), true
}

// addKey makes a key, and shows it.
func (d *desk) addKey(w http.ResponseWriter, r *http.Request, user bot.User) {
	name := typedName(r)
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil || !slices.Contains(keyLives, days) {
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	var scopes []bot.Scope
	for _, s := range bot.Scopes() {
		if slices.Contains(r.PostForm["scope"], string(s)) {
			scopes = append(scopes, s)
		}
	}
	form := d.newKeyForm(name, scopes, days)
	if bot.CheckName(name) != nil {
		form.Error = d.say(sayProgramName)
	}
	if len(scopes) == 0 {
		form.Scope = d.say(sayNoScope)
	}
	if form.Error != "" || form.Scope != "" {
		d.renderKeys(w, r, user, http.StatusUnprocessableEntity, keysPage{New: form})
		return
	}
	made := bot.APIKey{Name: name, Scopes: scopes, MadeBy: user.Email, CreatedAt: d.clock.now()}
	if days > 0 {
		made.Expires = made.CreatedAt.AddDate(0, 0, days)
	}
	key, hash := bot.NewAPIKey()
	err = d.programs.Keys.AddAPIKey(r.Context(), made, hash)
	if errors.Is(err, bot.ErrExists) {
		form.Error = d.say(sayKeyExists)
		d.renderKeys(w, r, user, http.StatusUnprocessableEntity, keysPage{New: form})
		return
	}
	if err != nil {
		d.broken(w, r, "make a key of the API", err)
		return
	}
	d.renderKeys(w, r, user, http.StatusOK, keysPage{Fresh: &freshSecret{name, key}, New: d.newKeyForm("", nil, usualKeyLife)})
}

// revokeKey ends a key.
func (d *desk) revokeKey(w http.ResponseWriter, r *http.Request, user bot.User) {
	err := d.programs.Keys.RevokeAPIKey(r.Context(), r.PostFormValue("name"))
	if errors.Is(err, bot.ErrNotFound) {
		d.renderKeys(w, r, user, http.StatusNotFound, keysPage{Error: d.say(sayKeyGone), New: d.newKeyForm("", nil, usualKeyLife)})
		return
	}
	if err != nil {
		d.broken(w, r, "revoke a key of the API", err)
		return
	}
	http.Redirect(w, r, keysPath+"?done=revoked", http.StatusSeeOther)
}
