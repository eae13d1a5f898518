package faq

import (
	"sort"
	"strings"
)

// Page is a raw document cut into sections.
type Page struct {
	Title     string // empty when the document has none
	TitleLine int
	Sections  []Section
	Unplaced  []Unplaced
}

// Section is a heading with the text below it, up to the next heading.
type Section struct {
	Title    string // empty for text above the first heading
	Level    int    // 2 for the document's main headings, 1 for the text above them
	Body     string // Markdown; empty for a heading that only stands above others
	Line     int
	Question bool // the heading asks, or was marked as a title of a FAQ
	Proposed bool // there is no such heading: the title was made from the text
	blocks   []block
}

// Outline finds the title, the headings and the text of a document. Every line with a word in it is in the title, in a
// section or in Unplaced.
func Outline(lines []Line) Page {
	blocks, unplaced := cut(lines)
	page := Page{Unplaced: unplaced}
	titled, sparse := setHeadings(blocks)
	if titled >= 0 {
		page.Title, page.TitleLine = blocks[titled].text, blocks[titled].line
	}
	c := collector{page: &page, sparse: sparse, words: readWording(blocks)}
	current := Section{Level: 1}
	for i, b := range blocks {
		switch {
		case i == titled:
		case b.kind == heading:
			c.add(current)
			current = Section{
				Title: strings.TrimSpace(strings.TrimSuffix(b.text, ":")), Level: b.level, Line: b.line,
				Question: b.marked || strings.HasSuffix(b.text, "?"),
			}
		default:
			if current.Line == 0 {
				current.Line = b.line
			}
			current.blocks = append(current.blocks, b)
		}
	}
	c.add(current)
	page.dropEmpty()
	for i := range page.Sections {
		page.Sections[i].Body = render(page.Sections[i].blocks)
	}
	page.Unplaced = SortUnplaced(page.Unplaced)
	return page
}

// collector adds sections to a page.
type collector struct {
	page   *Page
	sparse bool // there are too few headings
	words  wording
}

// add ends a section. Captions are set aside; without enough headings the text is cut where its subject changes.
func (c collector) add(s Section) {
	p := c.page
	if s.Title == "" && len(s.blocks) == 0 {
		return
	}
	s.blocks = p.captions(s.blocks)
	if !c.sparse || len(s.blocks) == 0 {
		p.Sections = append(p.Sections, s)
		return
	}
	for i, blocks := range c.words.subjects(s.blocks) {
		part := s
		if part.blocks = blocks; i > 0 || s.Title == "" {
			part.Line, part.Question, part.Proposed, part.Level = blocks[0].line, false, true, max(s.Level, 2)
			part.Title, part.blocks = propose(blocks)
		}
		p.Sections = append(p.Sections, part)
	}
}

// captions sets aside the last line of a section when it is a few words that are no sentence and stand alone: what is
// left of a picture or a button.
func (p *Page) captions(blocks []block) []block {
	last := len(blocks) - 1
	if last < 1 {
		return blocks
	}
	b, before := blocks[last], blocks[last-1]
	plain := b.kind == paragraph && b.hint == 0 && b.gap && !strings.HasSuffix(before.text, ":") && before.kind != subheading
	if plain && label(b.text) && !startsLower(b.text) && len(strings.Fields(b.text)) <= 8 && !strings.ContainsAny(b.text, "@0123456789€") {
		p.Unplaced = append(p.Unplaced, Unplaced{b.line, b.text, ReasonCaption})
		return blocks[:last]
	}
	return blocks
}

// dropEmpty sets aside the headings that have neither text nor smaller headings below them.
func (p *Page) dropEmpty() {
	var kept []Section
	for i := len(p.Sections) - 1; i >= 0; i-- {
		s := p.Sections[i]
		if len(s.blocks) == 0 && (len(kept) == 0 || kept[len(kept)-1].Level <= s.Level) {
			p.Unplaced = append(p.Unplaced, Unplaced{s.Line, s.Title, ReasonNoText})
			continue
		}
		kept = append(kept, s)
	}
	p.Sections = nil
	for i := len(kept) - 1; i >= 0; i-- {
		p.Sections = append(p.Sections, kept[i])
	}
}

// SortUnplaced orders by line what several steps set aside.
func SortUnplaced(unplaced []Unplaced) []Unplaced {
	sort.SliceStable(unplaced, func(i, j int) bool { return unplaced[i].Line < unplaced[j].Line })
	return unplaced
}
