package bottest

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"guichet/bot"
	"guichet/knowledge"
)

// Engine returns the engine over the shipped knowledge, the same for all the tests of a process.
func Engine(t testing.TB) *bot.Engine {
	t.Helper()
	engine, err := ShippedEngine()
	if err != nil {
		t.Fatalf("build the shipped knowledge: %v", err)
	}
	return engine
}

// ShippedEngine is [Engine] for a program that a test starts.
func ShippedEngine() (*bot.Engine, error) { return shipped() }

// shipped builds the engine once. Learning under the race detector takes minutes: what "make build" learned from the same
// contents is used when it is there, and kept there when it is not.
var shipped = sync.OnceValues(func() (*bot.Engine, error) {
	contents, _, err := knowledge.Shipped()
	if err != nil {
		return nil, err
	}
	examples, err := bot.Examples()
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	base, err := knowledge.Open(filepath.Join(cache, "guichet"), contents, examples)
	if err != nil {
		return nil, err
	}
	return bot.NewEngine(base), nil
})
