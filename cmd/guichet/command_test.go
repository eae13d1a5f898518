package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/bot"
)

// guichet runs a command line and returns its exit status and what it printed.
func guichet(t *testing.T, in string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, console{strings.NewReader(in), &stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

// cacheFlag has the tests use what "make build" learned, when it is there: under the race detector it takes minutes.
func cacheFlag() string { return "--cache=" + defaultCache() }

func TestAQuestionGetsItsSourcedAnswerWithoutADatabase(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")
	code, out, errs := guichet(t, "", "ask", cacheFlag(), "--scope=micro", "--json", "g besoin d1 kbis koman fair")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var a bot.AnswerJSON
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatal(err)
	}
	if a.Kind != "answer" || a.Topic != "micro.kbis" || len(a.Citations) == 0 || a.Citations[0].Document == "" || a.Citations[0].Checked == "" {
		t.Errorf("got %s", out)
	}
	if !strings.Contains(out, `"ticket":null`) || !strings.Contains(out, `"options":[`) {
		t.Errorf("the JSON lacks fields that tools rely on: %s", out)
	}
}

func TestBadQuestionsGetAClearError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, question, says string
		flags                []string
	}{
		{"empty", "", "the question is empty", nil},
		{"blank", " \n\t", "the question is empty", nil},
		{"100 000 characters", strings.Repeat("kbis ", 20_000), "at most 20000 are read", nil},
		{"invalid UTF-8", "o\xf9 est mon attestation", "not valid UTF-8", nil},
		{"unknown scope", "un kbis", `no collection "macro"; the collections are active, alma, auxiliaire, micro, multirisque`, []string{"--scope=macro"}},
		{"unknown site", "un kbis", `no site "nulle-part"`, []string{"--site=nulle-part"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := guichet(t, "", append(append([]string{"ask", cacheFlag()}, c.flags...), "--", c.question)...)
			if code != 1 || out != "" || !strings.Contains(errs, c.says) || strings.Count(errs, "\n") != 1 {
				t.Errorf("exit %d, printed %q, said %q; want one line with %q", code, out, shorten(errs, 300), c.says)
			}
		})
	}
}

func TestABatchKeepsTheOrderAndNamesTheLineThatIsWrong(t *testing.T) {
	t.Parallel()
	in := `{"id":"x1","scope":"micro","text":"comment avoir un kbis","style":"plain"}` + "\n\n" +
		`{"id":"x2","scope":null,"text":"bonjour"}` + "\n"
	code, out, errs := guichet(t, in, "ask", cacheFlag(), "--json", "--batch=-")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); code != 0 || len(lines) != 2 || !strings.HasPrefix(lines[0], `{"id":"x1","kind":"answer"`) || !strings.HasPrefix(lines[1], `{"id":"x2","kind":"smalltalk"`) {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	for _, bad := range []string{"{nonsense", `{"id":"x3","scope":"micro","text":""}`, `{"id":"x3","scope":"mars","text":"un kbis"}`} {
		code, _, errs := guichet(t, in+bad+"\n", "ask", cacheFlag(), "--json", "--batch=-")
		if code != 1 || !strings.Contains(errs, "standard input:4:") {
			t.Errorf("%s: exit %d, said %q", bad, code, errs)
		}
	}
}

func TestAWrongDatabaseIsSaidInOneLineWithoutThePassword(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"postgres://guichet:hunter2-secret@127.0.0.1:1/guichet", "postgres://guichet:hunter2-secret@127.0.0.1:port/x", "nonsense hunter2-secret"} {
		code, _, errs := guichet(t, "", "user", "list", "--database-url="+url)
		if code != 1 || strings.Contains(errs, "hunter2") || strings.Count(strings.TrimSpace(errs), "\n") != 0 || errs == "" {
			t.Errorf("%s: exit %d, said %q", url, code, errs)
		}
	}
}

func TestABrokenSitesFileNamesTheMistake(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"sites:\n  - id: a\n    colections: [micro]\n":     "colections",
		"sites:\n  - id: a\n    collections: [mars]\n":     `sites.yaml:3: site "a": there is no collection "mars"`,
		"sites:\n  - id: a\n    starters: [micro.kbiss]\n": `sites.yaml:3: site "a": starters: there is no topic "micro.kbiss"`,
		"sites:\n  - id: a\n    colour: vert\n":            `sites.yaml:3: site "a": colour: `,
		"sites:\n  - id: a\n    origins: [example.fr]\n":   `sites.yaml:3: site "a": origins: "example.fr" should read https://www.example.fr`,
		"sites:\n  - id: a\n  - id: b\n  - id: a\n":        `sites.yaml:4: site "a": an earlier one has this id`,
		"sites:\n  - id: a/b\n":                            `site 1: the id is "a/b"`,
		"sites:\n  - name: Sans id\n":                      `site 1: the id is ""`,
		"sites: []\n":                                      "there is no site in it",

		"sites:\n  - id: a\n    hours:\n      monday: 9:00-12:00\n      friday: 25:00-26:00\n":    `sites.yaml:5: site "a": hours.friday: "25:00" is no time of day`,
		"sites:\n  - id: a\n    holidays: alsace\n":                                               `sites.yaml:3: site "a": holidays: "alsace" is unknown`,
		"sites:\n  - id: a\n    deadlines:\n      claim:\n        first: 4 heures\n":              `sites.yaml:5: site "a": deadlines.claim.first: "4 heures" is no term`,
		"sites:\n  - id: a\n    hours: {monday: 9:00-9:30}\n    closed: [2026-12-24, 24/12/26]\n": `sites.yaml:4: site "a": closed: "24/12/26" is no day`,
	} {
		file := filepath.Join(t.TempDir(), "sites.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, errs := guichet(t, "", "ask", cacheFlag(), "--sites="+file, "--site=a", "un kbis")
		if code != 1 || !strings.Contains(errs, says) {
			t.Errorf("exit %d, said %q; want %q", code, errs, says)
		}
	}
}

func TestSettingsThatCannotBeAreRefusedBeforeAnythingStarts(t *testing.T) {
	t.Parallel()
	for says, args := range map[string][]string{
		"--spool-limit is -1: it cannot be below 0":          {"--spool-limit=-1"},
		"--max-per-address is -5: it cannot be below 0":      {"--max-per-address=-5"},
		"--sign-in-life is -1h0m0s: it is a minute at least": {"--sign-in-life=-1h"},
	} {
		data := filepath.Join(t.TempDir(), "data")
		code, _, errs := guichet(t, "", append([]string{"serve", "--addr=127.0.0.1:0", "--data=" + data}, args...)...)
		if code != 2 || !strings.Contains(errs, says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%v: exit %d, said %q", args, code, errs)
		}
		if _, err := os.Stat(data); err == nil {
			t.Errorf("%v: the data folder was made", args)
		}
	}
}

func TestACommandMakesNoDatabaseByMistake(t *testing.T) {
	t.Setenv("DATABASE_URL", "")
	data := filepath.Join(t.TempDir(), "data")
	for _, args := range [][]string{{"ticket", "list"}, {"user", "list"}, {"user", "invite", "--name=Ana", "ana@example.fr"}, {"kb", "editions"}, {"key", "list"}} {
		code, out, errs := guichet(t, "", append(args, "--data="+data)...)
		if code != 1 || out != "" || !strings.Contains(errs, "there is no database in "+data) {
			t.Errorf("%v: exit %d, printed %q, said %q", args, code, out, errs)
		}
		if _, err := os.Stat(data); err == nil {
			t.Fatalf("%v made %s", args, data)
		}
	}
}
