package discord

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// units counts a text as it is sent, signs and escapes included, in UTF-16 units: Discord's own count is never higher.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

func size(glyphs []glyph) int { return units(format(glyphs)) }

// format writes glyphs as Discord's Markdown.
func format(glyphs []glyph) string {
	w := writer{lineStart: true}
	glyphs = settle(glyphs)
	for len(glyphs) > 0 {
		s, n := glyphs[0].style, 1
		for n < len(glyphs) && sameSpan(glyphs[n].style, s) {
			n++
		}
		w.span(glyphs[:n])
		glyphs = glyphs[n:]
	}
	return w.String()
}

// sameSpan tells whether two styles differ in nothing but bold and italic.
func sameSpan(a, b style) bool { return a.link == b.link && a.bare == b.bare && a.code == b.code }

// settle takes the style off white space unless it stands within one style: Discord does not read "* a *" as italic,
// and a style does not go from one paragraph to the next.
func settle(glyphs []glyph) []glyph {
	settled := make([]glyph, len(glyphs))
	copy(settled, glyphs)
	for i := 0; i < len(settled); {
		end, line := i, false
		for end < len(settled) && unicode.IsSpace(settled[end].r) && !settled[end].style.mark {
			line = line || settled[end].r == '\n'
			end++
		}
		within := i > 0 && end < len(settled) && !line && settled[i-1].style == settled[end].style
		for ; i < end; i++ {
			if !within || settled[i].style != settled[end].style {
				settled[i].style = style{}
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
func (w *writer) span(glyphs []glyph) {
	s, words := glyphs[0].style, letters(glyphs)
	switch {
	case s.code && !strings.ContainsAny(words, "`\n"):
		w.open("`")
		w.WriteString(words)
		w.close("`")
	case s.bare && words == s.link:
		w.WriteString("<" + words + ">")
		w.lineStart, w.number, w.closed = false, false, false
	case s.link != "" && !s.bare:
		w.open("[")
		w.styled(glyphs)
		w.close("](" + s.link + ")")
	default:
		w.styled(glyphs)
	}
}

func (w *writer) styled(glyphs []glyph) {
	for len(glyphs) > 0 {
		s, n := glyphs[0].style, 1
		for n < len(glyphs) && glyphs[n].style == s {
			n++
		}
		sign := ""
		if s.bold {
			sign += "**"
		}
		if s.italic {
			sign += "*"
		}
		w.open(sign)
		if s.mark {
			w.WriteString(letters(glyphs[:n]))
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
func (w *writer) escape(glyphs []glyph) {
	for i, g := range glyphs {
		start := w.lineStart
		switch {
		case strings.ContainsRune("\\*_~|`<>[]@", g.r),
			start && strings.ContainsRune("#-+", g.r), // a heading, small print, a list
			w.number && g.r == '.',                    // a numbered list
			g.r == ':' && i+2 < len(glyphs) && glyphs[i+1].r == '/' && glyphs[i+2].r == '/':
			w.WriteByte('\\')
		}
		w.WriteRune(g.r)
		w.closed = false
		w.lineStart = g.r == '\n' || start && g.r == ' '
		w.number = (start || w.number) && g.r >= '0' && g.r <= '9'
	}
}
