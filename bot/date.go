package bot

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// dateFound is a date in a text. Day is zero when the text names a date that does not exist (31/02/2024).
type dateFound struct {
	start, end int // in the text
	day        time.Time
	words      bool // said in words ("hier"), not written as a date
}

var monthNumber = map[string]time.Month{
	"janvier": 1, "janv": 1, "jan": 1, "fevrier": 2, "fev": 2, "fevr": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5, "juin": 6,
	"juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9, "octobre": 10, "oct": 10, "novembre": 11, "nov": 11,
	"decembre": 12, "dec": 12,
	"january": 1, "february": 2, "feb": 2, "march": 3, "april": 4, "apr": 4, "may": 5, "june": 6, "july": 7, "august": 8, "aug": 8,
	"september": 9, "sep": 9, "october": 10, "november": 11, "december": 12,
}

var weekday = map[string]time.Weekday{
	"lundi": time.Monday, "mardi": time.Tuesday, "mercredi": time.Wednesday, "jeudi": time.Thursday,
	"vendredi": time.Friday, "samedi": time.Saturday, "dimanche": time.Sunday,
	"monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday,
	"friday": time.Friday, "saturday": time.Saturday, "sunday": time.Sunday,
}

// englishMonths are the months as English names them, but for the short forms that both languages have.
const englishMonths = `january|february|feb|march|april|apr|may|june|july|august|aug|september|sep|october|november|december`

var (
	isoDate     = regexp.MustCompile(`\b(\d{4})-(\d{1,2})-(\d{1,2})\b`)
	numericDate = regexp.MustCompile(`\b(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4}|\d{2})\b`)
	monthDate   = regexp.MustCompile(`\b(\d{1,2}|1er|premier|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt)\s+(janvier|janv|jan|fevrier|fevr|fev|mars|avril|avr|mai|juin|juillet|juil|aout|septembre|sept|octobre|oct|novembre|nov|decembre|dec)\b\.?(?:\s+(\d{4}))?`)
	dayMonth    = regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th)?(?: of)?\s+(` + englishMonths + `)\b\.?(?:,?\s+(\d{4}))?`)
	monthDay    = regexp.MustCompile(`\b(` + englishMonths + `)\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(\d{4}))?`)
	shortDate   = regexp.MustCompile(`\ble (\d{1,2})/(\d{1,2})\b`)
	agoDate     = regexp.MustCompile(`\bil y a (\d{1,2}|un|une|deux|trois|quatre|cinq|six) (jour|semaine)s?\b`)
	dayDate     = regexp.MustCompile(`\b(apres[- ]demain|demain|tomorrow|yesterday|last night|avant[- ]?hier|avant ier|hier|ier (?:soir|matin|aprem|apres-midi|vers)|today|aujourd'?hui|aujourdui|ajd|ce matin|cet apres-midi|cet aprem|cette nuit|ce soir|tout a l'heure)\b`)
	weekDate    = regexp.MustCompile(`\b(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b( prochain)?`)
)

var smallNumber = map[string]int{
	"un": 1, "une": 1, "premier": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
	"onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
}

// dayNumber is a day of the month in digits.
func dayNumber(text string) string {
	if n, ok := smallNumber[text]; ok {
		return strconv.Itoa(n)
	}
	return strings.TrimSuffix(text, "er")
}

// civil is the day of a moment where it is, as a date.
func civil(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
}

// oldestYears is how far back a year of two digits may lie: what is asked for has happened to somebody who is in business.
const oldestYears = 60

// pastDate makes a date that must be past. A year of two digits that is to come is of the last century, unless that would
// be too long ago: the date is then the one to come, for the caller to refuse.
func pastDate(today time.Time, year, month, day string) time.Time {
	d := realDate(year, month, day)
	if len(year) != 2 || !d.IsZero() && !d.After(today) {
		return d
	}
	before := realDate("19"+year, month, day)
	if before.IsZero() || today.Year()-before.Year() > oldestYears {
		return d
	}
	return before
}

// longestLeap is how many years may lie between two 29ths of February, those around 2100.
const longestLeap = 8

// lastOccurrence is the last time a day of the year was there; zero when no year has it.
func lastOccurrence(today time.Time, month, day string) time.Time {
	for back := range longestLeap + 1 {
		if d := realDate(strconv.Itoa(today.Year()-back), month, day); !d.IsZero() && !d.After(today) {
			return d
		}
	}
	return time.Time{}
}

// findDates lists the dates of a folded text, in reading order. Words such as "hier" count from now's day; a date
// without a year is its last occurrence.
func findDates(folded string, now time.Time) []dateFound {
	today := civil(now)
	var found []dateFound
	add := func(at []int, day time.Time, words bool) {
		for _, f := range found {
			if at[0] < f.end && f.start < at[1] {
				return
			}
		}
		found = append(found, dateFound{at[0], at[1], day, words})
	}
	each(isoDate, folded, func(at []int, m []string) { add(at, realDate(m[1], m[2], m[3]), false) })
	each(numericDate, folded, func(at []int, m []string) { add(at, pastDate(today, m[3], m[2], m[1]), false) })
	named := func(at []int, day, name, year string) {
		month := strconv.Itoa(int(monthNumber[name]))
		if year == "" {
			add(at, lastOccurrence(today, month, day), false)
			return
		}
		add(at, realDate(year, month, day), false)
	}
	each(monthDate, folded, func(at []int, m []string) { named(at, dayNumber(m[1]), m[2], m[3]) })
	each(dayMonth, folded, func(at []int, m []string) { named(at, m[1], m[2], m[3]) })
	each(monthDay, folded, func(at []int, m []string) { named(at, m[2], m[1], m[3]) })
	each(shortDate, folded, func(at []int, m []string) {
		add(at, lastOccurrence(today, m[2], m[1]), false)
	})
	each(agoDate, folded, func(at []int, m []string) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			n = smallNumber[m[1]]
		}
		if m[2] == "semaine" {
			n *= 7
		}
		add(at, today.AddDate(0, 0, -n), true)
	})
	each(dayDate, folded, func(at []int, m []string) {
		back := 0
		switch {
		case strings.HasPrefix(m[1], "avant"):
			back = 2
		case m[1] == "hier", strings.HasPrefix(m[1], "ier "), m[1] == "yesterday", m[1] == "last night":
			back = 1
		case m[1] == "demain", m[1] == "tomorrow":
			back = -1
		case strings.HasPrefix(m[1], "apres"):
			back = -2
		}
		add(at, today.AddDate(0, 0, -back), true)
	})
	each(weekDate, folded, func(at []int, m []string) {
		if m[2] != "" {
			return // "lundi prochain" is not a day that something happened
		}
		for _, f := range found {
			if between := f.start - at[1]; !f.words && between >= 0 && between <= len(", le ") {
				return // "dimanche 15 novembre": the date says which
			}
		}
		back := (int(today.Weekday()) - int(weekday[m[1]]) + 7) % 7
		if back == 0 {
			back = 7
		}
		add(at, today.AddDate(0, 0, -back), true)
	})
	slices.SortFunc(found, func(a, b dateFound) int { return a.start - b.start })
	return found
}

func each(re *regexp.Regexp, text string, do func(at []int, groups []string)) {
	for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
		groups := make([]string, len(m)/2)
		for i := range groups {
			if m[2*i] >= 0 {
				groups[i] = text[m[2*i]:m[2*i+1]]
			}
		}
		do(m[:2], groups)
	}
}

// realDate makes a date from its parts; zero when there is no such day. Two-digit years are of this century.
func realDate(year, month, day string) time.Time {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	if len(year) == 2 {
		y += 2000
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if m < 1 || m > 12 || t.Day() != d || t.Month() != time.Month(m) {
		return time.Time{}
	}
	return t
}
