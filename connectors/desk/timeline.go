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
	Lang    string        // of what the bot said, where it is not French
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
			at.Sent = d.deliveryName(file.Deliveries[m.Seq], file.Channel)
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
		case bot.EventNote:
			made.Kind, made.Who, made.Text = "note", people.name(e.Actor), e.Detail
		case bot.EventOpened, bot.EventStatus, bot.EventUndelivered, bot.EventRedelivered, bot.EventCarried, bot.EventMailed, bot.EventUnmailed, bot.EventCategory, bot.EventSnoozed,
			bot.EventMergedInto, bot.EventMergedFrom, bot.EventSeparated, bot.EventElsewhere, bot.EventRetimed, bot.EventDueSoon, bot.EventOverdue, bot.EventErased:
			made.Kind, made.Text = "fact", d.sentence(e, people, file.Category)+d.deferred(e)
			switch e.Kind {
			case bot.EventMergedFrom, bot.EventElsewhere:
				made.Href, made.Other = alone(e.Detail), e.Detail
			case bot.EventMergedInto, bot.EventSeparated:
				made.Href, made.Other = filter{}.ticket(e.Detail), e.Detail
			}
			if d.outbox != nil && e.Kind == bot.EventUndelivered && !sentAgain(events[i+1:], e.Seq) {
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
func (l language) deliveryName(state bot.DeliveryState, channel string) string {
	switch state {
	case bot.DeliveryPending:
		return l.say("en attente d’envoi %s", l.onChannel(channel))
	case bot.DeliverySent:
		return l.say("envoyé %s", l.onChannel(channel))
	case bot.DeliveryDead:
		return l.say("non remis")
	}
	if bot.Delivers(channel) {
		return "" // it left long ago: such rows are not kept for ever
	}
	return l.say("envoyé %s", l.onChannel(channel))
}

// sentAgain tells whether later events deal with a message that did not arrive.
func sentAgain(later []bot.Event, seq int64) bool {
	return slices.ContainsFunc(later, func(e bot.Event) bool { return e.Seq == seq })
}

// deferred says when a request was recorded that could not reach the database at once.
func (d *desk) deferred(e bot.Event) string {
	at, err := time.Parse(time.RFC3339, e.Detail)
	if e.Kind != bot.EventOpened || err != nil {
		return ""
	}
	recorded, transmitted := d.clock.moment(at), d.clock.moment(e.At)
	when := recorded.Time
	if d.clock.day(at) != d.clock.day(e.At) {
		when = recorded.Exact
	}
	return " " + d.say("(demande enregistrée à %s pendant une panne de la base de données, transmise à %s)", when, transmitted.Time)
}

func (d *desk) message(m bot.Message) entry {
	e := entry{ID: "m" + strconv.FormatInt(m.Seq, 10), At: d.clock.moment(m.At), time: m.At}
	if d.files != nil {
		e.Files = d.shownFiles(m.Attachments)
	}
	switch m.From {
	case bot.FromBot:
		e.Kind, e.Who, e.HTML = "bot", d.say("Assistant"), d.renderer.HTML(m.Text)
		if m.Reply != nil {
			if m.Reply.Kind == bot.Abstain {
				e.Who = d.say("Assistant, sans réponse sûre")
			}
			e.Lang = m.Reply.Language
			e.Sources, e.Offered, e.Why = d.sources(m.Reply.Citations), labels(m.Reply.Choices), d.whyOf(m.Reply.Why)
		}
	case bot.FromAgent:
		e.Kind, e.Who, e.HTML = "agent", m.Agent, d.renderer.HTML(m.Text)
	default:
		e.Kind, e.Who, e.Text = "customer", d.say("Client"), m.Text
	}
	return e
}

func (l language) sources(citations []bot.Citation) []source {
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
			s.Checked = l.say("vérifié le %s", l.date(day))
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

// ruleName says what decided a turn.
func ruleName(r bot.Rule) french {
	switch r {
	case bot.RuleAgent:
		return "Un conseiller tenait la conversation."
	case bot.RuleNamesOther:
		return "Le message nomme un assureur que ce site ne sert pas."
	case bot.RuleNoWord:
		return "Le message ne contient aucun mot."
	case bot.RuleSmalltalk:
		return "C’est une formule de politesse."
	case bot.RuleRequest:
		return "C’est une demande à traiter par l’équipe."
	case bot.RulePerformed:
		return "La demande est faite en toutes lettres."
	case bot.RuleInsult:
		return "Le message insulte et ne demande rien."
	case bot.RuleForeign:
		return "Le message n’est ni en français ni en anglais."
	case bot.RuleElsewhere:
		return "La question semble concerner un assureur que ce site ne sert pas."
	case bot.RuleSeveral:
		return "Plusieurs assureurs y répondent."
	case bot.RuleWhich:
		return "Plusieurs sujets d’un même assureur en parlent."
	case bot.RuleUnsure:
		return "Aucun sujet n’est plus probable qu’improbable."
	case bot.RuleInsured:
		return "Le message dit qui assure la personne et ne demande rien."
	case bot.RuleNoSubject:
		return "Le message ne nomme aucun sujet."
	case bot.RuleAdds:
		return "Le message complète une demande déjà transmise."
	case bot.RuleBoth:
		return "Le message pose deux questions, et chacune a sa réponse."
	case bot.RuleOneOfTwo:
		return "Le message pose deux questions, dont une seule a une réponse."
	case bot.RuleSure:
		return "Un sujet est assez probable pour répondre."
	}
	return ""
}

func (l language) whyOf(w *bot.Why) *why {
	if w == nil {
		return nil
	}
	shown := &why{Rule: l.say(ruleName(w.Rule))}
	for _, c := range w.Considered {
		shown.Considered = append(shown.Considered, considered{"/source/" + url.PathEscape(c.Topic), c.Topic, l.percent(c.Probability)})
	}
	if len(shown.Considered) > 0 {
		shown.Sure = l.percent(w.Sure)
	}
	return shown
}

func (l language) percent(p float64) string { return l.say("%.0f\u00a0%%", 100*p) }

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
	did := func(what french, values ...any) string { return d.did(people, e.Actor, d.say(what, values...)) }
	switch e.Kind {
	case bot.EventUndelivered:
		return d.say(undelivered(e.Detail))
	case bot.EventRedelivered:
		return did("renvoyé le message qui n’avait pas été remis")
	case bot.EventCarried:
		return d.say("Le client poursuit la conversation %s", d.onChannel(e.Detail))
	case bot.EventErased:
		return d.say("Le client a effacé sa conversation sur le site. Il n’y lira plus de réponse\u202f: utilisez l’e-mail ou le téléphone de la demande. Les échanges sans rapport avec ses demandes ont été supprimés.")
	case bot.EventMailed:
		return d.say(mailed(e.Detail))
	case bot.EventUnmailed:
		return d.say(unmailed(e.Detail))
	case bot.EventOpened:
		return did("ouvert le ticket")
	case bot.EventReply:
		return did("répondu")
	case bot.EventNote:
		return did("ajouté une note")
	case bot.EventAssigned:
		switch {
		case e.Detail == people.self && e.Actor != people.self:
			return d.say("%s vous a attribué le ticket", people.name(e.Actor))
		case e.Detail == "":
			return did("rendu le ticket")
		case e.Detail == e.Actor:
			return did("pris le ticket")
		}
		return did("attribué le ticket à %s", people.name(e.Detail))
	case bot.EventStatus:
		if what := changed(bot.Status(e.Detail)); what != "" {
			return did(what)
		}
		return did("donné au ticket l’état %s", e.Detail)
	}
	if text, ok := d.tieSentence(people, e); ok {
		return text
	}
	if text, ok := d.dueSentence(e); ok {
		return text
	}
	if what, ok := d.worked(e, category); ok {
		return d.did(people, e.Actor, what)
	}
	return did("agi\u202f: %s", e.Kind)
}

// did says who did what.
func (d *desk) did(people people, actor, what string) string {
	switch actor {
	case people.self:
		return d.say("Vous avez %s", what)
	case "customer":
		return d.say("Le client a %s", what)
	case "bot":
		return d.say("L’assistant a %s", what)
	}
	return d.say("%s a %s", people.name(actor), what)
}

// undelivered says that a message did not arrive, and why (bot.Dispatch).
func undelivered(reason string) french {
	switch reason {
	case bot.ReasonBlocked:
		return "Un message n’a pas été remis au client\u202f: le client a bloqué l’assistant ou fermé la conversation"
	case bot.ReasonTries:
		return "Un message n’a pas été remis au client\u202f: la plateforme n’a pas répondu, malgré plusieurs essais"
	}
	return "Un message n’a pas été remis au client\u202f: la plateforme l’a refusé"
}

// mailed says which e-mail left for the customer.
func mailed(kind string) french {
	switch kind {
	case "acknowledgement":
		return "Un accusé de réception est parti par e-mail"
	case "resolved":
		return "L’avis que la demande est résolue est parti par e-mail, le client ayant quitté le site"
	}
	return "La réponse est partie par e-mail, le client ayant quitté le site"
}

// unmailed says that an e-mail will not arrive.
func unmailed(reason string) french {
	if reason == bot.ReasonRefused {
		return "Un e-mail n’est pas arrivé au client\u202f: son adresse est refusée"
	}
	return "Un e-mail n’est pas parti au client\u202f: le serveur de messagerie n’a pas répondu, malgré plusieurs essais"
}

// changed says what a new state does; empty for one that is unknown.
func changed(to bot.Status) french {
	switch to {
	case bot.Open:
		return "rouvert le ticket"
	case bot.Waiting:
		return "mis le ticket en attente du client"
	case bot.Resolved:
		return "résolu le ticket"
	case bot.Closed:
		return "clos le ticket"
	}
	return ""
}
