package bot_test

import (
	"testing"
	"time"

	"guichet/bot"
)

func TestADateIsWrittenAsFrenchPeopleReadIt(t *testing.T) {
	t.Parallel()
	for want, day := range map[string]time.Time{
		"1er février 2026": time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC),
		"31 décembre 2026": time.Date(2026, time.December, 31, 23, 59, 0, 0, bot.Paris()),
		"":                 {},
	} {
		if got := bot.TextDate(day); got != want {
			t.Errorf("%s is %q, want %q", day, got, want)
		}
	}
}

func TestTheClockOfParisIsThatOfParis(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{"2026-01-15T12:00:00Z": "13:00", "2026-07-15T12:00:00Z": "14:00"} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := moment.In(bot.Paris()).Format("15:04"); got != want {
			t.Errorf("%s is %s in Paris, want %s", at, got, want)
		}
	}
}
