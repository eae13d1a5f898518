package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"
	"guichet/connectors/postgres"
)

// deskFlags say how people sign in at the desk. Secrets come from files: what stands on a command line can be read by
// everybody on the machine.
type deskFlags struct {
	RequireTOTP    bool          `name:"require-totp" help:"Everybody at the desk must have a second factor." env:"GUICHET_REQUIRE_TOTP"`
	SecretKeyFile  string        `help:"File with a key of 32 characters or more that seals second factors, instead of one in the database." env:"GUICHET_SECRET_KEY_FILE" placeholder:"FILE"`
	SignInLife     time.Duration `help:"A sign-in at the desk ends after it." default:"12h" env:"GUICHET_SIGN_IN_LIFE"`
	SignInIdle     time.Duration `help:"A sign-in at the desk ends after so long without use." default:"2h" env:"GUICHET_SIGN_IN_IDLE"`
	OIDCIssuer     string        `name:"oidc-issuer" help:"OpenID Connect provider with which people may sign in." env:"GUICHET_OIDC_ISSUER" placeholder:"URL"`
	OIDCName       string        `name:"oidc-name" help:"Its name on the sign-in page." env:"GUICHET_OIDC_NAME" placeholder:"NAME"`
	OIDCClientID   string        `name:"oidc-client-id" help:"Our client id there." env:"GUICHET_OIDC_CLIENT_ID" placeholder:"ID"`
	OIDCSecretFile string        `name:"oidc-client-secret-file" help:"File with our client secret there." env:"GUICHET_OIDC_CLIENT_SECRET_FILE" placeholder:"FILE"`
	OIDCDomains    []string      `name:"oidc-domains" help:"Domains of the e-mail addresses that may sign in so; without it, all." env:"GUICHET_OIDC_DOMAINS" placeholder:"DOMAIN,..."`
	OIDCRoleClaim  string        `name:"oidc-role-claim" help:"Claim with a person's groups or roles there." env:"GUICHET_OIDC_ROLE_CLAIM" placeholder:"CLAIM"`
	OIDCRoles      []string      `name:"oidc-roles" help:"Which of its values gives which role here; without any of them nobody signs in so." env:"GUICHET_OIDC_ROLES" placeholder:"VALUE=ROLE,..."`
	OIDCCreate     bool          `name:"oidc-create" help:"Make an account for whoever signs in so." env:"GUICHET_OIDC_CREATE"`
}

// prepareDesk completes the options, but for the database's secret. url is the public address, empty without a proxy.
func (f deskFlags) prepareDesk(o desk.Options, db *postgres.DB, url string) (desk.Options, error) {
	var err error
	if o.Provider, err = f.provider(url); err != nil {
		return o, err
	}
	o.Accounts, o.Sessions, o.Now = db, db.Sessions(), time.Now
	o.Secure, o.URL = strings.HasPrefix(url, "https://"), url
	o.RequireSecondFactor, o.SignInLife, o.SignInIdle = f.RequireTOTP, f.SignInLife, f.SignInIdle
	if f.SecretKeyFile == "" {
		return o, nil
	}
	key, err := secretSetting{what: "the key of the second factors", file: f.SecretKeyFile}.read()
	if err != nil {
		return o, err
	}
	if len(key) < 32 {
		return o, fmt.Errorf("the key in %s has %d characters, it needs 32 at least: make one with openssl rand -hex 32", f.SecretKeyFile, len(key))
	}
	o.Secrets = [][]byte{[]byte(key)}
	return o, nil
}

// lateDesk is the desk from the moment its secret is known. That is the one secret which is not made up, nor kept in the
// data folder, for a start without the database: it seals second factors, and without the database nobody signs in.
type lateDesk struct{ current atomic.Pointer[http.Handler] }

// newLateDesk says to everybody that the database is away.
func newLateDesk(log *slog.Logger) (*lateDesk, error) {
	away, err := desk.Away(log)
	if err != nil {
		return nil, err
	}
	d := &lateDesk{}
	d.current.Store(&away)
	return d, nil
}

// open opens the desk with the database's secret, which still opens what was sealed before there was a key in a file.
func (d *lateDesk) open(ctx context.Context, o desk.Options, db *postgres.DB) error {
	kept, err := db.Secret(ctx, "desk")
	if err != nil {
		return err
	}
	o.Secrets = append(o.Secrets, kept)
	opened, err := desk.New(o)
	if err == nil {
		d.current.Store(&opened)
	}
	return err
}

func (d *lateDesk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*d.current.Load()).ServeHTTP(w, r)
}

// provider is with whom people may sign in; nil for nobody.
func (f deskFlags) provider(url string) (*desk.Provider, error) {
	if f.OIDCIssuer == "" {
		return nil, nil //nolint:nilnil // none is configured
	}
	if f.OIDCClientID == "" || f.OIDCSecretFile == "" || url == "" {
		return nil, errors.New("--oidc-issuer also needs --oidc-client-id, --oidc-client-secret-file and --url")
	}
	password, err := secretSetting{what: "the secret of the OpenID Connect provider", file: f.OIDCSecretFile}.read()
	if err != nil {
		return nil, err
	}
	roles := map[string]bot.Role{}
	for _, pair := range f.OIDCRoles {
		value, role, ok := strings.Cut(pair, "=")
		if !ok || !bot.Role(role).Covers(bot.RoleAgent) {
			return nil, fmt.Errorf("--oidc-roles: %q is not of the form value=role, with agent, editor or admin", pair)
		}
		roles[value] = bot.Role(role)
	}
	if (f.OIDCRoleClaim == "") != (len(roles) == 0) {
		return nil, errors.New("--oidc-role-claim and --oidc-roles belong together")
	}
	return &desk.Provider{
		Name: f.OIDCName, Issuer: f.OIDCIssuer, ClientID: f.OIDCClientID, Secret: password, Domains: f.OIDCDomains,
		RoleClaim: f.OIDCRoleClaim, Roles: roles, Create: f.OIDCCreate,
	}, nil
}
