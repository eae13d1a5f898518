package postgres

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean makes s something that a text column can hold. NUL cannot be stored at all and invalid UTF-8 is refused; a
// message with either must still be kept.
func clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}

// encode gives v as JSON that a jsonb column can hold: encoding/json replaces invalid UTF-8 by itself, but writes NUL
// as \u0000, which jsonb refuses.
func encode(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	escaped := []byte(`\u0000`)
	if !bytes.Contains(data, escaped) {
		return data, nil
	}
	cleaned := make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		if bytes.HasPrefix(data[i:], escaped) {
			i += len(escaped) - 1
			continue
		}
		cleaned = append(cleaned, data[i])
		if data[i] == '\\' { // what follows belongs to this escape: \\u0000 is a backslash and the text u0000
			i++
			cleaned = append(cleaned, data[i])
		}
	}
	return cleaned, nil
}

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
