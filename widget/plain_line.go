package widget

import (
	"html/template"
	"time"

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

	Sources []bot.Citation
	Files   []attachmentFrame
}

func (s *Server) plainLines(messages []bot.Message) (lines []plainLine) {
	day := ""
	for _, m := range messages {
		if m.Reply != nil && m.Reply.Kind == bot.Silent {
			continue
		}
		at := m.At.In(paris)
		line := plainLine{Time: at.Format("15:04"), Files: s.attachments(m.Attachments)}
		if d := frenchDay(at); d != day {
			day, line.Day = d, d
		}
		switch m.From {
		case bot.FromCustomer:
			line.Who, line.Mine, line.Text = textYou, true, m.Text
		case bot.FromAgent:
			line.Who, line.HTML = m.Agent, s.renderer.HTML(m.Text)
		default:
			line.Who, line.HTML = textAssistant, s.renderer.HTML(m.Text)
			if m.Reply != nil {
				line.Sources = m.Reply.Citations
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// paris is where the customers are: days and hours are those of their clock.
var paris = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.UTC // cannot happen: the zones are part of the program
	}
	return zone
}()
