package postgres

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"guichet/bot"
)

// clean makes s something that a text column can hold.
func clean(s string) string { return bot.Storable(s) }

// encode gives v as JSON that a jsonb column can hold.
func encode(v any) ([]byte, error) { return bot.StorableJSON(v) }

// fold is text as it is searched: lower case, without accents, ligatures opened. "Œuvre déjà" is "oeuvre deja".
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(clean(s)) {
		switch {
		case unicode.Is(unicode.Mn, r): // the accent, now apart from its letter
		case r == 'œ' || r == 'Œ':
			b.WriteString("oe")
		case r == 'æ' || r == 'Æ':
			b.WriteString("ae")
		case r == '’':
			b.WriteByte('\'')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
