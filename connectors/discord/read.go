package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"guichet/bot"
	"guichet/bot/courier"
)

// Read implements courier.Reader.
func (s *Server) Read(ctx context.Context, held bot.HeldUpdate) error {
	var e envelope
	if json.Unmarshal(held.Payload, &e) != nil {
		return courier.ErrUnreadable
	}
	if e.Type == interaction {
		var p press
		if json.Unmarshal(e.Data, &p) != nil || p.from() == "" {
			return courier.ErrUnreadable
		}
		if p.ofStaff() {
			return s.staffPressed(ctx, &p)
		}
		return s.pressed(ctx, &p)
	}
	var m message
	if json.Unmarshal(e.Data, &m) != nil || !m.byPerson() {
		return courier.ErrUnreadable
	}
	if e.Staff {
		return s.inStaffRoom(ctx, &e, &m)
	}
	public := e.Guild != "" && e.Case != m.Author.ID
	external := m.ID
	if e.Guild != "" && !public {
		external = inThread(m.Channel, m.ID)
	}
	in := bot.Inbound{
		Channel: bot.Discord, Key: key(m.Author.ID, m.Channel, public), ExternalID: external, Site: s.options.Site.ID,
		Text: withoutName(m.Content, e.Bot), Public: public,
	}
	if e.Type == changed {
		return s.edited(ctx, &m, in)
	}
	return s.said(ctx, &m, in)
}

// Apologise implements courier.Reader: a person whose message cannot be handled gets somebody, not silence. In public only
// an interaction is answered, for nobody else sees that.
func (s *Server) Apologise(ctx context.Context, held bot.HeldUpdate) {
	if strings.HasPrefix(held.Thread, staffThread) {
		s.apologiseToStaff(ctx, held)
		return
	}
	_, channel, ok := placeOf(held.Thread)
	if !ok {
		return
	}
	in := bot.Inbound{
		Channel: bot.Discord, Key: held.Thread, ExternalID: "parked:" + held.ID, Site: s.options.Site.ID, Text: keptParked, Public: channel != "",
	}
	var e envelope
	var p press
	if json.Unmarshal(held.Payload, &e) == nil && e.Type == interaction && json.Unmarshal(e.Data, &p) == nil && p.Token != "" {
		if _, err := s.keepCallback(ctx, &p, in.ExternalID); err != nil {
			s.log.Warn("answer an interaction that was not handled", "update", held.ID, "error", err)
		}
	} else if in.Public {
		return
	}
	if err := s.say(ctx, in, bot.Reply{Kind: bot.Abstain, Text: textParked, Choices: []bot.Choice{personChoice()}}); err != nil {
		s.log.Error("tell a person that their message was not handled", "update", held.ID, "error", err)
	}
}

// personChoice asks for a person.
func personChoice() bot.Choice {
	return bot.Choice{Label: labelPerson, Value: bot.ChoiceRequest + string(bot.Human)}
}

// withoutName is what is said to the bot, without its name.
func withoutName(text, bot string) string {
	return strings.TrimSpace(strings.NewReplacer("<@"+bot+">", "", "<@!"+bot+">", "").Replace(text))
}

// pressed handles an interaction.
func (s *Server) pressed(ctx context.Context, p *press) error {
	public := s.publicly(ctx, p)
	in := bot.Inbound{
		Channel: bot.Discord, Key: key(p.from(), p.Channel, public), ExternalID: "i:" + p.ID, Site: s.options.Site.ID, Public: public,
	}
	if p.Type == byComponent {
		var err error
		if in.Choice, in.Text, err = s.chosen(ctx, p); err != nil {
			return err
		}
		if strings.HasPrefix(in.Choice, "intake:") && p.Message != nil {
			// Of the button and not of the press: pressing twice in a hurry is one choice.
			in.ExternalID = fmt.Sprintf("press:%s:%s:%s", p.Message.ID, p.from(), in.Choice)
		}
	}
	first, err := s.keepCallback(ctx, p, in.ExternalID)
	if err != nil {
		return err
	}
	if p.Guild == "" {
		s.know(ctx, p.Channel)
	}
	if !first {
		s.settle(ctx, p, http.MethodDelete, nil)
		return nil
	}
	switch p.Type {
	case byCommand:
		return s.commanded(ctx, p, in)
	case byModal:
		return s.submitted(ctx, p, in)
	case byComponent:
		if in.Choice == howChoice {
			return s.say(ctx, in, bot.Reply{Kind: bot.Smalltalk, Text: textHow})
		}
		out, err := s.options.Counter.Receive(ctx, in)
		if err != nil {
			return err
		}
		if p.Guild == "" { // in a server others may still want theirs, and what one person sees cannot be changed
			s.removeButtons(ctx, p)
		}
		s.openCase(ctx, p, out)
		s.answered(ctx, p, out)
		return nil
	}
	return nil
}

// answered sees to it that an interaction has an answer: when the bot is silent, an agent has the conversation.
func (s *Server) answered(ctx context.Context, p *press, out bot.Outcome) {
	if out.Bot == nil {
		s.settle(ctx, p, http.MethodPatch, map[string]string{"content": bot.Typeset(textWithAgent)})
	}
}

// removeButtons takes the buttons from the message that one of them was pressed under.
func (s *Server) removeButtons(ctx context.Context, p *press) {
	if p.Message == nil {
		return
	}
	path := "/channels/" + p.Channel + "/messages/"
	err := s.api.callAs(ctx, "PATCH "+path, http.MethodPatch, path+p.Message.ID, map[string]any{"components": []any{}}, nil)
	if err != nil {
		s.log.Debug("remove the buttons of a message", "error", err) // gone already, or the message is
	}
}

// commanded handles a slash command that opens no form.
func (s *Server) commanded(ctx context.Context, p *press, in bot.Inbound) error {
	switch p.Data.Name {
	case commandQuestion:
		in.Text = p.option(optionText)
		if !in.Public {
			in.Language = bot.SpokenLanguage(p.Locale, in.Text)
		}
		out, err := s.options.Counter.Receive(ctx, in)
		if err != nil {
			return err
		}
		s.answered(ctx, p, out)
		return nil
	case commandStatus:
		given := p.option(optionReference)
		in.Text = strings.TrimSpace("/" + commandStatus + " " + given)
		reply, err := courier.Status(ctx, s.store, in, given)
		if err != nil {
			return err
		}
		return s.say(ctx, in, reply)
	case commandPrivacy:
		in.Text = "/" + commandPrivacy
		return s.say(ctx, in, bot.Reply{Kind: bot.Smalltalk, Text: courier.TextPrivacy("Discord")})
	}
	in.Text = "/" + p.Data.Name
	return s.say(ctx, in, bot.Reply{Kind: bot.Smalltalk, Text: s.help()})
}

// help says what the bot is and does, with some first questions.
func (s *Server) help() string { return textStart(s.options.Site.Name) + "\n\n" + textHelp }
