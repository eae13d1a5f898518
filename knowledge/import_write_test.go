package knowledge_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/faq"
	"guichet/knowledge"
)

// written reads back the files below dir.
func written(t *testing.T, dir string, files []string) map[string]string {
	t.Helper()
	contents := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			t.Fatal(err)
		}
		contents[filepath.ToSlash(name)] = string(data)
	}
	return contents
}

func TestImportWritesDraftsInTheFormatsOfEditors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files, err := knowledge.WriteDrafts(dir, "halles", knowledge.DocumentDraft{
		Title: "Guide : l'œuvre des Halles", Kind: knowledge.KindGuide,
		Sections: []knowledge.SectionDraft{
			{Title: "Guide : l'œuvre des Halles", Level: 1, Body: "Bienvenue."},
			{Title: "La viande", Level: 2}, {Title: "Où l’acheter ?", Level: 3, Body: "source: au rang 4.\n\n- le matin"},
			{Title: "Le poisson", Level: 2, Body: "Frais."}, {Title: "Où l’acheter ?", Level: 3, Body: "Au rang 5."},
		},
		FAQ: []faq.Draft{
			{Question: "Le poisson", Answer: "Oui.", Line: 12, Proposed: true}, {Question: "???", Answer: "Non.", Line: 14},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	const dates = "checked: # the day you compared it with the source, as 2026-11-22\nreview: # the day it must be compared again\n---\n"
	want := map[string]string{
		"knowledge/halles/guide-oeuvre-des-halles.md": "---\ntitle: \"Guide : l'œuvre des Halles\"\nkind: guide\n" + dates +
			"## Guide : l'œuvre des Halles {#guide-oeuvre-des-halles}\nsource: Guide : l'œuvre des Halles\n\nBienvenue.\n\n" +
			"### On le demande ainsi\n\n- Guide : l'œuvre des Halles\n\n" +
			"## La viande – Où l’acheter ? {#ou-acheter-la-viande}\nsource: La viande — Où l’acheter ?\n\nSource: au rang 4.\n\n- le matin\n\n" +
			"### On le demande ainsi\n\n- La viande – Où l’acheter ?\n\n" +
			"## Le poisson {#le-poisson}\nsource: Le poisson\n\nFrais.\n\n### On le demande ainsi\n\n- Le poisson\n\n" +
			"## Le poisson – Où l’acheter ? {#ou-acheter-le-poisson}\nsource: Le poisson — Où l’acheter ?\n\nAu rang 5.\n\n" +
			"### On le demande ainsi\n\n- Le poisson – Où l’acheter ?\n",
		"faq/halles/le-poisson-2.md": "---\n# draft imported from line 12 of the source; the source has no such heading, the title is a proposal\n" +
			"document: \"Guide : l'œuvre des Halles\"\nsection: Le poisson\n" + dates + "# Le poisson\n\nOui.\n\n## On le demande ainsi\n\n- Le poisson\n",
		"faq/halles/question.md": "---\n# draft imported from line 14 of the source\ndocument: \"Guide : l'œuvre des Halles\"\nsection: ???\n" +
			dates + "# ???\n\nNon.\n\n## On le demande ainsi\n\n- ???\n",
	}
	got := written(t, dir, files)
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s:\n%s\nwant\n%s", name, got[name], text)
		}
	}
	if len(got) != len(want) {
		t.Errorf("wrote %v", files)
	}
}

func TestImportedDraftsAreReadBackAndLackOnlyTheDates(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"000", "001", "002", "003", "004"} {
		d, _ := importCorpus(t, prefix, "")
		dir := t.TempDir()
		files, err := knowledge.WriteDrafts(dir, "essai", d)
		if err != nil {
			t.Fatal(err)
		}
		topics := 0
		for name, text := range written(t, dir, files) {
			var problems []faq.Problem
			if strings.HasPrefix(name, "faq/") {
				var entry faq.Entry
				if entry, problems = faq.Parse(name, []byte(text)); entry.Answer != "" && len(entry.Asked) == 1 {
					topics++
				}
			} else {
				var list []knowledge.Topic
				list, problems = knowledge.ParseDocument(name, []byte(text))
				topics += len(list)
			}
			for _, p := range problems {
				if !strings.Contains(p.Text, "the date is missing") {
					t.Errorf("%s: %s", prefix, p)
				}
			}
		}
		want := len(d.FAQ)
		for _, s := range d.Sections {
			if s.Body != "" {
				want++
			}
		}
		if topics != want {
			t.Errorf("%s: %d topics read back, %d drafted", prefix, topics, want)
		}
	}
}

func TestImportNeverOverwritesAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := knowledge.DocumentDraft{Title: "Aide", FAQ: []faq.Draft{{Question: "Où ?", Answer: "Là."}, {Question: "Quand ?", Answer: "Tôt."}}}
	existing := filepath.Join(dir, "faq", "halles", "quand.md")
	if err := os.MkdirAll(filepath.Dir(existing), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(existing, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	files, err := knowledge.WriteDrafts(dir, "halles", d)
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), existing) || len(files) != 0 {
		t.Errorf("got files %v, error %v", files, err)
	}
	if data, _ := os.ReadFile(existing); string(data) != "mine" {
		t.Errorf("the editor's file was changed to %q", data)
	}
	if _, err := os.Stat(filepath.Join(dir, "faq", "halles", "ou.md")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a draft was written although another one was refused")
	}
}

func TestImportRefusesACollectionThatIsAPath(t *testing.T) {
	t.Parallel()
	for _, collection := range []string{"", "..", "../halles", "a/b", "Halles", "a--b", "-a"} {
		if _, err := knowledge.WriteDrafts(t.TempDir(), collection, knowledge.DocumentDraft{Title: "Aide"}); err == nil {
			t.Errorf("collection %q was accepted", collection)
		}
	}
}
