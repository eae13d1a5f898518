package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/bwmarrin/discordgo"

	"guichet/bot"
	"guichet/bot/courier"
	"guichet/bot/prose"
)

// staffThread begins the thread of an update of the agents, before the channel. It is nobody's conversation.
const staffThread = "staff:"

// ofStaff tells whether somebody pressed a button of the agents.
func (p *press) ofStaff() bool {
	_, _, ok := bot.ReadStaffButton(strings.TrimPrefix(p.Data.CustomID, Version))
	return p.Type == byComponent && ok
}

// inStaffRoom handles what somebody wrote or changed where the agents are. It never goes to the counter.
func (s *Server) inStaffRoom(ctx context.Context, e *envelope, m *message) error {
	if s.staff == nil {
		return nil // there was one when it was kept
	}
	thread := m.Channel
	if thread == s.staff.channel {
		thread = "" // outside any
	}
	text := asTyped(withoutName(m.Content, e.Bot))
	if e.Type == changed {
		answer, err := s.staff.Edited(ctx, thread, text)
		if err != nil {
			return err
		}
		return s.answerStaff(ctx, m, answer.Text, "e")
	}
	return s.staffSaid(ctx, m, thread, text)
}

var (
	// named is how a message names a person, a role or a channel of the server.
	named = regexp.MustCompile(`<(@[!&]?|#)\d+>`)
	emoji = regexp.MustCompile(`<a?:(\w+):\d+>`)
)

// asTyped is a message as its author saw it while typing: the server's own emoji are words elsewhere.
func asTyped(text string) string { return emoji.ReplaceAllString(text, ":$1:") }

// staffSaid handles what somebody wrote.
func (s *Server) staffSaid(ctx context.Context, m *message, thread, text string) error {
	kept, _ := m.otherThanText()
	order, _ := bot.ReadStaffLine(text)
	switch {
	case kept != "", text == "" && len(m.Attachments) == 0: // a sticker; a poll, a message passed on
		return s.declineStaff(ctx, m, thread, textStaffFile)
	case order == bot.StaffReply && named.MatchString(text):
		return s.declineStaff(ctx, m, thread, textStaffMention)
	}
	act := bot.StaffAct{Thread: thread, Person: m.Author.ID, ID: m.ID, Text: text}
	if len(m.Attachments) > 0 {
		act.Fetch = func(ctx context.Context) ([]bot.Attachment, error) { return s.allOf(ctx, m) }
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
	if answer.Text == "" && thread != "" {
		return s.answerForgotten(ctx, m, thread)
	}
	return s.answerStaff(ctx, m, answer.Text, "")
}

// allOf gets the files of a message of an agent: all of them, or none.
func (s *Server) allOf(ctx context.Context, m *message) (all []bot.Attachment, err error) {
	ctx, cancel := context.WithTimeout(ctx, fileLimit)
	defer cancel()
	for _, f := range m.files() {
		a, err := s.fetch(ctx, f, m.sent())
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// answerForgotten tells that a thread of ours no longer is that of a ticket: the ticket was erased, or a second thread was
// opened for it because the program ended in between. Silence would be taken for "sent".
func (s *Server) answerForgotten(ctx context.Context, m *message, thread string) error {
	_, err := s.store.StaffTicket(ctx, s.staff.Room(), thread)
	if isNotFound(err) {
		return s.answerStaff(ctx, m, bot.Typeset(textStaffForgotten), "")
	}
	return err
}

// declineStaff says why something that somebody sent into the thread of a ticket does not go to the customer.
func (s *Server) declineStaff(ctx context.Context, m *message, thread, why string) error {
	if thread == "" {
		return nil // colleagues among themselves
	}
	_, err := s.store.StaffTicket(ctx, s.staff.Room(), thread)
	switch {
	case isNotFound(err):
		return nil
	case err != nil:
		return err
	}
	return s.answerStaff(ctx, m, bot.Typeset(why), "")
}

// react marks a message as taken: a mark on it disturbs nobody.
func (s *Server) react(ctx context.Context, m *message) bool {
	path := "/channels/" + m.Channel + "/messages/"
	err := s.api.callAs(ctx, "PUT "+path+"reactions", http.MethodPut, path+m.ID+"/reactions/"+url.PathEscape("👍")+"/@me", nil, nil)
	if err != nil {
		s.log.Debug("mark an agent's message as taken", "error", err) // the bot may lack the permission: then it is said
	}
	return err == nil
}

// answerStaff answers a message where it stands. That Discord refuses the answer changes nothing of what was done. kind tells
// answers to one message apart.
func (s *Server) answerStaff(ctx context.Context, m *message, markdown, kind string) error {
	may := false
	for i, part := range Render(bot.Reply{Text: markdown}, s.options.SourceBase) {
		part.Reference = &discordgo.MessageReference{MessageID: m.ID, ChannelID: m.Channel, FailIfNotExists: &may}
		err := s.staff.say(ctx, m.Channel, part, fmt.Sprintf("%s%s.%d", kind, m.ID, i))
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

// staffPressed handles a button of the agents. What came of it is shown to nobody else.
func (s *Server) staffPressed(ctx context.Context, p *press) error {
	if s.staff == nil {
		s.tellPresser(ctx, p, textStaffOldButton)
		return nil
	}
	answer, err := s.staff.Do(ctx, bot.StaffAct{
		Thread: p.Channel, Person: p.from(), ID: "press:" + p.ID, Button: strings.TrimPrefix(p.Data.CustomID, Version),
	})
	says := answer.Text
	if err != nil {
		says = textStaffLater
	}
	if says == "" {
		says = textStaffOldButton
	}
	s.tellPresser(ctx, p, says)
	if answer.Done { // what changed is posted with the buttons that make sense then
		s.removeButtons(ctx, p)
	}
	return err
}

// tellPresser answers the press of a button, in place of the sign that an answer will come.
func (s *Server) tellPresser(ctx context.Context, p *press, markdown string) {
	words := dialect("").Read(bot.Typeset(markdown)).Glyphs
	if parts := prose.Split(words, longestContent, size); len(parts) > 0 {
		s.settle(ctx, p, http.MethodPatch, edited{Content: format(parts[0]), Embeds: []*discordgo.MessageEmbed{}, Components: []discordgo.MessageComponent{}, Mentions: outgoing().AllowedMentions})
	}
}

// apologiseToStaff says that what an agent did could not be handled. Silence would be taken for "sent".
func (s *Server) apologiseToStaff(ctx context.Context, held bot.HeldUpdate) {
	var e envelope
	if s.staff == nil || json.Unmarshal(held.Payload, &e) != nil {
		return
	}
	if e.Type == interaction {
		var p press
		if json.Unmarshal(e.Data, &p) == nil && p.Token != "" {
			s.tellPresser(ctx, &p, textStaffParked)
		}
		return
	}
	var m message
	if json.Unmarshal(e.Data, &m) != nil || !m.byPerson() {
		return
	}
	if err := s.answerStaff(ctx, &m, bot.Typeset(textStaffParked), "p"); err != nil {
		s.log.Error("tell an agent that their message was not handled", "update", held.ID, "error", err)
	}
}
