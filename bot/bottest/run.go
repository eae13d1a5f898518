package bottest

import (
	"context"
	"sync"
	"testing"
)

// Run runs components until the test ends or stop is called, which both wait for their end. One that returns an error fails the
// test.
func Run(t testing.TB, components ...func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background()) // not the test's, which ends before its clean-up
	var running sync.WaitGroup
	for _, run := range components {
		running.Go(func() {
			if err := run(ctx); err != nil {
				t.Errorf("Run: %v", err)
			}
		})
	}
	stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	t.Cleanup(stop)
	return stop
}
