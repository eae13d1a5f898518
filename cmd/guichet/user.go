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
	hash, err := readPassword(c)
	if err != nil {
		return err
	}
	return u.use(ctx, func(db *postgres.DB) error {
		user := bot.User{Email: email, Name: u.Name, Role: bot.Role(u.Role), PasswordHash: hash, CreatedAt: time.Now()}
		err := db.AddUser(ctx, user)
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
	hash, err := readPassword(c)
	if err != nil {
		return err
	}
	return u.use(ctx, func(db *postgres.DB) error {
		err := db.SetPasswordHash(ctx, email, hash)
		if errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("%s has no account: add one with guichet user add", email)
		}
		return err
	})
}

type userListCommand struct{ databaseFlags }

// Run prints e-mail, role, name and who answers under it from a chat, an account a line.
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
			fmt.Fprintf(c.out, "%-32s %-7s %s%s\n", user.Email, user.Role, user.Name, linksOf(user.Email, links))
		}
		return nil
	})
}

func checkEmail(text string) (string, error) {
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text {
		return "", fmt.Errorf("%q is not an e-mail address", text)
	}
	return strings.ToLower(text), nil
}

// readPassword reads a line of standard input and hashes it.
func readPassword(c console) (string, error) {
	fmt.Fprint(c.err, "Password (one line): ")
	line, err := bufio.NewReader(c.in).ReadString('\n')
	if err != nil && line == "" {
		return "", errors.New("the password is missing: give it as a line of standard input")
	}
	password := strings.TrimRight(line, "\r\n")
	if err := bot.CheckNewPassword(password); err != nil {
		return "", err
	}
	return bot.HashPassword(password)
}
