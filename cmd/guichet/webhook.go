package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/webhook"
)

// webhookJob has this replica tell the webhooks.
func webhookJob(log *slog.Logger) postgres.Job {
	return postgres.WebhookJob(webhook.NewSender().Send, log)
}

type webhookCommand struct {
	Add    webhookAddCommand    `cmd:"" help:"Have an address told what happens to tickets; prints its secret, once."`
	List   webhookListCommand   `cmd:"" help:"List the addresses, and how they do."`
	Remove webhookRemoveCommand `cmd:"" help:"Tell an address nothing any more."`
	Test   webhookTestCommand   `cmd:"" help:"Tell an address a test, now; one that was switched off is on again when it answers."`
}

type webhookAddCommand struct {
	databaseFlags
	As           string   `help:"The e-mail of the admin who adds it." required:""`
	Events       []string `help:"What it is told, as in docs/webhooks.md; all when not given." name:"event" sep:"," placeholder:"TYPE"`
	WithText     bool     `help:"Send also what was written, by customers too."`
	AllowPrivate bool     `help:"The address may be one of this machine or of a private network, and begin with http://."`
	Name         string   `arg:"" help:"What it is for: crm-lyon."`
	URL          string   `arg:"" help:"Where messages are posted: https://…"`
}

// Run prints the secret alone on standard output.
func (w *webhookAddCommand) Run(ctx context.Context, c console) error {
	if err := bot.CheckName(w.Name); err != nil {
		return err
	}
	if err := webhook.CheckURL(w.URL, w.AllowPrivate); err != nil {
		return err
	}
	for _, event := range w.Events {
		if !slices.Contains(bot.WebhookEvents(), event) {
			return fmt.Errorf("there is no event %q; the events are %s", event, strings.Join(bot.WebhookEvents(), ", "))
		}
	}
	return w.use(ctx, func(db *postgres.DB) error {
		admin, err := adminOf(ctx, db, w.As)
		if err != nil {
			return err
		}
		made := bot.Webhook{
			Name: w.Name, URL: w.URL, Secret: webhook.NewSecret(), Events: w.Events, WithText: w.WithText, Private: w.AllowPrivate,
			MadeBy: admin.Email,
		}
		err = db.AddWebhook(fromHere(ctx), made)
		if errors.Is(err, bot.ErrExists) {
			return fmt.Errorf("there is a webhook named %s: choose another name, or remove it first", w.Name)
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(c.out, made.Secret)
		fmt.Fprintf(c.err, "Keep the secret now: it is not shown again. Then try: guichet webhook test %s\n", w.Name)
		return nil
	})
}

type webhookListCommand struct{ databaseFlags }

// Run prints a webhook a line: name, state, events, address, who added it and when.
func (w *webhookListCommand) Run(ctx context.Context, c console) error {
	return w.use(ctx, func(db *postgres.DB) error {
		webhooks, err := db.Webhooks(ctx)
		if err != nil {
			return err
		}
		for _, hook := range webhooks {
			events := "all"
			if len(hook.Events) > 0 {
				events = strings.Join(hook.Events, ",")
			}
			if hook.WithText {
				events += " with text"
			}
			fmt.Fprintf(c.out, "%-20s  %s  %s  %s  added by %s on %s\n", hook.Name, webhookState(hook), events, hook.URL, hook.MadeBy, day(hook.CreatedAt))
		}
		return nil
	})
}

func webhookState(w bot.Webhook) string {
	switch {
	case !w.Off.IsZero():
		return fmt.Sprintf("off since %s: %s", w.Off.Format(time.RFC3339), w.LastError)
	case !w.FailingSince.IsZero():
		return fmt.Sprintf("failing since %s: %s", w.FailingSince.Format(time.RFC3339), w.LastError)
	case w.Delivered.IsZero():
		return "nothing sent yet"
	}
	return "delivered " + w.Delivered.Format(time.RFC3339)
}

type webhookRemoveCommand struct {
	databaseFlags
	Name string `arg:"" help:"The webhook's name."`
}

// Run removes a webhook.
func (w *webhookRemoveCommand) Run(ctx context.Context) error {
	return w.use(ctx, func(db *postgres.DB) error { return webhookError(w.Name, db.RemoveWebhook(fromHere(ctx), w.Name)) })
}

type webhookTestCommand struct {
	databaseFlags
	Name string `arg:"" help:"The webhook's name."`
}

// Run makes one attempt and says what came of it.
func (w *webhookTestCommand) Run(ctx context.Context, c console) error {
	return w.use(ctx, func(db *postgres.DB) error {
		trial := bot.WebhookTrial{Webhooks: db, Audit: db, Post: webhook.NewSender().Send, Now: time.Now}
		id, err := trial.Try(fromHere(ctx), w.Name)
		var refused bot.WebhookRefusal
		if errors.As(err, &refused) {
			return fmt.Errorf("%s was not told: %w", w.Name, refused)
		}
		if err != nil {
			return webhookError(w.Name, err)
		}
		fmt.Fprintf(c.out, "%s was told %s\n", w.Name, id)
		return nil
	})
}

func webhookError(name string, err error) error {
	if errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("there is no webhook named %s: see guichet webhook list", name)
	}
	return err
}
