package knowledge_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guichet/faq"
	"guichet/knowledge"
)

// published is the day the shipped knowledge was compared with its sources.
var published = time.Date(2026, time.November, 22, 9, 0, 0, 0, time.UTC)

// asked is a list of n ways to ask about a subject, no two alike.
func asked(subject string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "- %s façon %d\n", subject, i)
	}
	return b.String()
}

const goodEntry = `---
document: Foire aux questions
section: Comment payer ?
checked: 2026-11-22
review: 2027-11-22
next: [velo.cadre]
---
# Comment payer le vélo ?

Payez par carte. Voir le [cadre](velo.cadre).

Ensuite, c'est fini.

## On le demande ainsi

`

const goodDocument = `---
title: Conditions générales
kind: contract
checked: 2026-11-22
review: 2027-11-22
---
## Le cadre est-il gravé ? {#cadre}
source: Article 1
next: velo.payer

Le cadre est gravé. Voir [payer](velo.payer).

### On le demande ainsi

`

const goodCollection = "---\nname: Vélo\nproduct: assurance vélo\nlead: Chez Vélo\naliases:\n  - velo assur\n---\n## Questions sans réponse ici\n\n- la trottinette est-elle couverte\n"

// files are contents without a problem, to break one thing at a time. Entries and documents keep their own folders.
type files struct{ entries, documents fstest.MapFS }

func good() files {
	return files{
		entries: fstest.MapFS{"velo/payer.md": {Data: []byte(goodEntry + asked("payer", 20))}},
		documents: fstest.MapFS{
			"velo/collection.md": {Data: []byte(goodCollection)},
			"velo/contrat.md":    {Data: []byte(goodDocument + asked("cadre", 12))},
		},
	}
}

// problems is what an editor is told about files.
func problems(t *testing.T, f files) []faq.Problem {
	t.Helper()
	contents, found, err := knowledge.Load(f.entries, f.documents)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return append(found, knowledge.Check(contents, published)...)
}

// lineOf is where words stand in a file, counted from 1.
func lineOf(t *testing.T, data []byte, words string) int {
	t.Helper()
	before, _, ok := strings.Cut(string(data), words)
	if !ok {
		t.Fatalf("%q is not in the file", words)
	}
	return 1 + strings.Count(before, "\n")
}

func TestGoodFilesHaveNoProblem(t *testing.T) {
	t.Parallel()
	if found := problems(t, good()); len(found) != 0 {
		t.Errorf("problems: %v", found)
	}
}

func TestFilesSavedByWindowsHaveNoProblemAndTheSameLines(t *testing.T) {
	t.Parallel()
	f := good()
	for _, system := range []fstest.MapFS{f.entries, f.documents} {
		for _, file := range system {
			file.Data = []byte("\ufeff" + strings.ReplaceAll(string(file.Data), "\n", "\r\n"))
		}
	}
	if found := problems(t, f); len(found) != 0 {
		t.Errorf("problems: %v", found)
	}
	contents, _, err := knowledge.Load(f.entries, f.documents)
	if err != nil {
		t.Fatal(err)
	}
	if topic, ok := contents.Topic("velo.payer"); !ok || topic.Line != 8 || strings.Contains(topic.Body, "\r") {
		t.Errorf("the entry is %+v", topic)
	}
}

// mistake is one thing broken in good files, and what must be said of it.
type mistake struct {
	file     string // velo/payer.md is the entry, velo/contrat.md the document
	old, new string // what is replaced
	at       string // words of the line that must be named; empty for the first line
	says     string // a word the problem must say
}

var mistakes = map[string]mistake{
	"an unknown field in an entry":      {"velo/payer.md", "review:", "auteur: Paul\nreview:", "auteur:", "auteur"},
	"an unknown field in a document":    {"velo/contrat.md", "kind:", "auteur: Paul\nkind:", "auteur:", "auteur"},
	"an unknown field in a collection":  {"velo/collection.md", "product:", "auteur: Paul\nproduct:", "auteur:", "auteur"},
	"an entry without a title":          {"velo/payer.md", "# Comment payer le vélo ?\n\n", "", "Payez par carte", "title"},
	"an entry without an answer":        {"velo/payer.md", "Payez par carte. Voir le [cadre](velo.cadre).\n\nEnsuite, c'est fini.\n", "", "# Comment", "answer"},
	"an entry without a citation":       {"velo/payer.md", "document: Foire aux questions\nsection: Comment payer ?\n", "", "", "citation"},
	"an entry without a section cited":  {"velo/payer.md", "section: Comment payer ?\n", "", "", "section"},
	"a section without a source":        {"velo/contrat.md", "source: Article 1\n", "", "## Le cadre", "source"},
	"a section without an id":           {"velo/contrat.md", " {#cadre}", "", "## Le cadre", "id"},
	"a section without a text":          {"velo/contrat.md", "Le cadre est gravé. Voir [payer](velo.payer).\n", "", "## Le cadre", "text"},
	"a document without a title":        {"velo/contrat.md", "title: Conditions générales\n", "", "", "title"},
	"a document of an unknown kind":     {"velo/contrat.md", "kind: contract", "kind: poème", "", "kind"},
	"a dead link in an entry":           {"velo/payer.md", "Ensuite, c'est fini.", "Ensuite, [fin](velo.fin).", "Ensuite", "velo.fin"},
	"a dead link in a section":          {"velo/contrat.md", "[payer](velo.payer)", "[payer](velo.paye)", "Le cadre est gravé", "velo.paye"},
	"an unknown next topic":             {"velo/payer.md", "next: [velo.cadre]", "next: [velo.cadres]", "next:", "velo.cadres"},
	"an unknown next topic of a clause": {"velo/contrat.md", "next: velo.payer", "next: velo.paye", "next:", "velo.paye"},
	"too few ways to ask an entry":      {"velo/payer.md", "- payer façon 19\n", "", "# Comment", "19"},
	"too few ways to ask a section":     {"velo/contrat.md", "- cadre façon 11\n", "", "## Le cadre", "11"},
	"a past review of an entry":         {"velo/payer.md", "review: 2027-11-22", "review: 2026-11-21", "review:", "2026-11-21"},
	"a past review of a document":       {"velo/contrat.md", "review: 2027-11-22", "review: 2026-11-21", "review:", "2026-11-21"},
	"a day that is no date":             {"velo/payer.md", "checked: 2026-11-22", "checked: 22/11/2026", "checked:", "22/11/2026"},
	"a day that does not exist":         {"velo/contrat.md", "review: 2027-11-22", "review: 2027-02-30", "review:", "2027-02-30"},
	"a missing day":                     {"velo/payer.md", "checked: 2026-11-22\n", "", "", "checked"},
	"a front matter not closed":         {"velo/payer.md", "---\n# Comment", "# Comment", "", "front matter"},
	"no front matter":                   {"velo/payer.md", "---\ndocument:", "document:", "", "front matter"},
	"invalid UTF-8 in an entry":         {"velo/payer.md", "Ensuite, c'est fini.", "Ensuite, c'est termin\xe9.", "Ensuite", "UTF-8"},
	"invalid UTF-8 in a document":       {"velo/contrat.md", "Le cadre est gravé.", "Le cadre est grav\xe9.", "Le cadre est grav", "UTF-8"},
	"invalid UTF-8 in a collection":     {"velo/collection.md", "assurance vélo", "assurance v\xe9lo", "product:", "UTF-8"},
	"broken YAML":                       {"velo/payer.md", "section: Comment payer ?", "section: Comment : payer", "section:", "front matter"},
	"a collection without a name":       {"velo/collection.md", "name: Vélo\n", "", "", "name"},
	"a phrase of another topic":         {"velo/payer.md", "- payer façon 3\n", "- Cadre  façon 3\n", "Cadre  façon", "velo.cadre"},
}

func TestAMistakeIsNamedWithItsFileAndLine(t *testing.T) {
	t.Parallel()
	for name, m := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := good()
			system := f.documents
			if m.file == "velo/payer.md" {
				system = f.entries
			}
			text := string(system[m.file].Data)
			if strings.Count(text, m.old) != 1 {
				t.Fatalf("%q stands %d times in the file", m.old, strings.Count(text, m.old))
			}
			data := []byte(strings.Replace(text, m.old, m.new, 1))
			system[m.file] = &fstest.MapFile{Data: data}
			line := 1
			if m.at != "" {
				line = lineOf(t, data, m.at)
			}
			found := problems(t, f)
			for _, p := range found {
				if p.File == m.file && p.Line == line && strings.Contains(strings.ToLower(p.Text), strings.ToLower(m.says)) {
					return
				}
			}
			t.Errorf("want %s:%d with %q, got %v", m.file, line, m.says, found)
		})
	}
}

func TestATopicWrittenTwiceIsNamedInItsSecondFile(t *testing.T) {
	t.Parallel()
	f := good()
	f.documents["velo/deuxieme.md"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(goodDocument, "velo.payer", "velo.cadre") + asked("autre", 12))}
	for _, p := range problems(t, f) {
		if p.File == "velo/deuxieme.md" && p.Line == 7 && strings.Contains(p.Text, "velo.cadre") && strings.Contains(p.Text, "velo/contrat.md:7") {
			return
		}
	}
	t.Errorf("the second velo.cadre is not reported: %v", problems(t, f))
}

func TestACollectionWithoutItsFileIsNamedOnce(t *testing.T) {
	t.Parallel()
	f := good()
	delete(f.documents, "velo/collection.md")
	count := 0
	for _, p := range problems(t, f) {
		if strings.Contains(p.Text, "collection.md") && p.Line == 1 && (p.File == "velo/payer.md" || p.File == "velo/contrat.md") {
			count++
		}
	}
	if count != 1 {
		t.Errorf("reported %d times: %v", count, problems(t, f))
	}
}

func TestOneBrokenFileHidesNoOther(t *testing.T) {
	t.Parallel()
	f := good()
	f.entries["velo/autre.md"] = &fstest.MapFile{Data: []byte("\xff")}
	contents, found, err := knowledge.Load(f.entries, f.documents)
	if err != nil || len(found) != 1 || found[0].File != "velo/autre.md" || found[0].Line != 1 {
		t.Errorf("problems %v, %v", found, err)
	}
	if len(contents.Topics) != 2 || len(contents.Collections) != 1 {
		t.Errorf("%d topics and %d collections were read", len(contents.Topics), len(contents.Collections))
	}
}

func TestProblemsComeSortedByFileAndLine(t *testing.T) {
	t.Parallel()
	f := good()
	f.entries["velo/payer.md"].Data = []byte(strings.ReplaceAll(strings.ReplaceAll(goodEntry, "velo.cadre", "velo.x"), "2027-", "2020-"))
	f.documents["velo/contrat.md"].Data = []byte(strings.ReplaceAll(goodDocument, "velo.payer", "velo.y"))
	contents, _, err := knowledge.Load(f.entries, f.documents)
	if err != nil {
		t.Fatal(err)
	}
	found := knowledge.Check(contents, published)
	for i := 1; i < len(found); i++ {
		if a, b := found[i-1], found[i]; a.File > b.File || a.File == b.File && a.Line > b.Line {
			t.Errorf("%v comes before %v", a, b)
		}
	}
	if len(found) < 6 {
		t.Errorf("only %v", found)
	}
}

func TestAFileSystemThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	f := good()
	if _, _, err := knowledge.Load(failing{}, f.documents); err == nil {
		t.Error("entries that cannot be listed are no error")
	}
	if _, _, err := knowledge.Load(f.entries, failing{}); err == nil {
		t.Error("documents that cannot be listed are no error")
	}
}

// failing is a file system that cannot be read.
type failing struct{}

func (failing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}
