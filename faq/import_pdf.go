package faq

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/ledongthuc/pdf"
	"golang.org/x/text/unicode/norm"
)

// pdfLines reads the text of a PDF in the order it was written; layOut says what its letters tell about each line.
func pdfLines(data []byte) (lines []Line, err error) {
	// The library panics on damaged files.
	defer func() {
		if r := recover(); r != nil {
			lines, err = nil, fmt.Errorf("the PDF cannot be read: %v", r)
		}
	}()
	if !bytes.HasPrefix(bytes.TrimLeft(data, "\t\r\n "), []byte("%PDF")) {
		return nil, ErrNotText
	}
	reader, err := pdf.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("the PDF cannot be read: %w", err)
	}
	var pages [][]pdfLine
	empty := true
	for i := range reader.NumPage() {
		page := pageLines(readPage(reader.Page(i + 1)))
		empty = empty && len(page) == 0
		pages = append(pages, page)
	}
	if empty {
		return nil, ErrScan
	}
	return layOut(pages), nil
}

// pdfLine is a line as drawn on a page.
type pdfLine struct {
	text   string
	x, end float64
	y      float64 // of its base line, from the bottom
	size   float64 // of most of its letters
	bold   bool
}

// pageLines puts the letters of one page together in the order they were drawn. A gap becomes a space; a wide one, as
// between the cells of a table, a bar.
func pageLines(glyphs []glyph) []pdfLine {
	var lines []pdfLine
	b := &lineBuilder{}
	for _, g := range glyphs {
		size := max(g.size, 1)
		moved := math.Abs(g.y-b.last.y) > size*0.6
		if b.text.Len() > 0 && (moved || g.x < b.last.x-2*size) {
			lines = b.flush(lines)
		}
		if b.text.Len() > 0 {
			switch gap := (g.x - b.last.end) / size; {
			case gap > 2:
				b.text.WriteString(" | ")
			case gap > 0.15:
				b.text.WriteString(" ")
			}
		}
		b.add(g)
	}
	return b.flush(lines)
}

// lineBuilder gathers the letters of one line.
type lineBuilder struct {
	text  strings.Builder
	first glyph
	last  glyph
	sizes map[float64]int
	bold  int
	all   int
}

func (b *lineBuilder) add(g glyph) {
	if strings.TrimSpace(g.text) == "" {
		if b.text.Len() > 0 {
			b.text.WriteString(" ")
			b.last = g
		}
		return
	}
	if b.text.Len() == 0 {
		b.first, b.sizes = g, map[float64]int{}
	}
	b.text.WriteString(g.text)
	b.last = g
	b.sizes[g.size]++
	b.all++
	if g.bold {
		b.bold++
	}
}

// flush adds the line to lines, unless it holds no letters, and begins another.
func (b *lineBuilder) flush(lines []pdfLine) []pdfLine {
	if text := ligatures(squeeze(b.text.String())); text != "" {
		lines = append(lines, pdfLine{
			text: text, x: b.first.x, end: b.last.end, y: b.first.y, size: mostOf(b.sizes), bold: b.bold*10 > b.all*8,
		})
	}
	*b = lineBuilder{}
	return lines
}

// ligatures writes ﬁ, ﬀ and the like as letters.
func ligatures(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= 0xFB00 && r <= 0xFB06:
			b.WriteString(norm.NFKC.String(string(r)))
		case r >= 0xF000 && r <= 0xF0FF: // a font of symbols: only bullets are used in lists
			b.WriteString("• ")
		default:
			b.WriteRune(r)
		}
	}
	return squeeze(norm.NFC.String(b.String()))
}

func mostOf(counts map[float64]int) (most float64) {
	for size, n := range counts {
		if n > counts[most] || n == counts[most] && size > most {
			most = size
		}
	}
	return most
}
