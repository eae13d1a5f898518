package main

import (
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The rooms and what each may import of ours: dependencies point inwards (docs/architecture.md).
var mayImport = map[string][]string{
	"guichet/faq":                 {},
	"guichet/knowledge":           {"guichet/faq"},
	"guichet/bot":                 {"guichet/faq", "guichet/knowledge", "guichet/bot/prose", "guichet/bot/secret"},
	"guichet/bot/courier":         {"guichet/bot"},
	"guichet/bot/prose":           {},
	"guichet/bot/publish":         {"guichet/bot", "guichet/faq", "guichet/knowledge"},
	"guichet/bot/secret":          {},
	"guichet/bot/sample":          {"guichet/bot"},
	"guichet/widget":              {"guichet/bot", "guichet/knowledge"},
	"guichet/connectors/desk":     {"guichet/bot", "guichet/bot/publish", "guichet/knowledge", "guichet/bot/secret"},
	"guichet/connectors/postgres": {"guichet/bot"},
	"guichet/connectors/telegram": {"guichet/bot", "guichet/bot/courier", "guichet/bot/prose", "guichet/bot/secret"},
	"guichet/connectors/discord":  {"guichet/bot", "guichet/bot/courier", "guichet/bot/prose", "guichet/bot/secret"},
	"guichet/connectors/files":    {"guichet/bot", "guichet/bot/secret"},
	"guichet/connectors/gate":     {},
	"guichet/connectors/mail":     {"guichet/bot", "guichet/bot/secret"},
	"guichet/connectors/api":      {"guichet/bot", "guichet/knowledge"},
	"guichet/connectors/webhook":  {"guichet/bot"},
	"guichet/connectors/metrics":  {"guichet/bot", "guichet/bot/secret"},
	"guichet/connectors/spool":    {"guichet/bot"},
}

// Each library that stays in one room.
var livesIn = map[string]string{
	"github.com/blevesearch/bleve":  "guichet/knowledge",
	"github.com/jackc/pgx":          "guichet/connectors/postgres",
	"github.com/riverqueue/river":   "guichet/connectors/postgres",
	"github.com/gorilla/websocket":  "guichet/widget",
	"github.com/tus/tusd":           "guichet/widget",
	"go.etcd.io/bbolt":              "guichet/connectors/spool",
	"github.com/go-telegram/bot":    "guichet/connectors/telegram",
	"github.com/bwmarrin/discordgo": "guichet/connectors/discord",
	"github.com/minio/minio-go":     "guichet/connectors/files",
	"github.com/wneessen/go-mail":   "guichet/connectors/mail",
	"github.com/prometheus":         "guichet/connectors/metrics",
	"github.com/standard-webhooks":  "guichet/connectors/webhook",
	"github.com/coreos/go-oidc":     "guichet/connectors/desk",
	"golang.org/x/oauth2":           "guichet/connectors/desk",
	"github.com/pquerna/otp":        "guichet/connectors/desk",
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
		if strings.HasPrefix(room, "guichet/cmd/") || strings.HasSuffix(room, "test") {
			continue // what wires, what measures, and the test helpers
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
			if strings.HasPrefix(room, "guichet/bot") && path == "net/http" {
				t.Error("bot imports net/http")
			}
		}
	}
}

// A file that is written beside and moved into its place without a flush is empty after some power cuts, where the old one or
// the new one was promised. renameio does it, or the file is flushed where it is moved (connectors/files).
func TestNoFileIsReplacedWithoutAFlush(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(root, path)
		if code := string(text); strings.Contains(code, ".WriteFile(") && strings.Contains(code, ".Rename(") {
			t.Errorf("%s writes a file and moves one: renameio.WriteFile", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
