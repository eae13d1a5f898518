package bot

import (
	"fmt"
	"strings"
	"time"
)

// Times and sizes, as they are read in French.

// textDelay says when an agent answers: in the site's own words, else by the first deadline.
func textDelay(own string, clock Clock) string {
	d := clock.Next()
	switch {
	case own != "":
		return own
	case d.Due.IsZero():
		return ""
	case d.Term.Unit == OpeningHours:
		return "d’ici le " + TextMoment(d.Due)
	}
	return fmt.Sprintf("sous %s (jusqu’au %s)", textTerm(d.Term), textDay(d.Due.Format(time.DateOnly)))
}

// textTerm writes a term: 10 jours ouvrables.
func textTerm(t Term) string {
	unit := map[Unit]string{OpeningHours: "heure% d’ouverture", BusinessDays: "jour% ouvré%", WorkingDays: "jour% ouvrable%", Months: "mois"}[t.Unit]
	plural := ""
	if t.N > 1 {
		plural = "s"
	}
	return fmt.Sprint(t.N) + " " + strings.ReplaceAll(unit, "%", plural)
}

// TextMoment writes an instant as it is read in Paris: mardi 3 février 2026 à 15:04.
func TextMoment(at time.Time) string {
	local := inParis(at)
	return weekdays[local.Weekday()] + " " + textDay(local.Format(time.DateOnly)) + " à " + local.Format("15:04")
}

// textOpen says whether agents are there, and when that changes.
func textOpen(h Hours, now time.Time) string {
	open, next := h.Change(now)
	switch {
	case open && next.IsZero():
		return "Nos conseillers répondent à toute heure."
	case open:
		return "Nos conseillers répondent en ce moment, jusqu’à " + textUpcoming(next, now, "minuit") + "."
	case next.IsZero():
		return "Nos conseillers sont absents pour l’instant. L’assistant répond à toute heure."
	}
	return "Nos conseillers sont absents : ils répondent à partir de " + textUpcoming(next, now, "00:00") + ". L’assistant répond à toute heure."
}

// textUpcoming writes an instant to come as one would say it now.
func textUpcoming(at, now time.Time, midnight string) string {
	day, clock, apart := upcoming(at, now, midnight)
	switch {
	case apart == 0:
		return clock
	case apart == 1:
		return "demain à " + clock
	case apart < 7:
		return weekdays[day.Weekday()] + " à " + clock
	}
	return weekdays[day.Weekday()] + " " + textDay(day.Format(time.DateOnly)) + " à " + clock
}

// TextSize writes a size as it is read in France: 1,2 Mo.
func TextSize(bytes int64) string {
	const kilo = 1000
	switch {
	case bytes < kilo:
		return fmt.Sprintf("%d\u00a0octets", bytes)
	case bytes < kilo*kilo:
		return fmt.Sprintf("%d\u00a0Ko", (bytes+kilo/2)/kilo)
	}
	return strings.ReplaceAll(fmt.Sprintf("%.1f\u00a0Mo", float64(bytes)/(kilo*kilo)), ".", ",")
}

// weekdays are the French names, from Sunday.
var weekdays = strings.Fields("dimanche lundi mardi mercredi jeudi vendredi samedi")

// textDay writes a date as people read it: 3 février 2026.
func textDay(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return TextDate(day)
}
