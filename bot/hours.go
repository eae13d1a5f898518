package bot

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/fr"
)

// The public holidays that a site keeps: those of the Code du travail (article L3133-1), with Good Friday and 26
// December in the Bas-Rhin, the Haut-Rhin and the Moselle (article L3134-13), or none.
const (
	HolidaysFrance = "france"
	HolidaysAlsace = "alsace-moselle"
	HolidaysNone   = "none"
)

// Opening is when a site is served, as it is written in the file of sites and kept with a ticket.
type Opening struct {
	Hours    map[string]string `yaml:"hours" json:"hours,omitempty"`       // "monday-friday": "9:00-12:30, 13:30-18:00"; nil for DefaultHours
	Holidays string            `yaml:"holidays" json:"holidays,omitempty"` // "" for HolidaysFrance
	Closed   []string          `yaml:"closed" json:"closed,omitempty"`     // further days, as 2026-12-24
}

// DefaultHours are those of a site that says nothing: eight hours a day.
func DefaultHours() map[string]string {
	return map[string]string{"monday-friday": "9:00-12:30, 13:30-18:00"}
}

// SettingError is a mistake in a site's settings. Path leads to it from the site, as keys of the file.
type SettingError struct {
	Path []string
	Says string // what is wrong and how it should read
}

func (e *SettingError) Error() string { return strings.Join(e.Path, ".") + ": " + e.Says }

// Hours is an Opening that has been read. The zero value is never open; it is safe for concurrent use.
type Hours struct {
	slots    week
	holidays []*cal.Holiday
	closed   map[string]bool
	zone     *time.Location
}

// slot is an uninterrupted time of opening, in minutes since midnight as the clock on the wall shows them.
type slot struct{ from, to int }

// ReadHours reads an Opening. Its errors are *SettingError. Times are those of Paris.
func ReadHours(o Opening) (Hours, error) {
	h := Hours{zone: Paris()}
	var err error
	if h.holidays, err = readHolidays(o.Holidays); err != nil {
		return Hours{}, err
	}
	for _, day := range o.Closed {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return Hours{}, &SettingError{[]string{"closed"}, fmt.Sprintf("%q is no day: write it as 2026-12-24", day)}
		}
		if h.closed == nil {
			h.closed = map[string]bool{}
		}
		h.closed[day] = true
	}
	if o.Hours == nil {
		h.slots, err = defaultWeek()
	} else {
		h.slots, err = readWeek(o.Hours)
	}
	if err != nil {
		return Hours{}, err
	}
	return h, nil
}

// week are the times of opening by weekday, in order.
type week [7][]slot

// defaultWeek is that of DefaultHours, read once: each ticket of a list asks for it.
var defaultWeek = sync.OnceValues(func() (week, error) { return readWeek(DefaultHours()) })

func readWeek(hours map[string]string) (w week, err error) {
	given, open := map[time.Weekday]string{}, false
	for _, days := range slices.Sorted(maps.Keys(hours)) {
		slots, err := readSlots(hours[days])
		if err != nil {
			return w, &SettingError{[]string{"hours", days}, err.Error()}
		}
		covered, err := readDays(days)
		if err != nil {
			return w, &SettingError{[]string{"hours", days}, err.Error()}
		}
		for _, day := range covered {
			if other, twice := given[day]; twice {
				return w, &SettingError{[]string{"hours", days}, fmt.Sprintf("%s is also in %q: name each day once", strings.ToLower(day.String()), other)}
			}
			given[day], w[day] = days, slots
			open = open || len(slots) > 0
		}
	}
	if !open {
		return w, &SettingError{[]string{"hours"}, `the site is never open: write for example monday-friday: "9:00-12:30, 13:30-18:00"`}
	}
	return w, nil
}

func readHolidays(name string) ([]*cal.Holiday, error) {
	switch name {
	case "", HolidaysFrance:
		return fr.Holidays, nil
	case HolidaysAlsace:
		return append([]*cal.Holiday{aa.GoodFriday, aa.ChristmasDay2}, fr.Holidays...), nil
	case HolidaysNone:
		return nil, nil
	}
	return nil, &SettingError{[]string{"holidays"}, fmt.Sprintf("%q is unknown: write %s, %s or %s", name, HolidaysFrance, HolidaysAlsace, HolidaysNone)}
}

// readDays reads "monday", "monday-friday" or "saturday, sunday".
func readDays(text string) ([]time.Weekday, error) {
	var days []time.Weekday
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(part, "-")
		from, ok := readDay(first)
		to := from
		if ok && isRange {
			to, ok = readDay(last)
		}
		if !ok {
			return nil, fmt.Errorf("%q are no days: write them as monday-friday or saturday", strings.TrimSpace(part))
		}
		for day := from; ; day = (day + 1) % 7 {
			days = append(days, day)
			if day == to {
				break
			}
		}
	}
	return days, nil
}

func readDay(text string) (time.Weekday, bool) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(strings.TrimSpace(text), day.String()) {
			return day, true
		}
	}
	return 0, false
}

// readSlots reads "9:00-12:30, 14:00-18:00"; an empty text is a day without any.
func readSlots(text string) ([]slot, error) {
	var slots []slot
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		first, last, _ := strings.Cut(part, "-")
		from, err := readClock(first)
		if err != nil {
			return nil, err
		}
		to, err := readClock(last)
		if err != nil {
			return nil, err
		}
		if to <= from {
			return nil, fmt.Errorf("%q ends before it begins", strings.TrimSpace(part))
		}
		slots = append(slots, slot{from, to})
	}
	slices.SortFunc(slots, func(a, b slot) int { return a.from - b.from })
	for i := 1; i < len(slots); i++ {
		if slots[i].from < slots[i-1].to {
			return nil, errors.New("two of its times overlap")
		}
	}
	return slots, nil
}

// readClock reads 9:00, 9h, 18h30 or 24:00 into minutes since midnight.
func readClock(text string) (int, error) {
	clean := strings.TrimSpace(strings.Replace(strings.ToLower(text), "h", ":", 1))
	first, last, _ := strings.Cut(clean, ":")
	if last == "" {
		last = "0"
	}
	hour, wrong := strconv.Atoi(first)
	minute, wrongToo := strconv.Atoi(strings.TrimSpace(last))
	if wrong != nil || wrongToo != nil || hour < 0 || hour > 24 || minute < 0 || minute > 59 || hour*60+minute > 24*60 {
		return 0, fmt.Errorf("%q is no time of day: write it as 9:00 or 18:30", strings.TrimSpace(text))
	}
	return hour*60 + minute, nil
}

// upcoming parts an instant to come into its day, how many days that is from now's, and its time. midnight is how 00:00
// reads, which ends a day where it has a word for it.
func upcoming(at, now time.Time, midnight string) (day time.Time, clock string, apart int) {
	at, now = inParis(at), inParis(now)
	day, clock = at, at.Format("15:04")
	if clock == "00:00" {
		clock = midnight
		if midnight != "00:00" {
			day = day.AddDate(0, 0, -1)
		}
	}
	return day, clock, int(civil(day).Sub(civil(now)).Hours()) / 24
}
