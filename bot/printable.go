package bot

import (
	"strings"
	"unicode"
)

// Printable is a text without control characters, but for line ends and tabs: what a person types has none, and a terminal, a log or
// an e-mail may obey them. A carriage return is a line end.
func Printable(text string) string {
	if strings.IndexFunc(text, unicode.IsControl) < 0 {
		return text
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}

// printable is a message whose words are.
func (in Inbound) printable() Inbound {
	in.Text = Printable(in.Text)
	if in.Values == nil {
		return in
	}
	values := make(map[Field]string, len(in.Values))
	for field, value := range in.Values {
		values[field] = Printable(value)
	}
	in.Values = values
	return in
}
