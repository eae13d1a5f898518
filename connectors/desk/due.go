package desk

import (
	"strconv"
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
		shown.Text = late(opening, days, d.Term.Unit)
		return shown
	}
	shown.Text = aimVerb(d.Aim) + " avant " + c.before(d)
	return shown
}

// late says how long a deadline has been missed.
func late(opening time.Duration, days int, unit bot.Unit) string {
	kind := "ouvrable"
	if unit == bot.BusinessDays {
		kind = "ouvré"
	}
	hours, minutes := int(opening/time.Hour), int(opening%time.Hour/time.Minute)
	switch {
	case days > 0:
		return "En retard de " + strconv.Itoa(days) + "\u00a0" + plural(days, "jour") + " " + plural(days, kind)
	case hours > 0:
		return "En retard de " + strconv.Itoa(hours) + nb + "h " + plural(hours, "ouvrée")
	case minutes > 0:
		return "En retard de " + strconv.Itoa(minutes) + nb + "min"
	}
	return "Échéance dépassée" // nobody has been there since
}

func plural(n int, word string) string {
	if n > 1 {
		return word + "s"
	}
	return word
}

func aimVerb(a bot.Aim) string {
	if a == bot.ToReply {
		return "Répondre"
	}
	return "Résoudre"
}

// before is the moment in the fewest words that are clear: "15:00", "mardi 9:30", "le 6 mars".
func (c clock) before(d bot.Deadline) string {
	at, now := d.Due.In(c.zone), c.now().In(c.zone)
	hour := " " + at.Format("15:04")
	if d.Term.Unit != bot.OpeningHours {
		hour = " au soir"
	}
	switch days := int(midnight(at).Sub(midnight(now)).Hours()+12) / 24; {
	case days == 0 && d.Term.Unit != bot.OpeningHours:
		return "ce soir"
	case days == 0:
		return at.Format("15:04")
	case days == 1:
		return "demain" + hour
	case days < 7:
		return dayNames[at.Weekday()] + hour
	}
	return "le " + ordinal(at.Day()) + "\u00a0" + monthNames[at.Month()-1]
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
		label string
	}{{bot.ToReply, t.Clock.First, "Première réponse"}, {bot.ToResolve, t.Clock.Resolve, "Résolution"}} {
		shown := caseDue{Label: aim.label}
		d, isOpen := open[aim.aim]
		pause, paused := t.Clock.Pause()
		switch {
		case isOpen:
			shown.Due = c.due(t.Clock, d)
		case aim.term.N == 0:
			continue
		case aim.aim == bot.ToReply && !t.Clock.Answered.IsZero():
			shown.Done, shown.At = "donnée", c.moment(t.Clock.Answered)
		case paused && pause.Status == bot.Waiting:
			shown.Done, shown.At = "en pause, le client doit répondre", c.moment(pause.From)
		case paused:
			shown.Done, shown.At = statusDone(pause.Status), c.moment(pause.From)
		default:
			continue
		}
		all = append(all, shown)
	}
	return all
}

func statusDone(s bot.Status) string {
	if s == bot.Closed {
		return "ticket clos"
	}
	return "ticket résolu"
}
