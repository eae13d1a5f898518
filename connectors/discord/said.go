package discord

import (
	"context"
	"net/http"
	"strings"

	"guichet/bot"
)

// said handles a message.
func (s *Server) said(ctx context.Context, m *message, in bot.Inbound) error {
	kept, says := m.otherThanText()
	reply := bot.Reply{Kind: bot.Abstain}
	switch {
	case kept != "" || len(m.Attachments) == 0:
	case in.Public: // not fetched, and declined by the counter
		in.Attachments = m.named()
	default:
		var err error
		if in.Attachments, says, err = s.brought(ctx, m); err != nil {
			return err
		}
		if says != "" {
			kept, reply.Choices = keptFile, []bot.Choice{personChoice()}
		}
	}
	more := in.Text != "" || len(in.Attachments) > 0
	if kept != "" {
		other := in
		other.Text, other.Attachments, reply.Text = kept, nil, says
		if more {
			other.ExternalID += ":file"
		}
		if err := s.say(ctx, other, reply); err != nil || !more {
			return err
		}
	}
	if !more {
		return s.say(ctx, in, bot.Reply{Kind: bot.Smalltalk, Text: textHelp})
	}
	out, err := s.options.Counter.Receive(ctx, in)
	if err != nil {
		return err
	}
	s.withhold(ctx, m, in, out)
	return nil
}

func (s *Server) say(ctx context.Context, in bot.Inbound, reply bot.Reply) error {
	_, err := s.options.Counter.Say(ctx, in, reply)
	return err
}

// withhold takes a message that says something personal out of a public channel, where that is asked for and allowed.
func (s *Server) withhold(ctx context.Context, m *message, in bot.Inbound, out bot.Outcome) {
	if !s.options.Delete || !in.Public || !out.Customer.Withheld() && (out.Bot == nil || out.Bot.Reply.Kind != bot.Warn) {
		return
	}
	path := "/channels/" + m.Channel + "/messages/"
	err := s.api.callAs(ctx, "DELETE "+path, http.MethodDelete, path+m.ID, nil, nil)
	if err != nil && refused(err).status != http.StatusNotFound {
		s.log.Warn("delete a message with personal data: the bot needs Manage Messages in the channel", "channel", m.Channel, "error", err)
	}
}

// otherThanText says what stands in the transcript for a message that is more than text and files, and what is answered.
func (m *message) otherThanText() (kept, says string) {
	switch {
	case m.Flags&flagVoice != 0:
		return keptVoice, textVoice
	case len(m.Stickers) > 0:
		return keptSticker, textSticker
	}
	return "", ""
}

// edited handles a message that its author changed: the new words are answered like a new message. The same words are
// not answered again.
func (s *Server) edited(ctx context.Context, m *message, in bot.Inbound) error {
	if in.Public || in.Text == "" {
		return nil
	}
	transcript, err := s.store.Transcript(ctx, bot.Discord, in.Key, 0)
	if err != nil {
		return err
	}
	masked, _ := bot.Mask(in.Text)
	edit, latest := "edit:"+m.ID+":", ""
	for _, t := range transcript {
		if t.ExternalID == in.ExternalID || strings.HasPrefix(t.ExternalID, edit) {
			latest = t.Text
		}
	}
	if latest == masked {
		return nil
	}
	in.ExternalID = edit + m.Edited
	_, err = s.options.Counter.Receive(ctx, in)
	return err
}
