package knowledge_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guichet/knowledge"
	"guichet/knowledge/knowledgetest"
)

func load(t *testing.T, tree fstest.MapFS) knowledge.Contents {
	t.Helper()
	contents, problems, err := knowledge.LoadTree(tree)
	if err != nil {
		t.Fatal(err)
	}
	if problems = append(problems, knowledge.Check(contents, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))...); len(problems) > 0 {
		t.Fatal(problems)
	}
	return contents
}

func TestContentsArePackedAndUnpacked(t *testing.T) {
	t.Parallel()
	tree := knowledgetest.Bakery("De 7 h à 13 h.")
	tree["README.txt"] = &fstest.MapFile{Data: []byte("This is none of the contents.")}
	packed, err := knowledge.Pack(tree)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := knowledge.Pack(tree); err != nil || !bytes.Equal(packed, again) {
		t.Error("packed twice it is not the same")
	}
	unpacked, err := knowledge.Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	contents, problems, err := knowledge.LoadTree(unpacked)
	if err != nil || len(problems) > 0 || !reflect.DeepEqual(contents, load(t, tree)) {
		t.Errorf("unpacked are %+v, %v, %v", contents, problems, err)
	}
	var names []string
	if err := knowledge.Walk(unpacked, func(name string, _ []byte) error { names = append(names, name); return nil }); err != nil {
		t.Error(err)
	}
	if strings.Join(names, " ") != "knowledge/content/boulangerie/collection.md knowledge/content/boulangerie/guide.md" {
		t.Errorf("the files are %q", names)
	}
	if _, err := knowledge.Unpack(packed[:len(packed)-30]); err == nil {
		t.Error("half a package is unpacked")
	}
	if _, _, err := knowledge.LoadTree(fstest.MapFS{"x.md": {}}); err == nil || !strings.Contains(err.Error(), "faq/content") {
		t.Errorf("a folder without contents gives %v", err)
	}
}

func TestTheShippedContentsGoThroughAPackage(t *testing.T) {
	t.Parallel()
	packed, err := knowledge.Pack(knowledge.ShippedTree())
	if err != nil {
		t.Fatal(err)
	}
	tree, err := knowledge.Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := knowledge.LoadTree(tree)
	if err != nil {
		t.Fatal(err)
	}
	shipped, _, err := knowledge.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if len(shipped.Topics) < 93 || !reflect.DeepEqual(got, shipped) {
		t.Errorf("%d topics came through, of %d", len(got.Topics), len(shipped.Topics))
	}
}

func TestContentsAreCompared(t *testing.T) {
	t.Parallel()
	before := load(t, knowledgetest.Bakery("De 7 h à 13 h."))
	if d := knowledge.Compare(before, load(t, knowledgetest.Bakery("De 7 h à 13 h."))); !reflect.DeepEqual(d, knowledge.Difference{}) {
		t.Errorf("the same contents differ: %+v", d)
	}
	moved := knowledgetest.Bakery("De 7 h à 13 h.")
	guide := moved[knowledgetest.BakeryGuide]
	guide.Data = bytes.Replace(guide.Data, []byte("## Quand"), []byte("\n\n## Quand"), 1)
	if d := knowledge.Compare(before, load(t, moved)); !reflect.DeepEqual(d, knowledge.Difference{}) {
		t.Errorf("what stands on another line differs: %+v", d)
	}
	after := load(t, knowledgetest.Bakery("De 6 h à 12 h."))
	after.Collections[0].Lead = "À la boulangerie"
	other := after.Topics[0]
	other.ID = "boulangerie.pain"
	after.Topics = append(after.Topics, other)
	want := knowledge.Difference{Added: []string{"boulangerie.pain"}, Changed: []string{"boulangerie.horaires"}, Collections: []string{"boulangerie"}}
	if d := knowledge.Compare(before, after); !reflect.DeepEqual(d, want) {
		t.Errorf("they differ by %+v", d)
	}
	if d := knowledge.Compare(after, before); !reflect.DeepEqual(d.Removed, want.Added) || len(d.Added) > 0 {
		t.Errorf("the other way by %+v", d)
	}
}

// TestWhatWasLearnedIsCarried has a second machine open what a first has learned.
func TestWhatWasLearnedIsCarried(t *testing.T) {
	t.Parallel()
	contents := load(t, knowledgetest.Bakery("De 7 h à 13 h."))
	first, second := t.TempDir(), t.TempDir()
	digest := knowledge.Digest(contents, nil)
	if _, err := knowledge.Learned(first, digest); !os.IsNotExist(err) {
		t.Errorf("before it is learned: %v", err)
	}
	open := func(dir string) {
		t.Helper()
		base, err := knowledge.Open(dir, contents, nil)
		if err != nil {
			t.Fatal(err)
		}
		if found, err := base.Find(knowledge.Query{Text: "c koi vos horaire"}); err != nil || len(found.Hits) == 0 || found.Hits[0].Topic.ID != "boulangerie.horaires" {
			t.Fatalf("found %+v, %v", found, err)
		}
	}
	open(first)
	learned, err := knowledge.Learned(first, digest)
	if err != nil {
		t.Fatal(err)
	}
	if err := knowledge.PutLearned(second, digest, learned); err != nil {
		t.Fatal(err)
	}
	put := modified(t, second)
	open(second)
	if modified(t, second) != put {
		t.Error("it was learned again")
	}
	if err := knowledge.PutLearned(second, digest, learned[:len(learned)/2]); err == nil {
		t.Error("half of it is taken")
	}
	if modified(t, second) != put {
		t.Error("half of it has taken the place of the whole")
	}
}

// modified is when what was learned was written.
func modified(t *testing.T, dir string) time.Time {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "learned-*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("kept are %q, %v", files, err)
	}
	info, err := os.Stat(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime()
}

// TestABaseThatIsReplacedIsClosed builds one after another, as edits do: what an index keeps running ends with it.
func TestABaseThatIsReplacedIsClosed(t *testing.T) {
	contents := load(t, knowledgetest.Bakery("De 7 h à 13 h."))
	build := func() {
		if _, err := knowledge.Build(contents, nil); err != nil {
			t.Fatal(err)
		}
	}
	build()
	one := runtime.NumGoroutine()
	for range 10 {
		build()
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		runtime.GC()
		if runtime.NumGoroutine() <= one {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines run for ten bases that nobody has any more, and %d for one", runtime.NumGoroutine(), one)
}
