package faq

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/ledongthuc/pdf"
	"golang.org/x/text/unicode/norm"
)

// pdfPatience is how long a PDF may take: the largest contracts take a second. Some damaged files keep the library in a
// loop that nothing can end but the end of the program.
const pdfPatience = 30 * time.Second

// pdfLines reads the text of a PDF in the order it was written; layOut says what its letters tell about each line.
func pdfLines(data []byte) (lines []Line, err error) {
	if !bytes.HasPrefix(bytes.TrimLeft(data, "\t\r\n "), []byte("%PDF")) {
		return nil, ErrNotText
	}
	type result struct {
		pages [][]pdfLine
		err   error
	}
	done := make(chan result, 1)
	go func() {
		pages, err := readPDF(data)
		done <- result{pages, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			return nil, r.err
		}
		return layOut(r.pages), nil
	case <-time.After(pdfPatience):
		return nil, errors.New("the PDF cannot be read: it is damaged in a way that never ends")
	}
}

// The most nodes of the tree of pages, and the most reads of the file, which take about 65 a page: a damaged file may
// send its reader round in circles.
const (
	maxPages = 3000
	maxReads = 300_000
)

func readPDF(data []byte) (pages [][]pdfLine, err error) {
	// The library panics on damaged files.
	defer func() {
		if r := recover(); r != nil {
			pages, err = nil, fmt.Errorf("the PDF cannot be read: %v", r)
		}
	}()
	reader, err := pdf.NewReader(&boundedReader{data: bytes.NewReader(data)}, int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("the PDF cannot be read: %w", err)
	}
	tree := pageTree{left: maxPages}
	tree.walk(reader.Trailer().Key("Root").Key("Pages"), 0)
	if tree.left < 0 {
		return nil, fmt.Errorf("the PDF has more than %d pages: cut it into parts", maxPages)
	}
	empty := true
	for _, page := range tree.pages {
		lines := pageLines(readPage(page))
		empty = empty && len(lines) == 0
		pages = append(pages, lines)
	}
	if empty {
		return nil, ErrScan
	}
	return pages, nil
}

// pageTree gathers the pages below a node. The library looks for each page from the root, and for ever in a tree that
// contains itself.
type pageTree struct {
	pages []pdf.Page
	left  int // nodes that may still be visited
}

func (t *pageTree) walk(node pdf.Value, depth int) {
	t.left--
	if t.left < 0 || depth > 64 {
		return
	}
	kids := node.Key("Kids")
	if node.Key("Type").Name() == "Page" || kids.Len() == 0 {
		t.pages = append(t.pages, pdf.Page{V: node})
		return
	}
	for i := range kids.Len() {
		t.walk(kids.Index(i), depth+1)
	}
}

// boundedReader fails after maxReads.
type boundedReader struct {
	data  *bytes.Reader
	reads int
}

func (b *boundedReader) ReadAt(p []byte, at int64) (int, error) {
	if b.reads++; b.reads > maxReads {
		return 0, errors.New("it sends its reader round in circles")
	}
	return b.data.ReadAt(p, at)
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
	text = squeeze(norm.NFC.String(b.String()))
	if rest, ok := strings.CutPrefix(text, "\ufffd "); ok { // a mark whose font does not say what it is
		return "• " + rest
	}
	return text
}

func mostOf(counts map[float64]int) (most float64) {
	for size, n := range counts {
		if n > counts[most] || n == counts[most] && size > most {
			most = size
		}
	}
	return most
}
