package telegram

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"unicode"

	"guichet/bot"
	"guichet/bot/courier"
)

// command reads a message that begins with one: /statut@some_bot G-4F7K-2MQ9. By ourselves, because the library counts
// the entity's place in bytes, and misses it after an accent.
func command(text string) (name, rest string, ok bool) {
	first := strings.TrimSpace(text)
	if end := strings.IndexFunc(first, unicode.IsSpace); end > 0 {
		first, rest = first[:end], first[end:]
	}
	if len(first) < 2 || first[0] != '/' {
		return "", "", false
	}
	name, _, _ = strings.Cut(first[1:], "@")
	return strings.ToLower(name), strings.TrimSpace(rest), true
}

// personChoice asks for a person.
var personChoice = bot.Choice{Label: labelPerson, Value: bot.ChoiceRequest + string(bot.Human)}

func (s *Server) command(ctx context.Context, in bot.Inbound, name, rest string) error {
	switch name {
	case "start":
		return s.started(ctx, in, rest)
	case "aide", "help":
		return s.say(ctx, in, bot.Reply{Kind: bot.Smalltalk, Text: textHelp})
	case "confidentialite":
		return s.say(ctx, in, bot.Reply{Kind: bot.Smalltalk, Text: courier.TextPrivacy("Telegram")})
	case "conseiller":
		in.Text, in.Choice = labelPerson, personChoice.Value
		return s.ask(ctx, in)
	case "annuler":
		in.Text = labelCancel
		return s.ask(ctx, in)
	case "statut":
		return s.status(ctx, in, rest)
	}
	return s.say(ctx, in, bot.Reply{Kind: bot.Smalltalk, Text: textUnknownCommand + "\n\n" + textHelp})
}

// passageShape is that of the tokens by which a conversation goes on here (bot.Counter.OfferPassage).
var passageShape = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// started greets, or goes on with the conversation whose link somebody followed. The token itself is not kept.
func (s *Server) started(ctx context.Context, in bot.Inbound, token string) error {
	in.Text = "/start"
	if !passageShape.MatchString(token) || in.Public {
		return s.say(ctx, in, s.start())
	}
	_, err := s.options.Counter.TakePassage(ctx, s.store, in, token)
	if !errors.Is(err, bot.ErrNotFound) {
		return err
	}
	greeting := s.start()
	greeting.Text += "\n\n" + textPassageGone
	return s.say(ctx, in, greeting)
}

// Link leads to the chat with the bot; start is what its first message brings, at most 64 of A-Z a-z 0-9 _ -.
func (s *Server) Link(ctx context.Context, start string) (string, error) {
	name, err := s.username(ctx)
	if err != nil {
		return "", err
	}
	return privateLink(name, start), nil
}

// start greets: an automatic assistant, how to reach a person, what is kept, and some first questions.
func (s *Server) start() bot.Reply {
	r := bot.Reply{Kind: bot.Smalltalk, Text: textStart(s.options.Site.Name)}
	base := s.options.Counter.Engine().Base()
	for _, id := range s.options.Site.Starters {
		if topic, ok := base.Topic(id); ok {
			r.Choices = append(r.Choices, bot.Choice{
				Label: topic.Title, Value: bot.ChoiceTopic + id, Topic: id, Collection: topic.Collection,
			})
		}
	}
	return r
}

// status tells how a request stands.
func (s *Server) status(ctx context.Context, in bot.Inbound, given string) error {
	reply, err := courier.Status(ctx, s.store, in, given)
	if err != nil {
		return err
	}
	return s.say(ctx, in, reply)
}
