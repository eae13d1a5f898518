package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"guichet/bot"
	"guichet/connectors/postgres"
)

type userLinkCommand struct {
	databaseFlags
	Telegram string `help:"The person's number on Telegram, which the bot says to whoever it does not know." placeholder:"ID"`
	Discord  string `help:"The person's number on Discord." placeholder:"ID"`
	Email    string `arg:"" help:"The account."`
}

// Run links a person of each platform named.
func (u *userLinkCommand) Run(ctx context.Context, c console) error {
	email, err := checkEmail(u.Email)
	if err != nil {
		return err
	}
	people := []bot.StaffLink{{Channel: bot.Telegram, Person: u.Telegram}, {Channel: bot.Discord, Person: u.Discord}}
	named := 0
	for _, p := range people {
		if p.Person == "" {
			continue
		}
		named++
		if n, err := strconv.ParseUint(p.Person, 10, 64); err != nil || n == 0 {
			return fmt.Errorf("%q is no number of a person on %s: it has digits only, and is no name", p.Person, p.Channel)
		}
	}
	if named == 0 {
		return errors.New("name the person: --telegram or --discord, with the number that the bot said")
	}
	return u.use(ctx, func(db *postgres.DB) error {
		for _, p := range people {
			if p.Person == "" {
				continue
			}
			err := db.LinkStaff(ctx, p.Channel, p.Person, email)
			if errors.Is(err, bot.ErrNotFound) {
				return fmt.Errorf("%s has no account: add one with guichet user add", email)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(c.out, "%s answers on %s as number %s\n", email, p.Channel, p.Person)
		}
		return nil
	})
}

type userUnlinkCommand struct {
	databaseFlags
	Telegram bool   `help:"On Telegram only." xor:"channel"`
	Discord  bool   `help:"On Discord only." xor:"channel"`
	Email    string `arg:"" help:"The account."`
}

// Run unlinks an account.
func (u *userUnlinkCommand) Run(ctx context.Context) error {
	email, err := checkEmail(u.Email)
	if err != nil {
		return err
	}
	channel := ""
	switch {
	case u.Telegram:
		channel = bot.Telegram
	case u.Discord:
		channel = bot.Discord
	}
	return u.use(ctx, func(db *postgres.DB) error {
		err := db.UnlinkStaff(ctx, channel, email)
		if errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("%s is linked to nobody there: guichet user list shows who is", email)
		}
		return err
	})
}

// linksOf says from where an account is answered under: " telegram:42".
func linksOf(email string, links []bot.StaffLink) (all string) {
	for _, l := range links {
		if l.Email == email {
			all += " " + l.Channel + ":" + l.Person
		}
	}
	return all
}
