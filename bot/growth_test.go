//go:build unix

package bot_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"guichet/bot"
	"guichet/knowledge"
)

// spent is the processor time a work takes in this process, so that what else the machine does matters little.
func spent(t *testing.T, work func()) time.Duration {
	t.Helper()
	used := func() time.Duration {
		var usage syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
			t.Fatal(err)
		}
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	before := used()
	work()
	return used() - before
}

// growth tells how many times longer a work of ten times the size takes: ten when it is linear, a hundred when it is
// quadratic. The least of a few tries counts; what is hopeless is not tried again.
func growth(t *testing.T, small, large func()) float64 {
	t.Helper()
	const often, long = 50, 20 * time.Millisecond // as long as it takes to be measured
	ratio := 0.0
	for range 4 {
		first := spent(t, small) // which also fetches all that the others find
		least := min(max(2, int(long/max(first, time.Microsecond))), often)
		base := spent(t, func() {
			for range least {
				small()
			}
		})
		rounds := 1
		top := spent(t, large)
		for ; top < long && rounds < often; rounds++ {
			top += spent(t, large)
		}
		now := float64(top) / float64(rounds) / (float64(max(base, time.Microsecond)) / float64(least))
		if ratio == 0 || now < ratio {
			ratio = now
		}
		if ratio < 40 || ratio > 150 {
			break
		}
	}
	return ratio
}

// Not parallel: it compares times, as a ratio of sizes.
func TestMaskingTenTimesTheTextIsNotAHundredTimesTheWork(t *testing.T) {
	for _, unit := range []string{"4", "4 ", "41 11-", "FR76 ", "FR763000", "mot de passe est ", "mdp : ", "exp ", "é", "a b ", "4111 1111 1111 1112 ", "4111 1111 1111 1111 "} {
		text := func(size int) string { return strings.Repeat(unit, size/len(unit)+1)[:size] }
		small, large := text(10_000), text(100_000)
		ratio := growth(t, func() { bot.Mask(small) }, func() { bot.Mask(large) })
		if ratio >= 40 {
			t.Errorf("100 000 characters of %q take %.0f times as long as 10 000", unit, ratio)
		}
	}
}

// Not parallel: it compares times, as a ratio of sizes.
func TestTenTimesTheMessageIsNotAHundredTimesTheWork(t *testing.T) {
	for stage, state := range map[string]bot.State{
		"start": {}, "asking for an e-mail": asking(bot.AttestationCorrection, bot.Email), "asking for a SIREN": asking(bot.AttestationCorrection, bot.Siren),
		"asking for a date": asking(bot.Claim, bot.IncidentDate), "asking what happened": asking(bot.Claim, bot.Description),
	} {
		for _, unit := range []string{"é", "É@", "732 829 321 ", "31/02/2024 ", "mot ", "é@é ", "le 3 "} {
			small, large := strings.Repeat(unit, 100/len(unit)), strings.Repeat(unit, 1000/len(unit))
			ratio := growth(t, func() { say(t, state, siteFor("micro"), small) }, func() { say(t, state, siteFor("micro"), large) })
			if ratio >= 40 {
				t.Errorf("%s: 1 000 characters of %q take %.0f times as long as 100", stage, unit, ratio)
			}
		}
	}
}

// Not parallel: it compares times, as a ratio of sizes.
func TestReadingTenTimesTheTextIsNotAHundredTimesTheWork(t *testing.T) {
	grows := func(units []string, works map[string]func(string)) {
		for _, unit := range units {
			small, large := strings.Repeat(unit, 10_000/len(unit)), strings.Repeat(unit, 100_000/len(unit))
			for name, work := range works {
				if ratio := growth(t, func() { work(small) }, func() { work(large) }); ratio >= 40 {
					t.Errorf("%s: 100 000 characters of %q take %.0f times as long as 10 000", name, unit, ratio)
				}
			}
		}
	}
	grows([]string{"é", "mot ", "g pa ", "e\u0301", "’", "a'b ", "«\u00a0x\u202f» "}, map[string]func(string){
		"folding":                      func(s string) { knowledge.Fold(s) },
		"writing out phone spelling":   func(s string) { knowledge.Written(s) },
		"parting words":                func(s string) { knowledge.Words(s) },
		"setting as French is printed": func(s string) { bot.Typeset(s) },
	})
	grows([]string{"É@", "732 829 321 ", "31/02/2024 ", "06 12 34 56 78 "}, map[string]func(string){
		"reading an intake's values": func(s string) { say(t, asking(bot.AttestationCorrection, bot.Siren), siteFor("micro"), s) },
	})
}
