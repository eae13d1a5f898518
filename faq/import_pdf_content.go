package faq

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/ledongthuc/pdf"
)

// operand is a value in a page's drawing program: a number, a string, a name, or an array of them.
type operand struct {
	number float64
	text   string // of a string or a name
	isText bool   // a string
	list   []operand
}

// contentReader reads a drawing program (ISO 32000-1, 7.8.2). The library has one of its own, which takes the bytes of
// pictures for operators and never ends on some damaged files.
type contentReader struct {
	data []byte
	at   int
	cut  bool // the data ended inside a string or an array
}

// maxContent bounds what a page's program may unpack to.
const maxContent = 32 << 20

// unpack returns the bytes of a stream, or of several that make one program.
func unpack(v pdf.Value) []byte {
	var all []byte
	streams := []pdf.Value{v}
	if v.Kind() == pdf.Array {
		streams = nil
		for i := range v.Len() {
			streams = append(streams, v.Index(i))
		}
	}
	for _, stream := range streams {
		if stream.Kind() != pdf.Stream {
			continue
		}
		data, _ := io.ReadAll(io.LimitReader(stream.Reader(), int64(max(0, maxContent-len(all))))) // what a damaged stream still gives
		all = append(append(all, data...), '\n')
	}
	return all
}

// run calls do for every operator with the operands before it.
func (c *contentReader) run(do func(operator string, operands []operand)) {
	var operands []operand
	for {
		value, operator, ok := c.next()
		switch {
		case !ok:
			return
		case operator == "BI":
			c.skipPicture()
			operands = operands[:0]
		case operator != "":
			do(operator, operands)
			operands = operands[:0]
		case len(operands) < 64: // no operator takes more
			operands = append(operands, value)
		}
	}
}

const (
	pdfSpaces     = "\x00\t\n\f\r "
	pdfDelimiters = "()<>[]{}/%"
)

// next reads a value or an operator; ok is false at the end.
func (c *contentReader) next() (value operand, operator string, ok bool) {
	for c.at < len(c.data) {
		b := c.data[c.at]
		switch {
		case strings.IndexByte(pdfSpaces, b) >= 0, b == ')', b == ']', b == '{', b == '}', b == '>':
			c.at++
		case b == '%':
			c.skipTo("\n")
		case b == '(':
			return operand{text: c.literal(), isText: true}, "", true
		case b == '<' && bytes.HasPrefix(c.data[c.at:], []byte("<<")):
			c.at += 2 // the words of a dictionary count as operands, which the operators after them do not read
		case b == '<':
			return operand{text: c.hexadecimal(), isText: true}, "", true
		case b == '[':
			return c.array(), "", true
		case b == '/':
			c.at++
			return operand{text: c.word()}, "", true
		default:
			word := c.word()
			if number, err := strconv.ParseFloat(word, 64); err == nil {
				return operand{number: number}, "", true
			}
			return operand{}, word, true
		}
	}
	return operand{}, "", false
}

// word reads up to a space or a delimiter.
func (c *contentReader) word() string {
	end := c.at
	for end < len(c.data) && strings.IndexByte(pdfSpaces+pdfDelimiters, c.data[end]) < 0 {
		end++
	}
	word := string(c.data[c.at:end])
	c.at = end
	return word
}

func (c *contentReader) array() operand {
	var list []operand
	c.at++
	for {
		for c.at < len(c.data) && strings.IndexByte(pdfSpaces, c.data[c.at]) >= 0 {
			c.at++
		}
		if c.at < len(c.data) && c.data[c.at] == ']' {
			c.at++
			return operand{list: list}
		}
		value, _, ok := c.next()
		if !ok {
			c.cut = true
			return operand{list: list}
		}
		list = append(list, value)
	}
}

// literal reads a string in brackets with its escapes.
func (c *contentReader) literal() string {
	var out []byte
	depth := 0
	for ; c.at < len(c.data); c.at++ {
		switch b := c.data[c.at]; b {
		case '(':
			if depth++; depth > 1 {
				out = append(out, b)
			}
		case ')':
			if depth--; depth == 0 {
				c.at++
				return string(out)
			}
			out = append(out, b)
		case '\\':
			out = c.escape(out)
		default:
			out = append(out, b)
		}
	}
	c.cut = true
	return string(out)
}

// escape reads what follows a backslash, leaving at on its last byte.
func (c *contentReader) escape(out []byte) []byte {
	if c.at++; c.at >= len(c.data) {
		return out
	}
	b := c.data[c.at]
	if at := strings.IndexByte("nrtbf", b); at >= 0 {
		return append(out, "\n\r\t\b\f"[at])
	}
	if b == '\n' || b == '\r' {
		return out
	}
	if b < '0' || b > '7' {
		return append(out, b)
	}
	code := 0
	for n := 0; n < 3 && c.at < len(c.data) && c.data[c.at] >= '0' && c.data[c.at] <= '7'; n++ {
		code = code*8 + int(c.data[c.at]-'0')
		c.at++
	}
	c.at--
	return append(out, byte(code))
}

func (c *contentReader) hexadecimal() string {
	var out []byte
	high := -1
	for c.at++; c.at < len(c.data); c.at++ {
		b := c.data[c.at]
		if b == '>' {
			c.at++
			if high >= 0 {
				out = append(out, byte(high<<4))
			}
			return string(out)
		}
		digit, err := strconv.ParseUint(string(b), 16, 8)
		switch {
		case err != nil:
		case high < 0:
			high = int(digit)
		default:
			out, high = append(out, byte(high<<4|int(digit))), -1
		}
	}
	c.cut = true
	return string(out)
}

// skipPicture passes over the bytes of a picture that stands in the program itself: BI … ID bytes EI.
func (c *contentReader) skipPicture() {
	c.skipTo("ID")
	for c.at < len(c.data) {
		c.skipTo("EI")
		before := c.at < 3 || strings.IndexByte(pdfSpaces, c.data[c.at-3]) >= 0
		if before && (c.at >= len(c.data) || strings.IndexByte(pdfSpaces, c.data[c.at]) >= 0) {
			return
		}
	}
}

// skipTo goes behind the next mark, or to the end.
func (c *contentReader) skipTo(mark string) {
	if at := bytes.Index(c.data[c.at:], []byte(mark)); at >= 0 {
		c.at += at + len(mark)
		return
	}
	c.at = len(c.data)
}
