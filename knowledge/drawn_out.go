package knowledge

import "strings"

// settled is a text whose drawn-out words are written as they are meant: "bjrrr" -> "bjr", "ouiii" -> "oui". No word of French or
// English has a letter three times in a row but those in "éée"; figures and what is one letter only stay.
func settled(text string) string {
	if !drawnOut(text) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && text[end] == text[i] {
			end++
		}
		most := len(text)
		switch letter := text[i] | 0x20; {
		case letter < 'a' || letter > 'z' || letter == 'e' && end-i == 3 || !isLetterAt(text, i-1) && !isLetterAt(text, end):
		case end-i < 3:
		case !isLetterAt(text, end), strings.IndexByte("aiouy", letter) >= 0:
			most = 1
		default: // within a word it is meant twice more often than once: "colllaborateur"
			most = 2
		}
		b.WriteString(text[i:min(end, i+most)])
		i = end
	}
	return b.String()
}

// drawnOut tells whether a text has a letter three times in a row, which hardly any has.
func drawnOut(text string) bool {
	for i := 2; i < len(text); i++ {
		if text[i] == text[i-1] && text[i] == text[i-2] && text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z' {
			return true
		}
	}
	return false
}

// isLetterAt tells whether a text goes on with a letter at a byte, of whatever alphabet.
func isLetterAt(text string, i int) bool {
	return i >= 0 && i < len(text) && (text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z' || text[i] >= 0x80)
}
