package faq_test

import (
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guichet/faq"
)

const entryText = `---
document: Foire aux questions
section: Comment payer ?
url: https://example.org/faq
checked: 2026-11-22
review: 2027-11-22
next: [velo.cadre, velo.vol]
---

# Comment payer ?

Payez par **carte**.

1. Un
2. Deux

## On le demande ainsi

- on paye comment
-   avec des espaces

un commentaire
- « entre guillemets » - et un tiret
`

func TestAnEntryIsReadWhole(t *testing.T) {
	t.Parallel()
	got, found := faq.Parse("velo/payer.md", []byte(entryText))
	if len(found) != 0 {
		t.Fatalf("problems: %v", found)
	}
	day := func(year int) time.Time { return time.Date(year, time.November, 22, 0, 0, 0, 0, time.UTC) }
	want := faq.Entry{
		Collection: "velo", Slug: "payer", Title: "Comment payer ?", Answer: "Payez par **carte**.\n\n1. Un\n2. Deux",
		Asked:    []faq.Phrase{{Text: "on paye comment", Line: 19}, {Text: "avec des espaces", Line: 20}, {Text: "« entre guillemets » - et un tiret", Line: 23}},
		Next:     []string{"velo.cadre", "velo.vol"},
		Citation: faq.Citation{Document: "Foire aux questions", Section: "Comment payer ?", URL: "https://example.org/faq", Checked: day(2026)},
		Review:   day(2027), File: "velo/payer.md", TitleLine: 10, AnswerLine: 12, NextLine: 7, ReviewLine: 6,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the entry is\n\t%+v\nwant\n\t%+v", got, want)
	}
	if got.Topic() != "velo.payer" {
		t.Errorf("its topic is %s", got.Topic())
	}
}

func TestAMistakeInAnEntryIsNamedWithItsLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, old, new string
		line           int
		says           string
	}{
		"an unknown field":       {"velo/payer.md", "url:", "uri:", 4, "uri"},
		"a field given twice":    {"velo/payer.md", "url: https://example.org/faq", "section: encore", 4, "front matter"},
		"no document":            {"velo/payer.md", "document: Foire aux questions\n", "", 1, "citation"},
		"no section":             {"velo/payer.md", "section: Comment payer ?\n", "", 1, "citation"},
		"a bad day":              {"velo/payer.md", "checked: 2026-11-22", "checked: hier", 5, "hier"},
		"a day not on calendars": {"velo/payer.md", "review: 2027-11-22", "review: 2027-11-31", 6, "2027-11-31"},
		"no title":               {"velo/payer.md", "# Comment payer ?\n\n", "", 10, "title"},
		"a title too deep":       {"velo/payer.md", "\n# Comment", "\n## Comment", 10, "title"},
		"no answer":              {"velo/payer.md", "Payez par **carte**.\n\n1. Un\n2. Deux\n\n", "", 10, "answer"},
		"a slug with capitals":   {"velo/Payer.md", "url:", "url:", 1, "lower-case"},
		"a slug with a space":    {"velo/pay er.md", "url:", "url:", 1, "path"},
		"a folder with accents":  {"vélo/payer.md", "url:", "url:", 1, "path"},
		"a byte that is no text": {"velo/payer.md", "1. Un", "1. \xe9", 14, "UTF-8"},
		"no front matter":        {"velo/payer.md", "---\ndocument", "document", 1, "front matter"},
		"an open front matter":   {"velo/payer.md", "---\n\n# Comment", "\n# Comment", 1, "front matter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(entryText, c.old, c.new, 1)
			if text == entryText && c.old != c.new {
				t.Fatalf("%q is not in the entry", c.old)
			}
			_, found := faq.Parse(c.file, []byte(text))
			for _, p := range found {
				if p.File == c.file && p.Line == c.line && strings.Contains(p.Text, c.says) {
					return
				}
			}
			t.Errorf("want %s:%d with %q, got %v", c.file, c.line, c.says, found)
		})
	}
}

func TestEveryMistakeOfAFileIsToldAtOnce(t *testing.T) {
	t.Parallel()
	_, found := faq.Parse("velo/payer.md", []byte("---\nurl: https://example.org\n---\nSans titre.\n"))
	var all strings.Builder
	for _, p := range found {
		all.WriteString(p.String() + "\n")
	}
	for _, want := range []string{"citation", "checked", "review", "title"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("%s is not told in:\n%s", want, all.String())
		}
	}
}

func TestAProblemIsPrintedAsEditorsJumpToIt(t *testing.T) {
	t.Parallel()
	if got := (faq.Problem{File: "velo/payer.md", Line: 4, Text: "x"}).String(); got != "velo/payer.md:4: x" {
		t.Errorf("printed as %q", got)
	}
}

func TestEntriesAreLoadedAndOtherFilesLeftAlone(t *testing.T) {
	t.Parallel()
	entries, found, err := faq.Load(fstest.MapFS{
		"velo/payer.md": {Data: []byte(entryText)}, "auto/payer.md": {Data: []byte(entryText)},
		"velo/broken.md": {Data: []byte("rien")}, "velo/photo.png": {Data: []byte{0xff}}, "LISEZMOI.txt": {Data: []byte("x")},
	})
	if err != nil || len(entries) != 2 || entries[0].Topic() != "auto.payer" || entries[1].Topic() != "velo.payer" {
		t.Errorf("entries %v, %v", entries, err)
	}
	if len(found) != 1 || found[0].File != "velo/broken.md" || found[0].Line != 1 {
		t.Errorf("problems %v", found)
	}
}

func TestTheShippedEntriesAreReadWithoutAProblem(t *testing.T) {
	t.Parallel()
	content, err := fs.Sub(faq.Content, "content")
	if err != nil {
		t.Fatal(err)
	}
	entries, found, err := faq.Load(content)
	if err != nil || len(found) != 0 || len(entries) < 40 {
		t.Errorf("%d entries, problems %v, %v", len(entries), found, err)
	}
}

// checkParse is what holds for any file.
func checkParse(t *testing.T, name string, data []byte) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("Parse(%q) panics: %v", data, r)
		}
	}()
	entry, found := faq.Parse(name, data)
	lines := strings.Count(string(data), "\n") + 2
	for _, p := range found {
		if p.File != name || p.Line < 1 || p.Line > lines || p.Text == "" || strings.Contains(p.Text, "\n") {
			t.Errorf("the problem %+v in a file of %d lines", p, lines)
		}
	}
	for _, phrase := range entry.Asked {
		if phrase.Line < 1 || phrase.Line > lines || strings.TrimSpace(phrase.Text) == "" {
			t.Errorf("the way to ask %+v in a file of %d lines", phrase, lines)
		}
	}
	if len(found) == 0 && (entry.Title == "" || entry.Answer == "" || entry.Citation.Document == "" || entry.Citation.Checked.IsZero() || entry.Review.IsZero()) {
		t.Errorf("%q has no problem and is %+v", data, entry)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("velo/payer.md", []byte(entryText))
	for _, cut := range []int{0, 1, 3, 4, 20, 60, 120, 170, 200} {
		f.Add("velo/payer.md", []byte(entryText)[:cut])
	}
	for _, text := range []string{
		"---\n---\n", "---\n---\n# ", "---\n---\n#\n", "---\r\n---\r\n# a\r\n", "\ufeff---\n---\n", "---\n&a [*a]\n---\n", "---\n? \n---\n# x\ny", "---\ndocument: !!binary x\n---\n",
		"---\nnext: 3\n---\n", "---\nnext: !important micro.kbis\n---\n", "---\nnext: [[a]]\n---\n", "---\n\t\n---\n", "---\nchecked: 2026-11-22T00:00:00Z\n---\n", "---\n- a\n---\n", "---\nnull\n---\n# a\nb", "---\n\x00\n---\n", "---\nsection: \"\n---\n",
		"---\n{\n---\n", "---\na: &a\n  <<: *a\n---\n", "\xff", "---\n%YAML 9\n---\n", "---\n|\n---\n", "---\n# x\n---\n# t\n\n## On le demande ainsi\n- \n-  a",
	} {
		f.Add("velo/payer.md", []byte(text))
	}
	f.Add("", []byte(entryText))
	f.Add("../x/../y.md", []byte(entryText))
	f.Fuzz(checkParse)
}
