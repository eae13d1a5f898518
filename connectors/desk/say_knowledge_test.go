package desk

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// reports is on the lines of faq and knowledge that tell an editor something.
	reports = regexp.MustCompile(`(?m)^.*(?:report\(|FormatError\{|Problem\{).*$`)
	literal = regexp.MustCompile(`"((?:[^"\\\n]|\\.)*)"`)
)

// TestEveryProblemIsToldInFrench looks for what an editor may be told in the source, and has it told in French.
func TestEveryProblemIsToldInFrench(t *testing.T) {
	t.Parallel()
	all, err := languages()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, c := range checkTexts() {
		known[c.format] = true
	}
	passed := map[string]bool{"checked: %s": true, "review: %s": true, "front matter: ": true} // what follows is found by itself, or is of the YAML library
	found := 0
	for _, name := range []string{"faq/entry.go", "faq/format.go", "knowledge/check.go", "knowledge/document.go"} {
		source, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		checks, _, _ := strings.Cut(string(source), "\nfunc CheckTopics") // which compares with a list that the desk has not
		for _, m := range literal.FindAllStringSubmatch(strings.Join(reports.FindAllString(checks, -1), "\n"), -1) {
			format := strings.ReplaceAll(m[1], `\"`, `"`)
			if passed[format] || !strings.Contains(format, " ") {
				continue
			}
			found++
			if !known[format] && !known["checked: "+format] {
				t.Errorf("%s: %q is told in English: add it to checkTexts", name, format)
			}
		}
	}
	if found < 21 {
		t.Errorf("only %d texts were found", found)
	}
	for i, c := range checkTexts() {
		var values []any
		for n, verb := range formatVerb.FindAllString(c.format, -1) {
			if verb == "%d" {
				values = append(values, n)
			} else {
				values = append(values, fmt.Sprintf("valeur%d", n))
			}
		}
		said := fmt.Sprintf(c.format, values...)
		told := all[0].problem(said)
		if told == said || strings.Contains(told, "%!") || strings.Count(told, "valeur") != strings.Count(said, "valeur") {
			t.Errorf("%q is told as %q", said, told)
		}
		if first := checkPatterns[i].FindString(said); first != said {
			t.Errorf("%q is not recognised", said)
		}
		if in := all[1].problem(said); frenchWords.MatchString(in) {
			t.Errorf("%q is told in English as %q", said, in)
		}
	}
	if got := all[0].problem("something else"); got != "something else" {
		t.Errorf("what is not known is told as %q", got)
	}
}
