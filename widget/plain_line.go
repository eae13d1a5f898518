package widget

import (
	"html/template"

	"guichet/bot"
)

// plainLine is a message of the conversation without JavaScript.
type plainLine struct {
	Day  string // set at the first line of a day
	Time string
	Who  string
	Mine bool          // of the customer
	Text string        // of a customer
	HTML template.HTML // of the bot or an agent
	Lang string        // of HTML

	Sources []bot.Citation
	Files   []attachmentFrame
}

func (s *Server) plainLines(messages []bot.Message, language string) (lines []plainLine) {
	day, words := "", wordsOf(language)
	for _, m := range messages {
		if m.Reply != nil && m.Reply.Kind == bot.Silent {
			continue
		}
		at := m.At.In(bot.Paris())
		line := plainLine{Time: at.Format("15:04"), Files: s.attachments(m.Attachments)}
		if d := words.day(at); d != day {
			day, line.Day = d, d
		}
		switch m.From {
		case bot.FromCustomer:
			line.Who, line.Mine, line.Text = words.you, true, m.Text
		case bot.FromAgent:
			line.Who, line.HTML = m.Agent, template.HTML(s.framed(m, "").HTML) //nolint:gosec // the renderer has sanitised it
		default:
			shown := s.framed(m, "")
			line.Who, line.HTML, line.Lang = words.assistant, template.HTML(shown.HTML), shown.Lang //nolint:gosec // the same
			if m.Reply != nil {
				line.Sources = m.Reply.Citations
			}
		}
		lines = append(lines, line)
	}
	return lines
}
