package bot_test

import (
	"fmt"
	"testing"

	"guichet/bot"
)

func TestASIRENHasNineDigitsAndARightKey(t *testing.T) {
	t.Parallel()
	for digits, want := range map[string]bool{
		"732829320": true, "552100554": true, "542051180": true, "443061841": true, "383474814": true, "404833048": true,
		"356000000": true, // La Poste
		"732829321": false, "552100555": false, "123456789": false,
		"000000000": false, // passes Luhn, belongs to nobody
		"":          false, "73282932": false, "7328293200": false, "73282932000074": false,
		"732 829 320": false, "73282932a": false, "７３２８２９３２０": false, "732829320\n": false, ":::::::::": false, "         ": false,
	} {
		if got := bot.ValidSIREN(digits); got != want {
			t.Errorf("ValidSIREN(%q) = %v, want %v", digits, got, want)
		}
	}
}

func TestEveryWrongLastDigitOfASIRENIsRefused(t *testing.T) {
	t.Parallel()
	for last := range 10 {
		digits := fmt.Sprintf("73282932%d", last)
		if got := bot.ValidSIREN(digits); got != (last == 0) {
			t.Errorf("ValidSIREN(%s) = %v", digits, got)
		}
	}
}

func TestTwoNeighboursSwappedInASIRENAreNoticed(t *testing.T) {
	t.Parallel()
	const right = "443061841"
	for i := range len(right) - 1 {
		swapped := []byte(right)
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		nine := swapped[i] == '0' && swapped[i+1] == '9' || swapped[i] == '9' && swapped[i+1] == '0' // Luhn misses 09 and 90
		if string(swapped) != right && !nine && bot.ValidSIREN(string(swapped)) {
			t.Errorf("ValidSIREN(%s) accepts %s with two digits swapped", swapped, right)
		}
	}
}

func TestASIRETIsASIRENWithAnEstablishmentAndAKey(t *testing.T) {
	t.Parallel()
	for digits, want := range map[string]bool{
		"73282932000074": true, "55210055400013": true, "44306184100005": true,
		"73282932000075": false, // its key is wrong
		"73282932100073": false, // the SIREN in it is wrong
		"00000000000000": false,
		"":               false, "732829320": false, "732829320000740": false, "732 829 320 00074": false, "7328293200007a": false,
	} {
		if got := bot.ValidSIRET(digits); got != want {
			t.Errorf("ValidSIRET(%q) = %v, want %v", digits, got, want)
		}
	}
}

// INSEE: the sum of the digits of a SIRET of La Poste is a multiple of five; only its head office follows Luhn.
func TestTheEstablishmentsOfLaPosteHaveTheirOwnRule(t *testing.T) {
	t.Parallel()
	for digits, want := range map[string]bool{
		"35600000000048": true,  // the head office
		"35600000049837": true,  // a post office: 45
		"35600000049838": false, // 46, and wrong by Luhn
		"35600000100006": false, // 21
	} {
		if got := bot.ValidSIRET(digits); got != want {
			t.Errorf("ValidSIRET(%s) = %v, want %v", digits, got, want)
		}
	}
	if bot.ValidSIRET("55210055400001") {
		t.Error("the rule of La Poste was applied to another company")
	}
}
