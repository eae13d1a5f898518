package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/telegram"
)

// telegramFlags say which bot answers on Telegram. The token comes from the environment or a file: what stands on a
// command line can be read by everybody on the machine.
type telegramFlags struct {
	TelegramToken     telegram.Secret `hidden:"" env:"GUICHET_TELEGRAM_TOKEN"`
	TelegramTokenFile string          `help:"File with the token of the Telegram bot; or GUICHET_TELEGRAM_TOKEN. Without one Telegram is off." env:"GUICHET_TELEGRAM_TOKEN_FILE" placeholder:"FILE"`
	TelegramSite      string          `help:"The site for which the bot answers on Telegram." default:"all" env:"GUICHET_TELEGRAM_SITE" placeholder:"ID"`
	TelegramWebhook   bool            `help:"Have Telegram post updates to --url instead of asking for them." env:"GUICHET_TELEGRAM_WEBHOOK"`
	TelegramAPI       string          `help:"Another server that speaks the Bot API." env:"GUICHET_TELEGRAM_API" placeholder:"URL"`
}

// telegramPath is where Telegram posts its updates.
const telegramPath = "/telegram/updates"

// token is the bot's token, empty when there is none.
func (f telegramFlags) token() (telegram.Secret, error) {
	if f.TelegramTokenFile == "" {
		return f.TelegramToken, nil
	}
	if f.TelegramToken != "" {
		return "", errors.New("both GUICHET_TELEGRAM_TOKEN and GUICHET_TELEGRAM_TOKEN_FILE are set: keep one")
	}
	data, err := os.ReadFile(f.TelegramTokenFile)
	if err != nil {
		return "", fmt.Errorf("read the Telegram token: %w", err)
	}
	token := telegram.Secret(strings.TrimSpace(string(data)))
	if token == "" {
		return "", fmt.Errorf("the file of the Telegram token, %s, is empty", f.TelegramTokenFile)
	}
	return token, nil
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

// openTelegram prepares the bot on Telegram; nil when there is no token.
func (f telegramFlags) openTelegram(ctx context.Context, counter *bot.Counter, db *postgres.DB, secrets *secrets, changes *bot.Changes, url string, log *slog.Logger) (*telegram.Server, error) {
	token, err := f.token()
	if err != nil || token == "" {
		return nil, err
	}
	site, known := counter.Site(f.TelegramSite)
	if !known {
		return nil, fmt.Errorf("there is no site %q to answer for on Telegram (--telegram-site)", f.TelegramSite)
	}
	o := telegram.Options{
		Token: token, API: f.TelegramAPI, Site: site, Counter: counter, Store: db, Changes: changes, SourceBase: url, Log: log,
	}
	address, err := f.webhookURL(url)
	if err != nil {
		return nil, err
	}
	if address != "" {
		secret, err := secrets.get(ctx, "telegram webhook")
		if err != nil {
			return nil, err
		}
		o.Webhook = &telegram.Webhook{URL: address, Secret: telegram.Secret(hex.EncodeToString(secret))}
	}
	return telegram.New(o)
}

type checkCommand struct {
	Telegram checkTelegramCommand `cmd:"" help:"Check the bot on Telegram: token, webhook, commands."`
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
	wrong := 0
	for _, finding := range telegram.Check(ctx, token, t.TelegramAPI, address) {
		mark := "ok    "
		if !finding.OK {
			mark = "wrong "
			wrong++
		}
		fmt.Fprintln(c.out, mark+finding.Says)
	}
	if wrong > 0 {
		return fmt.Errorf("%d things to put right on Telegram", wrong)
	}
	return nil
}
