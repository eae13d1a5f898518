package faq

import (
	"regexp"
	"strings"
)

// join puts together the lines of one paragraph that the source wrapped.
func join(blocks []block) []block {
	width := wrapWidth(blocks)
	var out []block
	lineLength := 0 // of the last source line of the last block
	for _, b := range blocks {
		if len(out) > 0 && continues(out[len(out)-1], b, lineLength, width) {
			before := &out[len(out)-1]
			if strings.HasSuffix(before.text, "-") && startsLower(b.text) && before.marker == "" {
				before.text += b.text
			} else {
				before.text += " " + b.text
			}
		} else {
			out = append(out, b)
		}
		lineLength = letters(b.text)
	}
	return out
}

// leading is a word that no sentence ends with.
var leading = regexp.MustCompile(`(?i)(?:^|[\s'’])(?:le|la|les|l|un|une|des|de|du|d|et|ou|à|au|aux|en|par|pour|sur|dans|avec|que|qui|the|of|and|or|to|a)['’]?$`)

// continues tells whether b goes on the block before it.
func continues(before, b block, lineLength, width int) bool {
	if b.gap || b.marker != "" || b.kind == row || before.kind == row || b.marked || before.marked || b.running || before.running {
		return false
	}
	if b.hint != before.hint {
		return false
	}
	if b.goesOn {
		return true
	}
	if b.hint > 0 {
		return false
	}
	first, _, _ := strings.Cut(b.text, " ")
	switch {
	case width > 0:
		return lineLength+1+letters(first) > width
	case lineLength < 40 || strings.Contains(b.text, " = "):
		return false
	case strings.Count(before.text, "(") > strings.Count(before.text, ")"), strings.HasSuffix(before.text, ","), leading.MatchString(before.text):
		return true
	case before.marker == "" && startsLower(before.text):
		return false // an element of a list that has no marks
	}
	return lineLength >= 60 && startsLower(b.text) && !endsWith(before.text, ".!?:;…")
}

// wrapWidth is the width at which a whole text was wrapped, as in e-mails and plain-text files; 0 when each paragraph
// is one line. Such a text has many lines, most of them nearly as long as its longest.
func wrapWidth(blocks []block) int {
	longest, full := 0, 0
	for _, b := range blocks {
		longest = max(longest, letters(b.text)+b.indent)
	}
	for _, b := range blocks {
		if (letters(b.text)+b.indent)*10 >= longest*8 {
			full++
		}
	}
	if len(blocks) < 12 || longest < 50 || longest > 130 || full*10 < len(blocks)*4 {
		return 0
	}
	return longest
}

// findItems recognises the elements of lists that lost their marks: lines in small letters below "…:" or ending in a
// semicolon, and short lines without a full stop below "…:".
func findItems(blocks []block) {
	for i := range blocks {
		b := &blocks[i]
		if b.kind != paragraph || b.hint > 0 || b.marked || b.running || i == 0 {
			continue
		}
		before := blocks[i-1]
		below := strings.HasSuffix(before.text, ":") && before.kind == paragraph && before.hint == 0 && !before.marked
		inList := before.kind == item && before.implicit
		twin := i+1 < len(blocks) && !blocks[i+1].gap && alike(*b, blocks[i+1])
		switch {
		case startsLower(b.text) && !address.MatchString(b.text) && !strings.Contains(b.text, " = ") && (below || inList || strings.HasSuffix(b.text, ";") || twin && letters(b.text) < 60):
		case label(b.text) && (below && twin || inList && !b.gap && label(before.text) && !startsLower(before.text)):
		default:
			continue
		}
		b.kind, b.marker, b.implicit = item, "•", true
	}
}

// alike tells whether two lines may be elements of the same list.
func alike(a, b block) bool {
	return b.kind == paragraph && b.hint == 0 && !b.marked && startsLower(a.text) == startsLower(b.text) && label(a.text) == label(b.text)
}

// label tells a short text that is no sentence.
func label(text string) bool { return letters(text) <= 80 && !endsWith(text, ".!?:;,…") }

// nest gives list elements their depth: deeper when indented further, or when other marks follow an element that ends
// in a colon.
func nest(blocks []block) {
	type open struct {
		indent int
		style  string
	}
	var lists []open
	for i := range blocks {
		b := &blocks[i]
		if b.kind != item {
			lists = nil
			continue
		}
		style := strings.TrimRight(b.marker, "0123456789.")
		for depth, l := range lists {
			if l.style == style && b.indent <= l.indent+1 || b.indent < l.indent {
				lists = lists[:depth]
				break
			}
		}
		if n := len(lists); n > 0 && b.indent <= lists[n-1].indent+1 && !strings.HasSuffix(blocks[i-1].text, ":") {
			lists = lists[:n-1]
		}
		lists = append(lists, open{b.indent, style})
		b.depth = len(lists) - 1
	}
}
