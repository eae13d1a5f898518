package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"guichet/bot"
	"guichet/bot/courier"
)

// staffRoom is the group of the agents: a supergroup with topics, one a ticket. It implements courier.StaffRoom.
type staffRoom struct {
	*bot.Staff
	server *Server
	group  int64
}

func (s *Server) newStaffRoom(group int64) (*staffRoom, error) {
	if group > 0 {
		return nil, fmt.Errorf("telegram: %d is no group for agents: the number of one is negative, such as -1001234567890", group)
	}
	return &staffRoom{bot.NewStaff(s.store, bot.Telegram, strconv.FormatInt(group, 10), time.Now), s, group}, nil
}

// Open implements courier.StaffRoom.
func (r *staffRoom) Open(ctx context.Context, title string) (thread string, err error) {
	if err := r.server.limits.take(ctx, r.group); err != nil {
		return "", err
	}
	topic, err := do(context.WithoutCancel(ctx), func(ctx context.Context) (*models.ForumTopic, error) {
		return r.server.api.bot.CreateForumTopic(ctx, &tg.CreateForumTopicParams{ChatID: r.group, Name: title})
	})
	if err != nil {
		return "", err
	}
	return strconv.Itoa(topic.MessageThreadID), nil
}

// Shut implements courier.StaffRoom.
func (r *staffRoom) Shut(ctx context.Context, thread string, shut bool) error {
	if err := r.server.limits.take(ctx, r.group); err != nil {
		return err
	}
	id, _ := strconv.Atoi(thread) // 0 when it is none of ours: Telegram then knows no such topic
	_, err := do(context.WithoutCancel(ctx), func(ctx context.Context) (bool, error) {
		if shut {
			return r.server.api.bot.CloseForumTopic(ctx, &tg.CloseForumTopicParams{ChatID: r.group, MessageThreadID: id})
		}
		return r.server.api.bot.ReopenForumTopic(ctx, &tg.ReopenForumTopicParams{ChatID: r.group, MessageThreadID: id})
	})
	if refusedFor(err, "TOPIC_NOT_MODIFIED") {
		return nil // somebody did so by hand
	}
	return err
}

// Post implements courier.StaffRoom.
func (r *staffRoom) Post(ctx context.Context, thread string, post bot.StaffPost) error {
	id, _ := strconv.Atoi(thread)
	parts := Render(r.group, bot.Reply{Text: post.Text}, r.server.options.SourceBase)
	for i, part := range parts {
		part.MessageThreadID = id
		if k := keyboard(post.Buttons); k != nil && i == len(parts)-1 {
			part.ReplyMarkup = k.oneRow()
		}
		if err := r.send(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// send sends one message to the group when its limit allows.
func (r *staffRoom) send(ctx context.Context, part *tg.SendMessageParams) error {
	if err := r.server.limits.take(ctx, r.group); err != nil {
		return err
	}
	return r.server.api.sendMessage(context.WithoutCancel(ctx), part)
}

// oneRow sets all buttons side by side.
func (k *Keyboard) oneRow() *Keyboard {
	var all []Button
	for _, row := range k.Rows {
		all = append(all, row...)
	}
	return &Keyboard{Rows: [][]Button{all}}
}

// Judge implements courier.StaffRoom.
func (r *staffRoom) Judge(err error) courier.StaffFault {
	var refused *refusal
	if !errors.As(err, &refused) {
		return courier.RoomTroubled // the program stops
	}
	switch {
	case refused.code == http.StatusTooManyRequests:
		return courier.RoomLimited
	case refusedFor(err, "message thread not found", "TOPIC_ID_INVALID", "TOPIC_DELETED"):
		return courier.ThreadGone
	case refused.code == http.StatusUnauthorized, refused.code == http.StatusNotFound, refused.code == http.StatusForbidden,
		refusedFor(err, "not enough rights", "not a forum", "chat not found", "TOPIC_CLOSED", "supergroup", "CHAT_"):
		return courier.RoomBarred
	case refused.code == http.StatusBadRequest:
		return courier.PostRefused
	}
	return courier.RoomTroubled
}

// refusedFor tells whether Telegram refused with one of these words.
func refusedFor(err error, words ...string) bool {
	var r *refusal
	if !errors.As(err, &r) {
		return false
	}
	for _, w := range words {
		if strings.Contains(r.what, w) {
			return true
		}
	}
	return false
}
