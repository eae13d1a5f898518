package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"
	"guichet/connectors/postgres"
)

// changeUser does something to an account, and says in words why it cannot.
func (f databaseFlags) changeUser(ctx context.Context, email string, do func(ctx context.Context, db *postgres.DB) error) error {
	return f.use(ctx, func(db *postgres.DB) error {
		err := do(fromHere(ctx), db)
		switch {
		case errors.Is(err, bot.ErrNotFound):
			return fmt.Errorf("%s has no account: add one with guichet user add or invite", email)
		case errors.Is(err, bot.ErrLastAdmin):
			return fmt.Errorf("%s is the last administrator who can sign in: make somebody else one first, with guichet user role", email)
		}
		return err
	})
}

type userRoleCommand struct {
	databaseFlags
	Email string `arg:"" help:"The account."`
	Role  string `arg:"" help:"agent, editor or admin." enum:"agent,editor,admin"`
}

// Run changes a role; it holds from the next page on.
func (u *userRoleCommand) Run(ctx context.Context) error {
	return u.changeUser(ctx, u.Email, func(ctx context.Context, db *postgres.DB) error {
		return db.SetRole(ctx, u.Email, bot.Role(u.Role))
	})
}

type userDisableCommand struct {
	databaseFlags
	Email string `arg:"" help:"The account."`
}

// Run disables an account.
func (u *userDisableCommand) Run(ctx context.Context) error {
	return u.changeUser(ctx, u.Email, func(ctx context.Context, db *postgres.DB) error { return db.SetDisabled(ctx, u.Email, true) })
}

type userEnableCommand struct {
	databaseFlags
	Email string `arg:"" help:"The account."`
}

// Run enables an account.
func (u *userEnableCommand) Run(ctx context.Context) error {
	return u.changeUser(ctx, u.Email, func(ctx context.Context, db *postgres.DB) error { return db.SetDisabled(ctx, u.Email, false) })
}

type userTOTPResetCommand struct {
	databaseFlags
	Email string `arg:"" help:"The account."`
}

// Run removes a second factor.
func (u *userTOTPResetCommand) Run(ctx context.Context) error {
	return u.changeUser(ctx, u.Email, func(ctx context.Context, db *postgres.DB) error { return db.DisableSecondFactor(ctx, u.Email, "") })
}

type userInviteCommand struct {
	databaseFlags
	Name  string `help:"The name customers see; its owner may choose it."`
	Role  string `help:"What the person may do." enum:"agent,editor,admin" default:"agent"`
	URL   string `help:"The address people use." default:"http://localhost:8080" env:"GUICHET_URL" placeholder:"URL"`
	Email string `arg:"" help:"The e-mail to sign in with."`
}

// Run prints the link with which a new or existing person chooses a password.
func (u *userInviteCommand) Run(ctx context.Context, c console) error {
	email, err := checkEmail(u.Email)
	if err != nil {
		return err
	}
	return u.changeUser(ctx, email, func(ctx context.Context, db *postgres.DB) error {
		user := bot.User{Email: email, Name: u.Name, Role: bot.Role(u.Role)}
		href, until, err := desk.InvitationLink(ctx, db, u.URL, user, time.Now())
		if err == nil {
			fmt.Fprintf(c.out, "%s\n", href)
			fmt.Fprintf(c.err, "For %s alone; it works once, until %s.\n", email, until.Format(time.DateTime))
		}
		return err
	})
}
