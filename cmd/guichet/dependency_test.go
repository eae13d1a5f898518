package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Each module that go.mod names as our own choice has its reason in docs/dependencies.md: by its path, or for several of one
// repository by that.
func TestEveryDirectModuleHasItsReason(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json", "../../go.mod").Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	direct := 0
	for _, module := range mod.Require {
		if module.Indirect {
			continue
		}
		direct++
		name := module.Path
		if repository, ok := strings.CutPrefix(name, "github.com/"); ok {
			parts := strings.Split(repository, "/")
			name = parts[0] + "/" + parts[1]
		}
		if !strings.Contains(string(page), "`"+name) {
			t.Errorf("docs/dependencies.md does not say what %s is for", module.Path)
		}
	}
	if direct < 40 {
		t.Errorf("go.mod has %d direct modules", direct)
	}
}
