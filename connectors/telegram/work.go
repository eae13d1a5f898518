package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"guichet/bot"
	"guichet/bot/courier"
)

// Read implements courier.Reader.
func (s *Server) Read(ctx context.Context, held bot.HeldUpdate) error {
	var u update
	if err := json.Unmarshal(held.Payload, &u); err != nil {
		return courier.ErrUnreadable // json's own words may quote the text
	}
	return s.handle(ctx, u)
}

// Apologise implements courier.Reader: a person whose message cannot be handled gets somebody, not silence.
func (s *Server) Apologise(ctx context.Context, held bot.HeldUpdate) {
	c := chatOfUpdate(held.Payload)
	if s.inStaffRoom(c) {
		s.apologiseToStaff(ctx, held)
		return
	}
	if !c.private() {
		return
	}
	_, err := s.options.Counter.Say(ctx, bot.Inbound{
		Channel: bot.Telegram, Key: c.key(person{}), ExternalID: "parked:" + held.ID, Site: s.options.Site.ID, Text: keptParked,
	}, bot.Reply{Kind: bot.Abstain, Text: textParked, Choices: []bot.Choice{personChoice}})
	if err != nil {
		s.log.Error("tell a person that their message was not handled", "update", held.ID, "error", err)
	}
}

// handle does what an update asks for.
func (s *Server) handle(ctx context.Context, u update) error {
	switch {
	case u.Query != nil && u.Query.Message != nil && s.inStaffRoom(u.Query.Message.Chat):
		return s.staffPressed(ctx, u.Query)
	case u.Edited != nil && s.inStaffRoom(u.Edited.Chat):
		return s.staffEdited(ctx, u.Edited)
	case u.Message != nil && s.inStaffRoom(u.Message.Chat):
		return s.staffSaid(ctx, u.Message)
	case u.Query != nil:
		return s.pressed(ctx, u.Query)
	case u.Edited != nil:
		return s.edited(ctx, u.Edited)
	case u.Message != nil && !u.Message.From.IsBot:
		return s.said(ctx, u.Message)
	}
	return nil
}

// said handles a message: a command, words, or something else.
func (s *Server) said(ctx context.Context, m *message) error {
	in := bot.Inbound{
		Channel: bot.Telegram, Key: m.Chat.key(m.From), ExternalID: m.externalID(), Site: s.options.Site.ID,
		Text: m.words(), Public: !m.Chat.private(), Language: m.language(),
	}
	f, hasFile := m.file()
	if in.Public {
		text, addressed, err := s.addressed(ctx, m)
		if err != nil || !addressed {
			return err
		}
		if in.Text = text; text == "" && !hasFile {
			return s.say(ctx, in, bot.Reply{Kind: bot.Smalltalk, Text: textHelp})
		}
	}
	if hasFile {
		return s.broughtFile(ctx, in, m, f)
	}
	if name, rest, ok := command(in.Text); ok {
		return s.command(ctx, in, name, rest)
	}
	if strings.TrimSpace(in.Text) != "" {
		return s.ask(ctx, in)
	}
	if kept, says := m.otherThanText(); kept != "" {
		in.Text = kept
		return s.say(ctx, in, bot.Reply{Kind: bot.Abstain, Text: says})
	}
	return nil // somebody joined, a message was pinned ...
}

// ask has the counter answer.
func (s *Server) ask(ctx context.Context, in bot.Inbound) error {
	_, err := s.options.Counter.Receive(ctx, in)
	return err
}

// say answers by ourselves.
func (s *Server) say(ctx context.Context, in bot.Inbound, reply bot.Reply) error {
	_, err := s.options.Counter.Say(ctx, in, reply)
	return err
}

// otherThanText says what stands in the transcript for a message without text, and what is answered; empty for what is
// no message of a person.
func (m *message) otherThanText() (kept, says string) {
	for _, kind := range []struct {
		content    []json.RawMessage
		kept, says string
	}{
		{[]json.RawMessage{m.Voice, m.Audio, m.VideoNote}, keptVoice, textVoice},
		{[]json.RawMessage{m.Sticker, m.Animation}, keptSticker, textSticker},
		{[]json.RawMessage{m.Photo, m.Document, m.Video}, keptFile, textFileType},
		{[]json.RawMessage{m.Contact, m.Location}, keptOther, textOther},
	} {
		for _, content := range kind.content {
			if content != nil {
				return kind.kept, kind.says
			}
		}
	}
	return "", ""
}

// edited handles a message that its author changed: the new words are answered like a new message. Telegram also
// reports changes that nobody sees; the same words are not answered again.
func (s *Server) edited(ctx context.Context, m *message) error {
	_, _, isCommand := command(m.words())
	if !m.Chat.private() || m.From.IsBot || strings.TrimSpace(m.words()) == "" || isCommand {
		return nil
	}
	key := m.Chat.key(m.From)
	transcript, err := s.store.Transcript(ctx, bot.Telegram, key, 0)
	if err != nil {
		return err
	}
	masked, _ := bot.Mask(strings.TrimSpace(m.words()))
	latest := ""
	for _, t := range transcript {
		if t.ExternalID == m.externalID() || strings.HasPrefix(t.ExternalID, m.editedID()) {
			latest = t.Text
		}
	}
	if latest == masked {
		return nil
	}
	return s.ask(ctx, bot.Inbound{
		Channel: bot.Telegram, Key: key, ExternalID: fmt.Sprint(m.editedID(), m.EditDate), Site: s.options.Site.ID, Text: m.words(), Language: m.language(),
	})
}

// language is what the person is answered in; in a group all read along, and it is French.
func (m *message) language() string {
	if !m.Chat.private() {
		return ""
	}
	return bot.SpokenLanguage(m.From.Language, m.words())
}

func (m *message) editedID() string { return "edit:" + m.externalID() + ":" }

// pressed handles a button. The press is answered first, whatever comes of it: the button spins until then.
func (s *Server) pressed(ctx context.Context, q *query) error {
	if err := s.api.answerQuery(ctx, q.ID); err != nil {
		s.log.Debug("answer the press of a button", "error", err) // too old, or answered at an earlier attempt
	}
	m := q.Message
	if m == nil || m.Chat.ID == 0 {
		return nil // a button of a message that is not in a chat: none of ours
	}
	in := bot.Inbound{
		Channel: bot.Telegram, Key: m.Chat.key(q.From), Site: s.options.Site.ID, Public: !m.Chat.private(), Choice: q.Data,
		// Of the button and not of the press: pressing twice in a hurry is one choice.
		ExternalID: fmt.Sprintf("press:%d:%d:%s:%s", m.Chat.ID, m.ID, m.Chat.key(q.From), q.Data),
	}
	for _, row := range m.Markup.Rows {
		for _, b := range row {
			if b.Data == q.Data {
				in.Text = b.Text
			}
		}
	}
	if err := s.ask(ctx, in); err != nil {
		return err
	}
	if !in.Public { // in a group others may still want theirs
		if err := s.api.removeKeyboard(ctx, m.Chat.ID, m.ID); err != nil {
			s.log.Debug("remove the buttons of a message", "error", err) // gone already, or the message is
		}
	}
	return nil
}
