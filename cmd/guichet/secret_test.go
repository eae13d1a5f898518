package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// away is a database that has not answered yet.
func away(t *testing.T, url string, log *journal) *database {
	t.Helper()
	db, err := postgres.New(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return &database{DB: db, log: slog.New(slog.NewTextHandler(log, nil))}
}

func TestASecretIsTheSameWithAndWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	url, flags, log := postgrestest.URL(t), databaseFlags{Data: t.TempDir()}, &journal{}
	first := flags.secrets(away(t, url, log))
	made, err := first.get(t.Context(), "visitor")
	if err != nil || len(made) != 32 {
		t.Fatalf("%x, %v", made, err)
	}
	info, err := os.Stat(filepath.Join(flags.Data, "secrets", "visitor"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if again, err := flags.secrets(away(t, url, log)).get(t.Context(), "visitor"); err != nil || !bytes.Equal(again, made) {
		t.Errorf("the next start without the database has %x, %v", again, err)
	}
	if err := first.db.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := first.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kept, err := first.db.Secret(t.Context(), "visitor"); err != nil || !bytes.Equal(kept, made) {
		t.Errorf("the database has %x, %v", kept, err)
	}
	if log.String() != "" {
		t.Errorf("it says %s", log)
	}
}

func TestASecretThatOthersHaveIsTakenOverAndSaidAloud(t *testing.T) {
	t.Parallel()
	url, flags, log := postgrestest.URL(t), databaseFlags{Data: t.TempDir()}, &journal{}
	late := flags.secrets(away(t, url, log))
	if _, err := late.get(t.Context(), "visitor"); err != nil {
		t.Fatal(err)
	}
	if err := late.db.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	theirs, err := late.db.Secret(t.Context(), "visitor")
	if err != nil {
		t.Fatal(err)
	}
	if err := late.settle(t.Context()); err != nil || !strings.Contains(log.String(), "restart it now") {
		t.Errorf("%v, it says %s", err, log)
	}
	if next, err := flags.secrets(away(t, url, log)).get(t.Context(), "visitor"); err != nil || !bytes.Equal(next, theirs) {
		t.Errorf("the next start has %x, %v; the others have %x", next, err, theirs)
	}
}
