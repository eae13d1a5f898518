package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain makes this test's program be guichet-bench itself where it starts its echo.
func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// measured runs a command line and returns its figures by name.
func measured(t *testing.T, arguments ...string) map[string]figure {
	t.Helper()
	file := filepath.Join(t.TempDir(), "figures.json")
	var out, errs bytes.Buffer
	if code := run(t.Context(), append(arguments, "--json="+file), &out, &errs); code != 0 {
		t.Fatalf("%s ends with %d: %s", arguments[0], code, errs.String())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if r.Machine.CPUs == 0 || r.Started.IsZero() {
		t.Errorf("the figures do not say where and when: %s", text)
	}
	all := map[string]figure{}
	for _, f := range r.Figures {
		if !strings.Contains(out.String(), f.Name) {
			t.Errorf("the table has no %q:\n%s", f.Name, out.String())
		}
		all[f.Scenario+", "+f.Name] = f
	}
	return all
}

// TestEachScenarioMeasuresARealServer runs a small load of each against the program.
func TestEachScenarioMeasuresARealServer(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "guichet")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "guichet/cmd/guichet").CombinedOutput(); err != nil {
		t.Fatalf("build guichet: %s", said)
	}
	serve := "--serve=" + program
	for name, one := range map[string]struct {
		arguments []string
		figures   []string // each is there, and above nothing
		beside    string   // one that has its floor beside it
	}{
		"ask": {
			[]string{"ask", serve, "--concurrency=4", "--sockets=40", "--for=1s"},
			[]string{"ask, 4 at once: answered and committed", "ask, 4 at once: 99th percentile", "ask, 4 at once: processor time a question, the server's", "ask, 4 at once: PostgreSQL's"},
			"ask, 4 at once: processor time of both",
		},
		"idle": {
			[]string{"idle", serve, "--sockets=30", "--settle=1s"}, []string{"idle, goroutines for each", "idle, the whole process"}, "",
		},
		"visitors": {
			[]string{"visitors", serve, "--people=10", "--every=1s", "--for=4s"},
			[]string{"visitors, 10 ask every 1s for 4s: answers"}, "visitors, memory at the end",
		},
		"agents": {
			[]string{"agents", serve, "--tickets=4", "--agents=2", "--for=1s"},
			[]string{"agents, reply: 50th percentile"}, "intake, tickets opened",
		},
		"telegram": {
			[]string{"telegram", serve, "--people=3", "--messages=2"}, []string{"telegram, 3 people, 2 messages each: updates handled"}, "telegram, replies delivered",
		},
		"start": {
			[]string{"start", serve, "--times=1", "--rest=1s"}, []string{"start, memory when ready", "start, the slowest of them"}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := measured(t, one.arguments...)
			for _, f := range one.figures {
				if all[f].Value <= 0 {
					t.Errorf("%s is %+v among %v", f, all[f], all)
				}
			}
			if one.beside != "" && (all[one.beside].Floor <= 0 || all[one.beside].Ratio <= 0 || all[one.beside].FloorIs == "") {
				t.Errorf("%s has no floor: %+v", one.beside, all[one.beside])
			}
			if told := all["intake, tickets opened"]; name == "agents" && told.Value != 4 {
				t.Errorf("four requests open %+v", told)
			}
			if wrong := all["visitors, errors"]; wrong.Value != 0 {
				t.Errorf("visitors met %+v", wrong)
			}
		})
	}
}

func TestPassagesAreBuiltOpenedAndAsked(t *testing.T) {
	t.Parallel()
	all := measured(t, "passages", "--sizes=200", "--questions=20")
	for _, name := range []string{"passages, 200 passages: build", "passages, 200 passages: open", "passages, 200 passages: found, 50th percentile"} {
		if all[name].Value <= 0 {
			t.Errorf("%s is %+v", name, all[name])
		}
	}
	if f := all["passages, 200 passages: found, 99th percentile"]; f.Floor <= 0 || f.Ratio <= 0 {
		t.Errorf("%+v", f)
	}
	if f := all["passages, 200 passages: open"]; f.Met == nil || *f.Met != (f.Value <= 2) {
		t.Errorf("%+v", f)
	}
}

// TestWhatWaitsIsMeasuredFromWhenItWasDue stops the one place for a while: the questions due meanwhile are late too.
func TestWhatWaitsIsMeasuredFromWhenItWasDue(t *testing.T) {
	t.Parallel()
	place := make(chan struct{}, 1)
	place <- struct{}{}
	const stop = 300 * time.Millisecond
	took, err := pacedAt(t.Context(), 100, time.Second, func(i int) error {
		<-place
		if i == 0 {
			time.Sleep(stop) // the slow one; the others take no time
		}
		place <- struct{}{}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if took.count() != 100 {
		t.Errorf("%d of 100 are counted", took.count())
	}
	if late := took.at(80); late < 50 {
		t.Errorf("a fifth of what was due waited 50 ms and more; the 80th percentile is %g ms", late)
	}
}

func TestAServerIsNamedOrStarted(t *testing.T) {
	t.Parallel()
	for want, arguments := range map[string][]string{
		"say what to measure":       {"ask"},
		"give one of them":          {"ask", "--serve=/bin/true", "--url=http://127.0.0.1:1"},
		"needs a server of its own": {"telegram", "--url=http://127.0.0.1:1"},
		"needs a program":           {"start"},
	} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), arguments, &out, &errs); code != 1 || !strings.Contains(errs.String(), want) {
			t.Errorf("%v ends with %d: %s", arguments, code, errs.String())
		}
	}
}
