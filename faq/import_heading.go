package faq

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// style is the look of a heading in plain text. A document keeps to its styles, so they tell the levels.
type style int

const (
	noHeading style = iota
	capitals        // SUBJECT OF THE CONTRACT
	chapter         // Article 4 – Premiums, 2.3 Duration
	title           // Duration of the contract
	question        // How long does it last?
	callout         // WARNING!
	bare            // Article 2234: a reference, not a subject
	lead            // Causes of interruption: (above bare references)
)

var (
	chapterLine = regexp.MustCompile(`^(?i:article|chapitre|titre|section|annexe|partie|chapter|part)\s+[\dIVXLC]+(?:[.-]\d+)*\s*[:.–—-]?\s*(.*)$`)
	outlineLine = regexp.MustCompile(`^(\d{1,2}(?:\.\d{1,2})+)\.?\s+(\p{Lu}.*)$`)
	sentenceEnd = regexp.MustCompile(`[\p{Ll})»"”]\s*[.!?…]\s+\p{Lu}`)
	address     = regexp.MustCompile(`@|https?://|www\.|^\S+\.[a-z]{2,4}$`)
)

// The longest headings and questions, in letters: longer lines are sentences.
const (
	maxHeading  = 110
	maxQuestion = 160
)

// styleOf tells which heading a block looks like, by its own words.
func styleOf(b block) style {
	text := b.text
	switch {
	case b.kind == row || b.kind == item && (b.implicit || !unicode.IsDigit(rune(b.marker[0]))):
		return noHeading
	case startsLower(text) || letters(text) > maxQuestion || sentenceEnd.MatchString(text) || strings.Contains(text, " = "):
		return noHeading
	case strings.HasSuffix(text, "?"):
		return question
	case letters(text) > maxHeading || address.MatchString(text):
		return noHeading
	}
	words := strings.TrimRight(text, " :!")
	upper, all := 0, 0
	for _, r := range words {
		if unicode.IsLetter(r) {
			all++
			if unicode.IsUpper(r) {
				upper++
			}
		}
	}
	shout := all >= 3 && upper == all
	switch m := chapterLine.FindStringSubmatch(text); {
	case shout && endsWith(text, ":!") && len(strings.Fields(words)) <= 3:
		return callout
	case shout && !endsWith(text, ".;,…:!"):
		return capitals
	case m != nil && m[1] == "":
		return bare
	case m != nil && !endsWith(text, ".;,…"), outlineLine.MatchString(text):
		return chapter
	case b.kind == item || endsWith(text, ".;,…!") || all == 0:
		return noHeading
	case strings.HasSuffix(text, ":"):
		return lead
	case !unicode.IsUpper([]rune(strings.TrimLeft(text, `«"“'([ `))[0]):
		return noHeading
	}
	return title
}

// plainHeadings finds the headings of a text whose format marks none. What looks like one is one when text follows it,
// when it does not stand in the middle of a paragraph, and when it is not one of many such lines: those are a table or
// a list that lost its marks.
func plainHeadings(blocks []block) []style {
	styles := make([]style, len(blocks))
	for i, b := range blocks {
		styles[i] = styleOf(b)
		switch {
		case numberedTitle(blocks, i):
			styles[i] = chapter
		case styles[i] != noHeading && styles[i] != capitals && inList(blocks, i):
			styles[i] = noHeading
		}
		if i > 0 && (styles[i] == title || styles[i] == question) && !b.gap && inParagraph(blocks[i-1], styles[i-1]) {
			styles[i] = noHeading
		}
		if i > 0 && styles[i] == title && strings.HasSuffix(blocks[i-1].text, ":") && styles[i-1] == noHeading {
			styles[i] = noHeading // what "…:" announces
		}
	}
	for i := len(styles) - 1; i >= 0; i-- {
		last := i == len(styles)-1
		switch {
		case last:
			styles[i] = noHeading
		case styles[i] == lead && styles[i+1] != bare && styles[i+1] != chapter:
			styles[i] = noHeading
		}
	}
	breakRuns(blocks, styles)
	return styles
}

// numberedTitle tells a numbered heading from an element of a numbered list: it stands alone and text follows it.
func numberedTitle(blocks []block, i int) bool {
	b := blocks[i]
	if b.kind != item || !unicode.IsDigit(rune(b.marker[0])) || !b.gap || !label(b.text) || startsLower(b.text) || i+1 == len(blocks) {
		return false
	}
	if blocks[i+1].kind == item || !blocks[i+1].gap {
		return false
	}
	if i == 0 || blocks[i-1].kind != item {
		return i == 0 || !strings.HasSuffix(blocks[i-1].text, ":")
	}
	before, _ := strconv.Atoi(strings.TrimSuffix(blocks[i-1].marker, "."))
	number, _ := strconv.Atoi(strings.TrimSuffix(b.marker, "."))
	return number != before+1 // it does not go on the list above it
}

// inList tells whether a list goes on from the line before to block i, or from it to the next.
func inList(blocks []block, i int) bool {
	if blocks[i].kind != item {
		return false
	}
	return i > 0 && blocks[i-1].kind == item && !blocks[i].gap || i+1 < len(blocks) && blocks[i+1].kind == item && !blocks[i+1].gap
}

// inParagraph tells whether a block that follows without an empty line would stand in the middle of a paragraph.
func inParagraph(before block, look style) bool {
	return look == noHeading && before.kind == paragraph && !endsWith(before.text, `.!?…;:»"”)`)
}

// breakRuns takes four and more heading-like lines in a row for what they are, cells or elements, unless an empty line
// stands before and after one of them.
func breakRuns(blocks []block, styles []style) {
	for from := 0; from < len(blocks); from++ {
		to := from
		for to < len(blocks) && (styles[to] == title || styles[to] == question) {
			to++
		}
		if to-from >= 4 {
			for i := from; i < to; i++ {
				if alone := blocks[i].gap && (i+1 == len(blocks) || blocks[i+1].gap); !alone {
					styles[i] = noHeading
					if blocks[i].kind != item {
						blocks[i].kind, blocks[i].marker, blocks[i].implicit = item, "•", true
					}
				}
			}
		}
		from = max(from, to)
	}
}
