package desk

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"guichet/bot"
)

// entry is one thing in a conversation, oldest first.
type entry struct {
	Kind    string // "day", "fact", "customer", "bot", "agent", "note"
	ID      string // stays the same from one rendering to the next
	Who     string
	Text    string        // plain: a customer's words, a note, a day, a fact
	HTML    template.HTML // of the bot or an agent, made safe by bot.Renderer
	At      moment
	Files   []shownFile
	Sent    string // how far it is on its way to the customer; empty where that says nothing
	Resend  int64  // number of the message that did not arrive and can be sent again; 0 for none
	Sources []source
	Offered []string // the buttons under a bot's reply
	Why     *why     // how the bot decided
	Href    string   // of a fact about another ticket: that one's page
	Other   string   // and its reference
	time    time.Time
}

// source is a document the bot cited.
type source struct {
	Href    string // the passage's page
	Title   string
	Checked string // "vérifié le 3 février 2026"
}

// timeline merges the messages with the notes and changes of status, and sets the days between them.
func (d *desk) timeline(file bot.TicketFile, people people) []entry {
	var merged []entry
	events := d.eventEntries(file, people)
	for _, m := range file.Transcript {
		at := d.message(m)
		if m.From == bot.FromAgent {
			at.Sent = deliveryName(file.Deliveries[m.Seq], file.Channel)
		}
		for len(events) > 0 && events[0].time.Before(at.time) {
			merged, events = append(merged, events[0]), events[1:]
		}
		merged = append(merged, at)
	}
	merged = append(merged, events...)

	var dated []entry
	previous := ""
	for _, e := range merged {
		if day := d.clock.day(e.time); day != previous {
			previous = day
			dated = append(dated, entry{Kind: "day", Text: capital(day)})
		}
		dated = append(dated, e)
	}
	return dated
}

// eventEntries are the events that belong into the conversation.
func (d *desk) eventEntries(file bot.TicketFile, people people) []entry {
	var shown []entry
	events := file.Events
	for i, e := range events {
		made := entry{ID: "e" + strconv.Itoa(i), At: d.clock.moment(e.At), time: e.At}
		switch e.Kind {
		case "note":
			made.Kind, made.Who, made.Text = "note", people.name(e.Actor), e.Detail
		case "opened", "status", "undelivered", "redelivered", "carried", "mailed", "unmailed", "category", "snoozed",
			"merged_into", "merged_from", "separated", "elsewhere", "retimed":
			made.Kind, made.Text = "fact", d.sentence(e, people, file.Category)+d.deferred(e)
			switch e.Kind {
			case "merged_from", "elsewhere":
				made.Href, made.Other = alone(e.Detail), e.Detail
			case "merged_into", "separated":
				made.Href, made.Other = filter{}.ticket(e.Detail), e.Detail
			}
			if d.outbox != nil && e.Kind == "undelivered" && !sentAgain(events[i+1:], e.Seq) {
				made.Resend = e.Seq
			}
		default:
			continue
		}
		shown = append(shown, made)
	}
	return shown
}

// deliveryName says how far a reply is on its way. On the website it is there once it is kept.
func deliveryName(state bot.DeliveryState, channel string) string {
	switch state {
	case bot.DeliveryPending:
		return "en attente d’envoi " + onChannel(channel)
	case bot.DeliverySent:
		return "envoyé " + onChannel(channel)
	case bot.DeliveryDead:
		return "non remis"
	}
	if bot.Delivers(channel) {
		return "" // it left long ago: such rows are not kept for ever
	}
	return "envoyé " + onChannel(channel)
}

// sentAgain tells whether later events deal with a message that did not arrive.
func sentAgain(later []bot.Event, seq int64) bool {
	return slices.ContainsFunc(later, func(e bot.Event) bool { return e.Seq == seq })
}

// deferred says when a request was recorded that could not reach the database at once.
func (d *desk) deferred(e bot.Event) string {
	at, err := time.Parse(time.RFC3339, e.Detail)
	if e.Kind != "opened" || err != nil {
		return ""
	}
	recorded, transmitted := d.clock.moment(at), d.clock.moment(e.At)
	when := recorded.Time
	if d.clock.day(at) != d.clock.day(e.At) {
		when = recorded.Exact
	}
	return " (demande enregistrée à " + when + " pendant une panne de la base de données, transmise à " + transmitted.Time + ")"
}

func (d *desk) message(m bot.Message) entry {
	e := entry{ID: "m" + strconv.FormatInt(m.Seq, 10), At: d.clock.moment(m.At), time: m.At}
	if d.files != nil {
		e.Files = shownFiles(m.Attachments)
	}
	switch m.From {
	case bot.FromBot:
		e.Kind, e.Who, e.HTML = "bot", "Assistant", d.renderer.HTML(m.Text)
		if m.Reply != nil {
			if m.Reply.Kind == bot.Abstain {
				e.Who = "Assistant, sans réponse sûre"
			}
			e.Sources, e.Offered, e.Why = sources(m.Reply.Citations), labels(m.Reply.Choices), whyOf(m.Reply.Why)
		}
	case bot.FromAgent:
		e.Kind, e.Who, e.HTML = "agent", m.Agent, d.renderer.HTML(m.Text)
	default:
		e.Kind, e.Who, e.Text = "customer", "Client", m.Text
	}
	return e
}

func sources(citations []bot.Citation) []source {
	var all []source
	for _, c := range citations {
		s := source{Title: c.Document}
		if c.Section != "" {
			s.Title += ", " + c.Section
		}
		if c.Topic != "" {
			s.Href = "/source/" + url.PathEscape(c.Topic)
		}
		if day, err := time.Parse(time.DateOnly, c.Checked); err == nil {
			s.Checked = "vérifié le " + frenchDate(day)
		}
		all = append(all, s)
	}
	return all
}

// why is how the bot decided, for an agent or an editor who wonders.
type why struct {
	Rule       string // a sentence
	Sure       string // "97 %"
	Considered []considered
}

// considered is a topic that the message may have meant.
type considered struct {
	Href, Topic, Probability string
}

// rules says in French what decided a turn.
var rules = map[bot.Rule]string{
	bot.RuleAgent:      "Un conseiller tenait la conversation.",
	bot.RuleNamesOther: "Le message nomme un assureur que ce site ne sert pas.",
	bot.RuleNoWord:     "Le message ne contient aucun mot.",
	bot.RuleSmalltalk:  "C’est une formule de politesse.",
	bot.RuleRequest:    "C’est une demande à traiter par l’équipe.",
	bot.RulePerformed:  "La demande est faite en toutes lettres.",
	bot.RuleForeign:    "Le message n’est ni en français ni en anglais.",
	bot.RuleElsewhere:  "La question concerne un assureur que ce site ne sert pas.",
	bot.RuleSeveral:    "Plusieurs assureurs y répondent.",
	bot.RuleUnsure:     "Aucun sujet n’est plus probable qu’improbable.",
	bot.RuleNoSubject:  "Le message ne nomme aucun sujet.",
	bot.RuleAdds:       "Le message complète une demande déjà transmise.",
	bot.RuleBoth:       "Le message pose deux questions, et chacune a sa réponse.",
	bot.RuleSure:       "Un sujet est assez probable pour répondre.",
}

func whyOf(w *bot.Why) *why {
	if w == nil {
		return nil
	}
	shown := &why{Rule: rules[w.Rule]}
	for _, c := range w.Considered {
		shown.Considered = append(shown.Considered, considered{"/source/" + url.PathEscape(c.Topic), c.Topic, percent(c.Probability)})
	}
	if len(shown.Considered) > 0 {
		shown.Sure = percent(w.Sure)
	}
	return shown
}

func percent(p float64) string { return strconv.FormatFloat(100*p, 'f', 0, 64) + "\u00a0%" }

func labels(choices []bot.Choice) []string {
	var all []string
	for _, c := range choices {
		all = append(all, c.Label)
	}
	return all
}

// happening is a line of a ticket's history.
type happening struct {
	Text string
	At   moment
}

// history tells the events, the newest first.
func (d *desk) history(file bot.TicketFile, people people) []happening {
	var all []happening
	events := file.Events
	for i := len(events) - 1; i >= 0; i-- {
		all = append(all, happening{Text: d.sentence(events[i], people, file.Category), At: d.clock.moment(events[i].At)})
	}
	return all
}

// sentence tells an event of a ticket of a category.
func (d *desk) sentence(e bot.Event, people people, category bot.Category) string {
	who := people.name(e.Actor) + " a "
	switch e.Actor {
	case people.self:
		who = "Vous avez "
	case "customer":
		who = "Le client a "
	case "bot":
		who = "L’assistant a "
	}
	switch e.Kind {
	case "undelivered":
		return undelivered(e.Detail)
	case "redelivered":
		return who + "renvoyé le message qui n’avait pas été remis"
	case "carried":
		return "Le client poursuit la conversation " + onChannel(e.Detail)
	case "mailed":
		return mailed(e.Detail)
	case "unmailed":
		return unmailed(e.Detail)
	case "opened":
		return who + "ouvert le ticket"
	case "reply":
		return who + "répondu"
	case "note":
		return who + "ajouté une note"
	case "assigned":
		if e.Detail == people.self && e.Actor != people.self {
			return people.name(e.Actor) + " vous a attribué le ticket"
		}
		return who + assigned(e, people)
	case "status":
		return who + changed(e)
	}
	if text, ok := d.tieSentence(who, e); ok {
		return text
	}
	if text, ok := d.worked(e, category); ok {
		return who + text
	}
	return who + "agi" + nb + ": " + e.Kind
}

// undelivered says that a message did not arrive, and why (bot.Dispatch).
func undelivered(reason string) string {
	why := "la plateforme l’a refusé"
	switch reason {
	case bot.ReasonBlocked:
		why = "le client a bloqué l’assistant ou fermé la conversation"
	case bot.ReasonTries:
		why = "la plateforme n’a pas répondu, malgré plusieurs essais"
	}
	return "Un message n’a pas été remis au client" + nb + ": " + why
}

// mailed says which e-mail left for the customer.
func mailed(kind string) string {
	if kind == "acknowledgement" {
		return "Un accusé de réception est parti par e-mail"
	}
	return "La réponse est partie par e-mail, le client ayant quitté le site"
}

// unmailed says that an e-mail will not arrive.
func unmailed(reason string) string {
	if reason == bot.ReasonRefused {
		return "Un e-mail n’est pas arrivé au client" + nb + ": son adresse est refusée"
	}
	return "Un e-mail n’est pas parti au client" + nb + ": le serveur de messagerie n’a pas répondu, malgré plusieurs essais"
}

func assigned(e bot.Event, people people) string {
	switch e.Detail {
	case "":
		return "rendu le ticket"
	case e.Actor:
		return "pris le ticket"
	}
	return "attribué le ticket à " + people.name(e.Detail)
}

func changed(e bot.Event) string {
	switch bot.Status(e.Detail) {
	case bot.Open:
		return "rouvert le ticket"
	case bot.Waiting:
		return "mis le ticket en attente du client"
	case bot.Resolved:
		return "résolu le ticket"
	case bot.Closed:
		return "clos le ticket"
	}
	return "donné au ticket l’état " + e.Detail
}
