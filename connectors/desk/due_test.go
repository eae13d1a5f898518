package desk

import (
	"testing"
	"time"

	"guichet/bot"
)

func TestHowLateADeadlineIsReadsAsAPersonSaysIt(t *testing.T) {
	t.Parallel()
	all, err := languages()
	if err != nil {
		t.Fatal(err)
	}
	fr, en := all[0], all[1]
	for _, test := range []struct {
		opening time.Duration
		days    int
		unit    bot.Unit
		fr, en  string
	}{
		{30 * time.Second, 0, bot.OpeningHours, "Échéance dépassée", "Deadline passed"},
		{40 * time.Minute, 0, bot.OpeningHours, "En retard de 40\u202fmin", "40 min late"},
		{time.Hour, 0, bot.OpeningHours, "En retard de 1\u202fh ouvrée", "1 working hour late"},
		{15 * time.Hour, 1, bot.OpeningHours, "En retard de 15\u202fh ouvrées", "15 working hours late"},
		{16 * time.Hour, 2, bot.OpeningHours, "En retard de 2\u00a0jours d’ouverture", "2 opening days late"},
		{288 * time.Hour, 36, bot.OpeningHours, "En retard de 36\u00a0jours d’ouverture", "36 opening days late"},
		{0, 0, bot.WorkingDays, "Échéance dépassée", "Deadline passed"},
		{0, 1, bot.BusinessDays, "En retard de 1\u00a0jour ouvré", "1 working day late"},
		{0, 3, bot.BusinessDays, "En retard de 3\u00a0jours ouvrés", "3 working days late"},
		{0, 1, bot.Months, "En retard de 1\u00a0jour ouvrable", "1 business day late"},
	} {
		if got := fr.late(test.opening, test.days, test.unit); got != test.fr {
			t.Errorf("%s, %d days of %q: %q, want %q", test.opening, test.days, test.unit, got, test.fr)
		}
		if got := en.late(test.opening, test.days, test.unit); got != test.en {
			t.Errorf("%s, %d days of %q: %q, want %q", test.opening, test.days, test.unit, got, test.en)
		}
	}
}
