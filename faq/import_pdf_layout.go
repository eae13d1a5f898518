package faq

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// pdfLayout is what the letters of all pages tell together.
type pdfLayout struct {
	body    float64         // size of most letters
	levels  map[float64]int // larger sizes, as heading levels
	longest int             // letters of the longest line
	edges   map[string]int  // lines near the edges of pages, and on how many pages they stand
	pages   int
}

// layOut turns pages into lines: larger or bold letters are headings, a line that follows a full one goes on its
// paragraph, a wide gap is an empty line, and what stands at the edge of half the pages is furniture.
func layOut(pages [][]pdfLine) []Line {
	layout := measure(pages)
	var lines []Line
	for _, page := range pages {
		for i, l := range page {
			line := Line{Text: l.text, Heading: layout.heading(l)}
			if nearEdge(i, page) && layout.pages > 1 {
				line.Furniture = layout.edges[pageKey(l.text)]*2 > layout.pages
			}
			if i > 0 {
				before := page[i-1]
				if gap := before.y - l.y; gap > 1.6*max(l.size, before.size) || gap < 0 {
					lines = append(lines, Line{Number: len(lines) + 1})
				} else {
					line.Continues = layout.goesOn(before, l)
				}
			}
			line.Number = len(lines) + 1
			lines = append(lines, line)
		}
	}
	return lines
}

func measure(pages [][]pdfLine) pdfLayout {
	layout := pdfLayout{levels: map[float64]int{}, edges: map[string]int{}, pages: len(pages)}
	sizes := map[float64]int{}
	for _, page := range pages {
		seen := map[string]bool{}
		for i, l := range page {
			letters := utf8.RuneCountInString(l.text)
			sizes[l.size] += letters
			layout.longest = max(layout.longest, letters)
			if key := pageKey(l.text); nearEdge(i, page) && !seen[key] {
				seen[key] = true
				layout.edges[key]++
			}
		}
	}
	layout.body = mostOf(sizes)
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
	room := float64(p.longest) * p.body / l.size
	return float64(utf8.RuneCountInString(before.text)+utf8.RuneCountInString(first)) > room*0.85
}
