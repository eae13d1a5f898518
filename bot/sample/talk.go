package sample

import (
	"slices"
	"time"

	"guichet/bot"
)

// talk writes the conversation: a request, what the bot says to it, then customer and agent by turns.
func (m *maker) talk(file *bot.TicketFile, messages int) {
	at, agent := file.CreatedAt, m.agent(file.Assignee)
	file.Events = append(file.Events, bot.Event{At: at, Actor: "bot", Kind: bot.EventOpened})
	if file.Assignee != "" {
		file.Events = append(file.Events, bot.Event{At: at.Add(time.Minute), Actor: agent.Email, Kind: bot.EventAssigned, Detail: file.Assignee})
	}
	for seq := int64(1); seq <= int64(messages); seq++ {
		said := bot.Message{Seq: seq, At: at}
		switch {
		case seq == 2:
			said.From, said.Text = bot.FromBot, "Votre demande est enregistrée sous la référence **"+file.Reference+"**. Un conseiller vous répond."
			said.Reply = &bot.Reply{Kind: bot.Escalate, Text: said.Text, Ticket: file.Category, Reference: file.Reference}
		case seq%2 == 0 && file.Assignee != "":
			said.From, said.Text, said.Agent, said.By = bot.FromAgent, m.sentence(8+m.r.IntN(14)), agent.Name, agent.Email
			file.Clock.Answer(at)
			file.Events = append(file.Events, bot.Event{At: at, Actor: agent.Email, Kind: bot.EventReply, Seq: seq})
		case seq%2 == 0:
			said.From, said.Text = bot.FromBot, m.sentence(12+m.r.IntN(20))
			said.Reply = &bot.Reply{Kind: bot.Answer, Text: said.Text, Confidence: 0.9}
		default:
			said.From, said.Text = bot.FromCustomer, m.sentence(4+m.r.IntN(14))
		}
		file.Transcript = append(file.Transcript, said)
		at = m.later(at)
	}
	if file.Assignee != "" && m.r.IntN(3) == 0 {
		file.Events = append(file.Events, bot.Event{At: at, Actor: agent.Email, Kind: bot.EventNote, Detail: m.sentence(10)})
	}
}

// later is a while after a moment, and before now.
func (m *maker) later(at time.Time) time.Time {
	next := at.Add(time.Duration(1+m.r.IntN(40)) * time.Minute)
	if !next.Before(m.Now) {
		next = at.Add(m.Now.Sub(at) / 2)
	}
	return next.Truncate(time.Microsecond)
}

func (m *maker) agent(email string) bot.User {
	for _, a := range m.Agents {
		if a.Email == email {
			return a
		}
	}
	return m.Agents[0]
}

// finish sets the clock and the state in which the ticket ends.
func (m *maker) finish(file *bot.TicketFile) {
	at := m.later(file.Transcript[len(file.Transcript)-1].At)
	site := m.Sites[slices.IndexFunc(m.Sites, func(s bot.Site) bool { return s.ID == file.Site })]
	if terms, err := bot.TermsOf(site, file.Category, ""); err == nil {
		file.Clock.Terms, file.Clock.Started = terms, file.CreatedAt
	}
	if file.Status != bot.Open {
		file.Clock.Turn(file.Status, at)
		actor := m.agent(file.Assignee).Email
		file.Events = append(file.Events, bot.Event{At: at, Actor: actor, Kind: bot.EventStatus, Detail: string(file.Status)})
	}
	last := file.Transcript[len(file.Transcript)-1]
	if !file.Status.Done() {
		if last.From == bot.FromAgent {
			file.HeldBy, file.Holder = last.Agent, last.By
		}
		if m.r.IntN(12) == 0 {
			file.Snoozed = m.Now.Add(time.Duration(1+m.r.IntN(9)) * 24 * time.Hour).UTC().Truncate(time.Second)
			file.Events = append(file.Events, bot.Event{At: at, Actor: m.Agents[0].Email, Kind: bot.EventSnoozed, Detail: file.Snoozed.Format(time.RFC3339)})
		}
	}
	file.UpdatedAt = at
}
