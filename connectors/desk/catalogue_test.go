package desk

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guichet/bot"
)

// place is where a text stands.
type place struct {
	text, at string
}

// TestEveryTextOfTheDeskHasItsEnglish tells what english.tsv lacks, with the file and the line of the French.
func TestEveryTextOfTheDeskHasItsEnglish(t *testing.T) {
	t.Parallel()
	catalogue, err := readCatalogue(english)
	if err != nil {
		t.Fatal(err)
	}
	texts := slices.Concat(textsOfPages(t), textsOfCode(t), textsOfRequests())
	used := map[string]bool{}
	for _, p := range texts {
		key := plain(p.text)
		used[key] = true
		said, ok := catalogue[key]
		if !ok {
			t.Errorf("%s: english.tsv has no English for\n%s", p.at, key)
		} else if a, b := verbs.FindAllString(key, -1), verbs.FindAllString(said, -1); !slices.Equal(a, b) {
			t.Errorf("%s: %q holds %q, its English %q", p.at, key, a, b)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(catalogue)) {
		if !used[key] {
			t.Errorf("english.tsv: nothing says\n%s", key)
		}
	}
	if len(used) < 300 {
		t.Errorf("only %d texts were found", len(used))
	}
}

var verbs = regexp.MustCompile(`%[sd]|%\.0f`)

// textsOfPages are the texts of the pages, as translate finds them.
func textsOfPages(t *testing.T) []place {
	t.Helper()
	var all []place
	files, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := fs.ReadFile(pageFiles, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range pageTexts(string(source)) {
			line := 1 + strings.Count(string(source[:text.from]), "\n")
			all = append(all, place{string(source[text.from:text.to]), fmt.Sprintf("%s:%d", file, line)})
		}
	}
	return all
}

// textsOfCode are the constants of the type french. What the package imports need not be known for it.
func textsOfCode(t *testing.T) []place {
	t.Helper()
	set, files := parsed(t)
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: strangers{}, Error: func(error) {}}
	_, _ = config.Check("guichet/connectors/desk", set, files, info)
	var all []place
	for expression, of := range info.Types {
		name, ok := of.Type.(*types.Named)
		if !ok || name.Obj().Name() != "french" || of.Value == nil || of.Value.Kind() != constant.String || constant.StringVal(of.Value) == "" {
			continue
		}
		all = append(all, place{constant.StringVal(of.Value), set.Position(expression.Pos()).String()})
	}
	return all
}

// strangers has every import fail, which is quick. A text in a map whose keys are of another package is then not seen: the
// texts of such things stand in a switch.
type strangers struct{}

func (strangers) Import(string) (*types.Package, error) { return nil, errors.New("not looked into") }

func parsed(t *testing.T) (*token.FileSet, []*ast.File) {
	t.Helper()
	set := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return set, files
}

// textsOfRequests are the names that the bot gives to what a ticket holds, as the desk shows them.
func textsOfRequests() []place {
	var all []place
	add := func(text string) { all = append(all, place{text, "bot"}) }
	for _, d := range bot.Definitions() {
		add(d.Label)
		add(capital(d.Label))
		for _, s := range d.Steps {
			add(s.Label)
		}
		for _, f := range d.Fields() {
			add(capital(f.Label()))
		}
	}
	for _, k := range bot.NoticeKinds() {
		add(bot.NoticeLabel(k))
	}
	return all
}

func TestALanguageCountsInItsOwnWay(t *testing.T) {
	t.Parallel()
	all, err := languages()
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []([2]string){{"En retard de 0\u00a0jour ouvré", "0 working days late"}, {"En retard de 1\u00a0jour ouvré", "1 working day late"}, {"En retard de 2\u00a0jours ouvrés", "2 working days late"}} {
		for i, l := range all {
			if got := l.count(n, "En retard de %d\u00a0jour ouvré", "En retard de %d\u00a0jours ouvrés", n); got != want[i] {
				t.Errorf("%s says %q", l.Name, got)
			}
		}
	}
}

func TestACatalogueThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, lines := range []string{"Oui\n", "Oui\t\n", "\tYes\n", "Oui\tYes\tYes\n", "Oui\tYes\nOui\tYeah\n", "Qui\u202f?\tWho?\n"} {
		if _, err := readCatalogue(lines); err == nil {
			t.Errorf("%q is taken for a catalogue", lines)
		}
	}
	if c, err := readCatalogue("# a comment\n\nOui\tYes\r\n"); err != nil || len(c) != 1 || c["Oui"] != "Yes" {
		t.Errorf("%v, %v", c, err)
	}
}

func TestThePagesTextsAreFoundWithTheirValuesAndNothingElse(t *testing.T) {
	t.Parallel()
	l := language{Code: "en", catalogue: map[string]string{"Bonjour {{.Name}}, il est {{.Hour}}": "It is {{.Hour}}, {{.Name}}", "Un ticket": "A ticket", "Aide : {{.X}}": "Help: {{.X}}"}}
	const source = `{{define "a"}}<p title="{{.T}}" class="Un ticket" aria-label="{{if eq .A "x>y"}}Un ticket{{end}}">
  Bonjour&nbsp;{{.Name}},
  il est {{.Hour}} {{if .B}}Un ticket{{else}}<b>Autre</b>{{end}}<img alt="Aide&#8239;: {{.X}}"></p>{{end}}`
	const want = `{{define "a"}}<p title="{{.T}}" class="Un ticket" aria-label="{{if eq .A "x>y"}}A ticket{{end}}">
  It is {{.Hour}}, {{.Name}} {{if .B}}A ticket{{else}}<b>Autre</b>{{end}}<img alt="Help: {{.X}}"></p>{{end}}`
	if got := l.translate(source); got != want {
		t.Errorf("the page becomes\n%s", got)
	}
	if got := (language{Code: "fr"}).translate(source); got != source {
		t.Error("the French page changes")
	}
}

// frenchWords are those by which a text is taken for French.
var frenchWords = regexp.MustCompile(`(?i)[éèêàâçîïôûùœ«’]|\b(le|la|les|une|des|du|est|et|aux|vous|votre|vos|ne|pas|cette|qui|que|dans|avec|sans|sur|pour|au|il|elle|sont|aucun)\b`)

// TestNoFrenchIsSaidWithoutBeingTranslated finds texts in the code that are no french, and texts in the scripts.
func TestNoFrenchIsSaidWithoutBeingTranslated(t *testing.T) {
	t.Parallel()
	known := map[string]bool{ // names in forms and of variables, which are the same in every language
		"référence": true, "délai": true, "Français": true, "nom": true,
	}
	for _, p := range textsOfCode(t) {
		known[p.text] = true
	}
	set, files := parsed(t)
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text := constant.StringVal(constant.MakeFromLiteral(literal.Value, token.STRING, 0))
			if frenchWords.MatchString(text) && !known[text] {
				t.Errorf("%s: %q is said in French whatever the language: make it a french, and say it", set.Position(literal.Pos()), text)
			}
			return true
		})
	}
	scripts, err := filepath.Glob("assets/*.js")
	if err != nil || len(scripts) == 0 {
		t.Fatal(err, scripts)
	}
	comment := regexp.MustCompile(`(?m)(^|\s)//.*$|/\*.*?\*/`)
	for _, name := range scripts {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(comment.ReplaceAllString(string(source), ""), "\n") {
			if frenchWords.MatchString(line) {
				t.Errorf("%s:%d: a text: put it into pages/layout.html as data-say-…\n%s", name, i+1, strings.TrimSpace(line))
			}
		}
	}
}
