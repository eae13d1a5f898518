package telegram

import (
	"context"
	"regexp"
	"strings"
)

// addressed tells whether a message in a group is meant for the bot (it names it, answers it, or is a command for it),
// and gives the words without the name.
func (s *Server) addressed(ctx context.Context, m *message) (text string, yes bool, err error) {
	name, err := s.username(ctx)
	if err != nil {
		return "", false, err
	}
	mention, err := regexp.Compile(`(?i)@` + regexp.QuoteMeta(name) + `\b`)
	if err != nil {
		return "", false, err
	}
	answersUs := m.ReplyTo != nil && m.ReplyTo.From.ID == s.api.bot.ID()
	named := mention.MatchString(m.words())
	if first, _, _ := strings.Cut(m.words(), " "); strings.HasPrefix(first, "/") && strings.Contains(first, "@") && !mention.MatchString(first) {
		return "", false, nil // a command for another bot
	}
	if !named && !answersUs && !strings.HasPrefix(m.words(), "/") {
		return "", false, nil
	}
	return strings.TrimSpace(mention.ReplaceAllString(m.words(), "")), true, nil
}

// fromGroup says where somebody comes from who follows a link of the bot's in a group.
const fromGroup = "groupe"

// privateLink leads to the chat with the bot.
func privateLink(name, start string) string { return "https://t.me/" + name + "?start=" + start }
