//go:build !race

package widget_test

import (
	"net/http/httptest"
	"runtime"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	door "guichet/connectors/gate"
)

const (
	// stackOfASilentOne is what a silent visitor may have: the smallest stack there is, which is 2 KiB, and a part of the spans of
	// larger ones that are in use only here and there. The next larger stack is 4 KiB.
	stackOfASilentOne = 3 << 10

	// Those who have just worked for the visitors wait for more work: so many at most, with stacks that have grown.
	ofTheCrew       = 64
	stacksOfTheCrew = ofTheCrew * 8 << 10
)

// Not parallel: it counts what the whole process has. Not under the race detector, whose frames are larger.
func TestASilentVisitorIsOneGoroutineOnTheSmallestStackWhateverWentBefore(t *testing.T) {
	const visitors = 1000
	f := newFixture(t)
	f.server.Hurry(time.Hour, time.Hour, time.Second) // however slow this machine is, nobody is pinged and nobody cut
	front := httptest.NewUnstartedServer(f.server.Handler())
	front.Listener = door.Listen(front.Listener, door.Limits{}) // as in the program: it stands on the stack too
	front.Start()
	t.Cleanup(front.Close)
	join := func() *client {
		c := dial(t, front.URL)
		c.hello("", 0)
		return c
	}
	join() // what the first one loads is nobody's
	goroutines, stacks := inUse()

	// The runtime begins stacks as large as they are on average: here, as while a server starts, larger than the smallest.
	busy := deepStacks(visitors)
	runtime.GC()
	silent := make([]*client, visitors)
	for i := range silent {
		silent[i] = join()
	}
	busy()
	runtime.GC()
	for _, c := range silent { // a pong is all that a browser sends by itself
		if err := c.WriteControl(websocket.PongMessage, nil, time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
	}

	for deadline := time.Now().Add(patience); ; { // until the last pong has arrived
		nowGoroutines, nowStacks := inUse()
		goroutinesOfAll, stackOfEach := nowGoroutines-goroutines, (nowStacks-stacks-stacksOfTheCrew)/visitors
		if goroutinesOfAll <= visitors+ofTheCrew+10 && stackOfEach <= stackOfASilentOne {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d silent visitors have %d goroutines, and %d bytes of stack each; at most %d are wanted", visitors, goroutinesOfAll, stackOfEach, stackOfASilentOne)
		}
	}
}

// deepStacks starts goroutines that use much of a stack until done is called.
func deepStacks(n int) (done func()) {
	var deep, ended sync.WaitGroup
	release := make(chan struct{})
	deep.Add(n)
	for range n {
		ended.Go(func() { deepen(64, func() { deep.Done(); <-release }) })
	}
	deep.Wait()
	return func() { close(release); ended.Wait() }
}

//go:noinline
func deepen(calls int, then func()) {
	if calls == 0 {
		then()
		return
	}
	deepen(calls-1, then)
}

// inUse counts the goroutines, and the bytes of their stacks once the collector has halved what it can.
func inUse() (goroutines, stacks int) {
	runtime.GC()
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(sample)
	return runtime.NumGoroutine(), int(sample[0].Value.Uint64())
}
