package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"guichet/bot/courier"
)

// Finding is one thing that Check looked at.
type Finding = courier.Finding

// Check asks Telegram about the bot of a token, and says what an operator has to put right. It changes nothing.
// webhook is the address where updates are to be posted; empty for polling.
func Check(ctx context.Context, token Secret, server, webhook string) []Finding {
	a, err := newAPI(token, server)
	if err != nil {
		return []Finding{{OK: false, Says: err.Error()}}
	}
	me, err := a.me(ctx)
	if err != nil {
		return []Finding{{OK: false, Says: tokenTrouble(err)}}
	}
	findings := []Finding{{OK: true, Says: fmt.Sprintf("the token is that of @%s", me.Username)}}
	info, err := do(ctx, a.bot.GetWebhookInfo)
	if err != nil {
		return append(findings, Finding{OK: false, Says: "the webhook cannot be read: " + err.Error()})
	}
	findings = append(findings, receiving(info, webhook)...)
	menu, err := do(ctx, func(ctx context.Context) ([]models.BotCommand, error) {
		return a.bot.GetMyCommands(ctx, &tg.GetMyCommandsParams{})
	})
	switch {
	case err != nil:
		findings = append(findings, Finding{OK: false, Says: "the commands cannot be read: " + err.Error()})
	case !slices.Equal(menu, commands()):
		findings = append(findings, Finding{OK: false, Says: "the commands are not registered: guichet serve does it when it starts"})
	default:
		findings = append(findings, Finding{OK: true, Says: fmt.Sprintf("%d commands are registered", len(menu))})
	}
	return findings
}

// tokenTrouble says what is wrong with a token.
func tokenTrouble(err error) string {
	var r *refusal
	if errors.As(err, &r) && (r.code == http.StatusUnauthorized || r.code == http.StatusNotFound) {
		return "Telegram does not know this token: copy it again from @BotFather (/mybots, API Token)"
	}
	return err.Error()
}

// receiving says whether updates come in the way they are expected.
func receiving(info *models.WebhookInfo, webhook string) (findings []Finding) {
	switch {
	case webhook == "" && info.URL == "":
		findings = append(findings, Finding{OK: true, Says: "updates are polled, no webhook stands in the way"})
	case webhook == "":
		findings = append(findings, Finding{OK: false, Says: "a webhook is set, and polling is configured: guichet serve removes it when it starts"})
	case info.URL != webhook:
		findings = append(findings, Finding{OK: false, Says: "the webhook is not the one configured: guichet serve sets it when it starts"})
	default:
		findings = append(findings, Finding{OK: true, Says: "the webhook is set"})
	}
	if info.LastErrorMessage != "" {
		findings = append(findings, Finding{OK: false, Says: fmt.Sprintf("Telegram could not post to the webhook at %s: %s",
			time.Unix(int64(info.LastErrorDate), 0).UTC().Format(time.RFC3339), info.LastErrorMessage)})
	}
	if info.PendingUpdateCount > 0 {
		findings = append(findings, Finding{OK: true, Says: fmt.Sprintf("%d updates wait to be received", info.PendingUpdateCount)})
	}
	return findings
}
