package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The rooms and what each may import of ours: dependencies point inwards (docs/architecture.md).
var mayImport = map[string][]string{
	"guichet/faq":                 {},
	"guichet/knowledge":           {"guichet/faq"},
	"guichet/bot":                 {"guichet/faq", "guichet/knowledge"},
	"guichet/widget":              {"guichet/bot", "guichet/knowledge"},
	"guichet/connectors/desk":     {"guichet/bot", "guichet/knowledge"},
	"guichet/connectors/postgres": {"guichet/bot"},
	"guichet/connectors/spool":    {"guichet/bot"},
	"guichet/connectors/telegram": {"guichet/bot"},
	"guichet/connectors/discord":  {"guichet/bot"},
}

// Each library that stays in one room.
var livesIn = map[string]string{
	"github.com/blevesearch/bleve":  "guichet/knowledge",
	"github.com/jackc/pgx":          "guichet/connectors/postgres",
	"github.com/riverqueue/river":   "guichet/connectors/postgres",
	"github.com/gorilla/websocket":  "guichet/widget",
	"go.etcd.io/bbolt":              "guichet/connectors/spool",
	"github.com/go-telegram/bot":    "guichet/connectors/telegram",
	"github.com/bwmarrin/discordgo": "guichet/connectors/discord",
}

func TestDependenciesPointInwards(t *testing.T) {
	t.Parallel()
	list := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "guichet/...")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		room, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		if room == "guichet/cmd/guichet" || strings.HasSuffix(room, "test") {
			continue // the one that wires, and the test helpers
		}
		allowed, known := mayImport[room]
		if !known {
			t.Errorf("%s is no room of the house", room)
		}
		for _, path := range strings.Fields(imports) {
			if strings.HasPrefix(path, "guichet/") && !slices.Contains(allowed, path) {
				t.Errorf("%s imports %s", room, path)
			}
			for library, home := range livesIn {
				if strings.HasPrefix(path, library) && room != home {
					t.Errorf("%s imports %s, which lives in %s", room, path, home)
				}
			}
			if room == "guichet/bot" && path == "net/http" {
				t.Error("bot imports net/http")
			}
		}
	}
}
