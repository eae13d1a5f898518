package knowledge

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxText is how much of a message is read for its meaning, in bytes: far more than anybody asks in one breath, and a
// bound on the work a hostile message can cause.
const maxText = 8000

// Fold lowers the case and removes accents: "Élève" -> "eleve", "cœur" -> "coeur", ’ -> '.
func Fold(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for i, r := range text {
		switch {
		case r < utf8.RuneSelf:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			if r == '`' {
				r = '\''
			}
			b.WriteByte(byte(r))
		case r < rune(len(latin)):
			b.WriteString(latin[r])
		case r == '’':
			b.WriteByte('\'')
		default: // what follows may combine with what comes before: the rest goes the long way
			return b.String() + fold(text[i:])
		}
		// A letter is only what it seems when no accent follows as a character of its own.
		if next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):]); next >= firstMark && next <= lastMark {
			return fold(text)
		}
	}
	return b.String()
}

// The combining accents of Unicode that French keyboards produce.
const (
	firstMark = '\u0300'
	lastMark  = '\u036f'
)

// latin is how the letters of Latin-1 and Latin Extended-A fold: nearly all that people type here.
var latin = func() (table [0x180]string) {
	for r := range rune(len(table)) {
		table[r] = fold(string(r))
	}
	return table
}()

// fold is Fold for any text.
func fold(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ' || r == 'Œ':
			b.WriteString("oe")
		case r == 'æ' || r == 'Æ':
			b.WriteString("ae")
		case r == '’' || r == 'ʼ' || r == '`' || r == '´':
			b.WriteByte('\'')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// Words splits a text into folded words. An elided article or pronoun stands apart: "l'attestation" -> l, attestation.
func Words(text string) []string {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	return strings.FieldsFunc(Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
