package faq

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

// AskedHeading is the heading above the ways people ask, at any level.
const AskedHeading = "On le demande ainsi"

// Body is the part of a file below its front matter, by lines. First is the number of its first line in the file.
type Body struct {
	Lines []string
	First int
}

// From returns the body without its first n lines.
func (b Body) From(n int) Body { return Body{Lines: b.Lines[n:], First: b.First + n} }

// FormatError is a mistake in a file's format, with its line: it becomes a Problem, beside the others of the file.
type FormatError struct {
	Line int
	Text string
}

// FrontMatter decodes the YAML between the two '---' lines at the top of a file into head, refusing unknown fields,
// and returns the text below.
func FrontMatter(data []byte, head any) (Body, *FormatError) {
	if !utf8.Valid(data) {
		line := 1 + bytes.Count(data[:firstInvalid(data)], []byte("\n"))
		return Body{}, &FormatError{line, "the file is not valid UTF-8: save it as UTF-8"}
	}
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
	lines := strings.Split(text, "\n")
	if lines[0] != "---" {
		return Body{}, &FormatError{1, "the front matter is missing: the file must begin with a line '---'"}
	}
	end := 1
	for end < len(lines) && lines[end] != "---" {
		end++
	}
	if end == len(lines) {
		return Body{}, &FormatError{1, "the front matter is not closed: a second line '---' is missing"}
	}
	if err := readYAML(strings.Join(lines[1:end], "\n"), head); err != nil {
		return Body{}, yamlError(err)
	}
	return Body{Lines: lines[end+1:], First: end + 2}, nil
}

// readYAML decodes. The decoder panics on some malformed values; to an editor that is a mistake like any other.
func readYAML(text string, head any) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("this cannot be read as YAML")
		}
	}()
	return yaml.UnmarshalWithOptions([]byte(text), head, yaml.Strict())
}

// FieldLine is the line of a front matter's field, 1 when the field is not there.
func FieldLine(data []byte, field string) int {
	for i, line := range strings.Split(string(data), "\n") {
		if i > 0 && strings.TrimRight(line, "\r") == "---" {
			break
		}
		if strings.HasPrefix(line, field+":") {
			return i + 1
		}
	}
	return 1
}

// yamlError says in one line what the decoder found, with the line counted from the top of the file.
func yamlError(err error) *FormatError {
	line, text := 0, err.Error()
	var detailed yaml.Error
	if errors.As(err, &detailed) {
		text = detailed.GetMessage()
		if token := detailed.GetToken(); token != nil {
			line = token.Position.Line
		}
	}
	first, _, _ := strings.Cut(text, "\n")
	return &FormatError{line + 1, "front matter: " + first}
}

func firstInvalid(data []byte) int {
	at := 0
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

var headingLine = regexp.MustCompile(`^(#{1,6})\s+(.*)$`)

// Heading reads a Markdown heading line; level is 0 for any other line.
func Heading(line string) (level int, text string) {
	m := headingLine.FindStringSubmatch(line)
	if m == nil {
		return 0, ""
	}
	return len(m[1]), strings.TrimSpace(m[2])
}

// SplitAsked cuts a body at its AskedHeading and reads the bullets below as ways to ask.
func SplitAsked(body Body) (answer Body, asked []Phrase) {
	for i, line := range body.Lines {
		if level, text := Heading(line); level > 0 && text == AskedHeading {
			return Body{Lines: body.Lines[:i], First: body.First}, Bullets(body.From(i + 1))
		}
	}
	return body, nil
}

// Bullets reads the lines that begin with '- '.
func Bullets(body Body) []Phrase {
	var phrases []Phrase
	for i, line := range body.Lines {
		if text, ok := strings.CutPrefix(line, "- "); ok && strings.TrimSpace(text) != "" {
			phrases = append(phrases, Phrase{Text: strings.TrimSpace(text), Line: body.First + i})
		}
	}
	return phrases
}

// ParseDay reads a date such as 2026-11-22; what is wrong with it is reported.
func ParseDay(text string, report func(string)) time.Time {
	if text == "" {
		report("the date is missing, write it as 2026-11-22")
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		report(fmt.Sprintf("%q is not a date, write it as 2026-11-22", text))
	}
	return day
}
