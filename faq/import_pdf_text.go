package faq

import (
	"math"
	"strings"

	"github.com/ledongthuc/pdf"
)

// glyph is a letter, or a few, where a page shows it, in points from the page's lower left corner.
type glyph struct {
	text   string
	x, end float64
	y      float64
	size   float64
	bold   bool
}

// maxGlyphs bounds what one page may unpack to.
const maxGlyphs = 500_000

// pageText runs a page's drawing program for its text. The library does this too, but knows no widths for the fonts
// that hold all of Unicode, which every office program writes: words and cells would run together.
type pageText struct {
	page   pdf.Page
	fonts  map[string]*pdfFont
	state  textState
	stack  []textState
	glyphs []glyph
}

// textState is what the operators set, named as in ISO 32000-1, 9.3.
type textState struct {
	font                             *pdfFont
	size, char, word, scale, leading float64
	ctm, text, line                  matrix
}

// matrix is a b c d e f, as PDF writes it.
type matrix [6]float64

func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3], m[2]*n[0] + m[3]*n[2],
		m[2]*n[1] + m[3]*n[3], m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func move(x, y float64) matrix { return matrix{1, 0, 0, 1, x, y} }

// readPage returns the page's letters in the order they are drawn.
func readPage(page pdf.Page) []glyph {
	contents := page.V.Key("Contents")
	if kind := contents.Kind(); kind != pdf.Stream && kind != pdf.Array {
		return nil
	}
	p := &pageText{page: page, fonts: map[string]*pdfFont{}}
	p.state = textState{scale: 1, ctm: move(0, 0), text: move(0, 0), line: move(0, 0)}
	(&contentReader{data: unpack(contents)}).run(p.run)
	return p.glyphs
}

// needs is how many operands an operator takes; one with fewer is damaged and left out.
var needs = map[string]int{
	"cm": 6, "Tm": 6, "Td": 2, "TD": 2, "Tf": 2, "Tc": 1, "Tw": 1, "Tz": 1, "TL": 1, "Tj": 1, "TJ": 1, "'": 1, `"`: 3,
	"q": 0, "Q": 0, "BT": 0, "T*": 0,
}

func (p *pageText) run(operator string, args []operand) {
	n, known := needs[operator]
	if !known || len(args) < n || len(p.glyphs) > maxGlyphs {
		return
	}
	args = args[len(args)-n:]
	s := &p.state
	number := func(i int) float64 { return args[i].number }
	switch operator {
	case "q":
		p.stack = append(p.stack, *s)
	case "Q":
		if n := len(p.stack); n > 0 {
			*s, p.stack = p.stack[n-1], p.stack[:n-1]
		}
	case "cm":
		s.ctm = matrix{number(0), number(1), number(2), number(3), number(4), number(5)}.times(s.ctm)
	case "BT":
		s.text, s.line = move(0, 0), move(0, 0)
	case "Tm":
		s.line = matrix{number(0), number(1), number(2), number(3), number(4), number(5)}
		s.text = s.line
	case "TD":
		s.leading = -number(1)
		s.nextLine(number(0), number(1))
	case "Td":
		s.nextLine(number(0), number(1))
	case "T*":
		s.nextLine(0, -s.leading)
	case "Tf":
		s.font, s.size = p.font(args[0].text), number(1)
	case "Tc":
		s.char = number(0)
	case "Tw":
		s.word = number(0)
	case "Tz":
		s.scale = number(0) / 100
	case "TL":
		s.leading = number(0)
	case "Tj":
		p.show(args[0].text)
	case "'":
		s.nextLine(0, -s.leading)
		p.show(args[0].text)
	case `"`:
		s.word, s.char = number(0), number(1)
		s.nextLine(0, -s.leading)
		p.show(args[2].text)
	case "TJ":
		for _, v := range args[0].list {
			if v.isText {
				p.show(v.text)
			} else {
				s.text = move(-v.number/1000*s.size*s.scale, 0).times(s.text)
			}
		}
	}
}

func (s *textState) nextLine(x, y float64) {
	s.line = move(x, y).times(s.line)
	s.text = s.line
}

// show draws a string, one code after the other.
func (p *pageText) show(raw string) {
	s := &p.state
	if s.font == nil {
		return
	}
	for len(raw) > 0 {
		n := min(s.font.bytes, len(raw))
		code := raw[:n]
		raw = raw[n:]
		at := s.text.times(s.ctm)
		advance := s.font.width(code)/1000*s.size + s.char
		if code == " " {
			advance += s.word
		}
		s.text = move(advance*s.scale, 0).times(s.text)
		size := math.Abs(s.size) * math.Hypot(at[2], at[3])
		p.glyphs = append(p.glyphs, glyph{
			text: s.font.encoding.Decode(code), x: at[4], end: s.text.times(s.ctm)[4], y: at[5],
			size: math.Round(size*2) / 2, bold: s.font.bold,
		})
	}
}

// pdfFont is what the text needs of a font.
type pdfFont struct {
	encoding pdf.TextEncoding
	bytes    int             // of a code
	widths   map[int]float64 // by code, in thousandths of the size
	usual    float64         // of the others
	bold     bool
}

func (p *pageText) font(name string) *pdfFont {
	if f, ok := p.fonts[name]; ok {
		return f
	}
	font := p.page.Font(name)
	if table := font.V.Key("ToUnicode"); table.Kind() == pdf.Stream {
		check := &contentReader{data: unpack(table)}
		check.run(func(string, []operand) {})
		if check.cut || len(check.data) > maxContent {
			panic("a font's table of letters is damaged") // the library would not come back from it
		}
	}
	base := strings.ToLower(font.BaseFont())
	f := &pdfFont{
		encoding: font.Encoder(), bytes: 1, usual: 500, widths: map[int]float64{},
		bold: strings.Contains(base, "bold") || strings.Contains(base, "black") || strings.Contains(base, "heavy"),
	}
	if below := font.V.Key("DescendantFonts").Index(0); font.V.Key("Subtype").Name() == "Type0" {
		f.bytes, f.usual = 2, 1000
		if usual := below.Key("DW"); !usual.IsNull() {
			f.usual = usual.Float64()
		}
		f.composite(below.Key("W"))
	} else {
		for i, width := range font.Widths() {
			f.widths[font.FirstChar()+i] = width
		}
	}
	p.fonts[name] = f
	return f
}

// composite reads the widths of a font with two-byte codes: "first [w …]" or "first last w" (ISO 32000-1, 9.7.4.3).
func (f *pdfFont) composite(w pdf.Value) {
	for i := 0; i+1 < w.Len(); {
		first := int(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for j := range list.Len() {
				f.widths[first+j] = list.Index(j).Float64()
			}
			i += 2
			continue
		}
		last := min(int(w.Index(i+1).Int64()), 0xFFFF)
		for code := max(first, 0); code <= last && i+2 < w.Len(); code++ {
			f.widths[code] = w.Index(i + 2).Float64()
		}
		i += 3
	}
}

func (f *pdfFont) width(code string) float64 {
	number := 0
	for i := range len(code) {
		number = number<<8 | int(code[i])
	}
	if width, ok := f.widths[number]; ok {
		return width
	}
	return f.usual
}
