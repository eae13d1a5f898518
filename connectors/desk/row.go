package desk

import (
	"context"
	"strings"

	"guichet/bot"
)

// summaryMost bounds the line under a ticket's title; the style cuts it earlier where there is less room.
const summaryMost = 160

// row is a ticket in a list.
type row struct {
	Reference string
	Href      string
	Title     string
	Summary   string // what the customer wants, in their words
	Number    string // of the attestation
	Customer  string
	Place     string // the channel
	Assignee  string
	Mine      bool
	Status    bot.Status
	State     string // the status in a word, unless it is open
	Due       due
	Priority  string // when it is not the usual one
	Pressing  bool   // it is urgent
	Tags      []string
	Snoozed   string // the day it comes back
	Opened    moment
	Current   bool
}

func (d *desk) rows(tickets []bot.Ticket, f filter, people people, current string) []row {
	rows := make([]row, len(tickets))
	query, titles := f.query(), map[bot.Category]string{}
	for i, t := range tickets {
		if titles[t.Category] == "" {
			titles[t.Category] = d.say(categoryTitle(t.Category))
		}
		rows[i] = row{
			Reference: t.Reference, Href: ticketPath(t.Reference) + query, Title: titles[t.Category], Summary: summary(t), Number: t.Fields[bot.AttestationNumber],
			Customer: d.customer(t), Place: d.say(channelName(t.Channel)), Assignee: people.name(t.Assignee),
			Mine: t.Assignee != "" && t.Assignee == people.self, Status: t.Status, Due: d.clock.due(t.Clock, t.Clock.Next()),
			Opened: d.clock.moment(t.CreatedAt), Current: t.Reference == current,
			Priority: d.pressing(t.Priority), Pressing: t.Priority == bot.PriorityUrgent, Tags: t.Tags,
		}
		if t.Status != bot.Open {
			rows[i].State = d.say(stateWord(t.Status))
		}
		if t.Snoozed.After(d.clock.now()) {
			rows[i].Snoozed = d.say("Reporté au %s", d.clock.day(t.Snoozed))
		}
	}
	return rows
}

// summary is what the customer wants, in one line.
func summary(t bot.Ticket) string {
	for _, f := range []bot.Field{bot.Correction, bot.Description, bot.Place} {
		if text := strings.Join(strings.Fields(t.Fields[f]), " "); text != "" {
			return shorten(text, summaryMost)
		}
	}
	return ""
}

// customer is how the person is called in lists.
func (l language) customer(t bot.Ticket) string {
	for _, f := range []bot.Field{bot.Name, bot.Email, bot.Phone} {
		if value := strings.TrimSpace(t.Fields[f]); value != "" {
			return shorten(value, 80)
		}
	}
	return l.say("Client sans nom")
}

func shorten(text string, most int) string {
	if len(text) <= most {
		return text // without counting its characters
	}
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return strings.TrimRight(string(runes[:most-1]), " ,;:") + "…"
}

// people names the accounts for one reader.
type people struct {
	language
	self  string
	names map[string]string
}

func (d *desk) people(ctx context.Context, reader bot.User) (people, error) {
	users, err := d.accounts.Users(ctx)
	if err != nil {
		return people{}, err
	}
	p := people{language: d.language, self: reader.Email, names: map[string]string{}}
	for _, u := range users {
		p.names[u.Email] = u.ShownName()
	}
	return p, nil
}

// reader is who reads the page, as far as it is known who that is.
func (p people) reader() bot.User { return bot.User{Email: p.self, Name: p.names[p.self]} }

// holder is who answers through a ticket in the bot's place, by their name of today.
func (p people) holder(t bot.Ticket) string {
	if name, ok := p.names[t.Holder]; ok && t.HeldBy != "" {
		return name
	}
	return t.HeldBy
}

// name is "Vous" for the reader, "" for nobody, and the address of an account that is gone.
func (p people) name(email string) string {
	if email != "" && email == p.self {
		return p.say("Vous")
	}
	if name, ok := p.names[email]; ok {
		return name
	}
	return email
}

// within is the name in the midst of a sentence: "vous" for the reader.
func (p people) within(email string) string {
	if email != "" && email == p.self {
		return p.say("vous")
	}
	return p.name(email)
}
