// Package postgrestest gives tests real PostgreSQL databases of their own: [URL] an empty one, [Migrated] one with today's
// schema, [Open] a store over such a one. It fails a test, and never skips it, where there is no PostgreSQL.
package postgrestest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/connectors/postgres"
)

// limit bounds each step here, so that a broken server fails one test and does not stop the run.
const limit = 2 * time.Minute

const folderPrefix = "guichet-test-postgres-"

// URL returns the connection URL of a new empty database, which is dropped when the test has ended, whoever is still
// connected. It stands on the server of GUICHET_TEST_DATABASE_URL, whose role must be allowed to create databases, or
// on a private cluster that the first call starts and that ends with the test process.
func URL(t testing.TB) string {
	t.Helper()
	return create(t, "")
}

// create makes a database for the test, empty or a copy of the one named.
func create(t testing.TB, original string) string {
	t.Helper()
	server, err := serverURL()
	if err != nil {
		t.Fatalf("no PostgreSQL for this test: %v", err)
	}
	name := fmt.Sprintf("guichet_test_%d_%s", os.Getpid(), strings.ToLower(rand.Text()[:10]))
	statement := "CREATE DATABASE " + name
	if original != "" {
		statement += " TEMPLATE " + original
	}
	if err := run(server, statement); err != nil {
		t.Fatalf("create a database for this test: %v", err)
	}
	t.Cleanup(func() {
		if err := run(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database of this test: %v", err)
		}
	})
	address, err := inDatabase(server, name)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// inDatabase is the address of another database on a server.
func inDatabase(server, name string) (string, error) {
	address, err := url.Parse(server)
	if err != nil || address.Scheme == "" {
		return "", errors.New("GUICHET_TEST_DATABASE_URL is not of the form postgres://user@host/database")
	}
	query := address.Query()
	query.Del("dbname") // which would win over the path
	address.Path, address.RawQuery = "/"+name, query.Encode()
	return address.String(), nil
}

func serverURL() (string, error) {
	if named := os.Getenv("GUICHET_TEST_DATABASE_URL"); named != "" {
		return named, nil
	}
	return sharedCluster()
}

// sharedCluster starts the cluster of this process, once. It is never stopped by us, since no test knows that it is
// the last: the kernel does it when the process ends.
var sharedCluster = sync.OnceValues(func() (string, error) {
	removeStale(os.TempDir())
	dir, err := os.MkdirTemp("", fmt.Sprintf("%s%d-", folderPrefix, os.Getpid()))
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o711); err != nil { // for the user that PostgreSQL runs as
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cluster, err := postgres.StartCluster(ctx, dir, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	// Nothing here has to survive a power cut, and on a slow disk waiting for it is most of a test.
	return cluster.URL(), run(cluster.URL(),
		"ALTER SYSTEM SET fsync = off",
		"ALTER SYSTEM SET synchronous_commit = off",
		"ALTER SYSTEM SET full_page_writes = off",
		"SELECT pg_reload_conf()")
})

// removeStale removes what the test processes that have ended left in the folder of temporary files.
func removeStale(temporary string) {
	folders, _ := filepath.Glob(filepath.Join(temporary, folderPrefix+"*"))
	for _, folder := range folders {
		owner, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), folderPrefix), "-")
		pid, err := strconv.Atoi(owner)
		if err == nil && pid > 0 && syscall.Kill(pid, 0) == syscall.ESRCH {
			_ = os.RemoveAll(folder) // what cannot be removed is tried again by the next
		}
	}
}

// run executes statements that cannot stand in a transaction.
func run(server string, statements ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
