package bot

import (
	"fmt"
	"time"
)

// Times as English reads them.

// englishDelay leaves out the site's own words, which are French: it says the first deadline.
func englishDelay(_ string, clock Clock) string {
	d := clock.Next()
	switch {
	case d.Due.IsZero():
		return ""
	case d.Term.Unit == OpeningHours:
		return "by " + englishMoment(d.Due)
	}
	return fmt.Sprintf("within %s (by %s)", englishTerm(d.Term), englishDay(d.Due.Format(time.DateOnly)))
}

func englishTerm(t Term) string {
	unit := map[Unit]string{OpeningHours: "opening hour", BusinessDays: "business day", WorkingDays: "working day", Months: "month"}[t.Unit]
	if t.N != 1 {
		unit += "s"
	}
	return fmt.Sprint(t.N, " ", unit)
}

// englishMoment writes an instant as it is read in Paris: Tuesday 3 February 2026 at 15:04.
func englishMoment(at time.Time) string { return inParis(at).Format("Monday 2 January 2006 at 15:04") }

// englishDay writes a date: 3 February 2026.
func englishDay(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return day.Format("2 January 2006")
}

func englishOpen(h Hours, now time.Time) string {
	open, next := h.Change(now)
	switch {
	case open && next.IsZero():
		return "Our advisers answer at any hour."
	case open:
		return "Our advisers are answering now, until " + englishUpcoming(next, now, "midnight") + "."
	case next.IsZero():
		return "Our advisers are away for now. The assistant answers at any hour."
	}
	return "Our advisers are away: they answer from " + englishUpcoming(next, now, "00:00") + ". The assistant answers at any hour."
}

func englishUpcoming(at, now time.Time, midnight string) string {
	day, clock, apart := upcoming(at, now, midnight)
	switch {
	case apart == 0:
		return clock
	case apart == 1:
		return "tomorrow at " + clock
	case apart < 7:
		return day.Format("Monday") + " at " + clock
	}
	return day.Format("Monday 2 January 2006") + " at " + clock
}
