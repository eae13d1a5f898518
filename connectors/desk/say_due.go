package desk

import (
	"strings"

	"guichet/bot"
)

// dueSentence tells an event about deadlines, which nobody has done.
func (d *desk) dueSentence(e bot.Event) (text string, ok bool) {
	due := d.whatIsDue(e.Detail)
	switch {
	case e.Kind == bot.EventDueSoon:
		return d.say("Échéance proche\u202f: %s", due), true
	case e.Kind == bot.EventOverdue:
		return d.say("Échéance dépassée\u202f: il fallait %s", due), true
	case e.Kind != bot.EventRetimed:
		return "", false
	case due == "":
		return d.say("Échéances recalculées depuis l’ouverture, pauses comprises\u202f: plus rien n’est dû"), true
	}
	return d.say("Échéances recalculées depuis l’ouverture, pauses comprises\u202f: %s", due), true
}

// whatIsDue reads the detail of such an event: "répondre avant le …, résoudre avant le …"; empty when nothing is due.
func (d *desk) whatIsDue(detail string) string {
	var all []string
	for _, due := range bot.ReadRetimed(detail) {
		what := french("résoudre avant le %s")
		if due.Aim == bot.ToReply {
			what = "répondre avant le %s"
		}
		all = append(all, d.say(what, d.clock.moment(due.Due).Exact))
	}
	return strings.Join(all, ", ")
}
