package faq

import "strings"

// setHeadings decides which blocks are headings and gives them levels from 2 down; titled is the block that is the
// document's title, or -1. When the format or the publishing system marks headings, only those count.
func setHeadings(blocks []block) (titled int, sparse bool) {
	marked, hinted, asked := 0, 0, 0
	for _, b := range blocks {
		switch {
		case b.marked:
			marked++
		case b.hint > 0:
			hinted++
			if strings.HasSuffix(b.text, "?") {
				asked++
			}
		}
	}
	switch {
	case marked >= 2:
		titled = titleAbove(blocks)
		for i := range blocks {
			if b := &blocks[i]; i != titled && (b.marked || b.hint > 0) {
				b.kind, b.level = heading, 2
			}
		}
	case hinted >= 2:
		titled = hintedLevels(blocks, asked == 0)
	default:
		titled = plainLevels(blocks)
	}
	return titled, isSparse(blocks, marked < 2 && hinted < 2)
}

// isSparse tells a text with too few headings to be cut by them: none, or fewer than one in three hundred words.
func isSparse(blocks []block, plain bool) bool {
	words, headings := 0, 0
	for _, b := range blocks {
		words += len(strings.Fields(b.text))
		if b.kind == heading {
			headings++
		}
	}
	return headings == 0 || plain && words > 300*(headings+1)
}

// titleAbove finds the title of a page: its first line, when that is short and no sentence.
func titleAbove(blocks []block) int {
	if len(blocks) == 0 {
		return -1
	}
	first := blocks[0]
	if first.marked || first.kind != paragraph || len(strings.Fields(first.text)) > 14 || endsWith(first.text, ".:;,?") {
		return -1
	}
	return 0
}

// hintedLevels keeps the levels of the format; the only heading of level 1, or of the highest level when it comes
// first, is the title. Questions without a mark count when no marked heading is one.
func hintedLevels(blocks []block, questions bool) (titled int) {
	top, first, tops := 7, -1, 0
	for i, b := range blocks {
		switch {
		case b.hint == 0:
		case b.hint < top:
			top, first, tops = b.hint, i, 1
		case b.hint == top:
			tops++
		}
	}
	titled = -1
	if tops == 1 && !strings.HasSuffix(blocks[first].text, "?") {
		titled, top = first, 7
		for i, b := range blocks {
			if i != first && b.hint > 0 {
				top = min(top, b.hint)
			}
		}
	}
	last := 2
	for i := range blocks {
		b := &blocks[i]
		switch {
		case i == titled:
		case b.hint > 0:
			b.kind, b.level = heading, 2+b.hint-top
			last = b.level + 1
		case questions && b.kind == paragraph && styleOf(*b) == question && i+1 < len(blocks) && blocks[i+1].hint == 0:
			b.kind, b.level = heading, last
		}
	}
	return titled
}

// leveler gives the headings of plain text their levels, one after the other.
type leveler struct {
	blocks []block
	styles []style
	always map[string]int // how often a heading stands directly above another
	count  map[string]int // how often it stands in the text
	caps   bool           // the text has headings in capitals
	last   int            // level of the heading before
	open   int            // level of the numbered heading that the text stands under, 0 for none
	above  int            // index of the heading before, -1 at the start
}

// plainLevels finds the headings of a text without marks and gives them levels.
func plainLevels(blocks []block) (titled int) {
	l := &leveler{blocks: blocks, styles: plainHeadings(blocks), always: map[string]int{}, count: map[string]int{}, above: -1}
	titled = l.title()
	if titled >= 0 {
		l.styles[titled] = noHeading
	}
	others := false
	for _, s := range l.styles {
		l.caps = l.caps || s == capitals
		others = others || s == capitals || s == title || s == chapter
	}
	for i, s := range l.styles {
		if s == bare && others {
			blocks[i].kind, l.styles[i] = subheading, noHeading
		}
	}
	for i, s := range l.styles {
		if s == noHeading || i == titled {
			continue
		}
		l.count[blocks[i].text]++
		if l.group(i) {
			l.always[blocks[i].text]++
		}
	}
	for i, s := range l.styles {
		if s != noHeading && i != titled {
			blocks[i].level = min(l.level(i, s), 6)
			blocks[i].text, blocks[i].kind = blocks[i].whole(), heading
			l.last, l.above = blocks[i].level, i
			switch s {
			case chapter, bare:
				l.open = l.last
			case capitals:
				l.open = 0
			}
		}
	}
	return titled
}

// group tells whether heading i stands directly above another heading.
func (l *leveler) group(i int) bool { return i+1 < len(l.styles) && l.styles[i+1] != noHeading }

// title finds the document's title: its first line, when it stands above other headings and is not one of them.
func (l *leveler) title() int {
	first := titleAbove(l.blocks)
	if first < 0 || l.blocks[0].running || l.group(0) {
		return first
	}
	for _, s := range l.styles[1:] {
		if s == l.styles[0] && (s == capitals || s == chapter) {
			return -1
		}
	}
	return first
}

// level places a heading by its style and by the heading above it.
func (l *leveler) level(i int, s style) int {
	text := l.blocks[i].text
	below := l.above >= 0 && l.above == i-1 // directly under a heading
	base := 2
	if l.caps {
		base = 3
	}
	switch {
	case s == capitals:
		return 2
	case s == chapter || s == bare:
		return base + depthOf(text)
	}
	if l.open > 0 {
		base = l.open + 1
	}
	switch {
	case s == title && !l.caps && l.always[text] == l.count[text]:
		return base
	case l.last == 0:
		return base
	case s == callout:
		return max(base, l.last)
	case l.count[text] > 1:
		return l.recurring(i, base)
	case s == title && l.blocks[i].gap && !below && l.count[l.blocks[l.above].text] > 1:
		return l.subject(base)
	case below && !(s == question && l.styles[l.above] == question):
		return l.last + 1
	case s == question && l.above >= 0 && l.styles[l.above] == title && l.count[l.blocks[l.above].text] == 1:
		return l.last + 1
	}
	return max(base, l.last)
}

// recurring places a heading that comes back under several subjects: one level below the subjects.
func (l *leveler) recurring(i, base int) int {
	for j := i - 1; j >= 0; j-- {
		if l.blocks[j].kind == heading && l.count[l.blocks[j].text] == 1 && l.blocks[j].level == base+1 {
			return base + 2
		}
		if l.blocks[j].kind == heading && l.blocks[j].level <= base {
			break
		}
	}
	return base + 1
}

// subject is the level of the last heading that stands once in the text: where a subject with recurring headings below
// it ends, another begins.
func (l *leveler) subject(base int) int {
	for j := l.above; j >= 0; j-- {
		if b := l.blocks[j]; b.kind == heading && l.count[b.text] == 1 && l.styles[j] == title {
			return max(base, b.level)
		}
	}
	return base
}

// depthOf counts the dots of a numbered heading: 2.3 is one level below 2.
func depthOf(text string) int {
	if m := outlineLine.FindStringSubmatch(text); m != nil {
		return strings.Count(m[1], ".")
	}
	return 0
}
