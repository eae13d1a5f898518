package knowledge_test

import (
	"testing"

	"guichet/knowledge"
)

func TestPhoneSpellingIsWrittenOutAndTheRestStays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                             "",
		"G pa resu mon attestation !!": "j'ai pas recu mon attestation !!",
		"jpeu payé koman ?":            "je peux paye comment ?",
		"c koi sa":                     "c'est quoi ca",
		"C EST QUOI":                   "c est quoi", // an apostrophe left out is no phone spelling
		"qu'a dit l'élève ?":           "qu'a dit l'eleve ?",
		"3 a 4 jours, 2 fois":          "3 a 4 jours, 2 fois",
		"c'est bon":                    "c'est bon",
		"ok merci":                     "d'accord merci",
		"日本 pk ?":                      "日本 pourquoi ?",
		"« svp »":                      "« s'il vous plait »",
	} {
		if got := knowledge.Written(text); got != want {
			t.Errorf("Written(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzWritten(f *testing.F) {
	for _, s := range []string{"g pa resu", "c est", "\xff c", "'c", "c'", "’’’", "a b c d", "日 c 本"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		written := knowledge.Written(s)
		if len(written) > 40*len(s)+40 {
			t.Errorf("%d bytes became %d", len(s), len(written))
		}
		if again := knowledge.Fold(written); again != written {
			t.Errorf("Written(%q) = %q is not folded", s, written)
		}
	})
}
