package knowledge_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"guichet/knowledge"
)

var sample = []string{
	"comment payer", "c koi le numero client", "il faut combien de temps pour etre remboursé", "mot de passe perdu", "bonjour", "merci", "quel temps fait-il", "resilier contrat alma", "",
}

// same compares what two bases find.
func same(t *testing.T, what string, a, b *knowledge.Base, collections ...string) {
	t.Helper()
	for _, q := range sample {
		if x, y := find(t, a, q, collections...), find(t, b, q, collections...); !reflect.DeepEqual(x, y) {
			t.Errorf("%s: %q gives\n\t%s\nand\n\t%s", what, q, brief(x), brief(y))
		}
	}
}

func brief(f knowledge.Findings) string {
	var b strings.Builder
	for _, h := range f.Hits {
		fmt.Fprintf(&b, "%s %v, ", h.Topic.ID, h.Probability)
	}
	return fmt.Sprintf("%soutside %v, %v, %v", b.String(), f.Outside, f.Readings, f.Named)
}

// TestLearningTwiceAndReadingWhatWasKeptFindTheSame opens a folder that is empty, for which the contents are learned anew, and opens it
// again. Two companies' contents do, which takes a fraction of the time that all take to learn.
func TestLearningTwiceAndReadingWhatWasKeptFindTheSame(t *testing.T) {
	t.Parallel()
	contents, dir := shippedContents(t), t.TempDir()
	other := func(collection string) bool { return collection != "auxiliaire" && collection != "active" }
	contents.Topics = slices.DeleteFunc(contents.Topics, func(t knowledge.Topic) bool { return other(t.Collection) })
	contents.Collections = slices.DeleteFunc(contents.Collections, func(c knowledge.Collection) bool { return other(c.ID) })
	want, err := knowledge.Build(contents, examples)
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"learned anew", "opened with what was learned"} {
		base, err := knowledge.Open(dir, contents, examples)
		if err != nil {
			t.Fatal(err)
		}
		same(t, what, want, base)
		same(t, what, want, base, "active")
	}
}

// small are contents that are learned in no time.
func small(t *testing.T, change func(files)) knowledge.Contents {
	t.Helper()
	f := good()
	if change != nil {
		change(f)
	}
	contents, found, err := knowledge.Load(f.entries, f.documents)
	if err != nil || len(found) != 0 {
		t.Fatalf("load: %v, %v", found, err)
	}
	return contents
}

func TestADamagedCacheIsLearnedAgain(t *testing.T) {
	t.Parallel()
	contents := small(t, nil)
	want, err := knowledge.Build(contents, examples)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func([]byte) []byte{
		"empty":             func(data []byte) []byte { return nil },
		"one byte":          func(data []byte) []byte { return data[:1] },
		"half":              func(data []byte) []byte { return data[:len(data)/2] },
		"the end is gone":   func(data []byte) []byte { return data[:len(data)-1] },
		"more at the end":   func(data []byte) []byte { return append(data, 'x') },
		"one bit elsewhere": func(data []byte) []byte { data[len(data)/2] ^= 1; return data },
		"the first bit":     func(data []byte) []byte { data[0] ^= 1; return data },
		"zeros":             func(data []byte) []byte { return make([]byte, len(data)) },
		"another text":      func(data []byte) []byte { return []byte(strings.Repeat("bonjour ", 100)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if _, err := knowledge.Open(dir, contents, examples); err != nil {
				t.Fatal(err)
			}
			kept, err := filepath.Glob(filepath.Join(dir, "learned-*"))
			if err != nil || len(kept) != 1 {
				t.Fatalf("the folder holds %v, %v; want one file", kept, err)
			}
			data, err := os.ReadFile(kept[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(kept[0], damage(data), 0o644); err != nil {
				t.Fatal(err)
			}
			base, err := knowledge.Open(dir, contents, examples)
			if err != nil {
				t.Fatalf("open with a damaged file: %v", err)
			}
			same(t, name, want, base)
		})
	}
}

func TestAFolderThatCannotBeWrittenOnlyCostsTime(t *testing.T) {
	t.Parallel()
	contents := small(t, nil)
	want, err := knowledge.Build(contents, examples)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, []byte("x"), 0o400); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	// Below a file nobody can write, whoever runs the test; the other two depend on the rights.
	for _, dir := range []string{file, filepath.Join(file, "below"), closed, "/proc/guichet", ""} {
		base, err := knowledge.Open(dir, contents, examples)
		if err != nil {
			t.Errorf("open in %q: %v", dir, err)
			continue
		}
		same(t, dir, want, base)
	}
}

func TestAnEditIsSeenThoughTheCacheIsWarm(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := knowledge.Open(dir, small(t, nil), examples); err != nil {
		t.Fatal(err)
	}
	edited := small(t, func(f files) {
		entry, collection := f.entries["velo/payer.md"], f.documents["velo/collection.md"]
		entry.Data = []byte(strings.Replace(string(entry.Data), "Payez par carte", "Payez par virement", 1))
		collection.Data = []byte(strings.Replace(string(collection.Data), "velo assur", "petite reine", 1))
	})
	base, err := knowledge.Open(dir, edited, examples)
	if err != nil {
		t.Fatal(err)
	}
	if topic, _ := base.Topic("velo.payer"); !strings.Contains(topic.Body, "virement") {
		t.Errorf("the answer is the old one: %q", topic.Body)
	}
	if named := base.NamedIn("et la petite reine ?"); len(named) != 1 {
		t.Errorf("the new alias is not known: %v", named)
	}
	more := small(t, func(f files) {
		entry := f.entries["velo/payer.md"]
		entry.Data = append(entry.Data, "- régler avec un porte-monnaie\n"...)
	})
	if base, err = knowledge.Open(dir, more, examples); err != nil {
		t.Fatal(err)
	}
	built, err := knowledge.Build(more, examples)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "one more way to ask", built, base)
}

// first tells whether a topic is the first hit or, where several collections answer and the person is asked which one is
// meant, the best of its own.
func first(f knowledge.Findings, topic string) bool {
	for _, r := range f.Rivals {
		if r.Topic.ID == topic && r.Sure > 0.6 && r.Odds > 0.05 {
			return true
		}
	}
	return len(f.Hits) > 0 && f.Hits[0].Topic.ID == topic
}

func TestABrandNewCollectionIsFoundBesideTheShippedOnes(t *testing.T) {
	t.Parallel()
	entry := func(title, answer string, ways ...string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\ndocument: FAQ\nsection: " + title + "\nchecked: 2026-11-22\nreview: 2027-11-22\n---\n# " + title + "\n\n" + answer +
			"\n\n## On le demande ainsi\n\n- " + strings.Join(ways, "\n- ") + "\n")}
	}
	entries := fstest.MapFS{
		"ruches/essaim.md": entry("Que faire quand un essaim s'échappe ?", "Prévenez le voisin, puis récupérez l'essaim.",
			"mes abeilles se sont envolées", "essaim parti chez le voisin", "un essaim a quitté la ruche", "swarm escaped"),
		"ruches/miel.md": entry("Le miel volé est-il remboursé ?", "Oui, jusqu'à 500 €.",
			"on a pris mes pots de miel", "vol de miel", "miel dérobé", "remboursement du miel"),
	}
	documents := fstest.MapFS{"ruches/collection.md": {Data: []byte("---\nname: Ruches de France\nproduct: assurance des ruchers\nlead: Chez Ruches de France\naliases:\n  - ruches de france\n---\n")}}
	added, found, err := knowledge.Load(entries, documents)
	if err != nil || len(found) != 0 {
		t.Fatalf("load: %v, %v", found, err)
	}
	contents := shippedContents(t)
	contents.Topics = append(contents.Topics, added.Topics...)
	contents.Collections = append(contents.Collections, added.Collections...)
	for name, c := range map[string]knowledge.Contents{"alone": added, "beside the shipped ones": contents} {
		base, err := knowledge.Build(c, examples)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for question, want := range map[string]string{
			"mon essaim s'est sauvé, je fais quoi": "ruches.essaim", "des voleurs ont emporté mon miel": "ruches.miel", "abeilles envolées": "ruches.essaim",
		} {
			for _, scope := range [][]string{{"ruches"}, nil} {
				f := find(t, base, question, scope...)
				if !first(f, want) {
					t.Errorf("%s: %q in %v gives %s, want %s", name, question, scope, brief(f), want)
				}
				checkFindings(t, question, scope, f)
			}
		}
		if c, ok := base.Collection("ruches"); !ok || c.Name != "Ruches de France" || len(base.NamedIn("chez ruches de france")) != 1 {
			t.Errorf("%s: the collection is %+v", name, c)
		}
	}
}

func TestABaseWithoutAnythingIsRefusedOrFindsNothing(t *testing.T) {
	t.Parallel()
	base, err := knowledge.Build(knowledge.Contents{}, nil)
	if err != nil {
		return // and nothing broke
	}
	if found := find(t, base, "comment payer"); len(found.Hits) != 0 {
		t.Errorf("nothing gives %s", brief(found))
	}
}

func TestFoldingAndCuttingIntoWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Élève": "eleve", "cœur": "coeur", "l’été": "l'ete", "ÇA ÀÉÈÊËÎÏÔÙÛÜŸ": "ca aeeeeiiouuuy", "Ænigme": "aenigme", "e\u0301te\u0301": "ete", "": "", "732 829 320": "732 829 320",
	} {
		if got := knowledge.Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string][]string{
		"l'attestation": {"l", "attestation"}, "L’Auxiliaire, d'accord ?": {"l", "auxiliaire", "d", "accord"}, "  ": nil, "Où  est-ce ?": {"ou", "est", "ce"},
	} {
		if got := knowledge.Words(text); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("Words(%q) = %q, want %q", text, got, want)
		}
	}
}
