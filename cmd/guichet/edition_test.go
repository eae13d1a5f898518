package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/knowledge"
	"guichet/knowledge/knowledgetest"
)

// bakery is a company with a knowledge and a site of its own.
type bakery struct {
	t          *testing.T
	dir, sites string
}

func newBakery(t *testing.T, dir string) bakery {
	t.Helper()
	b := bakery{t, filepath.Join(dir, "bakery"), filepath.Join(dir, "sites.yaml")}
	if err := os.WriteFile(b.sites, []byte("sites:\n  - id: micro\n    name: Boulangerie\n    collections: [boulangerie]\n    colour: \"#0f6b5c\"\n    starters: [boulangerie.horaires]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b bakery) write(name, text string) {
	b.t.Helper()
	place := filepath.Join(b.dir, name)
	if err := os.MkdirAll(filepath.Dir(place), 0o750); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(place, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// opens says when.
func (b bakery) opens(answer string) {
	b.t.Helper()
	for name, file := range knowledgetest.Bakery(answer) {
		b.write(name, string(file.Data))
	}
}

// TestAnEditionReachesEveryServer publishes the knowledge of another company, an edit of it, and the first edition again.
func TestAnEditionReachesEveryServer(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	dir := t.TempDir()
	b := newBakery(t, dir)
	b.opens("De **sept heures** à treize heures.")
	cache := "--cache=" + filepath.Join(dir, "cache")
	apply := func(more ...string) []string {
		return append([]string{"kb", "apply", "--sites=" + b.sites, cache}, more...)
	}
	s.fails(`there is no collection "micro"; the collections are boulangerie; the servers' file of sites is named with --sites`, "kb", "apply", cache, b.dir) // of the shipped sites
	if out := s.command(apply("--note=Première édition", b.dir)...); !strings.Contains(out, "new        boulangerie.horaires\n") || !strings.HasSuffix(out, "edition 1: 1 topics in 1 collections") {
		t.Errorf("the first edition: %s", out)
	}

	var servers [2]*process
	for i := range servers {
		servers[i] = newProcess(t, s.url, filepath.Join(dir, fmt.Sprint("data", i)), "--sites="+b.sites, "--cache="+filepath.Join(dir, fmt.Sprint("cache", i)))
		servers[i].start()
	}
	everywhere := func(what string) {
		t.Helper()
		for _, p := range servers {
			p.until("it says "+what, func() bool {
				status, body := p.get("/source/boulangerie.horaires")
				return status == 200 && strings.Contains(body, what)
			})
		}
	}
	everywhere("sept heures")
	visitor := newCrowd(t, 1, servers[0].base).all[0]
	if !visitor.say(make(chan struct{}), "c koi vos horaire", "") || !strings.Contains(visitor.lastReply, "sept heures") {
		t.Errorf("the answer is %s", visitor.lastReply)
	}

	b.opens("De **six heures** à midi.")
	if out := s.command(apply("--dry-run", b.dir)...); out != "changed    boulangerie.horaires" {
		t.Errorf("a dry run says %q", out)
	}
	s.command(apply("--note=Horaires d’été", b.dir)...)
	everywhere("six heures")
	if !visitor.say(make(chan struct{}), "c koi vos horaire", "") || !strings.Contains(visitor.lastReply, "six heures") {
		t.Errorf("the answer is %s", visitor.lastReply)
	}
	if out := s.command(apply(b.dir)...); !strings.HasPrefix(out, "nothing has changed") {
		t.Errorf("the same again: %s", out)
	}

	b.write(knowledgetest.BakeryGuide, "---\ntitle: Guide\nkind: recipe\n---\n")
	code, out, errs := guichet(t, "", append(apply(b.dir), "--database-url="+s.url)...)
	if code != 1 || !strings.Contains(out, "boulangerie/guide.md:") || !strings.Contains(errs, "nothing is published") {
		t.Errorf("what has problems gives exit %d, %s%s", code, out, errs)
	}
	s.fails("there is no edition 7", apply("--edition=7")...)

	// What one server cannot answer from, it leaves; the others are not asked.
	packed, err := knowledge.Pack(knowledge.ShippedTree())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Publish(t.Context(), bot.Edition{Topics: 1, Files: packed}, 2); err != nil {
		t.Fatal(err)
	}
	for _, p := range servers {
		p.says("this edition cannot be answered from")
	}
	everywhere("six heures")

	if out := s.command(apply("--edition=1", "--note=Retour")...); !strings.Contains(out, "edition 4: 1 topics") {
		t.Errorf("going back: %s", out)
	}
	everywhere("sept heures")
	if out := s.command("kb", "editions"); strings.Count(out, "\n") != 3 || !strings.HasPrefix(out, "4 ") || !strings.Contains(out, "Horaires d’été") {
		t.Errorf("the list is\n%s", out)
	}

	// A start without the database answers from what was published last.
	without := newProcess(t, "postgres://nobody@127.0.0.1:1/nothing", filepath.Join(dir, "data0"), "--sites="+b.sites, cache)
	servers[0].kill()
	without.start()
	without.until("it answers without the database", func() bool {
		_, body := without.get("/source/boulangerie.horaires")
		return strings.Contains(body, "sept heures")
	})
}

// TestAFolderOfAnotherDatabaseIsNotAnsweredFrom has the data folder hold another edition under the number of the database's.
func TestAFolderOfAnotherDatabaseIsNotAnsweredFrom(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	dir := t.TempDir()
	b := newBakery(t, dir)
	b.opens("De neuf heures à dix heures.")
	foreign, err := knowledge.Pack(os.DirFS(b.dir))
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	if err := errors.Join(os.MkdirAll(filepath.Join(data, "knowledge"), 0o750), os.WriteFile(filepath.Join(data, "knowledge", "edition-1.zip"), foreign, 0o600)); err != nil {
		t.Fatal(err)
	}
	b.opens("De sept heures à treize heures.")
	cache := "--cache=" + filepath.Join(dir, "cache")
	s.command("kb", "apply", "--sites="+b.sites, cache, b.dir)
	p := newProcess(t, s.url, data, "--sites="+b.sites, cache)
	p.start()
	p.until("it says what the database does", func() bool {
		_, body := p.get("/source/boulangerie.horaires")
		return strings.Contains(body, "sept heures")
	})
	if kept, err := os.ReadFile(filepath.Join(data, "knowledge", "edition-1.zip")); err != nil || string(kept) == string(foreign) {
		t.Errorf("the folder still holds the other edition, %v", err)
	}
}

// TestTheKnowledgeIsExportedAsFiles gets back what was published, and what is shipped.
func TestTheKnowledgeIsExportedAsFiles(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	dir := t.TempDir()
	b := newBakery(t, dir)
	b.opens("De sept heures à treize heures.")
	s.fails("nothing was published yet", "kb", "export", "--published")
	s.command("kb", "apply", "--sites="+b.sites, "--cache="+filepath.Join(dir, "cache"), b.dir)
	if out := s.command("kb", "export", "--published", "--format=files", "--out="+filepath.Join(dir, "out")); !strings.HasPrefix(out, "2 files") {
		t.Errorf("exported are %s", out)
	}
	err := fs.WalkDir(os.DirFS(b.dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		want, err := os.ReadFile(filepath.Join(b.dir, name))
		if err != nil {
			return err
		}
		if got, err := os.ReadFile(filepath.Join(dir, "out", name)); err != nil || string(got) != string(want) {
			t.Errorf("%s came out as %q, %v", name, got, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	s.fails("exists already", "kb", "export", "--edition=1", "--format=files", "--out="+filepath.Join(dir, "out"))
	if out := s.command("kb", "export", "--dir="+b.dir); !strings.Contains(out, `"id":"boulangerie.horaires"`) {
		t.Errorf("a folder is exported as %s", out)
	}
	if code, out, errs := guichet(t, "", "kb", "export"); code != 0 || strings.Count(out, "\n") < 93 || !strings.Contains(out, `"id":"micro.kbis"`) {
		t.Errorf("exit %d, %s", code, errs)
	}
}
