package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guichet/bot"
)

// How long a link works that an administrator hands out.
const (
	invitationLife = 7 * 24 * time.Hour
	resetLife      = 24 * time.Hour
)

// accountsPage is what an administrator sees of all accounts.
type accountsPage struct {
	page
	Accounts []accountRow
	Roles    []option
	Invite   struct{ Email, Name, Error string }
	Error    string // why a change was refused
	Link     *accountLink
}

// accountRow is an account in the list.
type accountRow struct {
	Email, Name, Role string
	State             string // "Actif", "Invité" or "Désactivé"
	Disabled, Invited bool
	Factor            bool
	Linked            bool // to the provider
	Self              bool
	Roles             []option
}

// accountLink is a link that was just made. It is shown once: only its hash is kept.
type accountLink struct {
	Href    string
	Email   string
	Until   string
	Invited bool
	Mailed  bool // it is on its way by e-mail too
}

func (d *desk) showAccounts(w http.ResponseWriter, r *http.Request, user bot.User) {
	d.renderAccounts(w, r, user, http.StatusOK, accountsPage{})
}

func (d *desk) renderAccounts(w http.ResponseWriter, r *http.Request, user bot.User, status int, p accountsPage) {
	p.page = d.inside("Comptes", user)
	p.Notice = d.say(accountNotice(r.URL.Query().Get("done")))
	p.Roles = d.roleOptions(bot.Role(r.PostFormValue("role")))
	users, err := d.accounts.Users(r.Context())
	if err != nil {
		d.broken(w, r, "list accounts", err)
		return
	}
	for _, u := range users {
		row := accountRow{
			Email: u.Email, Name: u.ShownName(), Role: d.say(roleName(u.Role)), State: d.say("Actif"), Disabled: u.Disabled,
			Invited: u.PasswordHash == "" && u.Subject == "", Factor: u.SecondFactor != nil, Linked: u.Subject != "",
			Self: u.Email == user.Email, Roles: d.roleOptions(u.Role),
		}
		switch {
		case row.Disabled:
			row.State = d.say("Désactivé")
		case row.Invited:
			row.State = d.say("Invité")
		}
		p.Accounts = append(p.Accounts, row)
	}
	d.render(w, r, status, "accounts", p)
}

func (l language) roleOptions(selected bot.Role) []option {
	var all []option
	for _, role := range bot.Roles() {
		all = append(all, option{Value: string(role), Label: l.say(roleName(role)), Selected: role == selected})
	}
	return all
}

// invite adds an account without a password, and makes the link with which its owner chooses one.
func (d *desk) invite(w http.ResponseWriter, r *http.Request, user bot.User) {
	var p accountsPage
	p.Invite.Email = strings.ToLower(strings.TrimSpace(r.PostFormValue("email")))
	p.Invite.Name = strings.Join(strings.Fields(r.PostFormValue("name")), " ")
	role := bot.Role(r.PostFormValue("role"))
	if !role.Covers(bot.RoleAgent) || len(p.Invite.Name) > 4*nameMost {
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	if p.Invite.Error = d.say(emailProblem(p.Invite.Email)); p.Invite.Error != "" {
		d.renderAccounts(w, r, user, http.StatusUnprocessableEntity, p)
		return
	}
	now := d.clock.now()
	token := randomToken()
	link := bot.AccountLink{Hash: hashToken(token), Email: p.Invite.Email, Expires: now.Add(invitationLife)}
	invited := bot.User{Email: p.Invite.Email, Name: p.Invite.Name, Role: role, CreatedAt: now}
	err := d.accounts.Invite(r.Context(), invited, link)
	if errors.Is(err, bot.ErrExists) {
		p.Invite.Error = d.say(sayAccountExists)
		d.renderAccounts(w, r, user, http.StatusUnprocessableEntity, p)
		return
	}
	if err != nil {
		d.broken(w, r, "invite", err)
		return
	}
	d.handOut(w, r, user, token, link, true)
}

// InvitationLink invites somebody, or makes a new link for an account that exists, whose name and role then stay. The link
// is below base (https://host) and works once, until the time returned.
func InvitationLink(ctx context.Context, accounts bot.Accounts, base string, user bot.User, now time.Time) (href string, until time.Time, err error) {
	token := randomToken()
	link := bot.AccountLink{Hash: hashToken(token), Email: user.Email, Expires: now.Add(invitationLife)}
	user.CreatedAt = now
	err = accounts.Invite(ctx, user, link)
	if errors.Is(err, bot.ErrExists) {
		err = accounts.NewAccountLink(ctx, link)
	}
	return linkAddress(base, token), link.Expires, err
}

func linkAddress(base, token string) string {
	return strings.TrimRight(base, "/") + "/desk/link?" + url.Values{"token": {token}}.Encode()
}

// handOut gives a link that was just made to the administrator, to copy, and sends it by e-mail where e-mail leaves: the link
// stays on the page all the same, for whom no mail reaches.
func (d *desk) handOut(w http.ResponseWriter, r *http.Request, admin bot.User, token string, link bot.AccountLink, invited bool) {
	until, href := d.clock.moment(link.Expires), linkAddress(d.base(r), token)
	mailed := false
	if d.mail != nil {
		mail := bot.ResetMail
		if invited {
			mail = bot.InvitationMail
		}
		to := bot.User{Email: link.Email}
		if known, err := d.accounts.User(r.Context(), link.Email); err == nil {
			to.Language = known.Language // in which it is written
		}
		err := d.mail(r.Context(), mail(to, href, link.Expires))
		if err != nil {
			d.log.Error("keep the mail with an account's link", "error", err)
		}
		mailed = err == nil
	}
	d.renderAccounts(w, r, admin, http.StatusOK, accountsPage{Link: &accountLink{
		Href: href, Email: link.Email, Until: until.Exact, Invited: invited, Mailed: mailed,
	}})
}

// base is the address of the program, without a slash at its end.
func (d *desk) base(r *http.Request) string {
	if d.url != "" {
		return d.url
	}
	if d.secure || r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// changeAccount does to an account what the button says.
func (d *desk) changeAccount(w http.ResponseWriter, r *http.Request, admin bot.User) {
	email, do := r.PostFormValue("email"), r.PostFormValue("do")
	if do == "link" {
		d.newLink(w, r, admin, email)
		return
	}
	err := d.change(r.Context(), email, do, bot.Role(r.PostFormValue("role")))
	switch {
	case errors.Is(err, errUnknownChange):
		d.failed(w, r, http.StatusBadRequest)
	case errors.Is(err, bot.ErrLastAdmin):
		d.renderAccounts(w, r, admin, http.StatusConflict, accountsPage{Error: d.say(sayLastAdmin)})
	case errors.Is(err, bot.ErrNotFound):
		d.renderAccounts(w, r, admin, http.StatusNotFound, accountsPage{Error: d.say(sayAccountGone)})
	case err != nil:
		d.broken(w, r, "change an account", err)
	default:
		http.Redirect(w, r, "/desk/admin/accounts?"+url.Values{"done": {do}}.Encode(), http.StatusSeeOther)
	}
}

// errUnknownChange is of a form that is none of ours.
var errUnknownChange = errors.New("unknown change of an account")

func (d *desk) change(ctx context.Context, email, do string, role bot.Role) error {
	switch do {
	case "role":
		if !role.Covers(bot.RoleAgent) {
			return errUnknownChange
		}
		return d.accounts.SetRole(ctx, email, role)
	case "disable", "enable":
		return d.accounts.SetDisabled(ctx, email, do == "disable")
	case "factor":
		return d.accounts.DisableSecondFactor(ctx, email, "")
	}
	return fmt.Errorf("%w %q", errUnknownChange, do)
}

// newLink makes a link with which a person chooses a new password, or their first.
func (d *desk) newLink(w http.ResponseWriter, r *http.Request, admin bot.User, email string) {
	user, err := d.accounts.User(r.Context(), email)
	token := randomToken()
	link := bot.AccountLink{Hash: hashToken(token), Email: user.Email, Expires: d.clock.now().Add(resetLife)}
	invited := user.PasswordHash == "" && user.Subject == ""
	if invited {
		link.Expires = d.clock.now().Add(invitationLife)
	}
	if err == nil {
		err = d.accounts.NewAccountLink(r.Context(), link)
	}
	if errors.Is(err, bot.ErrNotFound) {
		d.renderAccounts(w, r, admin, http.StatusNotFound, accountsPage{Error: d.say(sayAccountGone)})
		return
	}
	if err != nil {
		d.broken(w, r, "make a link", err)
		return
	}
	d.handOut(w, r, admin, token, link, invited)
}
