package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guichet/bot"
	"guichet/bot/secret"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Provider is an OpenID Connect provider with which people may sign in.
type Provider struct {
	Name     string // on the button: "Se connecter avec ..."
	Issuer   string // its address, as it writes it in its tokens
	ClientID string
	Secret   secret.Text
	Domains  []string // of e-mail addresses that may sign in; empty for any
	// RoleClaim names the claim that holds groups or roles, a dot between the names of nested ones; empty leaves roles to
	// the accounts page. Roles says which of its values is which role; whoever has none of them is refused.
	RoleClaim string
	Roles     map[string]bot.Role
	Create    bool // an account for whoever the provider vouches for, instead of invited people only
	Client    *http.Client
}

// providerPatience bounds each request to the provider.
const providerPatience = 10 * time.Second

// provider speaks with the provider. It is asked for its addresses at the first sign-in, so that Guichet starts without it.
type provider struct {
	Provider
	name  string
	back  string // where it sends people back to
	mu    sync.Mutex
	found *oidc.Provider
}

func newProvider(p *Provider, base string) (*provider, error) {
	if p == nil {
		return nil, nil //nolint:nilnil // none is configured
	}
	if p.Issuer == "" || p.ClientID == "" || p.Secret == "" || base == "" {
		return nil, errors.New("desk: the provider needs an issuer, a client id, a secret and the public address")
	}
	if (p.RoleClaim == "") != (len(p.Roles) == 0) {
		return nil, errors.New("desk: the provider's role claim and its roles belong together")
	}
	for value, role := range p.Roles {
		if !role.Covers(bot.RoleAgent) {
			return nil, fmt.Errorf("desk: the provider's %q is given the unknown role %q", value, role)
		}
	}
	known := &provider{Provider: *p, name: p.Name, back: base + "/desk/login/provider/back"}
	if known.name == "" {
		known.name = strings.TrimPrefix(strings.TrimPrefix(p.Issuer, "https://"), "http://")
	}
	if known.Client == nil {
		known.Client = &http.Client{Timeout: providerPatience}
	}
	return known, nil
}

// discover reads the provider's addresses once. A failure is tried again by the next sign-in.
func (p *provider) discover(ctx context.Context) (*oidc.Provider, oauth2.Config, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		client, answered := watched(p.Client)
		found, err := oidc.NewProvider(oidc.ClientContext(ctx, client), p.Issuer)
		if err != nil {
			return nil, oauth2.Config{}, answered.without(err, "which is not what this issuer should publish: compare /.well-known/openid-configuration there with the setting")
		}
		p.found = found
	}
	return p.found, oauth2.Config{
		ClientID: p.ClientID, ClientSecret: string(p.Secret), Endpoint: p.found.Endpoint(), RedirectURL: p.back,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}, nil
}

// person is who the provider says somebody is.
type person struct {
	Subject  string // "issuer subject"
	Email    string // lower case
	Verified bool
	Name     string
	Role     bot.Role // the highest of the mapped ones; empty for none
}

// identify exchanges the code of a sign-in and checks the token: signature, issuer, audience, time and nonce.
func (p *provider) identify(ctx context.Context, code, verifier, nonce string) (person, error) {
	found, config, err := p.discover(ctx)
	if err != nil {
		return person{}, err
	}
	ctx = oidc.ClientContext(ctx, p.Client)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return person{}, fmt.Errorf("exchange the code: %w", withoutBody(err))
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return person{}, errors.New("the provider gives no ID token")
	}
	verified, err := found.Verifier(&oidc.Config{ClientID: p.ClientID}).Verify(ctx, raw)
	if err != nil {
		return person{}, err
	}
	if nonce == "" || verified.Nonce != nonce {
		return person{}, errors.New("the token is of another sign-in")
	}
	claims := map[string]any{}
	if err := verified.Claims(&claims); err != nil {
		return person{}, err
	}
	if claims["email"] == nil { // some providers give it only here
		client, answered := watched(p.Client)
		info, err := found.UserInfo(oidc.ClientContext(ctx, client), oauth2.StaticTokenSource(token))
		if err != nil {
			return person{}, fmt.Errorf("read the user info: %w", answered.without(err, "which is no user info"))
		}
		if info.Subject != verified.Subject {
			return person{}, errors.New("the user info is somebody else's")
		}
		more := map[string]any{}
		if err := info.Claims(&more); err != nil {
			return person{}, err
		}
		for name, value := range more {
			if _, signed := claims[name]; !signed {
				claims[name] = value
			}
		}
	}
	return p.read(verified, claims), nil
}

func (p *provider) read(token *oidc.IDToken, claims map[string]any) person {
	who := person{Subject: token.Issuer + " " + token.Subject, Role: p.role(claims)}
	email, _ := claims["email"].(string)
	who.Email = strings.ToLower(strings.TrimSpace(email))
	who.Name, _ = claims["name"].(string)
	who.Verified = claims["email_verified"] == true || claims["email_verified"] == "true"
	return who
}

// role is the highest role that the claim gives.
func (p *provider) role(claims map[string]any) (best bot.Role) {
	if p.RoleClaim == "" {
		return ""
	}
	value, whole := claims[p.RoleClaim]
	if !whole {
		value = claims
		for name := range strings.SplitSeq(p.RoleClaim, ".") {
			inner, _ := value.(map[string]any)
			value = inner[name]
		}
	}
	list, several := value.([]any)
	if !several {
		list = []any{value}
	}
	for _, item := range list {
		name, _ := item.(string)
		if role := p.Roles[name]; role != "" && (best == "" || role.Covers(best)) {
			best = role
		}
	}
	return best
}

// allows tells whether an address is of a domain that may sign in.
func (p *provider) allows(email string) bool {
	_, domain, ok := strings.Cut(email, "@")
	return ok && (len(p.Domains) == 0 || slices.ContainsFunc(p.Domains, func(d string) bool { return strings.EqualFold(d, domain) }))
}

// answered is what is noted of the provider's last answer: go-oidc puts the whole of it into its errors, and it may be about a person.
type answered struct {
	next   http.RoundTripper
	status atomic.Int64
}

// watched is the client with somebody who notes what it is answered.
func watched(client *http.Client) (*http.Client, *answered) {
	a := &answered{next: client.Transport}
	if a.next == nil {
		a.next = http.DefaultTransport
	}
	noted := *client
	noted.Transport = a
	return &noted, a
}

// RoundTrip implements http.RoundTripper.
func (a *answered) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := a.next.RoundTrip(r)
	if err == nil {
		a.status.Store(int64(response.StatusCode))
	}
	return response, err
}

// without is the error without what was answered, if anything was.
func (a *answered) without(err error, what string) error {
	if status := a.status.Load(); status != 0 {
		return fmt.Errorf("it answers with status %d, %s", status, what)
	}
	return err
}

// withoutBody keeps what the provider answered out of the log, but for its error code.
func withoutBody(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return fmt.Errorf("status %d, %q", refused.Response.StatusCode, refused.ErrorCode)
	}
	return err
}
