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
		page := pageLines(reader.Page(i + 1).Content().Text)
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
	text string
	y    float64 // of its base line, in points from the bottom
	size float64 // of most of its letters, in points
	bold bool
}

// pageLines puts the letters of one page together.
func pageLines(letters []pdf.Text) []pdfLine {
	var lines []pdfLine
	b := newLineBuilder()
	for _, t := range letters {
		if t.S == "\n" || t.S == "" {
			continue // the library's mark after each string, not the document's
		}
		size := math.Round(math.Abs(t.FontSize)*2) / 2
		if b.text.Len() > 0 && math.Abs(t.Y-b.y) > max(size, 4)*0.6 {
			lines = append(lines, b.line()...)
			b = newLineBuilder()
		}
		b.add(t, max(size, 1))
	}
	return append(lines, b.line()...)
}

// lineBuilder gathers the letters of one line.
type lineBuilder struct {
	text  strings.Builder
	y     float64
	sizes map[float64]int
	bold  int
	all   int
	start float64 // where the last letter stands
	end   float64 // where it ends
}

func newLineBuilder() *lineBuilder { return &lineBuilder{sizes: map[float64]int{}} }

// add writes a letter. A gap wider than letters need becomes a space; a very wide one, as between the cells of a table,
// a bar. Fonts that hold all of Unicode come without widths, all letters of a string standing where it begins: half the
// size is what a letter takes on average.
func (b *lineBuilder) add(t pdf.Text, size float64) {
	width, unknown := t.W, t.W == 0
	if unknown {
		width = size / 2
	}
	if b.text.Len() == 0 {
		b.y, b.start, b.end = t.Y, t.X, t.X
	}
	gap, moved := (t.X-b.end)/size, (t.X-b.start)/size
	switch {
	case unknown && moved >= 0 && moved < 1:
		if moved > 0.2 {
			b.text.WriteString(" ")
		}
		b.end += width
	default:
		switch {
		case gap > 3:
			b.text.WriteString(" | ")
		case gap > 0.8, gap > 0.2 && !unknown, gap < -2:
			b.text.WriteString(" ")
		}
		b.end = t.X + width
	}
	b.start = t.X
	b.text.WriteString(t.S)
	b.sizes[size]++
	b.all++
	if strings.Contains(t.Font, "Bold") || strings.Contains(t.Font, "Black") {
		b.bold++
	}
}

// line returns the line, or nothing when it holds no letters.
func (b *lineBuilder) line() []pdfLine {
	text := ligatures(squeeze(b.text.String()))
	if text == "" {
		return nil
	}
	return []pdfLine{{text: text, y: b.y, size: mostOf(b.sizes), bold: b.bold*10 > b.all*8}}
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
