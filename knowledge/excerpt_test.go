package knowledge_test

import (
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"guichet/knowledge"
)

const document = "---\ntitle: Guide\n---\nAvant.\n\n## Un {#un}\nsource: A\n\nTexte.\n\n### On le demande ainsi\n\n- un\n\n## Deux {#deux}\n\nFin.\n"

func TestAPartOfAFileIsReplacedAndTheRestStays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		part, text string
		line       int
	}{
		{"", document, 1},
		{knowledge.HeadOfDocument, "---\ntitle: Guide\n---\nAvant.\n\n", 1},
		{"un", "## Un {#un}\nsource: A\n\nTexte.\n\n### On le demande ainsi\n\n- un\n\n", 6},
		{"deux", "## Deux {#deux}\n\nFin.\n", 15},
	} {
		e, ok := knowledge.Cut([]byte(document), c.part)
		if !ok || e.Text != c.text || e.Line() != c.line || e.Before+e.Text+e.After != document {
			t.Errorf("%q is %q from line %d", c.part, e.Text, e.Line())
		}
		if same := string(e.With(c.text)); same != document {
			t.Errorf("%q with its own text gives %q", c.part, same)
		}
	}
	e, _ := knowledge.Cut([]byte("\ufeff"+document), "un")
	if got := string(e.With("## Un {#un}\r\n\r\nNeuf.")); got != "---\ntitle: Guide\n---\nAvant.\n\n## Un {#un}\n\nNeuf.\n\n## Deux {#deux}\n\nFin.\n" {
		t.Errorf("it becomes %q", got)
	}
	if got := string(e.With("")); got != "---\ntitle: Guide\n---\nAvant.\n\n## Deux {#deux}\n\nFin.\n" {
		t.Errorf("without it the file is %q", got)
	}
	if _, ok := knowledge.Cut([]byte(document), "trois"); ok {
		t.Error("a passage is found that is not there")
	}
}

func TestEachShippedPassageIsCutOutByItsSlug(t *testing.T) {
	t.Parallel()
	contents, _, err := knowledge.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range contents.Topics {
		data, err := fs.ReadFile(knowledge.ShippedTree(), topic.Place())
		if err != nil {
			t.Fatal(err)
		}
		part := topic.ID[len(topic.Collection)+1:]
		if topic.Kind == knowledge.KindFAQ {
			part = ""
		}
		e, ok := knowledge.Cut(data, part)
		if !ok || part != "" && e.Line() != topic.Line || string(e.With(e.Text)) != string(data) {
			t.Errorf("%s: found %v from line %d, not %d, or its file changes", topic.ID, ok, e.Line(), topic.Line)
		}
	}
}

func TestAFileOfContentsIsReplacedAddedOrRemoved(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		"faq/content/a/x.md":     {Data: []byte("x")},
		"faq/content/a-b/y.md":   {Data: []byte("y")},
		"knowledge/content/a.md": {Data: []byte("z")},
		"README.md":              {Data: []byte("none of them")},
	}
	before, err := knowledge.Pack(tree)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
		want []string
	}{
		{"faq/content/a/x.md", []byte("x"), []string{"faq/content/a/x.md=x", "faq/content/a-b/y.md=y", "knowledge/content/a.md=z"}},
		{"faq/content/a/x.md", []byte("new"), []string{"faq/content/a/x.md=new", "faq/content/a-b/y.md=y", "knowledge/content/a.md=z"}},
		{"faq/content/a/w.md", []byte("w"), []string{"faq/content/a/w.md=w", "faq/content/a/x.md=x", "faq/content/a-b/y.md=y", "knowledge/content/a.md=z"}},
		{"knowledge/content/a.md", nil, []string{"faq/content/a/x.md=x", "faq/content/a-b/y.md=y"}},
	} {
		got, err := knowledge.Replace(tree, c.name, c.data)
		if err != nil {
			t.Fatal(err)
		}
		var files []string
		if err := knowledge.Walk(got, func(name string, data []byte) error { files = append(files, name+"="+string(data)); return nil }); err != nil || !slices.Equal(files, c.want) {
			t.Errorf("%s: %v, %v", c.name, files, err)
		}
		packed, err := knowledge.Pack(got)
		if same := string(packed) == string(before); err != nil || same != (string(c.data) == "x") {
			t.Errorf("%s: the same bytes: %v, %v", c.name, same, err)
		}
	}
	for name, ok := range map[string]bool{
		"faq/content/micro/kbis.md": true, "knowledge/content/alma/zero-risque.md": true, "faq/content/../x.md": false, "faq/content/micro/a/b.md": false,
		"faq/content/micro/-a.md": false, "faq/content/Micro/a.md": false, "content/micro/a.md": false, "faq/content/micro/a.md\n": false,
	} {
		if knowledge.FileName.MatchString(name) != ok {
			t.Errorf("%q is a name: %v", name, !ok)
		}
	}
}

func TestANewEntryLacksOnlyWhatIsToBeWritten(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{"faq/content/a/x.md": {Data: []byte(knowledge.NewEntry("Guide", time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)))}}
	_, problems, err := knowledge.LoadTree(tree)
	if err != nil || len(problems) == 0 {
		t.Fatal(problems, err)
	}
	for _, p := range problems {
		if p.Line != 1 && p.Line != 7 {
			t.Errorf("there is more wrong with it: %s", p)
		}
	}
}
