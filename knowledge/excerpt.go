package knowledge

import (
	"cmp"
	"strings"

	"guichet/faq"
)

// HeadOfDocument names the excerpt of a document above its first passage: its title and its dates.
const HeadOfDocument = "#"

// Excerpt is a part of a file that is edited by itself, with what stands before and after it.
type Excerpt struct {
	Before, Text, After string
}

// Line is the number of its first line in the file.
func (e Excerpt) Line() int { return 1 + strings.Count(e.Before, "\n") }

// With is the whole file with another text in the place of the excerpt's. It ends in as many line breaks as the excerpt did, whatever a
// form has made of them, so that what was not edited stays as it is.
func (e Excerpt) With(text string) []byte {
	text = strings.Trim(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if text != "" {
		text += cmp.Or(e.Text[len(strings.TrimRight(e.Text, "\n")):], "\n")
	}
	return []byte(e.Before + text + e.After)
}

// Cut finds a part of a file: the passage of a document by its slug, HeadOfDocument, or the whole file by "". ok is false when there
// is no such passage.
func Cut(data []byte, part string) (e Excerpt, ok bool) {
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
	if part == "" {
		return Excerpt{Text: text}, true
	}
	from, to, at := -1, len(text), 0
	if part == HeadOfDocument {
		from = 0
	}
	for line := range strings.Lines(text) {
		bare := strings.TrimSpace(line)
		if level, _ := faq.Heading(strings.TrimSuffix(line, "\n")); level == 2 {
			if from >= 0 {
				to = at
				break
			}
			if m := sectionHeading.FindStringSubmatch(bare); m != nil && m[2] == part {
				from = at
			}
		}
		at += len(line)
	}
	if from < 0 {
		return e, false
	}
	return Excerpt{Before: text[:from], Text: text[from:to], After: text[to:]}, true
}
