package desk

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
	"time"

	"guichet/bot"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// What a session holds while a person is at the provider.
const (
	throughState    = "provider_state"
	throughNonce    = "provider_nonce"
	throughVerifier = "provider_verifier"
	throughNext     = "provider_next"
	throughAt       = "provider_at"
)

// throughPatience is how long a person may take at the provider.
const throughPatience = 15 * time.Minute

// toProvider sends a person to the provider. State, nonce and the verifier of PKCE stay in the session: what comes back
// counts only in this browser, once.
func (d *desk) toProvider(w http.ResponseWriter, r *http.Request) {
	if d.provider == nil {
		d.notFound(w, r)
		return
	}
	wait, err := d.limitAddress(r)
	if err != nil {
		d.broken(w, r, "sign in with the provider", err)
		return
	}
	if wait > 0 {
		d.refuseProvider(w, r, http.StatusTooManyRequests, d.tooOften(w, wait))
		return
	}
	_, config, err := d.provider.discover(r.Context())
	if err != nil {
		d.log.ErrorContext(r.Context(), "desk: find the provider", "issuer", d.provider.Issuer, "err", err)
		d.refuseProvider(w, r, http.StatusBadGateway, d.say(sayProviderAway))
		return
	}
	state, nonce, verifier := randomToken(), randomToken(), oauth2.GenerateVerifier()
	d.sessions.Put(r.Context(), throughState, state)
	d.sessions.Put(r.Context(), throughNonce, nonce)
	d.sessions.Put(r.Context(), throughVerifier, verifier)
	d.sessions.Put(r.Context(), throughNext, d.safeNext(r.FormValue("next")))
	d.sessions.Put(r.Context(), throughAt, d.clock.now().Unix())
	to := config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier))
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// fromProvider receives a person back.
func (d *desk) fromProvider(w http.ResponseWriter, r *http.Request) {
	if d.provider == nil {
		d.notFound(w, r)
		return
	}
	ctx := r.Context()
	state, nonce := d.sessions.PopString(ctx, throughState), d.sessions.PopString(ctx, throughNonce)
	verifier, next, at := d.sessions.PopString(ctx, throughVerifier), d.sessions.PopString(ctx, throughNext), d.sessions.GetInt64(ctx, throughAt)
	query := r.URL.Query()
	given := query.Get("state")
	if state == "" || subtle.ConstantTimeCompare([]byte(state), []byte(given)) != 1 || d.clock.now().Unix()-at > int64(throughPatience.Seconds()) {
		d.refuseProvider(w, r, http.StatusBadRequest, d.say(sayProviderState))
		return
	}
	// RFC 9207: an answer of another provider is not taken for ours.
	if issuer := query.Get("iss"); query.Get("error") != "" || issuer != "" && issuer != d.provider.Issuer {
		d.refuseProvider(w, r, http.StatusForbidden, d.say(sayProviderRefused))
		return
	}
	who, err := d.provider.identify(ctx, query.Get("code"), verifier, nonce)
	if err != nil {
		d.log.WarnContext(ctx, "desk: the provider's answer is refused", "err", err)
		d.refuseProvider(w, r, http.StatusForbidden, d.say(sayProviderRefused))
		return
	}
	user, problem, err := d.findPerson(r, who)
	if err != nil {
		d.broken(w, r, "sign in with the provider", err)
		return
	}
	if problem != "" {
		if err := d.accounts.Record(ctx, bot.AuditSignInRefused, user.Email, "provider"); err != nil {
			d.broken(w, r, "sign in with the provider", err)
			return
		}
		d.refuseProvider(w, r, http.StatusForbidden, problem)
		return
	}
	d.admit(w, r, user, "provider", next)
}

func (d *desk) refuseProvider(w http.ResponseWriter, r *http.Request, status int, problem string) {
	form := d.loginPage(r, "")
	form.Error = problem
	d.render(w, r, status, "login", form)
}

// findPerson finds the account of who the provider vouches for: by the subject, which never changes, else by a verified
// e-mail, which is then linked. problem says why there is none.
func (d *desk) findPerson(r *http.Request, who person) (user bot.User, problem string, err error) {
	if d.provider.RoleClaim != "" && who.Role == "" {
		return bot.User{}, d.say(sayProviderRole), nil
	}
	if !d.provider.allows(who.Email) {
		return bot.User{}, d.say(sayProviderDomain), nil
	}
	ctx := r.Context()
	user, err = d.accounts.UserBySubject(ctx, who.Subject)
	if errors.Is(err, bot.ErrNotFound) {
		if !who.Verified {
			return bot.User{}, d.say(sayProviderEmail), nil
		}
		user, problem, err = d.linkPerson(r, who)
	}
	switch {
	case err != nil || problem != "":
		return user, problem, err
	case user.Disabled:
		return user, d.say(sayDisabled), nil
	case who.Role == "" || who.Role == user.Role:
		return user, "", nil
	}
	// The provider says who may do what; but the desk never loses its last administrator by it.
	err = d.accounts.SetRole(as(r, user), user.Email, who.Role)
	if errors.Is(err, bot.ErrLastAdmin) {
		err = nil
	}
	return user, "", err
}

// linkPerson links the account of a verified e-mail, or makes one where that is allowed.
func (d *desk) linkPerson(r *http.Request, who person) (user bot.User, problem string, err error) {
	user, err = d.accounts.User(r.Context(), who.Email)
	if errors.Is(err, bot.ErrNotFound) {
		return d.createPerson(r, who)
	}
	if err != nil || user.Disabled {
		return user, "", err
	}
	err = d.accounts.LinkSubject(as(r, user), user.Email, who.Subject)
	if errors.Is(err, bot.ErrExists) {
		return user, d.say(sayProviderOther), nil
	}
	return user, "", err
}

func (d *desk) createPerson(r *http.Request, who person) (user bot.User, problem string, err error) {
	if !d.provider.Create {
		return bot.User{}, d.say(sayProviderUnknown), nil
	}
	user = bot.User{
		Email: who.Email, Name: strings.Join(strings.Fields(who.Name), " "), Role: who.Role, Subject: who.Subject, CreatedAt: d.clock.now(),
	}
	if user.Role == "" {
		user.Role = bot.RoleAgent
	}
	if nameProblem(user.Name) != "" {
		user.Name = "" // the part before @ is shown instead
	}
	users, err := d.accounts.Users(r.Context())
	if err == nil && len(users) == 0 && user.Role != bot.RoleAdmin {
		return bot.User{}, d.say(sayProviderFirst), nil // the set-up link would be void, and nobody could administer
	}
	if err == nil {
		err = d.accounts.AddUser(as(r, user), user)
	}
	return user, "", err
}
