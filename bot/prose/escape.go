package prose

import "strings"

// Escape makes a name plain words of Markdown.
func Escape(name string) string {
	var b strings.Builder
	for _, r := range name {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~&:", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
