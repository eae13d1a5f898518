package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
)

type userCommand struct {
	Add    userAddCommand    `cmd:"" help:"Add an account of the desk; the password is read from standard input."`
	Passwd userPasswdCommand `cmd:"" help:"Change a password, read from standard input."`
	List   userListCommand   `cmd:"" help:"List the accounts."`
	Link   userLinkCommand   `cmd:"" help:"Have a person of a chat platform answer under an account."`
	Unlink userUnlinkCommand `cmd:"" help:"End that, on every platform unless one is named."`
	Invite userInviteCommand `cmd:"" help:"Add an account whose owner chooses the password with a link, or make a new link."`
	Role   userRoleCommand   `cmd:"" help:"Change what a person may do."`

	Disable   userDisableCommand   `cmd:"" help:"Keep a person out and end their sign-ins."`
	Enable    userEnableCommand    `cmd:"" help:"Let a disabled person in again."`
	TOTPReset userTOTPResetCommand `cmd:"" name:"totp-reset" help:"Remove a person's second factor, to be set up again."`
}

type userAddCommand struct {
	databaseFlags
	Name  string `help:"The name customers see." required:""`
	Role  string `help:"What the person may do." enum:"agent,editor,admin" default:"agent"`
	Email string `arg:"" help:"The e-mail to sign in with."`
}

// Run adds an account.
func (u *userAddCommand) Run(ctx context.Context, c console) error {
	email, err := checkEmail(u.Email)
	if err != nil {
		return err
	}
	hash, err := readPassword(c, email)
	if err != nil {
		return err
	}
	return u.useOrMake(ctx, func(db *postgres.DB) error {
		user := bot.User{Email: email, Name: u.Name, Role: bot.Role(u.Role), PasswordHash: hash, CreatedAt: time.Now()}
		err := db.AddUser(fromHere(ctx), user)
		if errors.Is(err, bot.ErrExists) {
			return fmt.Errorf("%s has an account already: change its password with guichet user passwd", email)
		}
		return err
	})
}

type userPasswdCommand struct {
	databaseFlags
	Email string `arg:"" help:"The account."`
}

// Run changes a password.
func (u *userPasswdCommand) Run(ctx context.Context, c console) error {
	email, err := checkEmail(u.Email)
	if err != nil {
		return err
	}
	hash, err := readPassword(c, email)
	if err != nil {
		return err
	}
	return u.use(ctx, func(db *postgres.DB) error {
		err := db.SetPasswordHash(fromHere(ctx), email, hash)
		if errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("%s has no account: add one with guichet user add", email)
		}
		return err
	})
}

type userListCommand struct{ databaseFlags }

// Run prints e-mail, role, state, second factor, name and who answers under it from a chat, an account a line.
func (u *userListCommand) Run(ctx context.Context, c console) error {
	return u.use(ctx, func(db *postgres.DB) error {
		users, err := db.Users(ctx)
		if err != nil {
			return err
		}
		links, err := db.StaffLinks(ctx)
		if err != nil {
			return err
		}
		for _, user := range users {
			fmt.Fprintf(c.out, "%-32s %-7s %-9s %-5s %s%s\n", user.Email, user.Role, userState(user), secondFactor(user), user.Name, linksOf(user.Email, links))
		}
		return nil
	})
}

func userState(user bot.User) string {
	switch {
	case user.Disabled:
		return "disabled"
	case user.PasswordHash == "" && user.Subject == "":
		return "invited"
	}
	return "active"
}

func secondFactor(user bot.User) string {
	if user.SecondFactor != nil {
		return "totp"
	}
	return "-"
}

// fromHere has what a command does recorded as done by the command line.
func fromHere(ctx context.Context) context.Context { return bot.ActAs(ctx, bot.Actor{Who: "guichet"}) }

func checkEmail(text string) (string, error) {
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text {
		return "", fmt.Errorf("%q is not an e-mail address", text)
	}
	return strings.ToLower(text), nil
}

// readPassword reads a line of standard input and hashes it.
func readPassword(c console, email string) (string, error) {
	fmt.Fprint(c.err, "Password (one line): ")
	line, err := bufio.NewReader(c.in).ReadString('\n')
	if err != nil && line == "" {
		return "", errors.New("the password is missing: give it as a line of standard input")
	}
	password := strings.TrimRight(line, "\r\n")
	if err := bot.CheckNewPassword(email, password); err != nil {
		return "", err
	}
	return bot.HashPassword(password)
}
