package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"guichet/bot"
	"guichet/bot/courier"
	"guichet/bot/prose"
)

// inStaffRoom tells whether an update is of the group of the agents. What is said there never goes to the counter.
func (s *Server) inStaffRoom(c chat) bool { return s.staff != nil && c.ID == s.staff.group }

// staffThread names a topic to the store; empty outside any. A message of the group that answers another carries a thread
// too, which is none.
func (m *message) staffThread() string {
	if !m.IsTopic || m.ThreadID == 0 {
		return ""
	}
	return strconv.FormatInt(m.ThreadID, 10)
}

// staffSaid handles what somebody wrote in the group.
func (s *Server) staffSaid(ctx context.Context, m *message) error {
	thread := m.staffThread()
	text := m.words()
	f, isFile := m.file()
	switch {
	case m.Sender.ID != 0 && m.Sender.ID == m.Chat.ID:
		return s.declineStaff(ctx, m, thread, textStaffAnonymous)
	case m.From.IsBot:
		return nil
	case !isFile && m.hasFile():
		return s.declineStaff(ctx, m, thread, textStaffFile)
	case !isFile && strings.TrimSpace(text) == "":
		return nil // somebody joined, a topic was closed ...
	}
	act := bot.StaffAct{Thread: thread, Person: strconv.FormatInt(m.From.ID, 10), ID: strconv.FormatInt(m.ID, 10), Text: text}
	if isFile {
		act.Fetch = func(ctx context.Context) ([]bot.Attachment, error) {
			a, err := s.fetch(ctx, f, time.Unix(m.Date, 0))
			return []bot.Attachment{a}, err
		}
	}
	answer, err := s.staff.Do(ctx, act)
	if err != nil {
		if !errors.Is(err, bot.ErrUnavailable) {
			s.log.Error("carry out what an agent wrote", "message", m.ID, "error", err)
		}
		return err
	}
	if answer.Done && s.react(ctx, m) {
		return nil
	}
	if answer.Text == "" && s.ownTopic(m) {
		return s.answerForgotten(ctx, m, thread)
	}
	return s.answerStaff(ctx, m, answer.Text)
}

// ownTopic tells whether a message stands in a topic that the bot opened: Telegram has it answer the opening.
func (s *Server) ownTopic(m *message) bool {
	return m.IsTopic && m.ReplyTo != nil && m.ReplyTo.TopicOpened != nil && m.ReplyTo.From.ID == s.api.bot.ID()
}

// answerForgotten tells that a topic of ours no longer is that of a ticket: the ticket was erased, or a second topic was
// opened for it because the program ended in between. Silence would be taken for "sent".
func (s *Server) answerForgotten(ctx context.Context, m *message, thread string) error {
	_, err := s.store.StaffTicket(ctx, s.staff.Room(), thread)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bot.ErrNotFound):
		return s.answerStaff(ctx, m, bot.Typeset(textStaffForgotten))
	}
	return err
}

// declineStaff says why something that somebody sent into the thread of a ticket does not go to the customer.
func (s *Server) declineStaff(ctx context.Context, m *message, thread, why string) error {
	if _, err := s.store.StaffTicket(ctx, s.staff.Room(), thread); err != nil {
		if errors.Is(err, bot.ErrNotFound) {
			return nil // colleagues among themselves
		}
		return err
	}
	return s.answerStaff(ctx, m, bot.Typeset(why))
}

// hasFile tells whether a message is more than its text.
func (m *message) hasFile() bool {
	kept, _ := m.otherThanText()
	return kept != ""
}

// react marks a message as taken: a mark on it disturbs nobody, and counts in no limit of messages.
func (s *Server) react(ctx context.Context, m *message) bool {
	_, err := do(ctx, func(ctx context.Context) (bool, error) {
		return s.api.bot.SetMessageReaction(ctx, &tg.SetMessageReactionParams{
			ChatID: m.Chat.ID, MessageID: int(m.ID),
			Reaction: []models.ReactionType{{Type: models.ReactionTypeTypeEmoji, ReactionTypeEmoji: &models.ReactionTypeEmoji{Emoji: "👍"}}},
		})
	})
	if err != nil {
		s.log.Debug("mark an agent's message as taken", "error", err) // the group may have no reactions: then it is said
	}
	return err == nil
}

// answerStaff answers a message in its thread. That Telegram refuses the answer changes nothing of what was done.
func (s *Server) answerStaff(ctx context.Context, m *message, markdown string) error {
	for _, part := range Render(m.Chat.ID, bot.Reply{Text: markdown}, s.options.SourceBase) {
		if m.IsTopic {
			part.MessageThreadID = int(m.ThreadID)
		}
		part.ReplyParameters = &models.ReplyParameters{MessageID: int(m.ID), AllowSendingWithoutReply: true}
		err := s.staff.send(ctx, part)
		switch fault := s.staff.Judge(err); {
		case err == nil:
		case fault == courier.RoomTroubled || fault == courier.RoomLimited:
			return err
		default:
			s.log.Error("answer an agent", "error", err)
			return nil
		}
	}
	return nil
}

// staffEdited says that a change does not reach the customer. Telegram also reports changes that nobody sees.
func (s *Server) staffEdited(ctx context.Context, m *message) error {
	if m.From.IsBot {
		return nil
	}
	answer, err := s.staff.Edited(ctx, m.staffThread(), m.words())
	if err != nil {
		return err
	}
	return s.answerStaff(ctx, m, answer.Text)
}

// apologiseToStaff says that what an agent wrote could not be handled. Silence would be taken for "sent".
func (s *Server) apologiseToStaff(ctx context.Context, held bot.HeldUpdate) {
	var u update
	if json.Unmarshal(held.Payload, &u) != nil || u.Message == nil {
		return
	}
	if err := s.declineStaff(ctx, u.Message, u.Message.staffThread(), textStaffParked); err != nil {
		s.log.Error("tell an agent that their message was not handled", "update", held.ID, "error", err)
	}
}

// staffPressed handles a button of the group. It is answered with what came of it.
func (s *Server) staffPressed(ctx context.Context, q *query) error {
	answer, err := s.staff.Do(ctx, bot.StaffAct{
		Thread: q.Message.staffThread(), Person: strconv.FormatInt(q.From.ID, 10), ID: fmt.Sprint("press:", q.ID), Button: q.Data,
	})
	says := answer.Text
	if err != nil {
		says = textStaffLater
	}
	if says == "" {
		says = textStaffOldButton
	}
	if failed := s.api.answerQueryWith(ctx, q.ID, alert(says), !answer.Done); failed != nil {
		s.log.Debug("answer the press of a button", "error", failed) // too old, or answered at an earlier attempt
	}
	if answer.Done { // what changed is posted with the buttons that make sense then
		if failed := s.api.removeKeyboard(ctx, q.Message.Chat.ID, q.Message.ID); failed != nil {
			s.log.Debug("remove the buttons of a post", "error", failed)
		}
	}
	return err
}

// longestAlert is what a notice over a chat holds, in UTF-16 units.
const longestAlert = 200

// alert is Markdown as a notice shows it.
func alert(markdown string) string {
	parts := prose.Split(prose.Dialect{}.Read(markdown).Glyphs, longestAlert, units)
	if len(parts) == 0 {
		return ""
	}
	return prose.Letters(parts[0])
}
