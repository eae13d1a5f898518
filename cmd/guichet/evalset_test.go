package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// writeSet makes a folder of documents and queries.
func writeSet(t *testing.T, corpus, queries string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"corpus.jsonl": corpus, "queries.jsonl": queries} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const smallCorpus = `{"id":"velo","title":"Comment louer un vélo ?","text":"Présentez une carte d'identité au comptoir.","alts":["location de bicyclette"]}
{"id":"tente","title":"Comment monter la tente ?","text":"Plantez les piquets, puis tendez la toile."}
{"id":"plan","title":"Où trouver le plan du parc ?","text":"À l'entrée, près de la fontaine."}
`

func TestAnySetOfDocumentsCanBeAsked(t *testing.T) {
	t.Parallel()
	dir, out := writeSet(t, smallCorpus, `{"id":"q1","text":"louer une bicyclette"}
{"id":"q2","text":"monter une tante"}
{"id":"q3","text":"quark"}
`), filepath.Join(t.TempDir(), "made", "here")
	if code, _, errs := guichet(t, "", "eval", "--set="+dir, "--out="+out); code != 0 {
		t.Fatal(errs)
	}
	run, err := os.ReadFile(filepath.Join(out, "guichet.run.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]string{}
	for line := range strings.Lines(string(run)) {
		field := strings.Split(strings.TrimSpace(line), "\t")
		if len(field) != 4 {
			t.Fatalf("a line is %q", line)
		}
		if p, err := strconv.ParseFloat(field[3], 64); err != nil || p < 0 || p > 1 {
			t.Errorf("a probability is %q", field[3])
		}
		if field[2] == "1" {
			first[field[0]] = field[1]
		}
	}
	if first["q1"] != "velo" || first["q2"] != "tente" {
		t.Errorf("found %v", first)
	}
	times, err := os.ReadFile(filepath.Join(out, "guichet.lat"))
	if err != nil || strings.Count(string(times), "\n") != 3 {
		t.Errorf("the times are %q, %v", times, err)
	}
}

func TestASetThatCannotBeAskedIsRefused(t *testing.T) {
	t.Parallel()
	good := writeSet(t, smallCorpus, `{"id":"q1","text":"vélo"}`)
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no folder for the results": {[]string{"--set=" + good}, "--out"},
		"nothing to ask":            {nil, "--set"},
		"a broken document":         {[]string{"--set=" + writeSet(t, smallCorpus+"{", ""), "--out=" + t.TempDir()}, "corpus.jsonl:4"},
		"a broken query":            {[]string{"--set=" + writeSet(t, smallCorpus, "\n[]"), "--out=" + t.TempDir()}, "queries.jsonl:2"},
		"no document":               {[]string{"--set=" + writeSet(t, "", `{"id":"q1","text":"vélo"}`), "--out=" + t.TempDir()}, "no topic"},
		"an unknown part":           {[]string{"--without=brilliance", questionsFile}, `"brilliance"`},
	} {
		if code, _, errs := guichet(t, "", append([]string{"eval"}, c.args...)...); code != 1 || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d, said %q", name, code, errs)
		}
	}
}
