package widget

import (
	"context"
	"sync/atomic"
)

// mostIdle is how many goroutines of a crew wait for more work.
const mostIdle = 64

// crew does pieces of work, each at once and in a goroutine. One that is done waits for the next piece: its stack has
// grown to what such work needs, and growing a new one is a tenth of what a message costs.
type crew struct {
	over   context.Context // ends those that wait
	fallen func(p any)     // told of a panic, which ends a piece of work and not the process
	work   chan func()
	idle   atomic.Int32
}

func newCrew(over context.Context, fallen func(p any)) *crew {
	return &crew{over: over, fallen: fallen, work: make(chan func())}
}

// do has a piece of work done and does not wait for it.
func (c *crew) do(work func()) {
	select {
	case c.work <- work: // somebody waits
	default:
		go c.run(work)
	}
}

func (c *crew) run(work func()) {
	for {
		c.one(work)
		if c.idle.Add(1) > mostIdle {
			c.idle.Add(-1)
			return
		}
		select {
		case work = <-c.work:
			c.idle.Add(-1)
		case <-c.over.Done():
			return
		}
	}
}

// one does a piece of work. Whoever gives it recovers what it must end: here nobody knows for whom it was.
func (c *crew) one(work func()) {
	defer func() {
		if p := recover(); p != nil {
			c.fallen(p)
		}
	}()
	work()
}
