// Package faqtest gives tests the real pages that the shipped contents were imported from.
package faqtest

import (
	"os"
	"path/filepath"
	"testing"
)

// Page reads the real page whose file begins with prefix, from ../shared/corpus beside the repository. It is not part
// of the repository: without it the test is skipped, except in CI where it must be there.
func Page(t testing.TB, prefix string) (name string, data []byte) {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for root != filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		root = filepath.Dir(root)
	}
	pattern := filepath.Join(root, "..", "shared", "corpus", prefix+"*.txt")
	found, err := filepath.Glob(pattern)
	switch {
	case err != nil:
		t.Fatal(err)
	case len(found) == 1:
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is missing, in CI it must be there", pattern)
	default:
		t.Skipf("%s is missing: the real pages are not part of the repository", pattern)
	}
	data, err = os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return found[0], data
}
