package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"guichet/bot"
	"guichet/connectors/api"
	"guichet/connectors/postgres"
)

// apiPath is below which the API stands.
const apiPath = "/api/v1/"

// openAPI prepares the door for other programs.
func openAPI(counter *bot.Counter, db *postgres.DB, log *slog.Logger) (http.Handler, error) {
	return api.New(api.Options{Keys: db, Tickets: db, Archive: db, Counter: counter, Now: inParis(), Log: log})
}

type keyCommand struct {
	Add    keyAddCommand    `cmd:"" help:"Make a key of the API and print it, once."`
	List   keyListCommand   `cmd:"" help:"List the keys, with their scopes and their last use."`
	Revoke keyRevokeCommand `cmd:"" help:"End a key at once and for ever."`
}

type keyAddCommand struct {
	databaseFlags
	As     string   `help:"The e-mail of the admin who makes it." required:""`
	Scopes []string `help:"What the key may do: tickets:read, tickets:write, conversations:read, ask, knowledge:read." required:"" name:"scope" sep:"," placeholder:"SCOPE"`
	Days   int      `help:"For how many days it is valid; 0: until it is revoked." default:"0"`
	Name   string   `arg:"" help:"What it is for, as events name it: crm-lyon."`
}

// Run prints the key alone on standard output.
func (k *keyAddCommand) Run(ctx context.Context, c console) error {
	if err := bot.CheckName(k.Name); err != nil {
		return err
	}
	scopes, err := readScopes(k.Scopes)
	if err != nil {
		return err
	}
	made := bot.APIKey{Name: k.Name, Scopes: scopes, CreatedAt: time.Now()}
	switch {
	case k.Days < 0:
		return errors.New("--days is negative: a key is valid for a number of days, or until it is revoked")
	case k.Days > 0:
		made.Expires = made.CreatedAt.AddDate(0, 0, k.Days)
	}
	return k.use(ctx, func(db *postgres.DB) error {
		admin, err := adminOf(ctx, db, k.As)
		if err != nil {
			return err
		}
		made.MadeBy = admin.Email
		key, hash := bot.NewAPIKey()
		err = db.AddAPIKey(fromHere(ctx), made, hash)
		if errors.Is(err, bot.ErrExists) {
			return fmt.Errorf("there is or was a key named %s: choose another name, since events keep it", k.Name)
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(c.out, key)
		fmt.Fprintln(c.err, "Keep it now: it is not shown again.")
		return nil
	})
}

func readScopes(names []string) ([]bot.Scope, error) {
	var scopes []bot.Scope
	for _, name := range names {
		scope := bot.Scope(strings.TrimSpace(name))
		if !slices.Contains(bot.Scopes(), scope) {
			return nil, fmt.Errorf("there is no scope %q; the scopes are %v", name, bot.Scopes())
		}
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes, nil
}

// adminOf finds who sets something up.
func adminOf(ctx context.Context, db *postgres.DB, email string) (bot.User, error) {
	user, err := agentOf(ctx, db, email)
	if err == nil && user.Role != bot.RoleAdmin {
		return user, fmt.Errorf("%s is %s at the desk: this is for an admin", email, user.Role)
	}
	return user, err
}

type keyListCommand struct{ databaseFlags }

// Run prints a key a line: name, state, scopes, last use, who made it and when.
func (k *keyListCommand) Run(ctx context.Context, c console) error {
	return k.use(ctx, func(db *postgres.DB) error {
		keys, err := db.APIKeys(ctx)
		if err != nil {
			return err
		}
		for _, key := range keys {
			fmt.Fprintf(c.out, "%-20s  %-18s  %s  used %s  made by %s on %s\n", key.Name, keyState(key, time.Now()), joinScopes(key.Scopes),
				day(key.LastUsed), key.MadeBy, day(key.CreatedAt))
		}
		return nil
	})
}

func keyState(key bot.APIKey, now time.Time) string {
	switch {
	case !key.Revoked.IsZero():
		return "revoked " + day(key.Revoked)
	case key.Expires.IsZero():
		return "valid"
	case key.Expires.After(now):
		return "until " + day(key.Expires)
	}
	return "expired " + day(key.Expires)
}

func joinScopes(scopes []bot.Scope) string {
	var all []string
	for _, s := range scopes {
		all = append(all, string(s))
	}
	return strings.Join(all, ",")
}

// day is a date as lists print it.
func day(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Format(time.DateOnly)
}

type keyRevokeCommand struct {
	databaseFlags
	Name string `arg:"" help:"The key's name."`
}

// Run ends a key.
func (k *keyRevokeCommand) Run(ctx context.Context) error {
	return k.use(ctx, func(db *postgres.DB) error {
		err := db.RevokeAPIKey(fromHere(ctx), k.Name)
		if errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("there is no valid key named %s: see guichet key list", k.Name)
		}
		return err
	})
}
