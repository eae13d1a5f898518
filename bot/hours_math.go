package bot

import "time"

// longest bounds every walk over days: a site that closes for so long has no deadline any more.
const longest = 20 * 366

// Holiday tells whether a day, as it is in Paris, is a public holiday of the site.
func (h Hours) Holiday(at time.Time) bool {
	year, month, day := at.In(h.zone).Date()
	for _, holiday := range h.holidays {
		// Working a date out takes long, and a list of tickets asks a thousand times: only those that may be this day are.
		if fixed := holiday.Month; fixed != 0 && fixed != month || fixed == 0 && (month < time.March || month > time.June) { // of Easter
			continue
		}
		if on, _ := holiday.Calc(year); !on.IsZero() && on.Month() == month && on.Day() == day {
			return true
		}
	}
	return false
}

// span is a time of opening, as instants.
type span struct{ from, to time.Time }

// opens tells whether the site is served on the day that begins at midnight.
func (h Hours) opens(midnight time.Time) bool {
	return len(h.slots[midnight.Weekday()]) > 0 && (len(h.closed) == 0 || !h.closed[midnight.Format(time.DateOnly)]) && !h.Holiday(midnight)
}

// span is a slot of the day between two midnights, by the clock on the wall: on the day that clocks change, 9:00 stays 9:00. A
// slot within the hour that does not exist is empty.
func (h Hours) span(s slot, midnight, next time.Time) span {
	if next.Sub(midnight) == 24*time.Hour { // no clock changes: looking dates up in the zone takes longer than all else
		return span{midnight.Add(time.Duration(s.from) * time.Minute), midnight.Add(time.Duration(s.to) * time.Minute)}
	}
	year, month, day := midnight.Date()
	return span{time.Date(year, month, day, 0, s.from, 0, 0, h.zone), time.Date(year, month, day, 0, s.to, 0, 0, h.zone)}
}

// midnight is the beginning of the day of an instant, next that of the day after.
func (h Hours) midnight(at time.Time) time.Time {
	year, month, day := at.In(h.zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, h.zone)
}

func (h Hours) next(midnight time.Time) time.Time {
	year, month, day := midnight.Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, h.zone)
}

// walk calls do with the times of opening from an instant on, the first one cut there, until do says stop.
func (h Hours) walk(from time.Time, do func(span) (more bool)) {
	if h.zone == nil {
		return
	}
	day := h.midnight(from)
	for range longest {
		next := h.next(day)
		if h.opens(day) {
			for _, slot := range h.slots[day.Weekday()] {
				s := h.span(slot, day, next)
				if s.from.Before(from) {
					s.from = from
				}
				if s.to.After(s.from) && !do(s) {
					return
				}
			}
		}
		day = next
	}
}

// Add is the instant when so much time of opening has passed since from; the zero time when that never comes. With
// nothing to pass it is the next instant of opening.
func (h Hours) Add(from time.Time, opening time.Duration) time.Time {
	var at time.Time
	h.walk(from, func(s span) bool {
		if length := s.to.Sub(s.from); opening > length {
			opening -= length
			return true
		}
		at = s.from.Add(opening)
		return false
	})
	return at
}

// Between is how much time of opening lies between two instants; 0 when to is not after from.
func (h Hours) Between(from, to time.Time) time.Duration {
	sum, _ := h.elapsed(from, to)
	return sum
}

// elapsed is the time of opening between two instants, and how many whole days of opening it makes: half a Friday and half a
// Monday are one, however long each of them is.
func (h Hours) elapsed(from, to time.Time) (sum time.Duration, days int) {
	share := 0.0
	h.walk(from, func(s span) bool {
		if !s.from.Before(to) {
			return false
		}
		if s.to.After(to) {
			s.to = to
		}
		length := s.to.Sub(s.from)
		sum += length
		share += float64(length) / float64(h.length(s.from.In(h.zone).Weekday()))
		return true
	})
	const rounding = 1e-6 // three thirds of a day are one
	return sum, int(share + rounding)
}

// length is how long the site is open on a day of the week, by the clock on the wall.
func (h Hours) length(day time.Weekday) time.Duration {
	minutes := 0
	for _, s := range h.slots[day] {
		minutes += s.to - s.from
	}
	return time.Duration(minutes) * time.Minute
}

// Open tells whether somebody is there at an instant.
func (h Hours) Open(at time.Time) bool {
	open := false
	h.walk(at, func(s span) bool {
		open = s.from.Equal(at)
		return false
	})
	return open
}

// foreseeable is how far ahead a change of opening is looked for.
const foreseeable = 8 * 24 * time.Hour

// Change tells whether somebody is there at an instant, and when that changes; the zero time when it does not within
// about a week, for who is open day and night, or ever.
func (h Hours) Change(at time.Time) (open bool, next time.Time) {
	h.walk(at, func(s span) bool {
		switch {
		case !open && s.from.After(at) && next.IsZero(): // closed until then
			next = s.from
			return false
		case open && s.from.After(next): // closed from next on
			return false
		}
		open, next = true, s.to
		return next.Sub(at) < foreseeable
	})
	if open && next.Sub(at) >= foreseeable {
		next = time.Time{}
	}
	return open, next
}

// workingDay tells whether a day counts. Jours ouvrables are all but Sundays and public holidays, jours ouvrés those from
// Monday to Friday among them, whatever the hours of the site.
func (h Hours) workingDay(midnight time.Time, unit Unit) bool {
	switch midnight.Weekday() {
	case time.Sunday:
		return false
	case time.Saturday:
		if unit == BusinessDays {
			return false
		}
	}
	return !h.Holiday(midnight)
}

// AddDays is the end of the nth day of that unit after the day of from, which does not count (Code de procédure civile,
// article 641). A term in calendar days or months that would end on a Saturday, a Sunday or a holiday still ends there:
// the earlier day is the safer one.
func (h Hours) AddDays(from time.Time, n int, unit Unit) time.Time {
	if h.zone == nil {
		return time.Time{}
	}
	day := h.midnight(from)
	if unit == Months {
		return h.next(addMonths(day, n)).Add(-time.Second)
	}
	for i := 0; n > 0 && i < longest; i++ {
		if day = h.next(day); h.workingDay(day, unit) {
			n--
		}
	}
	return h.next(day).Add(-time.Second)
}

// DaysBetween counts the days of that unit after the day of from, up to and with that of to.
func (h Hours) DaysBetween(from, to time.Time, unit Unit) int {
	if h.zone == nil {
		return 0
	}
	n, day, last := 0, h.midnight(from), h.midnight(to)
	for i := 0; day.Before(last) && i < longest; i++ {
		if day = h.next(day); h.workingDay(day, unit) {
			n++
		}
	}
	return n
}

// addMonths goes to the same day n months on, or to the last of that month where it has no such day.
func addMonths(day time.Time, n int) time.Time {
	year, month, number := day.Date()
	last := time.Date(year, month+time.Month(n)+1, 0, 0, 0, 0, 0, day.Location()).Day()
	return time.Date(year, month+time.Month(n), min(number, last), 0, 0, 0, 0, day.Location())
}
