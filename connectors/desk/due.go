package desk

import (
	"time"

	"guichet/bot"
)

// due is a deadline as it is told: in words, whatever the colour.
type due struct {
	Urgency bot.Urgency
	Text    string // "En retard de 2 h ouvrées", "Répondre avant mardi 9:30"
	Exact   string // "mardi 3 février 2026 à 09:30"
	Machine string // RFC 3339
}

func (c clock) due(ticket bot.Clock, d bot.Deadline) due {
	now := c.now()
	shown := due{Urgency: d.Urgency(now)}
	if shown.Urgency == bot.NotDue {
		return shown
	}
	at := c.moment(d.Due)
	shown.Exact, shown.Machine = at.Exact, at.Machine
	if shown.Urgency == bot.Overdue {
		opening, days := ticket.Late(d, now)
		shown.Text = c.late(opening, days, d.Term.Unit)
		return shown
	}
	shown.Text = c.say("Résoudre avant %s", c.before(d))
	if d.Aim == bot.ToReply {
		shown.Text = c.say("Répondre avant %s", c.before(d))
	}
	return shown
}

// hoursUpTo is from how many days of opening on the days are told in place of the hours: nobody reckons with 288 of them.
const hoursUpTo = 2

// late says how long a deadline has been missed.
func (l language) late(opening time.Duration, days int, unit bot.Unit) string {
	hours, minutes := int(opening/time.Hour), int(opening%time.Hour/time.Minute)
	switch {
	case unit == bot.OpeningHours && days < hoursUpTo && hours > 0:
		return l.count(hours, "En retard de %d\u202fh ouvrée", "En retard de %d\u202fh ouvrées", hours)
	case unit == bot.OpeningHours && days < hoursUpTo && minutes > 0:
		return l.say("En retard de %d\u202fmin", minutes)
	case days == 0:
		return l.say("Échéance dépassée") // nobody has been there since
	case unit == bot.OpeningHours:
		return l.say("En retard de %d\u00a0jours d’ouverture", days)
	case unit == bot.BusinessDays:
		return l.count(days, "En retard de %d\u00a0jour ouvré", "En retard de %d\u00a0jours ouvrés", days)
	}
	return l.count(days, "En retard de %d\u00a0jour ouvrable", "En retard de %d\u00a0jours ouvrables", days)
}

// before is the moment in the fewest words that are clear: "15:00", "mardi 9:30", "le 6 mars".
func (c clock) before(d bot.Deadline) string {
	at, now := d.Due.In(c.zone), c.now().In(c.zone)
	evening, hour := d.Term.Unit != bot.OpeningHours, at.Format("15:04")
	switch days := int(midnight(at).Sub(midnight(now)).Hours()+12) / 24; {
	case days == 0 && evening:
		return c.say("ce soir")
	case days == 0:
		return hour
	case days == 1 && evening:
		return c.say("demain au soir")
	case days == 1:
		return c.say("demain %s", hour)
	case days < 7 && evening:
		return c.say("%s au soir", c.say(dayNames[at.Weekday()]))
	case days < 7:
		return c.say(dayNames[at.Weekday()]) + " " + hour
	}
	return c.say("le %s", c.dayOfMonth(at))
}

func midnight(at time.Time) time.Time {
	year, month, day := at.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, at.Location())
}

// caseDue is a deadline on the ticket's page: what it is about, and where it stands.
type caseDue struct {
	Label string
	Due   due
	Done  string // "donnée", "en pause"; then there is no Due
	At    moment // of Done
}

// caseDues are the deadlines of a ticket, kept or still to keep.
func (c clock) caseDues(t bot.Ticket) []caseDue {
	var all []caseDue
	if t.Clock.Started.IsZero() && len(t.Clock.Joined) == 0 {
		return nil
	}
	open := map[bot.Aim]bot.Deadline{}
	for _, d := range t.Clock.Deadlines() {
		open[d.Aim] = d
	}
	for _, aim := range []struct {
		aim   bot.Aim
		term  bot.Term
		label french
	}{{bot.ToReply, t.Clock.First, "Première réponse"}, {bot.ToResolve, t.Clock.Resolve, "Résolution"}} {
		shown := caseDue{Label: c.say(aim.label)}
		d, isOpen := open[aim.aim]
		pause, paused := t.Clock.Pause()
		switch {
		case isOpen:
			shown.Due = c.due(t.Clock, d)
		case aim.term.N == 0:
			continue
		case aim.aim == bot.ToReply && !t.Clock.Answered.IsZero():
			shown.Done, shown.At = c.say("donnée"), c.moment(t.Clock.Answered)
		case paused && pause.Status == bot.Waiting:
			shown.Done, shown.At = c.say("en pause, le client doit répondre"), c.moment(pause.From)
		case paused:
			shown.Done, shown.At = c.say(statusDone(pause.Status)), c.moment(pause.From)
		default:
			continue
		}
		all = append(all, shown)
	}
	return all
}

func statusDone(s bot.Status) french {
	if s == bot.Closed {
		return "ticket clos"
	}
	return "ticket résolu"
}
