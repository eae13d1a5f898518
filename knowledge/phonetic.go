package knowledge

import "strings"

// soundRules rewrite a folded French word to how it sounds, first match at each place, longest first. What stands for
// the same sound becomes the same letters: "atestassion" and "attestation" share the key "atestasion".
var soundRules = []struct{ from, to string }{
	{"tions", "sion"}, {"tion", "sion"}, {"ssion", "sion"}, {"xion", "ksion"},
	{"eaux", "o"}, {"eau", "o"}, {"aux", "o"}, {"au", "o"},
	{"ouill", "uy"}, {"eill", "ey"}, {"aill", "ay"}, {"ill", "iy"},
	{"oin", "wn"}, {"ain", "1"}, {"ein", "1"}, {"aim", "1"}, {"ien", "i1"},
	{"oi", "wa"}, {"oy", "wa"}, {"ou", "u"}, {"ai", "e"}, {"ei", "e"}, {"eu", "2"}, {"oeu", "2"},
	{"ph", "f"}, {"qu", "k"}, {"ck", "k"}, {"ch", "x"}, {"sh", "x"}, {"gn", "ny"}, {"gu", "g"},
	{"ce", "se"}, {"ci", "si"}, {"cy", "si"}, {"ge", "je"}, {"gi", "ji"}, {"sc", "s"},
	{"c", "k"}, {"q", "k"}, {"y", "i"}, {"z", "s"}, {"h", ""}, {"w", "v"},
}

// nasalRules apply before a consonant or at the end of a word only: "an" in "franchise", not in "animal".
var nasalRules = []struct{ from, to string }{
	{"an", "3"}, {"am", "3"}, {"en", "3"}, {"em", "3"}, {"in", "1"}, {"im", "1"}, {"un", "1"}, {"on", "4"}, {"om", "4"},
}

// soundKey is how a folded word sounds, without its silent end. Words of one or two letters keep their spelling.
func soundKey(word string) string {
	if len(word) <= 2 {
		return word
	}
	var b strings.Builder
	for i := 0; i < len(word); {
		n := soundAt(&b, word, i)
		i += n
	}
	return trimSilent(squeeze(b.String()))
}

// soundAt writes the sound of the letters at i and tells how many it read.
func soundAt(b *strings.Builder, word string, i int) int {
	rest := word[i:]
	for _, r := range nasalRules {
		if strings.HasPrefix(rest, r.from) && (len(rest) == 2 || !strings.ContainsRune("aeiouynmh", rune(rest[2]))) {
			b.WriteString(r.to)
			return len(r.from)
		}
	}
	for _, r := range soundRules {
		if strings.HasPrefix(rest, r.from) {
			b.WriteString(r.to)
			return len(r.from)
		}
	}
	b.WriteByte(word[i])
	return 1
}

// squeeze drops a letter that repeats the one before it.
func squeeze(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i == 0 || s[i] != s[i-1] {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// trimSilent drops what is not heard at the end: "recu", "recus" and "recue" share a key; "er", "ez" and "e" too.
func trimSilent(s string) string {
	for len(s) > 3 {
		switch {
		case strings.HasSuffix(s, "er"), strings.HasSuffix(s, "es"), strings.HasSuffix(s, "et"):
			s = s[:len(s)-1]
		case strings.ContainsRune("stdxpe", rune(s[len(s)-1])):
			s = s[:len(s)-1]
		default:
			return s
		}
	}
	return s
}
