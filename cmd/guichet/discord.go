package main

import (
	"context"
	"errors"
	"fmt"

	"guichet/bot/secret"
	"guichet/connectors/discord"
)

// discordFlags say which bot answers on Discord.
type discordFlags struct {
	DiscordToken     secret.Text `hidden:"" env:"GUICHET_DISCORD_TOKEN"`
	DiscordTokenFile string      `help:"File with the token of the Discord bot; or GUICHET_DISCORD_TOKEN. Without one Discord is off." env:"GUICHET_DISCORD_TOKEN_FILE" placeholder:"FILE"`
	DiscordSite      string      `help:"The site for which the bot answers on Discord." default:"all" env:"GUICHET_DISCORD_SITE" placeholder:"ID"`
	DiscordCases     string      `help:"Id of a Discord channel in which each request gets a private thread, instead of direct messages." env:"GUICHET_DISCORD_CASES" placeholder:"ID"`
	DiscordStaff     string      `help:"Id of a Discord channel, text or forum, where agents answer in a thread for each ticket." env:"GUICHET_DISCORD_STAFF" placeholder:"ID"`
	DiscordDelete    bool        `help:"Delete messages in public channels that say something personal; the bot needs Manage Messages." env:"GUICHET_DISCORD_DELETE"`
	DiscordAPI       string      `help:"Another server that speaks Discord's API." env:"GUICHET_DISCORD_API" placeholder:"URL"`
}

// token is the bot's token, empty when there is none.
func (f discordFlags) token() (secret.Text, error) {
	return secretSetting{"the Discord token", "GUICHET_DISCORD_TOKEN", f.DiscordToken, f.DiscordTokenFile}.read()
}

// openDiscord completes the options and prepares the bot on Discord; nil when there is no token.
func (f discordFlags) openDiscord(o discord.Options) (*discord.Server, error) {
	token, err := f.token()
	if err != nil || token == "" {
		return nil, err
	}
	site, known := o.Counter.Site(f.DiscordSite)
	if !known {
		return nil, fmt.Errorf("there is no site %q to answer for on Discord (--discord-site)", f.DiscordSite)
	}
	o.Token, o.API, o.Site = token, f.DiscordAPI, site
	o.Cases, o.Staff, o.Delete = f.DiscordCases, f.DiscordStaff, f.DiscordDelete
	return discord.New(o)
}

type checkDiscordCommand struct{ discordFlags }

// Run prints a line for each thing looked at, and fails when one is wrong.
func (d *checkDiscordCommand) Run(ctx context.Context, c console) error {
	token, err := d.token()
	if err != nil {
		return err
	}
	if token == "" {
		return errors.New("there is no token: set GUICHET_DISCORD_TOKEN or GUICHET_DISCORD_TOKEN_FILE")
	}
	return c.report("Discord", discord.Check(ctx, token, d.DiscordAPI, discord.Uses{Cases: d.DiscordCases, Staff: d.DiscordStaff, Delete: d.DiscordDelete}))
}
