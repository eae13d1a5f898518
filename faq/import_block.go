package faq

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// blockKind is what a block is in the text.
type blockKind int

const (
	paragraph blockKind = iota
	item                // of a list
	row                 // of a table
	heading
	subheading // a label inside a section, shown in bold
)

// block is a paragraph, a list element, a row or a heading: one line of the source, or several that go together.
type block struct {
	line     int
	kind     blockKind
	text     string
	hint     int    // the level the format gave
	marked   bool   // a timestamp was glued to it: a title of the publishing system
	running  bool   // the first of the page's running titles
	marker   string // what stood before a list element: "•", "1."
	implicit bool   // a list element that the source does not mark as one
	indent   int    // leading spaces
	depth    int    // of a list element, from 0
	level    int    // of a heading
	gap      bool   // an empty line stands before
	goesOn   bool   // the format says that it goes on the block before
}

// whole returns the text with the number of the source before it.
func (b block) whole() string {
	if b.kind == item && b.marker != "" && unicode.IsDigit(rune(b.marker[0])) {
		return b.marker + " " + b.text
	}
	return b.text
}

// cutter turns lines into blocks.
type cutter struct {
	blocks   []block
	unplaced []Unplaced
	running  map[string]bool
	titled   bool   // the first running title was seen
	gap      bool   // an empty line, or furniture, stands before the next block
	dangling string // a marker that stood alone or at a line's end, for the next block
}

// cut turns lines into blocks, wrapped lines joined and list elements found; furniture is set aside.
func cut(lines []Line) ([]block, []Unplaced) {
	c := &cutter{running: repeats(lines)}
	for _, l := range lines {
		c.line(l)
	}
	c.blocks = unflatten(join(c.blocks))
	findItems(c.blocks)
	nest(c.blocks)
	return c.blocks, c.unplaced
}

func (c *cutter) set(line int, text, reason string) {
	if text != "" {
		c.unplaced = append(c.unplaced, Unplaced{line, text, reason})
	}
}

func (c *cutter) line(l Line) {
	text := squeeze(l.Text)
	if text == "" {
		c.gap = true
		return
	}
	if tableRule.MatchString(text) && strings.Contains(text, "|") {
		return // the row before it is the table's head, that is said again when the table is written
	}
	if bullet.MatchString(text) {
		c.dangling = text
		return
	}
	first := len(c.blocks) == 0
	if l.Furniture || isFurniture(text) || first && l.Heading == 0 && banner.MatchString(text) {
		c.set(l.Number, text, ReasonFurniture)
		c.gap = true
		return
	}
	b := block{line: l.Number, hint: l.Heading, gap: c.gap && !l.Continues, goesOn: l.Continues, indent: indentOf(l.Text)}
	if c.running[text] {
		if c.titled || !first {
			c.set(l.Number, text, ReasonFurniture)
			c.gap = true
			return
		}
		c.titled, b.running = true, true
	}
	text, trimmed, marked := trimFurniture(text)
	for _, t := range trimmed {
		c.set(l.Number, t, ReasonFurniture)
	}
	if b.marked = marked; text == "" {
		c.gap = true
		return
	}
	c.gap = false
	c.add(b, text, l.Item)
}

// add finds the block's marker and splits lists that lost their line breaks.
func (c *cutter) add(b block, text string, isItem bool) {
	before := c.dangling
	c.dangling = ""
	if at := strings.LastIndex(text, " "); at > 0 && b.hint == 0 && bullet.MatchString(text[at+1:]) {
		text, c.dangling = text[:at], text[at+1:]
	}
	if b.hint == 0 && !b.marked {
		b.marker, text = splitMarker(text)
		if b.marker == "" && before != "" {
			b.marker, b.goesOn = before, false
		}
		if b.marker == "" && isItem {
			b.marker = "•"
		}
	}
	switch {
	case b.marker != "":
		b.kind = item
	case isRow(text) && b.hint == 0:
		b.kind = row
	}
	b.text = text
	c.blocks = append(c.blocks, b)
}

var (
	bullet    = regexp.MustCompile(`^[•·▪▫◦‣●○■□➢➤►✓✔❖*+–—-]$`)
	bulleted  = regexp.MustCompile(`^(?:([•▪▫◦‣●○■□➢➤►✓✔❖])\s*|([·*+–—-])\s+)(\S.*)$`)
	numbered  = regexp.MustCompile(`^\(?(\d{1,2})[.)°]\)?\s+(\S.*)$`)
	lettered  = regexp.MustCompile(`^\(?[a-z][.)]\s+\S`)
	flattened = regexp.MustCompile(`;(\p{L})`)
	gluedStop = regexp.MustCompile(`([\p{Ll})])\.(\p{Lu}\p{Ll})`)
)

// splitMarker cuts the bullet or number before a list element. Letters stay: "a) …" means something in a contract.
func splitMarker(text string) (marker, rest string) {
	if m := bulleted.FindStringSubmatch(text); m != nil {
		return m[1] + m[2], m[3]
	}
	if m := numbered.FindStringSubmatch(text); m != nil {
		return m[1] + ".", m[2]
	}
	if lettered.MatchString(text) {
		return "a", text
	}
	return "", text
}

func isRow(text string) bool {
	return strings.Count(text, "|") > 1 || strings.HasSuffix(text, "|") || strings.HasPrefix(text, "|") || strings.Contains(text, " | ")
}

// unflatten splits the lists whose elements were glued together, "…;one ;two ;three.Then a sentence", into their
// elements and the sentences that follow them.
func unflatten(blocks []block) []block {
	var out []block
	for _, b := range blocks {
		if b.kind != paragraph || b.hint > 0 || len(flattened.FindAllString(b.text, 3)) < 3 {
			out = append(out, b)
			continue
		}
		parts := strings.Split(flattened.ReplaceAllString(b.text, ";\n$1"), "\n")
		last := strings.Split(gluedStop.ReplaceAllString(parts[len(parts)-1], "$1.\n$2"), "\n")
		for _, text := range append(parts[:len(parts)-1], last[0]) {
			element := b
			element.kind, element.marker, element.text, element.implicit = item, "•", strings.TrimSpace(text), true
			out = append(out, element)
			b.gap = false
		}
		for _, text := range last[1:] {
			sentence := b
			sentence.text, sentence.gap = strings.TrimSpace(text), true
			out = append(out, sentence)
		}
	}
	return out
}

func indentOf(text string) int {
	indent := 0
	for _, r := range text {
		switch {
		case r == '\t':
			indent += 4
		case unicode.IsSpace(r):
			indent++
		default:
			return indent
		}
	}
	return 0
}

// hasContent tells whether a text holds a letter, a digit or a currency, anything more than punctuation.
func hasContent(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Sc, r)
	})
}

func endsWith(text, marks string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return text != "" && strings.ContainsRune(marks, last)
}

func startsLower(text string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, `«"“'( `))
	return unicode.IsLower(first)
}

func letters(text string) int { return utf8.RuneCountInString(text) }
