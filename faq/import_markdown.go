package faq

import (
	"regexp"
	"strings"
)

var (
	fenceLine     = regexp.MustCompile("^\\s{0,3}(```|~~~)")
	underline     = regexp.MustCompile(`^\s{0,3}(=+|-+)\s*$`)
	blockquote    = regexp.MustCompile(`^\s{0,3}>\s?`)
	closingHashes = regexp.MustCompile(`\s+#+\s*$`)
	boldQuestion  = regexp.MustCompile(`^\s*(?:\*\*|__)(.+\?)\s*(?:\*\*|__)\s*$`)
)

// markdownLines reads Markdown: headings of both forms, questions written in bold as headings of the last level, and
// lines that go on a paragraph. Front matter is furniture.
func markdownLines(text string) []Line {
	raw := strings.Split(text, "\n")
	lines := make([]Line, 0, len(raw))
	body := frontMatterEnd(raw)
	fenced, paragraph := false, false
	for i, text := range raw {
		line := Line{Number: i + 1, Text: text, Furniture: i < body}
		switch {
		case line.Furniture:
		case fenceLine.MatchString(text):
			fenced, paragraph = !fenced, false
			line.Text = strings.Trim(strings.TrimSpace(text), "`~")
		case fenced:
			paragraph = false
		case paragraph && underline.MatchString(text):
			setext(lines, strings.Contains(text, "="))
			line.Text, paragraph = "", false
		default:
			line.Text = blockquote.ReplaceAllString(text, "")
			line.read()
			plain := line.Heading == 0 && strings.TrimSpace(line.Text) != "" && !strings.Contains(line.Text, "|")
			marker, _ := splitMarker(squeeze(line.Text))
			line.Continues = plain && paragraph && marker == ""
			paragraph = plain && !strings.HasSuffix(line.Text, "  ") && !strings.HasSuffix(line.Text, `\`)
			line.Text = strings.TrimSuffix(line.Text, `\`)
		}
		lines = append(lines, line)
	}
	return lines
}

// read finds a heading written with # or a question all in bold.
func (l *Line) read() {
	if level, text := Heading(strings.TrimSpace(l.Text)); level > 0 {
		l.Heading, l.Text = level, closingHashes.ReplaceAllString(text, "")
	} else if m := boldQuestion.FindStringSubmatch(l.Text); m != nil {
		l.Heading, l.Text = 6, m[1]
	}
}

// setext makes a heading of the paragraph that was just read, when it is a single line.
func setext(lines []Line, first bool) {
	last := &lines[len(lines)-1]
	if marker, _ := splitMarker(squeeze(last.Text)); marker != "" || last.Continues {
		return
	}
	last.Heading = 2
	if first {
		last.Heading = 1
	}
}

// frontMatterEnd counts the lines of a front matter; 0 when there is none.
func frontMatterEnd(lines []string) int {
	if strings.TrimSpace(lines[0]) != "---" {
		return 0
	}
	for i, line := range lines[1:] {
		if strings.TrimSpace(line) == "---" {
			return i + 2
		}
	}
	return 0
}
