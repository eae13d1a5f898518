package discord

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"guichet/bot/prose"
)

// units counts a text as it is sent, signs and escapes included, in UTF-16 units: Discord's own count is never higher.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

func size(glyphs []prose.Glyph) int { return units(format(glyphs)) }

// format writes glyphs as Discord's Markdown.
func format(glyphs []prose.Glyph) string {
	w := writer{lineStart: true}
	glyphs = settle(glyphs)
	for len(glyphs) > 0 {
		s, n := glyphs[0].Style, 1
		for n < len(glyphs) && sameSpan(glyphs[n].Style, s) {
			n++
		}
		w.span(glyphs[:n])
		glyphs = glyphs[n:]
	}
	return w.String()
}

// sameSpan tells whether two styles differ in nothing but bold and italic.
func sameSpan(a, b prose.Style) bool { return a.Link == b.Link && a.Bare == b.Bare && a.Code == b.Code }

// settle takes the style off white space unless it stands within one style: Discord does not read "* a *" as italic,
// and a style does not go from one paragraph to the next.
func settle(glyphs []prose.Glyph) []prose.Glyph {
	settled := make([]prose.Glyph, len(glyphs))
	copy(settled, glyphs)
	for i := 0; i < len(settled); {
		end, line := i, false
		for end < len(settled) && unicode.IsSpace(settled[end].R) && !settled[end].Style.Mark {
			line = line || settled[end].R == '\n'
			end++
		}
		within := i > 0 && end < len(settled) && !line && settled[i-1].Style == settled[end].Style
		for ; i < end; i++ {
			if !within || settled[i].Style != settled[end].Style {
				settled[i].Style = prose.Style{}
			}
		}
		i++
	}
	return settled
}

// writer writes spans and knows what the position means: some signs are special at the start of a line only.
type writer struct {
	strings.Builder
	lineStart bool // nothing but spaces and a list's mark since the last line break
	number    bool // nothing but digits since then
	closed    bool // the last sign closed a style: the next to open must not touch it
}

// span writes glyphs that differ in nothing but bold and italic.
func (w *writer) span(glyphs []prose.Glyph) {
	s, words := glyphs[0].Style, prose.Letters(glyphs)
	switch {
	case s.Code && !strings.ContainsAny(words, "`\n"):
		w.open("`")
		w.WriteString(words)
		w.close("`")
	case s.Bare && words == s.Link:
		w.WriteString("<" + words + ">")
		w.lineStart, w.number, w.closed = false, false, false
	case s.Link != "" && !s.Bare:
		w.open("[")
		w.styled(glyphs)
		w.close("](" + s.Link + ")")
	default:
		w.styled(glyphs)
	}
}

func (w *writer) styled(glyphs []prose.Glyph) {
	for len(glyphs) > 0 {
		s, n := glyphs[0].Style, 1
		for n < len(glyphs) && glyphs[n].Style == s {
			n++
		}
		sign := ""
		if s.Bold {
			sign += "**"
		}
		if s.Italic {
			sign += "*"
		}
		w.open(sign)
		if s.Mark {
			w.WriteString(prose.Letters(glyphs[:n]))
		} else {
			w.escape(glyphs[:n])
		}
		w.close(sign)
		glyphs = glyphs[n:]
	}
}

// open begins a style, apart from the end of another by a space without width: "****" would be read otherwise.
func (w *writer) open(sign string) {
	if sign == "" {
		return
	}
	if w.closed {
		w.WriteRune('\u200b')
	}
	w.WriteString(sign)
	w.closed = false
}

func (w *writer) close(sign string) {
	if sign != "" {
		w.WriteString(sign)
		w.lineStart, w.number, w.closed = false, false, true
	}
}

// escape writes what people wrote so that every sign is shown as it is.
func (w *writer) escape(glyphs []prose.Glyph) {
	for i, g := range glyphs {
		start := w.lineStart
		switch {
		case strings.ContainsRune("\\*_~|`<>[]@", g.R),
			start && strings.ContainsRune("#-+", g.R), // a heading, small print, a list
			w.number && g.R == '.',                    // a numbered list
			g.R == ':' && i+2 < len(glyphs) && glyphs[i+1].R == '/' && glyphs[i+2].R == '/':
			w.WriteByte('\\')
		}
		w.WriteRune(g.R)
		w.closed = false
		w.lineStart = g.R == '\n' || start && g.R == ' '
		w.number = (start || w.number) && g.R >= '0' && g.R <= '9'
	}
}
