package postgrestest

import (
	"context"
	"os"
	"sync"
	"testing"

	"guichet/connectors/postgres"
)

// Open returns a store over a database of the test's own, closed when the test has ended.
func Open(t testing.TB) *postgres.DB {
	t.Helper()
	return OpenAt(t, Migrated(t))
}

// OpenAt returns a store over the database that url names, as one more replica of it; closed when the test has ended.
func OpenAt(t testing.TB, url string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatalf("open the database of this test: %v", err)
	}
	t.Cleanup(db.Close)
	return db
}

// Migrated is [URL] with today's schema in the database. Where the cluster is ours it is a copy of one that the first call
// migrates, which takes half the time of migrating each.
func Migrated(t testing.TB) string {
	t.Helper()
	if os.Getenv("GUICHET_TEST_DATABASE_URL") != "" {
		url := URL(t) // nobody would drop the original, when the last of the test processes has ended
		OpenAt(t, url).Close()
		return url
	}
	original, err := migratedOriginal()
	if err != nil {
		t.Fatalf("migrate a database for this test: %v", err)
	}
	return create(t, original)
}

// migratedOriginal makes the database that is copied, once; it goes with the cluster.
var migratedOriginal = sync.OnceValues(func() (string, error) {
	server, err := sharedCluster()
	if err != nil {
		return "", err
	}
	const name = "guichet_test_original"
	if err := run(server, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	url, err := inDatabase(server, name)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	db, err := postgres.Open(ctx, url)
	if err != nil {
		return "", err
	}
	db.Close() // who is connected to a database keeps it from being copied
	return name, nil
})
