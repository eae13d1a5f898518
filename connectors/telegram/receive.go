package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"guichet/bot"
	"guichet/bot/courier"
)

// receive sees to it that updates come in, by polling or by the webhook, until ctx ends.
func (s *Server) receive(ctx context.Context) {
	trouble := courier.Complaint{Log: s.log, What: "set up how updates come in"}
	for n := 1; ; n++ {
		err := s.setUp(ctx)
		if ctx.Err() != nil {
			return
		}
		trouble.About(err)
		if err == nil {
			break
		}
		if !courier.Rest(ctx, courier.PauseAfter(err, courier.Doubled(s.pace.Trouble, n, s.pace.LongestTrouble))) {
			return
		}
	}
	if _, err := do(ctx, func(ctx context.Context) (bool, error) {
		return s.api.bot.SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: commands()})
	}); err != nil && ctx.Err() == nil {
		s.log.Error("register the commands: people can type them, but see no menu", "error", err)
	}
	if s.options.Webhook == nil {
		s.poll(ctx)
	}
}

// setUp sets the webhook, or removes it.
func (s *Server) setUp(ctx context.Context) error {
	_, err := do(ctx, func(ctx context.Context) (bool, error) {
		hook := s.options.Webhook
		if hook == nil {
			return s.api.bot.DeleteWebhook(ctx, &tg.DeleteWebhookParams{})
		}
		return s.api.bot.SetWebhook(ctx, &tg.SetWebhookParams{
			URL: hook.URL, SecretToken: string(hook.Secret), AllowedUpdates: allowedUpdates(),
			MaxConnections: 1, // one after another: the order in which they are kept is that in which they are handled
		})
	})
	return err
}

// poll asks for updates, keeps them, and only then confirms them, by the offset of the next request.
func (s *Server) poll(ctx context.Context) {
	trouble := courier.Complaint{Log: s.log, What: "receive updates"}
	offset, failures := int64(0), 0
	for ctx.Err() == nil {
		next, err := s.pollOnce(ctx, offset)
		if ctx.Err() != nil {
			return
		}
		trouble.About(err)
		if err == nil {
			offset, failures = next, 0
			continue
		}
		failures++
		courier.Rest(ctx, courier.PauseAfter(err, courier.Doubled(s.pace.Trouble, failures, s.pace.LongestTrouble)))
	}
}

func (s *Server) pollOnce(ctx context.Context, offset int64) (next int64, err error) {
	raw, err := s.api.getUpdates(ctx, offset, s.pace.poll)
	if err != nil {
		return offset, err
	}
	next = offset
	updates := make([]bot.Update, 0, len(raw))
	for _, r := range raw {
		number, kept, err := envelope(r)
		if err != nil {
			return offset, err // without its number it cannot be confirmed either
		}
		updates, next = append(updates, kept), max(next, number+1)
	}
	if err := s.store.KeepUpdates(ctx, updates); err != nil {
		return offset, err
	}
	return next, nil
}

const (
	// secretHeader carries the secret that setWebhook was given.
	secretHeader = "X-Telegram-Bot-Api-Secret-Token"

	// largestUpdate is far more than Telegram sends.
	largestUpdate = 1 << 20
)

// Webhook takes the updates that Telegram posts, on any replica. It answers 200 once an update is kept, and anything
// else has Telegram post it again. Without a webhook in the options it answers 404.
func (s *Server) Webhook() http.Handler {
	if s.options.Webhook == nil {
		return http.NotFoundHandler()
	}
	secret := sha256.Sum256([]byte(s.options.Webhook.Secret)) // of one length, so that comparing takes one time
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := sha256.Sum256([]byte(r.Header.Get(secretHeader)))
		if subtle.ConstantTimeCompare(secret[:], given[:]) != 1 {
			http.Error(w, "forbidden", http.StatusForbidden)
			return
		}
		if r.Method != http.MethodPost {
			http.Error(w, "post an update", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestUpdate))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		_, kept, err := envelope(json.RawMessage(body))
		if err != nil {
			http.Error(w, "not an update", http.StatusBadRequest)
			return
		}
		if err := s.store.KeepUpdates(r.Context(), []bot.Update{kept}); err != nil {
			s.log.Error("keep an update", "update", kept.ID, "error", err)
			http.Error(w, "not kept", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusOK)
	})
}

// commands is the menu that Telegram shows.
func commands() []models.BotCommand {
	var all []models.BotCommand
	for _, c := range menu {
		all = append(all, models.BotCommand{Command: c.name, Description: c.says})
	}
	return all
}
