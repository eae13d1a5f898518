package bot_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"guichet/bot"
)

var paris = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return zone
}()

// at reads "2026-02-03 15:04" as it is in Paris.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, paris)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func hours(t *testing.T, o bot.Opening) bot.Hours {
	t.Helper()
	h, err := bot.ReadHours(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

var (
	always     = bot.Opening{Hours: map[string]string{"monday-sunday": "0:00-24:00"}, Holidays: bot.HolidaysNone}
	saturdays  = bot.Opening{Hours: map[string]string{"monday-friday": "9:00-12:30, 13:30-18:00", "saturday": "9h-12h"}}
	strasbourg = bot.Opening{Holidays: bot.HolidaysAlsace}
	nights     = bot.Opening{Hours: map[string]string{"friday-sunday": "1:00-3:30, 22:00-24:00", "tuesday": "8:15-8:20"}, Holidays: bot.HolidaysAlsace, Closed: []string{"2026-10-24"}}
)

func TestTimeOfOpeningIsAdded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		opening bot.Opening
		from    string
		hours   float64
		want    string
	}{
		{"within a slot", bot.Opening{}, "2026-02-03 09:30", 2, "2026-02-03 11:30"},
		{"to the end of a slot", bot.Opening{}, "2026-02-03 09:30", 3, "2026-02-03 12:30"},
		{"over lunch", bot.Opening{}, "2026-02-03 12:00", 1, "2026-02-03 14:00"},
		{"from before the opening", bot.Opening{}, "2026-02-03 03:00", 1, "2026-02-03 10:00"},
		{"a Friday evening", bot.Opening{}, "2026-02-06 19:00", 8, "2026-02-09 18:00"},
		{"over Easter Monday", bot.Opening{}, "2026-04-03 17:00", 8, "2026-04-07 17:00"},
		{"Good Friday in Strasbourg", strasbourg, "2026-04-03 10:00", 8, "2026-04-07 18:00"},
		{"26 December in Strasbourg, a Saturday", bot.Opening{Hours: saturdays.Hours, Holidays: bot.HolidaysAlsace}, "2026-12-24 17:00", 2, "2026-12-28 10:00"},
		{"26 December elsewhere", saturdays, "2026-12-24 17:00", 2, "2026-12-26 10:00"},
		{"over 15 August, a Saturday", saturdays, "2026-08-14 17:00", 4, "2026-08-17 12:00"},
		{"a Saturday", saturdays, "2026-08-21 17:00", 4, "2026-08-22 12:00"},
		{"the bridge after Ascension, worked", bot.Opening{}, "2026-05-13 16:00", 8, "2026-05-15 16:00"},
		{"the bridge after Ascension, closed", bot.Opening{Closed: []string{"2026-05-15"}}, "2026-05-13 16:00", 8, "2026-05-18 16:00"},
		{"three holidays in May", bot.Opening{}, "2026-04-30 17:00", 40, "2026-05-11 17:00"}, // 1 and 8 May are Fridays
		{"over the lost hour of March", always, "2026-03-28 12:00", 24, "2026-03-29 13:00"},
		{"over the hour won in October", always, "2026-10-24 12:00", 24, "2026-10-25 11:00"},
		{"New Year", bot.Opening{}, "2025-12-31 17:30", 1, "2026-01-02 09:30"},
		{"nothing to pass", bot.Opening{}, "2026-02-07 09:00", 0, "2026-02-09 09:00"},
	} {
		got := hours(t, test.opening).Add(at(t, test.from), time.Duration(test.hours*float64(time.Hour)))
		if want := at(t, test.want); !got.Equal(want) {
			t.Errorf("%s: %s and %g h of opening give %s, want %s", test.name, test.from, test.hours, got.In(paris), want)
		}
	}
}

func TestTimeOfOpeningObeysItsLaws(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 8))
	begin := at(t, "2025-12-20 00:00")
	for _, o := range []bot.Opening{{}, always, saturdays, strasbourg, nights} {
		h := hours(t, o)
		for range 150 {
			from := begin.Add(time.Duration(random.IntN(370*24*60)) * time.Minute)
			a := time.Duration(1+random.IntN(30*60)) * time.Minute
			b := time.Duration(1+random.IntN(30*60)) * time.Minute
			due := h.Add(from, a)
			if got := h.Between(from, due); got != a {
				t.Fatalf("%v: from %s, %s later is %s, but %s lie between", o, from, a, due, got)
			}
			if further, at := h.Add(due, b), h.Add(from, a+b); !further.Equal(at) {
				t.Fatalf("%v: from %s, %s and then %s give %s, at once %s", o, from, a, b, further, at)
			}
			if !h.Open(due) && !h.Open(due.Add(-time.Minute)) {
				t.Fatalf("%v: %s is due at %s, when nobody is there", o, from, due)
			}
		}
	}
}

// TestTimeOfOpeningIsThatOfTheClockOnTheWall counts minute by minute over both changes of the clocks.
func TestTimeOfOpeningIsThatOfTheClockOnTheWall(t *testing.T) {
	t.Parallel()
	for _, o := range []bot.Opening{{}, always, saturdays, nights} {
		h := hours(t, o)
		for _, day := range []string{"2026-03-27 00:00", "2026-10-23 00:00", "2026-04-02 00:00"} {
			from, counted := at(t, day), time.Duration(0)
			for i := range 5 * 24 * 60 {
				minute := from.Add(time.Duration(i) * time.Minute)
				if i%97 == 0 {
					if got := h.Between(from, minute); got != counted {
						t.Fatalf("%v: between %s and %s lie %s, counted %s", o, from, minute, got, counted)
					}
				}
				if h.Open(minute) {
					counted += time.Minute
				}
			}
		}
	}
}

func TestDaysOfWorkAreCounted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		opening bot.Opening
		from    string
		n       int
		unit    bot.Unit
		want    string
	}{
		{bot.Opening{}, "2026-02-23 10:00", 10, bot.WorkingDays, "2026-03-06"}, // two Saturdays count
		{bot.Opening{}, "2026-02-23 10:00", 10, bot.BusinessDays, "2026-03-09"},
		{bot.Opening{}, "2026-02-02 09:00", 10, bot.WorkingDays, "2026-02-13"},
		{bot.Opening{}, "2026-02-02 09:00", 60, bot.WorkingDays, "2026-04-14"}, // ten weeks, and Easter Monday
		{strasbourg, "2026-02-02 09:00", 60, bot.WorkingDays, "2026-04-15"},    // and Good Friday
		{bot.Opening{}, "2026-04-30 23:59", 10, bot.WorkingDays, "2026-05-15"}, // 1, 8 and 14 May
		{bot.Opening{}, "2026-05-14 09:00", 1, bot.WorkingDays, "2026-05-15"},  // received on a holiday
		{bot.Opening{}, "2025-12-31 09:00", 2, bot.Months, "2026-02-28"},
		{bot.Opening{}, "2026-01-31 09:00", 1, bot.Months, "2026-02-28"},
		{bot.Opening{}, "2026-02-02 09:00", 2, bot.Months, "2026-04-02"},
	} {
		h := hours(t, test.opening)
		got := h.AddDays(at(t, test.from), test.n, test.unit)
		if want := at(t, test.want+" 23:59").Add(59 * time.Second); !got.Equal(want) {
			t.Errorf("%d %s after %s end on %s, want %s", test.n, test.unit, test.from, got.In(paris), want)
		}
		if test.unit != bot.Months {
			if n := h.DaysBetween(at(t, test.from), got, test.unit); n != test.n {
				t.Errorf("%s: %d %s between, want %d", test.from, n, test.unit, test.n)
			}
		}
	}
}

func TestAMistakeInTheHoursIsNamed(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]bot.Opening{
		`hours.mondays: "mondays" are no days: write them as monday-friday or saturday`:             {Hours: map[string]string{"mondays": "9:00-12:00"}},
		`hours.monday: "25:00" is no time of day: write it as 9:00 or 18:30`:                        {Hours: map[string]string{"monday": "9:00-25:00"}},
		`hours.monday: "18:00-9:00" ends before it begins`:                                          {Hours: map[string]string{"monday": "18:00-9:00"}},
		`hours.monday: two of its times overlap`:                                                    {Hours: map[string]string{"monday": "9:00-12:00, 11:00-14:00"}},
		`hours.monday-friday: friday is also in "friday": name each day once`:                       {Hours: map[string]string{"monday-friday": "9:00-12:00", "friday": "9:00-11:00"}},
		`holidays: "alsace" is unknown: write france, alsace-moselle or none`:                       {Holidays: "alsace"},
		`closed: "24/12/2026" is no day: write it as 2026-12-24`:                                    {Closed: []string{"24/12/2026"}},
		`hours: the site is never open: write for example monday-friday: "9:00-12:30, 13:30-18:00"`: {Hours: map[string]string{"monday": ""}},
	} {
		_, err := bot.ReadHours(o)
		var setting *bot.SettingError
		if !errors.As(err, &setting) || err.Error() != want {
			t.Errorf("%v gives %v, want %s", o, err, want)
		}
	}
}

func TestWhetherAgentsAreThereIsSaidAsOneWouldSayIt(t *testing.T) {
	t.Parallel()
	const here, away, ever = "Nos conseillers répondent en ce moment, jusqu’à ", "Nos conseillers sont absents : ils répondent à partir de ", ". L’assistant répond à toute heure."
	oneDay := bot.Opening{Hours: map[string]string{"monday": "9:00-12:00"}, Closed: []string{"2026-02-09"}}
	for _, test := range []struct {
		name    string
		opening bot.Opening
		now     string
		want    string
	}{
		{"in the morning", bot.Opening{}, "2026-02-03 09:00", here + "12:30."},
		{"at lunch", bot.Opening{}, "2026-02-03 12:30", away + "13:30" + ever},
		{"in the evening", bot.Opening{}, "2026-02-03 18:00", away + "demain à 09:00" + ever},
		{"at the weekend", bot.Opening{}, "2026-02-06 18:00", away + "lundi à 09:00" + ever},
		{"on a Sunday", saturdays, "2026-02-08 10:00", away + "demain à 09:00" + ever},
		{"before Easter Monday", bot.Opening{}, "2026-04-03 19:00", away + "mardi à 09:00" + ever},
		{"closed next week", oneDay, "2026-02-02 13:00", away + "lundi 16 février 2026 à 09:00" + ever},
		{"until midnight", nights, "2026-10-23 23:00", here + "minuit."},
		{"over midnight", bot.Opening{Hours: map[string]string{"friday": "22:00-24:00", "saturday": "0:00-3:00"}}, "2026-02-06 23:00", here + "demain à 03:00."},
		{"day and night", always, "2026-02-03 09:00", "Nos conseillers répondent à toute heure."},
		{"day and night but on holidays", bot.Opening{Hours: always.Hours}, "2026-07-12 09:00", here + "demain à minuit."},
	} {
		if got := bot.TextOpen(hours(t, test.opening), at(t, test.now), ""); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if got := bot.TextOpen(bot.Hours{}, at(t, "2026-02-03 09:00"), ""); got != "Nos conseillers sont absents pour l’instant. L’assistant répond à toute heure." {
		t.Errorf("never open: %q", got)
	}
}
