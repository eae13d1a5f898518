package faq

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// pdfLayout is what the letters of all pages tell together.
type pdfLayout struct {
	body   float64         // size of most letters
	levels map[float64]int // larger sizes, as heading levels
	left   float64         // where most lines begin
	right  float64         // where the longest line ends
	edges  map[string]int  // lines near the edges of pages, and on how many pages they stand
	pages  int
}

// layOut turns pages into lines: larger or bold letters are headings, a line that follows a full one goes on its
// paragraph, a wide gap is an empty line, and what stands at the edge of half the pages is furniture.
func layOut(pages [][]pdfLine) []Line {
	layout := measure(pages)
	var lines []Line
	var body *pdfLine // the last line that is no furniture
	for _, page := range pages {
		turned := true
		for i := range page {
			l := page[i]
			line := Line{Text: l.text, Heading: layout.heading(l)}
			line.Furniture = layout.repeated(i, page)
			switch {
			case line.Furniture || body == nil:
			case turned:
				line.Continues = layout.goesOn(*body, l) && startsLower(l.text)
			case body.y-l.y > 1.6*max(l.size, body.size) || body.y < l.y:
				lines = append(lines, Line{Number: len(lines) + 1})
			default:
				line.Continues = layout.goesOn(*body, l)
			}
			line.Number = len(lines) + 1
			line.Item = line.Heading == 0 && !line.Continues && layout.indented(i, page)
			lines = append(lines, line)
			if !line.Furniture {
				body, turned = &page[i], false
			}
		}
	}
	return lines
}

func measure(pages [][]pdfLine) pdfLayout {
	layout := pdfLayout{levels: map[float64]int{}, edges: map[string]int{}, pages: len(pages)}
	sizes, lefts := map[float64]int{}, map[float64]int{}
	for _, page := range pages {
		seen := map[string]bool{}
		for i, l := range page {
			letters := utf8.RuneCountInString(l.text)
			sizes[l.size] += letters
			lefts[math.Round(l.x)]++
			if key := pageKey(l.text); nearEdge(i, page) && !seen[key] {
				seen[key] = true
				layout.edges[key]++
			}
		}
	}
	layout.body, layout.left = mostOf(sizes), mostOf(lefts)
	for _, page := range pages {
		for _, l := range page {
			if l.size == layout.body {
				layout.right = max(layout.right, l.end)
			}
		}
	}
	var larger []float64
	for size := range sizes {
		if size >= layout.body*1.12 {
			larger = append(larger, size)
		}
	}
	slices.Sort(larger)
	for i, size := range larger {
		layout.levels[size] = min(len(larger)-i, 5)
	}
	return layout
}

// folio is a page's number alone on its line.
var folio = regexp.MustCompile(`^(?:\d{1,4}|[ivxlc]{1,6})$`)

// repeated tells the running titles and numbers of pages.
func (p pdfLayout) repeated(i int, page []pdfLine) bool {
	if p.pages < 2 || !nearEdge(i, page) {
		return false
	}
	outermost := i == 0 || i == len(page)-1
	pages := p.edges[pageKey(page[i].text)]
	return pages*2 > p.pages || outermost && (pages >= 3 || folio.MatchString(page[i].text))
}

func nearEdge(i int, page []pdfLine) bool { return i < 3 || i >= len(page)-3 }

var digits = regexp.MustCompile(`\d+`)

// pageKey is a line without its numbers: "Page 3/12" is the same on every page.
func pageKey(text string) string { return digits.ReplaceAllString(text, "#") }

// heading tells the level by the letters' size; short bold lines are headings of the level below.
func (p pdfLayout) heading(l pdfLine) int {
	if level := p.levels[l.size]; level > 0 {
		return level
	}
	if l.bold && utf8.RuneCountInString(l.text) < 110 && !endsWith(l.text, ".:;,|") && !strings.Contains(l.text, " | ") {
		return min(len(p.levels)+1, 6)
	}
	return 0
}

// goesOn tells whether a line goes on the one before: that one was so full that this one's first word had no room.
func (p pdfLayout) goesOn(before, l pdfLine) bool {
	marker, _ := splitMarker(l.text)
	if before.size != l.size || before.bold != l.bold || marker != "" || strings.Contains(l.text, " | ") {
		return false
	}
	first, _, _ := strings.Cut(l.text, " ")
	width := (l.end - l.x) * float64(utf8.RuneCountInString(first)+1) / float64(utf8.RuneCountInString(l.text))
	return before.end+width*1.1 > p.right
}

// indented tells a line set in from the margin without a mark: the bullet before it was drawn, not written. The first
// line of a paragraph is set in too, but the next line then stands at the margin.
func (p pdfLayout) indented(i int, page []pdfLine) bool {
	l := page[i]
	in := func(l pdfLine) bool { return l.x > p.left+l.size && l.x < p.left+6*l.size }
	if marker, _ := splitMarker(l.text); marker != "" || !in(l) || l.size != p.body || strings.Contains(l.text, " | ") {
		return false
	}
	return i+1 == len(page) || in(page[i+1]) || !p.goesOn(l, page[i+1])
}
