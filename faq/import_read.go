package faq

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// maxImport is the largest raw document read: more is no FAQ page and no contract, and a PDF unpacks to far more.
const maxImport = 20 << 20

var (
	// ErrNoText is returned for a document that holds no text at all.
	ErrNoText = errors.New("the document holds no text")
	// ErrScan is returned for a PDF whose pages are pictures.
	ErrScan = errors.New("the PDF holds no text, its pages are pictures: run OCR on it first (for example ocrmypdf) and import the result")
	// ErrNotText is returned for a file that is no text, whatever its name says.
	ErrNotText = errors.New("the file is not text: its content does not match its extension")
)

// ReadLines reads a raw document by its extension: .txt, .md, .html, .htm or .pdf. The note, empty as a rule, is for the
// editor: it says when the file was not in UTF-8 and how it was read.
func ReadLines(name string, data []byte) (lines []Line, note string, err error) {
	read := map[string]func(string) []Line{
		".txt": textLines, ".md": markdownLines, ".markdown": markdownLines, ".html": htmlLines, ".htm": htmlLines,
	}
	extension := strings.ToLower(path.Ext(strings.ReplaceAll(name, `\`, "/")))
	reader, known := read[extension]
	switch {
	case !known && extension != ".pdf":
		return nil, "", fmt.Errorf("unknown kind of document %q: .txt, .md, .html, .htm and .pdf are accepted", extension)
	case len(data) > maxImport:
		return nil, "", fmt.Errorf("the document is larger than %d MB: cut it into parts", maxImport>>20)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, "", ErrNoText
	case extension == ".pdf":
		lines, err = pdfLines(data)
		return lines, "", err
	}
	text, note, err := decode(data, strings.HasPrefix(extension, ".htm"))
	if err != nil {
		return nil, "", err
	}
	lines = reader(text)
	for _, l := range lines {
		if squeeze(l.Text) != "" {
			return lines, note, nil
		}
	}
	return nil, note, ErrNoText
}

// decode returns the text in UTF-8, composed (NFC). A file that is not UTF-8 is read as UTF-16 when it begins with its
// mark, as what an HTML page declares, else as Windows-1252, which every older French file is.
func decode(data []byte, isHTML bool) (text, note string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		decoded, err := utf16.UTF16(utf16.LittleEndian, utf16.UseBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", "", ErrNotText
		}
		text, note = string(decoded), "the file was in UTF-16"
	case utf8.Valid(data):
		text = string(data)
	case isHTML:
		encoding, declared, _ := charset.DetermineEncoding(data, "")
		decoded, err := encoding.NewDecoder().Bytes(data)
		if err != nil {
			return "", "", ErrNotText
		}
		text, note = string(decoded), "the file is not UTF-8, it was read as "+declared+": look at the accents"
	default:
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(data)
		if err != nil {
			return "", "", ErrNotText
		}
		text, note = string(decoded), "the file is not UTF-8, it was read as Windows-1252: look at the accents"
	}
	if !isText(text) {
		return "", "", ErrNotText
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n", "\v", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	return norm.NFC.String(text), note, nil
}

// isText refuses what no text holds: a NUL, or more than one control character or undefined byte in a hundred.
func isText(text string) bool {
	strange, all := 0, 0
	for _, r := range text {
		all++
		switch {
		case r == 0:
			return false
		case r == utf8.RuneError, unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\f\v", r):
			strange++
		}
	}
	return strange*100 <= all
}

// textLines reads plain text: the format says nothing about a line.
func textLines(text string) []Line {
	var lines []Line
	for i, line := range strings.Split(text, "\n") {
		lines = append(lines, Line{Number: i + 1, Text: line})
	}
	return lines
}

// squeeze makes one line of plain words: single ordinary spaces, nothing invisible.
func squeeze(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
