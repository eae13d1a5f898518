package knowledge

import "testing"

// The quick way must not be told from the long one.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"Élève à l’École", "cœur", "e\u0301te\u0301", "ﬁn", "日本", "\xff\xfe", "A`B´C", "Ā ſ ŉ", "naïf\u0300", "n°12 «\u00a0x\u202f»", "İstanbul"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := Fold(s), fold(s); got != want {
			t.Errorf("Fold(%q) = %q, want %q", s, got, want)
		}
	})
}
