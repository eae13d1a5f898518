package faq_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"guichet/faq"
)

func lines(t *testing.T, name, text string) []faq.Line {
	t.Helper()
	list, _, err := faq.ReadLines(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

const markdownPage = `---
title: Aide
---
# Questions des exposants

Lisez d'abord ceci.

## Comment réserver ?

La réservation se fait
à l'accueil :

1. remplir le *bulletin*
2. le signer,
   puis le rendre

### Les horaires

Du lundi au vendredi.

Annulation
----------

Prévenez la veille. # pas un titre

**Puis-je venir à deux ?**

| Places | Prix |
|---|---|
| 1 | 4 € |
`

func TestImportReadsMarkdownHeadings(t *testing.T) {
	t.Parallel()
	drafts, unplaced := wholePage(lines(t, "aide.md", markdownPage))
	equalDrafts(t, drafts, []faq.Draft{
		{Question: "Comment réserver ?", Line: 8, Answer: "La réservation se fait à l'accueil :\n\n1. remplir le *bulletin*\n" +
			"2. le signer, puis le rendre\n\n**Les horaires**\n\nDu lundi au vendredi."},
		{Question: "Annulation", Line: 21, Answer: "Prévenez la veille. # pas un titre"},
		{Question: "Puis-je venir à deux ?", Line: 26, Answer: "| Places | Prix |\n|---|---|\n| 1 | 4 € |"},
	})
	equalUnplaced(t, unplaced, []string{
		"1 --- (page furniture)", "2 title: Aide (page furniture)", "3 --- (page furniture)", "4 Questions des exposants (title of the page)",
		"6 Lisez d'abord ceci. (text before the first question)",
	})
}

const htmlPage = `<!doctype html>
<html lang="fr"><head><title>Aide | Halles</title></head>
<body>
<header><a href="/">Halles</a></header>
<nav><ul><li><a href="#q1">Adhésion</a></li></ul></nav>
<h1>Questions fréquentes</h1>
<h2>Adhésion</h2>
<details><summary>Comment adhérer ?</summary>
<p>Écrivez à <a href="mailto:bureau@halles.example">ce bureau</a> ou lisez
<a href="https://halles.example/guide">le guide</a>.</p>
<ol><li>Remplissez le bulletin.</li><li>Envoyez-le :<ul><li>par courrier</li><li>en ligne</li></ul></li></ol></details>
<details><summary>Je veux résilier</summary><div>Prévenez un mois avant.</div></details>
<h2>Tarifs</h2>
<dl><dt>Combien coûte l&rsquo;adhésion ?</dt><dd>12 &euro; par an.<br>Gratuit la première année.</dd>
<dt>Quand payer ?</dt><dd><table><tr><th>Trimestre</th><th>Date</th></tr><tr><td>1</td><td>15 mars</td></tr></table></dd></dl>
<p><strong>Puis-je payer en espèces ?</strong></p><p>Oui, à l’accueil.</p>
<button aria-expanded="false">Où est l’accueil ?</button><div>Au rez-de-chaussée.</div>
<footer>© 2024 Halles</footer>
<script>var x = "ne pas lire";</script>
</body></html>
`

func TestImportReadsAnHTMLPage(t *testing.T) {
	t.Parallel()
	drafts, unplaced := wholePage(lines(t, "aide.html", htmlPage))
	equalDrafts(t, drafts, []faq.Draft{
		{Question: "Comment adhérer ?", Line: 8, Answer: "Écrivez à ce bureau (bureau@halles.example) ou lisez " +
			"[le guide](https://halles.example/guide).\n\n1. Remplissez le bulletin.\n2. Envoyez-le :\n   - par courrier\n   - en ligne"},
		{Question: "Je veux résilier", Line: 12, Answer: "Prévenez un mois avant."},
		{Question: "Combien coûte l’adhésion ?", Line: 14, Answer: "12 € par an.\n\nGratuit la première année."},
		{Question: "Quand payer ?", Line: 15, Answer: "| Trimestre | Date |\n|---|---|\n| 1 | 15 mars |"},
		{Question: "Puis-je payer en espèces ?", Line: 16, Answer: "Oui, à l’accueil."},
		{Question: "Où est l’accueil ?", Line: 17, Answer: "Au rez-de-chaussée."},
	})
	equalUnplaced(t, unplaced, []string{
		"4 Halles (page furniture)", "5 • Adhésion (page furniture)", "6 Questions fréquentes (title of the page)",
		"7 Adhésion (heading of the questions below it)", "13 Tarifs (heading of the questions below it)",
		"18 © 2024 Halles (page furniture)",
	})
}

func TestImportShowsAPageWhoseHiddenElementWasNeverClosed(t *testing.T) {
	t.Parallel()
	drafts, _ := wholePage(lines(t, "a.htm", "<h1>Aide</h1><select><option>fr<h2>Où payer ?</h2><p>Au guichet.</p>"))
	if len(drafts) != 1 || drafts[0].Answer != "Au guichet." {
		t.Errorf("got %+v", drafts)
	}
}

func TestImportReadsAPDF(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/import-faq.pdf") // printed by Chromium, the bullets are drawn and not written
	if err != nil {
		t.Fatal(err)
	}
	drafts, unplaced := importFAQ(t, "faq.PDF", data)
	equalDrafts(t, drafts, []faq.Draft{
		{Question: "Comment réserver une place ?", Line: 3, Answer: "La place se réserve à l’accueil, du lundi au samedi, carte à la main ; " +
			"l’office remet alors un reçu.\n\n1. Remplir le formulaire.\n2. Régler 12 €."},
		{Question: "Je souhaite annuler", Line: 11, Answer: "Il suffit de prévenir l’office la veille :\n\n- par courrier\n- au comptoir\n\n" +
			"| Mardi | 4 € |\n|---|---|\n| Samedi | 6 € |"},
	})
	equalUnplaced(t, unplaced, []string{"1 Foire aux questions (title of the page)"})
}

// minimalPDF writes a PDF with one page for each element; a page is a list of lines "size text".
func minimalPDF(pages ...[]string) []byte {
	var out bytes.Buffer
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(offsets), fmt.Sprintf(format, args...))
	}
	out.WriteString("%PDF-1.4\n")
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 4+2*i)
	}
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Count %d/Kids[%s]>>", len(pages), kids.String())
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	for i, page := range pages {
		var content strings.Builder
		y := 800
		for _, line := range page {
			size, text, _ := strings.Cut(line, " ")
			if text != "" {
				fmt.Fprintf(&content, "BT /F1 %s Tf 50 %d Td (%s) Tj ET\n", size, y, text)
			}
			y -= 14
		}
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>", 5+2*i)
		object("<</Length %d>>stream\n%s\nendstream", content.Len(), content.String())
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return out.Bytes()
}

func TestImportSetsThePagesOfAPDFTogether(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("mot ", 24) // a line that reaches the margin
	drafts, unplaced := importFAQ(t, "guide.pdf", minimalPDF(
		[]string{"8 Office des halles", "", "18 Guide", "", "14 Comment venir ?", "", "10 " + full, "10 fin de la ligne.", "", "10 " + full, "8 Page 1/3"},
		[]string{"8 Office des halles", "", "10 suite de la phrase.", "", "14 Comment partir ?", "", "10 Par le train.", "8 Page 2/3"},
		[]string{"8 Office des halles", "", "14 Comment payer ?", "", "10 En esp\\350ces.", "8 Page 3/3"},
	))
	full = strings.TrimSpace(full)
	equalDrafts(t, drafts, []faq.Draft{
		{Question: "Comment venir ?", Line: 3, Answer: full + " fin de la ligne.\n\n" + full + " suite de la phrase."},
		{Question: "Comment partir ?", Line: 13, Answer: "Par le train."},
		{Question: "Comment payer ?", Line: 18, Answer: "En espèces."},
	})
	for _, u := range unplaced {
		if u.Reason != faq.ReasonFurniture && u.Text != "Guide" {
			t.Errorf("unplaced %+v", u)
		}
	}
	if len(unplaced) != 7 {
		t.Errorf("got %d unplaced lines, want three headers, three footers and the title", len(unplaced))
	}
}

func TestImportRefusesWhatItCannotReadAndSaysWhy(t *testing.T) {
	t.Parallel()
	garbage := make([]byte, 4000)
	for i := range garbage {
		garbage[i] = byte(i * 7919 >> 3)
	}
	for name, test := range map[string]struct {
		file string
		data []byte
		want error
		says string
	}{
		"empty file":                  {"a.txt", nil, faq.ErrNoText, ""},
		"blank file":                  {"a.md", []byte(" \n\t\n"), faq.ErrNoText, ""},
		"page without text":           {"a.html", []byte("<script>x</script><p> </p>"), faq.ErrNoText, ""},
		"binary garbage as text":      {"a.txt", garbage, faq.ErrNotText, ""},
		"binary garbage as HTML":      {"a.html", garbage, faq.ErrNotText, ""},
		"binary garbage as PDF":       {"a.pdf", garbage, faq.ErrNotText, ""},
		"damaged PDF":                 {"a.pdf", append([]byte("%PDF-1.7\n"), garbage...), nil, "the PDF cannot be read"},
		"scanned PDF":                 {"a.pdf", minimalPDF([]string{""}, []string{""}), faq.ErrScan, "OCR"},
		"unknown extension":           {"a.docx", []byte("PK"), nil, `unknown kind of document ".docx": .txt, .md, .html, .htm and .pdf are accepted`},
		"no extension":                {"README", []byte("x"), nil, ".txt, .md, .html, .htm and .pdf are accepted"},
		"larger than anything needed": {"a.txt", bytes.Repeat([]byte("a"), 21<<20), nil, "larger than 20 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := faq.ReadLines(test.file, test.data)
			if err == nil || test.want != nil && !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got error %v, want %v saying %q", err, test.want, test.says)
			}
		})
	}
}

func TestImportReadsOlderEncodingsAndSaysSo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file, data, note string
	}{
		"Windows-1252":              {"a.txt", "O\xf9 payer\xa0?\n\nAu guichet, 4\x80.", "Windows-1252"},
		"UTF-16":                    {"a.txt", "\xff\xfeO\x00\xf9\x00 \x00p\x00a\x00y\x00e\x00r\x00 \x00?\x00\n\x00\n\x00A\x00u\x00 \x00g\x00u\x00i\x00c\x00h\x00e\x00t\x00,\x00 \x004\x00\xac\x20.\x00", "UTF-16"},
		"HTML that declares it":     {"a.html", "<meta charset=iso-8859-15><h2>O\xf9 payer ?</h2><p>Au guichet, 4\xa4.</p>", "iso-8859-15"},
		"letters and accents apart": {"a.txt", "Ou\u0300 payer\u00a0?\r\n\r\nAu guichet, 4€.", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, note, err := faq.ReadLines(test.file, []byte(test.data))
			if err != nil || !strings.Contains(note, test.note) || (test.note == "") != (note == "") {
				t.Fatalf("note %q, error %v", note, err)
			}
			drafts, _ := wholePage(list)
			equalDrafts(t, drafts, []faq.Draft{{Question: "Où payer ?", Answer: "Au guichet, 4€.", Line: 1}})
		})
	}
}

func equalDrafts(t *testing.T, got, want []faq.Draft) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("missing %+v", want[i])
		case i >= len(want):
			t.Errorf("unexpected %+v", got[i])
		case got[i] != want[i]:
			t.Errorf("got  %+v\nwant %+v", got[i], want[i])
		}
	}
}

func equalUnplaced(t *testing.T, unplaced []faq.Unplaced, want []string) {
	t.Helper()
	var got []string
	for _, u := range unplaced {
		got = append(got, fmt.Sprintf("%d %s (%s)", u.Line, u.Text, u.Reason))
	}
	equalLists(t, got, want)
}
