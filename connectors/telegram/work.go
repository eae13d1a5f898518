package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"guichet/bot"
)

// work handles updates, one after another, until ctx ends.
func (s *Server) work(ctx context.Context) {
	each(ctx, s, "take an update", func() (bot.HeldUpdate, error) {
		return s.store.ClaimUpdate(ctx, bot.Telegram, s.pace.lease)
	}, func(held bot.HeldUpdate) { s.handleHeld(ctx, held) })
}

// each claims and handles what there is to do, one after another, until ctx ends. With nothing to do it waits for a change
// to be announced, and looks now and then for what nobody announces.
func each[T any](ctx context.Context, s *Server, what string, claim func() (T, error), handle func(T)) {
	signals, end := s.options.Changes.Subscribe(bot.Telegram, "")
	defer end()
	look := time.NewTicker(s.pace.look)
	defer look.Stop()
	trouble := complaint{log: s.log, what: what}
	for ctx.Err() == nil {
		held, err := claim()
		if err == nil {
			trouble.about(nil)
			handle(held)
			continue
		}
		if !errors.Is(err, bot.ErrNotFound) && ctx.Err() == nil {
			trouble.about(err)
		}
		select {
		case <-ctx.Done():
		case <-signals:
		case <-look.C:
		}
	}
}

// errDies: the attempts before ended without a word.
var errDies = errors.New("the program ended at each attempt")

// handleHeld handles an update to its end, also when the program is being stopped, and says what became of it.
func (s *Server) handleHeld(ctx context.Context, held bot.HeldUpdate) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handleLimit)
	defer cancel()
	err := errDies
	if held.Attempt <= updateTries {
		err = s.attempt(ctx, held)
	}
	as := bot.Settlement{Fate: bot.Handled}
	var away *refusal
	switch {
	case err == nil:
	case errors.Is(err, bot.ErrUnavailable), errors.As(err, &away): // not the update's fault
		as = bot.Settlement{Fate: bot.Later, After: pauseAfter(err, s.pace.again), Reason: err.Error()}
	case errors.Is(err, errUnreadable), held.Attempt >= updateTries:
		s.log.Error("an update is parked", "update", held.ID, "attempts", held.Attempt, "error", err)
		s.apologise(ctx, held)
		as = bot.Settlement{Fate: bot.Parked, Reason: err.Error()}
	default:
		s.log.Warn("an update failed and is tried again", "update", held.ID, "attempt", held.Attempt, "error", err)
		as = bot.Settlement{Fate: bot.Again, After: doubled(s.pace.again, held.Attempt, time.Minute), Reason: err.Error()}
	}
	if err := s.store.SettleUpdate(ctx, held, as); err != nil && !errors.Is(err, bot.ErrNotFound) {
		s.log.Warn("an update will be handled again, without effect", "update", held.ID, "error", err)
	}
}

// attempt reads and handles one update. A panic in one conversation does not end the others.
func (s *Server) attempt(ctx context.Context, held bot.HeldUpdate) (err error) {
	defer func() {
		if p := recover(); p != nil {
			// The value may hold what the person wrote; a stack holds addresses only.
			what := fmt.Sprintf("%T", p)
			if e, ok := p.(runtime.Error); ok {
				what = e.Error()
			}
			s.log.Error("panic while an update was handled", "update", held.ID, "panic", what, "stack", string(debug.Stack()))
			err = errors.New("panic: " + what)
		}
	}()
	var u update
	if err := json.Unmarshal(held.Payload, &u); err != nil {
		return errUnreadable // json's own words may quote the text
	}
	return s.handle(ctx, u)
}

// apologise tells a person that a message of theirs could not be handled: a person then gets somebody, not silence.
func (s *Server) apologise(ctx context.Context, held bot.HeldUpdate) {
	c := chatOfUpdate(held.Payload)
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
		Text: m.words(), Public: !m.Chat.private(),
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
		Channel: bot.Telegram, Key: key, ExternalID: fmt.Sprint(m.editedID(), m.EditDate), Site: s.options.Site.ID, Text: m.words(),
	})
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
