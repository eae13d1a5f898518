package telegram

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"

	"guichet/bot"
)

// send delivers what waits in the outbox until ctx ends. One message at a time: a crash then leaves one at most of
// which it is not known whether it arrived, and Telegram's limit of thirty a second leaves little to gain by more.
func (s *Server) send(ctx context.Context) {
	out := outgoing{Server: s, trouble: complaint{log: s.log, what: "deliver messages"}}
	each(ctx, s, "take a message to deliver", func() (bot.Delivery, error) {
		return s.store.ClaimDelivery(ctx, bot.Telegram, s.pace.lease)
	}, func(d bot.Delivery) {
		if pause := out.deliver(ctx, d); pause > 0 {
			rest(ctx, pause)
		}
	})
}

// outgoing is the sender with what it remembers from one message to the next.
type outgoing struct {
	*Server
	trouble  complaint
	failures int // in a row, of whatever chat: then it is Telegram, not the message
	floods   int // in a row: then the limit is the bot's, not the chat's
}

// deliver sends the next part of a message and notes what became of it. pause is how long everything has to wait.
func (o *outgoing) deliver(ctx context.Context, d bot.Delivery) (pause time.Duration) {
	parts, err := o.parts(ctx, d)
	if err != nil {
		o.log.Error("a message cannot be rendered", "conversation", d.Conversation, "message", d.Message.Seq, "error", err)
		o.settle(ctx, d, bot.Dispatch{State: bot.Dead, Reason: bot.ReasonRefused})
		return 0
	}
	if d.Parts >= len(parts) {
		o.settle(ctx, d, bot.Dispatch{State: bot.Sent})
		return 0
	}
	part := parts[d.Parts]
	if wait := o.limits.chat(part.chatID, time.Now()); wait > 0 {
		o.settle(ctx, d, bot.Dispatch{State: bot.Postponed, After: wait})
		return 0
	}
	if err := o.limits.all.Wait(ctx); err != nil { // the program stops
		o.settle(ctx, d, bot.Dispatch{State: bot.Postponed})
		return 0
	}
	// Not cut short when the program stops: it would not be known whether it arrived.
	sent := o.sendPart(context.WithoutCancel(ctx), part)
	gap := o.limits.sent(part.chatID, time.Now())
	as, pause := o.dispatch(d, sent, len(parts), gap)
	o.settle(ctx, d, as)
	return pause
}

// dispatch decides what a message's attempt comes to.
func (o *outgoing) dispatch(d bot.Delivery, sent error, parts int, gap time.Duration) (as bot.Dispatch, pause time.Duration) {
	var r *refusal
	errors.As(sent, &r)
	switch {
	case r == nil:
		o.trouble.about(nil)
		o.failures, o.floods = 0, 0
		if d.Parts+1 < parts {
			return bot.Dispatch{State: bot.Postponed, Parts: d.Parts + 1, After: gap}, 0
		}
		return bot.Dispatch{State: bot.Sent, Parts: d.Parts + 1}, 0
	case r.code == http.StatusTooManyRequests:
		o.floods++
		if o.floods > 1 {
			pause = r.after
		}
		return bot.Dispatch{State: bot.Postponed, After: r.after, Reason: r.what}, pause
	case r.code == http.StatusUnauthorized || r.code == http.StatusNotFound: // the token, not the message
		o.trouble.about(r)
		return bot.Dispatch{State: bot.Postponed, After: o.pace.longestTrouble, Reason: r.what}, o.pace.longestTrouble
	case r.code == http.StatusForbidden, r.code == http.StatusBadRequest && strings.Contains(r.what, "chat not found"):
		o.failures, o.floods = 0, 0
		o.log.Info("a person can no longer be reached", "conversation", d.Conversation)
		return bot.Dispatch{State: bot.Gone, Reason: bot.ReasonBlocked}, 0
	case r.code == http.StatusBadRequest:
		o.failures, o.floods = 0, 0
		o.log.Error("Telegram refuses a message", "conversation", d.Conversation, "message", d.Message.Seq, "error", r)
		return bot.Dispatch{State: bot.Dead, Reason: bot.ReasonRefused}, 0
	}
	o.trouble.about(r)
	if o.failures++; o.failures > 1 {
		pause = doubled(o.pace.trouble, o.failures-1, o.pace.longestTrouble)
	}
	if d.Attempt >= messageTries {
		o.log.Error("a message is given up", "conversation", d.Conversation, "message", d.Message.Seq, "attempts", d.Attempt)
		return bot.Dispatch{State: bot.Dead, Reason: bot.ReasonTries}, pause
	}
	return bot.Dispatch{State: bot.Failed, After: doubled(o.pace.resend, d.Attempt, o.pace.longestResend), Reason: r.Error()}, pause
}

// settle notes what became of a message, trying for a while: one that was sent and not noted is sent again.
func (o *outgoing) settle(ctx context.Context, d bot.Delivery, as bot.Dispatch) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
	defer cancel()
	for n := 1; ; n++ {
		err := o.store.SettleDelivery(ctx, d, as)
		if err == nil || errors.Is(err, bot.ErrNotFound) {
			return
		}
		if !errors.Is(err, bot.ErrUnavailable) || !rest(ctx, doubled(o.pace.trouble, n, o.pace.longestTrouble)) {
			o.log.Error("note what became of a message", "conversation", d.Conversation, "message", d.Message.Seq, "state", string(as.State), "error", err)
			return
		}
	}
}

var errRender = errors.New("panic while a message was rendered")

// parts are the messages that a delivery makes.
func (o *outgoing) parts(ctx context.Context, d bot.Delivery) (parts []part, err error) {
	defer func() {
		if p := recover(); p != nil {
			o.log.Error("panic while a message was rendered", "conversation", d.Conversation, "stack", string(debug.Stack()))
			err = errRender
		}
	}()
	chatID, group, err := chatOfKey(d.Key)
	if err != nil {
		return nil, errors.New("its conversation is no chat of Telegram's")
	}
	reply := bot.Reply{Text: d.Message.Text}
	if d.Message.Reply != nil {
		reply = *d.Message.Reply
	}
	if d.Message.From == bot.FromAgent {
		reply.Text = "**" + markdownEscape(d.Message.Agent) + "**\n\n" + reply.Text
	}
	if first := d.Message.Seq <= 2 && d.Message.From == bot.FromBot; first && !strings.Contains(reply.Text, introduced) {
		reply.Text = bot.Typeset(textFirst) + "\n\n" + reply.Text
	}
	if group && reply.Kind == bot.Escalate {
		if name, err := o.username(ctx); err == nil {
			reply.Text += "\n\n" + privateLink(name, fromGroup)
		}
	}
	texts := Render(chatID, reply, o.options.SourceBase)
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

// markdownEscape makes a name plain words of Markdown.
func markdownEscape(name string) string {
	var b strings.Builder
	for _, r := range name {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~&:", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
