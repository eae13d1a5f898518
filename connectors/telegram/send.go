package telegram

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"

	"guichet/bot"
	"guichet/bot/courier"
	"guichet/bot/prose"
)

// send sends the next part of a message, within the limits. Telegram's limit of thirty a second leaves little to gain by
// sending several at once.
func (s *Server) send(ctx context.Context, d bot.Delivery) courier.Attempt {
	parts, err := s.parts(ctx, d)
	if err != nil {
		return courier.Attempt{Result: courier.Unreadable, Err: err}
	}
	if d.Parts >= len(parts) {
		return courier.Attempt{Result: courier.Left, Parts: d.Parts}
	}
	part := parts[d.Parts]
	if wait := s.limits.chat(part.chatID, time.Now()); wait > 0 {
		return courier.Attempt{Result: courier.Waiting, After: wait}
	}
	if err := s.limits.all.Wait(ctx); err != nil { // the program stops
		return courier.Attempt{Result: courier.Waiting}
	}
	// Not cut short when the program stops: it would not be known whether it arrived.
	sent := s.sendPart(context.WithoutCancel(ctx), part)
	gap := s.limits.sent(part.chatID, time.Now())
	return attempted(sent, d.Parts+1, len(parts), gap)
}

// attempted says what Telegram's answer to part n of a message means.
func attempted(sent error, n, parts int, gap time.Duration) courier.Attempt {
	a := courier.Attempt{Result: courier.Troubled, Err: sent}
	var r *refusal
	errors.As(sent, &r)
	switch {
	case r == nil && n < parts:
		a = courier.Attempt{Result: courier.Next, Parts: n, After: gap}
	case r == nil:
		a = courier.Attempt{Result: courier.Left, Parts: n}
	case r.code == http.StatusTooManyRequests:
		a.Result, a.After = courier.Limited, r.after
	case r.code == http.StatusUnauthorized || r.code == http.StatusNotFound: // the token, not the message
		a.Result = courier.Barred
	case r.code == http.StatusForbidden, r.code == http.StatusBadRequest && strings.Contains(r.what, "chat not found"):
		a.Result = courier.Unreachable
	case r.code == http.StatusBadRequest:
		a.Result = courier.Refused
	}
	return a
}

// parts are the messages that a delivery makes.
func (s *Server) parts(ctx context.Context, d bot.Delivery) (parts []part, err error) {
	chatID, group, err := chatOfKey(d.Key)
	if err != nil {
		return nil, errors.New("its conversation is no chat of Telegram's")
	}
	reply := bot.Reply{Text: d.Message.Text}
	if d.Message.Reply != nil {
		reply = *d.Message.Reply
	}
	if d.Message.From == bot.FromAgent {
		reply.Text = "**" + prose.Escape(d.Message.Agent) + "**\n\n" + reply.Text
	}
	if first := d.Message.Seq <= 2 && d.Message.From == bot.FromBot; first && !strings.Contains(reply.Text, introduced) {
		reply.Text = bot.Typeset(courier.TextFirst()) + "\n\n" + reply.Text
	}
	if group && reply.Kind == bot.Escalate {
		if name, err := s.username(ctx); err == nil {
			reply.Text += "\n\n" + privateLink(name, fromGroup)
		}
	}
	texts := Render(chatID, reply, s.options.SourceBase)
	if group && len(texts) > 0 {
		texts[0].ReplyParameters = answering(d.Answers)
	}
	return inParts(chatID, texts, d.Message.Attachments), nil
}

// answering ties an answer in a group to the message it is about; nil when it is about none.
func answering(externalID string) *models.ReplyParameters {
	_, id, _ := strings.Cut(externalID, ":")
	message, err := strconv.Atoi(id)
	if err != nil {
		return nil
	}
	return &models.ReplyParameters{MessageID: message, AllowSendingWithoutReply: true}
}
