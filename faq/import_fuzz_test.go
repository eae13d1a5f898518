package faq_test

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"guichet/faq"
)

// FuzzImport looks for documents that make the import panic or lose a letter: what ReadLines found must all be in a
// draft or in unplaced. A letter may appear more often, in a proposed title.
func FuzzImport(f *testing.F) {
	for _, seed := range []string{
		markdownPage, htmlPage, "", "Comment payer ?\nAu guichet.", "TITRE\n\nun ;deux ;trois ;quatre.Puis Cinq", "- \n-\n• a\n  • b\n1) c",
		"A | B |\n---|---|\n1 | 2", "Titre2020-11-09T07:20:42+01:00\n\nTexte\nAutre2020-11-09T07:20:42+01:00\nSuite\nGo to Top",
		"Causes :\n\nArticle 12\n\nTexte.\n\n/paArticle 13\n\nTexte.", "<ul><li>a<table><tr><td>b<td><p>c</ul><a href='http://x'>d<b>e?</b>",
		"Il faut (ceci\net cela) avec la\nsuite, puis\n*note", "a. \n(b) x\n12. Y\n\nZ :", "1. A ?\n2. B ?\n\n3. C ?\n\n4. D ?\nE", "==\n--\n#\n# \n####### x\n> q\n```\n# c\n```",
	} {
		for kind := range uint8(3) {
			f.Add(kind, []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		name := []string{"a.txt", "a.md", "a.html"}[kind%3]
		list, _, err := faq.ReadLines(name, data)
		if err != nil {
			return
		}
		drafts, unplaced := wholePage(list)
		var found strings.Builder
		for _, d := range drafts {
			if d.Question == "" || d.Answer == "" {
				t.Errorf("draft without question or answer: %+v", d)
			}
			found.WriteString(d.Question + d.Answer)
		}
		for _, u := range unplaced {
			found.WriteString(u.Text)
		}
		left := count(found.String())
		for _, l := range list {
			for r, n := range count(l.Text) {
				if left[r] -= n; left[r] < 0 {
					t.Fatalf("line %d %q lost %q\ndrafts %+v\nunplaced %+v", l.Number, l.Text, r, drafts, unplaced)
				}
			}
		}
	})
}

func count(text string) map[rune]int {
	letters := map[rune]int{}
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Sc, r) {
			letters[r]++
		}
	}
	return letters
}

// FuzzImportPDF looks for damaged PDFs that make the import panic or not return.
func FuzzImportPDF(f *testing.F) {
	data, err := os.ReadFile("testdata/import-faq.pdf")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(minimalPDF([]string{"12 Comment payer ?", "10 Au guichet."}, []string{"10 Page 2"}))
	f.Add([]byte(strings.Replace(string(minimalPDF([]string{"12 Comment payer ?"})), "T\n\nendstream", "<\n\nendstream", 1)))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if list, _, err := faq.ReadLines("a.pdf", data); err == nil {
			wholePage(list)
		}
	})
}
