package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	narrow  = "\u202f" // before ; : ? ! and inside « », as the Imprimerie nationale sets French
	noBreak = "\u00a0" // within numbers and before units
)

// Typeset sets a text as French is printed: the spaces that must not break, typographic apostrophes. Spaces are
// replaced, never added, so that addresses and times stay as they are.
func Typeset(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/16)
	for i := 0; i < len(text); {
		if text[i] == ' ' {
			b.WriteString(spaceAt(text, i))
			i++
			continue
		}
		end := i
		for end < len(text) && text[end] != ' ' {
			end++
		}
		writeWords(&b, text[i:end])
		i = end
	}
	return b.String()
}

// spaceAt is the space that belongs where one stands in a text.
func spaceAt(text string, i int) string {
	before, after := text[:i], text[i+1:]
	next, size := utf8.DecodeRuneInString(after)
	switch {
	case size > 0 && strings.ContainsRune(";?!»", next), strings.HasSuffix(before, "«"):
		return narrow
	case next == ':' && (len(after) == 1 || after[1] == ' ' || after[1] == '\n' || after[1] == '\t' || after[1] == '*'):
		return narrow
	case i > 0 && isDigit(before[i-1]) && (isGroup(after) || hasUnit(after)):
		return noBreak
	}
	return " "
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isGroup tells whether a text begins with exactly three digits.
func isGroup(text string) bool {
	if len(text) < 3 || !isDigit(text[0]) || !isDigit(text[1]) || !isDigit(text[2]) {
		return false
	}
	next, size := utf8.DecodeRuneInString(text[3:])
	return size == 0 || next > unicode.MaxASCII || !unicode.IsLetter(next) && !unicode.IsDigit(next) && next != '_'
}

// hasUnit tells whether a text begins with a unit that stays with its number.
func hasUnit(text string) bool {
	for _, unit := range []string{"€", "%", "km", "Mo", "euros"} {
		if strings.HasPrefix(text, unit) {
			return true
		}
	}
	return false
}

// writeWords writes what stands between two spaces, with typographic apostrophes but for addresses.
func writeWords(b *strings.Builder, run string) {
	if strings.IndexByte(run, '\'') < 0 {
		b.WriteString(run)
		return
	}
	for len(run) > 0 {
		end := strings.IndexAny(run, "\n\t\r")
		if end < 0 {
			end = len(run)
		}
		writeWord(b, run[:end])
		if end < len(run) {
			b.WriteByte(run[end])
			end++
		}
		run = run[end:]
	}
}

func writeWord(b *strings.Builder, w string) {
	if strings.Contains(w, "@") || strings.Contains(w, "://") {
		b.WriteString(w) // an address
		return
	}
	for i, r := range w {
		before, _ := utf8.DecodeLastRuneInString(w[:i])
		after, _ := utf8.DecodeRuneInString(w[i+utf8.RuneLen(r):])
		if r == '\'' && unicode.IsLetter(before) && (unicode.IsLetter(after) || strings.ContainsRune("[*«", after)) {
			b.WriteString("’")
			continue
		}
		b.WriteRune(r)
	}
}
