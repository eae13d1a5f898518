package desk

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the machine may have none, and times are shown as in Paris
	"unicode"
	"unicode/utf8"

	"guichet/bot"
)

// nb is the narrow no-break space that French sets before ; : ? ! and between a number and its unit.
const nb = "\u202f"

var (
	monthNames = strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
	dayNames   = strings.Fields("dimanche lundi mardi mercredi jeudi vendredi samedi")
)

// clock tells the time as it is read in France.
type clock struct {
	now  func() time.Time
	zone *time.Location
}

func newClock(now func() time.Time) (clock, error) {
	zone, err := time.LoadLocation("Europe/Paris")
	return clock{now: now, zone: zone}, err
}

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
	return moment{
		Ago: c.ago(at), Exact: c.day(at) + " à " + local.Format("15:04"),
		Machine: at.UTC().Format(time.RFC3339), Time: local.Format("15:04"),
		Short: local.Format("02/01/2006 15:04:05"),
	}
}

// day is "mardi 3 février 2026".
func (c clock) day(at time.Time) string {
	local := at.In(c.zone)
	return dayNames[local.Weekday()] + " " + frenchDate(local)
}

func (c clock) ago(at time.Time) string {
	passed := c.now().Sub(at)
	switch {
	case passed < time.Minute: // also a moment ahead: clocks of two machines differ
		return "à l’instant"
	case passed < time.Hour:
		return "il y a " + strconv.Itoa(int(passed/time.Minute)) + nb + "min"
	case passed < 24*time.Hour:
		return "il y a " + strconv.Itoa(int(passed/time.Hour)) + nb + "h"
	case passed < 7*24*time.Hour:
		return "il y a " + strconv.Itoa(int(passed/(24*time.Hour))) + nb + "j"
	}
	local := at.In(c.zone)
	if local.Year() == c.now().In(c.zone).Year() {
		return ordinal(local.Day()) + "\u00a0" + monthNames[local.Month()-1]
	}
	return frenchDate(local)
}

func frenchDate(t time.Time) string {
	return ordinal(t.Day()) + "\u00a0" + monthNames[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

func ordinal(day int) string {
	if day == 1 {
		return "1er"
	}
	return strconv.Itoa(day)
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

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// channels are those a ticket comes from.
var channels = []string{bot.Web, bot.Telegram, bot.Discord}

func viewName(v bot.View) string {
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
	return string(v)
}

func statusTab(s bot.Status) string {
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
	return string(s)
}

func statusName(s bot.Status) string {
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
	return string(s)
}

// stateWord is a status where there is little room.
func stateWord(s bot.Status) string {
	if s == bot.Waiting {
		return "En attente"
	}
	return statusName(s)
}

func categoryTitle(c bot.Category) string {
	if d, ok := bot.Define(c); ok {
		return capital(d.Label)
	}
	return string(c)
}

func channelName(channel string) string {
	switch channel {
	case "web":
		return "Site web"
	case "telegram":
		return "Telegram"
	case "discord":
		return "Discord"
	}
	return capital(channel)
}

// onChannel says where a reply arrives.
func onChannel(channel string) string {
	if channel == "web" {
		return "sur le site web"
	}
	return "sur " + channelName(channel)
}
