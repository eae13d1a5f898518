package knowledge

import (
	"slices"
	"testing"
)

func words(t *testing.T) *vocabulary {
	t.Helper()
	count := map[string]int{}
	for _, stem := range []string{"atest", "attestation", "paiement", "payer", "kbis", "recu", "12", "facture", "facteur", "numero", "sinistre"} {
		count[stem] = 2
	}
	count["attestation"] = 5
	return newVocabulary(count, 10)
}

func nearest(v *vocabulary, stem string) (string, float32) {
	list := v.near(stem)
	if len(list) == 0 {
		return "", 0
	}
	return v.stems[list[0].term], list[0].fit
}

func TestAWordStandsForItselfBeforeAnyOther(t *testing.T) {
	t.Parallel()
	v := words(t)
	for _, stem := range v.stems {
		if got, fit := nearest(v, stem); got != stem || fit != 1 {
			t.Errorf("%q stands for %q first, by %v", stem, got, fit)
		}
	}
	for _, n := range v.near("payer")[1:] {
		if n.fit > fitKnown {
			t.Errorf("a known word stands for %q by %v", v.stems[n.term], n.fit)
		}
	}
}

func TestAMisspeltWordIsFound(t *testing.T) {
	t.Parallel()
	v := words(t)
	for stem, want := range map[string]string{
		"atestation":   "attestation", // a letter left out
		"attestaation": "attestation", // one too many
		"attestqtion":  "attestation", // a neighbour's key
		"attetsation":  "attestation", // two swapped
		"atestassion":  "attestation", // as it sounds
		"sinitsre":     "sinistre",
		"cinistre":     "sinistre",
		"lattestation": "attestation", // run together
		"kbiss":        "kbis",
		"numéro":       "", // stems are folded: this is none
	} {
		if got, _ := nearest(v, stem); got != want && want != "" {
			t.Errorf("%q stands for %q, want %q", stem, got, want)
		}
	}
	for _, stem := range []string{"zèbre", "xyz", "13", "k", "montgolfier"} {
		if got, fit := nearest(v, stem); got != "" {
			t.Errorf("%q stands for %q by %v", stem, got, fit)
		}
	}
}

func TestSlipsAreCounted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		most int
		want bool
	}{
		{"kbis", "kbis", 0, true}, {"kbis", "kbi", 1, true}, {"kbis", "kbsi", 1, true}, {"kbis", "kibs", 1, true}, {"kbis", "bksi", 1, false},
		{"attestation", "atestasion", 2, true}, {"attestation", "atestasion", 1, false}, {"a", "abcd", 2, false}, {"", "ab", 2, true},
	} {
		if got := slipsBetween(c.a, c.b, c.most); got != c.want {
			t.Errorf("slipsBetween(%q, %q, %d) = %v", c.a, c.b, c.most, got)
		}
		if slipsBetween(c.a, c.b, c.most) != slipsBetween(c.b, c.a, c.most) {
			t.Errorf("%q and %q are not as far apart both ways", c.a, c.b)
		}
	}
}

func TestWhatAWordStandsForIsRememberedWithinBounds(t *testing.T) {
	t.Parallel()
	v := words(t)
	first := v.near("atestation")
	if again := v.near("atestation"); !slices.Equal(first, again) {
		t.Errorf("%v, then %v", first, again)
	}
	for i := range mostRemembered + 10 {
		v.near("mot" + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676%26)) + string(rune('a'+i/17576%26)))
	}
	if n := len(v.seen.lists); n > mostRemembered {
		t.Errorf("%d words are remembered", n)
	}
}

func FuzzNear(f *testing.F) {
	for _, s := range []string{"attestation", "a", "12", "\xff\xfe\xfd\xfc", "日本語日本語", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, stem string) {
		if stem == "" {
			return
		}
		v := words(t)
		last := float32(2)
		for _, n := range v.near(stem) {
			if n.fit <= 0 || n.fit > 1 || n.fit > last || int(n.term) >= len(v.stems) {
				t.Errorf("near(%q) has %+v after %v", stem, n, last)
			}
			last = n.fit
		}
	})
}
