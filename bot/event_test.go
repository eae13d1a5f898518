package bot_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

// TestEachKindOfEventIsDefinedOnce: every constant of the type has its line in the table.
func TestEachKindOfEventIsDefinedOnce(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	named := map[bot.EventKind]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok && of.Name == "EventKind" {
			kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			named[bot.EventKind(kind)]++
		}
		return true
	})
	for _, d := range bot.EventDefinitions() {
		named[d.Kind]--
		if got := bot.DefineEvent(d.Kind); got != d {
			t.Errorf("%s is defined as %+v", d.Kind, got)
		}
	}
	if len(named) == 0 {
		t.Fatal("no kind was found")
	}
	for kind, n := range named {
		if n != 0 {
			t.Errorf("%s has a name or a definition too many: %d", kind, n)
		}
	}
}

// TestStaffRoomsHaveASentenceForEachEventThatTheyAreTold, and for no other.
func TestStaffRoomsHaveASentenceForEachEventThatTheyAreTold(t *testing.T) {
	t.Parallel()
	for _, d := range bot.EventDefinitions() {
		w := staffWork(nil, []bot.StaffFact{happened(d.Kind, "Inès", "x")})
		w.Told = bot.StaffCursor{Message: 1} // it has its thread
		post, _, _ := w.NextPost(time.UTC, "")
		if told := post.Text != ""; told != d.Rooms {
			t.Errorf("%s is told: %q", d.Kind, post.Text)
		}
		if d.Kind != bot.EventStatus && strings.Contains(post.Text, "changé l’état") {
			t.Errorf("%s is told as another one: %q", d.Kind, post.Text)
		}
	}
}
