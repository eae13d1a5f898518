package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guichet/bot"
	"guichet/bot/courier"
	"guichet/bot/secret"
	"guichet/connectors/telegram"
)

// telegramFlags say which bot answers on Telegram.
type telegramFlags struct {
	TelegramToken     secret.Text `hidden:"" env:"GUICHET_TELEGRAM_TOKEN"`
	TelegramTokenFile string      `help:"File with the token of the Telegram bot; or GUICHET_TELEGRAM_TOKEN. Without one Telegram is off." env:"GUICHET_TELEGRAM_TOKEN_FILE" placeholder:"FILE"`
	TelegramSite      string      `help:"The site for which the bot answers on Telegram." default:"all" env:"GUICHET_TELEGRAM_SITE" placeholder:"ID"`
	TelegramWebhook   bool        `help:"Have Telegram post updates to --url instead of asking for them." env:"GUICHET_TELEGRAM_WEBHOOK"`
	TelegramStaff     int64       `help:"The group with topics where agents answer; such as --telegram-staff=-1001234567890." env:"GUICHET_TELEGRAM_STAFF" placeholder:"ID"`
	TelegramAPI       string      `help:"Another server that speaks the Bot API." env:"GUICHET_TELEGRAM_API" placeholder:"URL"`
}

// telegramPath is where Telegram posts its updates.
const telegramPath = "/telegram/updates"

// token is the bot's token, empty when there is none.
func (f telegramFlags) token() (secret.Text, error) {
	return secretSetting{"the Telegram token", "GUICHET_TELEGRAM_TOKEN", f.TelegramToken, f.TelegramTokenFile}.read()
}

// webhookURL is where Telegram is to post updates, empty when they are asked for. url is the public address.
func (f telegramFlags) webhookURL(url string) (string, error) {
	if !f.TelegramWebhook {
		return "", nil
	}
	if !strings.HasPrefix(url, "https://") {
		return "", errors.New("a webhook of Telegram needs the public address in --url, with https")
	}
	return strings.TrimSuffix(url, "/") + telegramPath, nil
}

// openTelegram completes the options and prepares the bot on Telegram; nil when there is no token.
func (f telegramFlags) openTelegram(ctx context.Context, o telegram.Options, secrets *secrets) (*telegram.Server, error) {
	token, err := f.token()
	if err != nil || token == "" {
		return nil, err
	}
	site, known := o.Counter.Site(f.TelegramSite)
	if !known {
		return nil, fmt.Errorf("there is no site %q to answer for on Telegram (--telegram-site)", f.TelegramSite)
	}
	o.Token, o.API, o.Site, o.StaffGroup = token, f.TelegramAPI, site, f.TelegramStaff
	address, err := f.webhookURL(o.SourceBase)
	if err != nil {
		return nil, err
	}
	if address != "" {
		key, err := secrets.get(ctx, "telegram webhook")
		if err != nil {
			return nil, err
		}
		o.Webhook = &telegram.Webhook{URL: address, Secret: secret.Text(hex.EncodeToString(key))}
	}
	return telegram.New(o)
}

// servesOnTelegram tells for which sites the bot answers: a conversation does not go on where its insurer is not known.
func (f telegramFlags) servesOnTelegram(counter *bot.Counter) func(bot.Site) bool {
	there, _ := counter.Site(f.TelegramSite)
	return func(here bot.Site) bool {
		if len(there.Collections) == 0 {
			return true
		}
		outside := func(collection string) bool { return !slices.Contains(there.Collections, collection) }
		return len(here.Collections) > 0 && !slices.ContainsFunc(here.Collections, outside)
	}
}

type checkCommand struct {
	Telegram checkTelegramCommand `cmd:"" help:"Check the bot on Telegram: token, webhook, commands, staff group."`
	Discord  checkDiscordCommand  `cmd:"" help:"Check the bot on Discord: token, intents, commands, permissions."`
	Mail     checkMailCommand     `cmd:"" help:"Check that e-mail leaves: server, encryption, sign-in."`
}

type checkTelegramCommand struct {
	telegramFlags
	URL string `help:"The address people use, as given to serve." env:"GUICHET_URL" placeholder:"URL"`
}

// Run prints a line for each thing looked at, and fails when one is wrong.
func (t *checkTelegramCommand) Run(ctx context.Context, c console) error {
	token, err := t.token()
	if err != nil {
		return err
	}
	if token == "" {
		return errors.New("there is no token: set GUICHET_TELEGRAM_TOKEN or GUICHET_TELEGRAM_TOKEN_FILE")
	}
	address, err := t.webhookURL(t.URL)
	if err != nil {
		return err
	}
	findings := telegram.Check(ctx, token, t.TelegramAPI, address)
	if t.TelegramStaff != 0 {
		findings = append(findings, telegram.CheckStaff(ctx, token, t.TelegramAPI, t.TelegramStaff)...)
	}
	return c.report("Telegram", findings)
}

// report prints what a check of a platform found, a line each, and fails when something is wrong.
func (c console) report(platform string, findings []courier.Finding) error {
	wrong := 0
	for _, finding := range findings {
		mark := "ok    "
		if !finding.OK {
			mark = "wrong "
			wrong++
		}
		fmt.Fprintln(c.out, mark+finding.Says)
	}
	switch {
	case wrong == 1:
		return fmt.Errorf("one thing to put right on %s", platform)
	case wrong > 1:
		return fmt.Errorf("%d things to put right on %s", wrong, platform)
	}
	return nil
}
