package widget

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
)

func TestACrewDoesEachPieceAtOnceAndEndsWithItsServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which fails when a goroutine outlives it
		ctx, cancel := context.WithCancel(t.Context())
		c := newCrew(ctx, func(p any) { t.Error(p) })
		for range 3 { // the second and third time by those that wait
			var begun, done sync.WaitGroup
			held := make(chan struct{})
			for range 2 * mostIdle {
				begun.Add(1)
				done.Add(1)
				c.do(func() { begun.Done(); <-held; done.Done() })
			}
			begun.Wait() // all of them, though none has ended
			close(held)
			done.Wait()
			synctest.Wait()
			if n := c.idle.Load(); n != mostIdle {
				t.Fatalf("%d wait for work, want %d", n, mostIdle)
			}
		}
		cancel()
	})
}
