package prose

import (
	"sort"
	"strings"
	"unicode"
)

// Split cuts a text into parts of at most limit, as size counts them. It cuts between paragraphs, else between lines,
// else between sentences, else between words, and only then within a word. Nothing but white space is lost at a cut.
// One Glyph must fit.
func Split(glyphs []Glyph, limit int, size func([]Glyph) int) [][]Glyph {
	var parts [][]Glyph
	for glyphs = Trim(glyphs); len(glyphs) > 0; glyphs = Trim(glyphs) {
		most := min(len(glyphs), limit) // no Glyph is smaller than 1
		fits := sort.Search(most, func(n int) bool { return size(glyphs[:n+1]) > limit })
		at := cutBefore(glyphs, max(fits, 1))
		for at > 1 && size(glyphs[:at]) > limit { // half of a bare address takes more escapes than the whole
			at--
		}
		if part := Trim(glyphs[:at]); Readable(part) {
			parts = append(parts, part)
		}
		glyphs = glyphs[at:]
	}
	return parts
}

// cutBefore tells where to cut a text of which the first n glyphs fit. The first half is not searched for a paragraph,
// a line or a sentence: a message of two words before one of two pages helps nobody.
func cutBefore(glyphs []Glyph, n int) int {
	if n == len(glyphs) {
		return n
	}
	is := func(at int, r rune) bool { return at < len(glyphs) && glyphs[at].R == r }
	paragraph := func(at int) bool { return is(at, '\n') && is(at+1, '\n') }
	line := func(at int) bool { return is(at, '\n') }
	word := func(at int) bool { return is(at, '\n') || is(at, ' ') }
	sentence := func(at int) bool { return word(at) && strings.ContainsRune(".!?…", glyphs[at-1].R) }
	for _, ends := range []func(int) bool{paragraph, line, sentence} {
		for at := n; at > n/2; at-- {
			if ends(at) {
				return at
			}
		}
	}
	for at := n; at > 0; at-- {
		if word(at) {
			return at
		}
	}
	for at := n; at > max(0, n-longestCluster); at-- {
		if !joined(glyphs[at-1].R, glyphs[at].R) {
			return at
		}
	}
	return n
}

// longestCluster is more code points than any emoji or accented letter that people write has.
const longestCluster = 32

// joined tells whether two code points are shown as one sign: an accent, a skin tone, a family, a flag.
func joined(a, b rune) bool {
	const joiner = '\u200d'
	regional := func(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
	return a == joiner || b == joiner || unicode.Is(unicode.M, b) ||
		b >= 0x1F3FB && b <= 0x1F3FF || // skin tones
		b >= 0xE0020 && b <= 0xE007F || // the tags of a region's flag
		regional(a) && regional(b)
}

// Trim takes the white space off both ends.
func Trim(glyphs []Glyph) []Glyph {
	for len(glyphs) > 0 && unicode.IsSpace(glyphs[0].R) {
		glyphs = glyphs[1:]
	}
	for len(glyphs) > 0 && unicode.IsSpace(glyphs[len(glyphs)-1].R) {
		glyphs = glyphs[:len(glyphs)-1]
	}
	return glyphs
}

// Readable tells whether there is a sign to see: a platform refuses a message without one.
func Readable(glyphs []Glyph) bool {
	for _, g := range glyphs {
		if unicode.IsGraphic(g.R) && !unicode.IsSpace(g.R) && !unicode.Is(unicode.M, g.R) {
			return true
		}
	}
	return false
}
