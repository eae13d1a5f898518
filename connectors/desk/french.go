package desk

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guichet/bot"
)

// nb is the narrow no-break space that French sets before ; : ? ! and between a number and its unit.
const nb = "\u202f"

var (
	monthNames = []french{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
	dayNames   = []french{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
)

// clock tells the time of France, in a language.
type clock struct {
	language
	now  func() time.Time
	zone *time.Location
}

func newClock(now func() time.Time) clock { return clock{now: now, zone: bot.Paris()} }

// moment is an instant as a page shows it.
type moment struct {
	Ago     string // "il y a 3 h"
	Exact   string // "mardi 3 février 2026 à 14:05"
	Machine string // RFC 3339
	Time    string // "14:05"
	Short   string // "03/02/2026 14:05:09"
}

func (c clock) moment(at time.Time) moment {
	local := at.In(c.zone)
	hour := local.Format("15:04")
	return moment{
		Ago: c.ago(at), Exact: c.say("%s à %s", c.day(local), hour), Machine: at.UTC().Format(time.RFC3339), Time: hour,
		Short: local.Format("02/01/2006 15:04:05"),
	}
}

// day is "mardi 3 février 2026".
func (c clock) day(at time.Time) string {
	local := at.In(c.zone)
	return c.say(dayNames[local.Weekday()]) + " " + c.date(local)
}

func (c clock) ago(at time.Time) string {
	passed := c.now().Sub(at)
	switch {
	case passed < time.Minute: // also a moment ahead: clocks of two machines differ
		return c.say("à l’instant")
	case passed < time.Hour:
		return c.say("il y a %d\u202fmin", int(passed/time.Minute))
	case passed < 24*time.Hour:
		return c.say("il y a %d\u202fh", int(passed/time.Hour))
	case passed < 7*24*time.Hour:
		return c.say("il y a %d\u202fj", int(passed/(24*time.Hour)))
	}
	local := at.In(c.zone)
	if local.Year() == c.now().In(c.zone).Year() {
		return c.dayOfMonth(local)
	}
	return c.date(local)
}

// date is "3 février 2026", whatever the zone.
func (l language) date(t time.Time) string { return l.dayOfMonth(t) + " " + strconv.Itoa(t.Year()) }

// dayOfMonth is "3 février".
func (l language) dayOfMonth(t time.Time) string {
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = l.say("1er")
	}
	return day + "\u00a0" + l.say(monthNames[t.Month()-1])
}

// grouped writes 12345 as 12 345.
func grouped(n int) string { return inGroups(strconv.Itoa(n), len(strconv.Itoa(n))%3, 3) }

// inGroups sets no-break spaces after the first digits and then after every size digits.
func inGroups(digits string, first, size int) string {
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (i-first)%size == 0 {
			b.WriteString(nb)
		}
		b.WriteRune(c)
	}
	return b.String()
}

// size is how large a file is, as its customer reads it in that language.
func (l language) size(bytes int64) string { return bot.SizeIn(bytes, l.Code) }

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// channels are those a ticket comes from.
var channels = []string{bot.Web, bot.Telegram, bot.Discord}

func viewName(v bot.View) french {
	switch v {
	case bot.ViewAll:
		return "Tous"
	case bot.ViewMine:
		return "Les miens"
	case bot.ViewUnassigned:
		return "À prendre"
	case bot.ViewWaiting:
		return "En attente"
	case bot.ViewOverdue:
		return "En retard"
	case bot.ViewSnoozed:
		return "Reportés"
	}
	return french(v)
}

func statusTab(s bot.Status) french {
	switch s {
	case bot.Open:
		return "Ouverts"
	case bot.Waiting:
		return "En attente"
	case bot.Resolved:
		return "Résolus"
	case bot.Closed:
		return "Clos"
	}
	return french(s)
}

func statusName(s bot.Status) french {
	switch s {
	case bot.Open:
		return "Ouvert"
	case bot.Waiting:
		return "En attente du client"
	case bot.Resolved:
		return "Résolu"
	case bot.Closed:
		return "Clos"
	}
	return french(s)
}

// stateWord is a status where there is little room.
func stateWord(s bot.Status) french {
	if s == bot.Waiting {
		return "En attente"
	}
	return statusName(s)
}

func categoryTitle(c bot.Category) french {
	if d, ok := bot.Define(c); ok {
		return french(capital(d.Label))
	}
	return french(c)
}

func channelName(channel string) french {
	switch channel {
	case bot.Web:
		return "Site web"
	case bot.Telegram:
		return "Telegram"
	case bot.Discord:
		return "Discord"
	}
	return french(capital(channel))
}

// onChannel says where a reply arrives.
func (l language) onChannel(channel string) string {
	if channel == bot.Web {
		return l.say("sur le site web")
	}
	return l.say("sur %s", l.say(channelName(channel)))
}
