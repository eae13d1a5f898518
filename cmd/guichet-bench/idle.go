package main

import (
	"context"
	"fmt"
	"time"
)

type idleCommand struct {
	targetFlags
	Sockets int           `help:"Open sockets." default:"10000"`
	Settle  time.Duration `help:"How long they are silent before the memory is read: both give back what is not in use every half minute." default:"80s"`
}

// Run measures and adds the figures.
func (c *idleCommand) Run(ctx context.Context, r *report) error {
	t, err := c.open(ctx, r)
	if err != nil {
		return err
	}
	defer t.stop()
	return c.measure(ctx, r, t)
}

// measure opens the same number of sockets to the server and to the echo, waits, and compares what each process grew by.
func (c *idleCommand) measure(ctx context.Context, r *report, t *target) error {
	echo, err := startEcho(ctx)
	if err != nil {
		return err
	}
	defer echo.stop()
	if err := filesFor(2 * c.Sockets); err != nil {
		return fmt.Errorf("sockets to both, the server and the echo: %w", err)
	}
	// One of each first, so that what the first one loads is no socket's.
	visitors, err := openVisitors(ctx, t.base, c.Site, 1)
	if err != nil {
		return err
	}
	hangUp(visitors)
	if err := pause(ctx, c.Settle/2); err != nil {
		return err
	}
	before, bareBefore, err := c.lowest(ctx, t, echo)
	if err != nil {
		return err
	}
	stacks, err := t.figures(ctx)
	if err != nil {
		return err
	}
	r.say("opening %d sockets twice", c.Sockets)
	if visitors, err = openVisitors(ctx, t.base, c.Site, c.Sockets); err != nil {
		return err
	}
	defer hangUp(visitors)
	echoed, err := openBare(ctx, echo.base, c.Sockets)
	if err != nil {
		return err
	}
	defer func() {
		for _, b := range echoed {
			_ = b.Close()
		}
	}()
	// A client answers pings as it reads.
	for _, v := range visitors {
		go func() {
			_ = v.conn.SetReadDeadline(time.Time{})
			for {
				if _, _, err := v.conn.ReadMessage(); err != nil {
					return
				}
			}
		}()
	}
	r.say("silence for %s", c.Settle)
	if err := pause(ctx, c.Settle); err != nil {
		return err
	}
	after, bareAfter, err := c.lowest(ctx, t, echo)
	if err != nil {
		return err
	}
	figures, err := t.figures(ctx)
	if err != nil {
		return err
	}
	if open := int(figures["guichet_chat_sockets"]); open < c.Sockets {
		return fmt.Errorf("only %d of %d silent sockets are still open", open, c.Sockets)
	}
	each := func(grown float64) float64 { return grown / float64(c.Sockets) / 1024 }
	visitor := figure{Scenario: "idle", Name: fmt.Sprintf("%d silent visitors: memory of each", c.Sockets), Value: each(after.all - before.all), Unit: "KiB", Floor: each(bareAfter.all - bareBefore.all), FloorIs: "bare gorilla, same buffers"}
	r.add(visitor.atMost(1.3))
	r.add(figure{Scenario: "idle", Name: "of it in use on the heap", Value: each(figures["go_memstats_heap_inuse_bytes"] - stacks["go_memstats_heap_inuse_bytes"]), Unit: "KiB"})
	r.add(figure{Scenario: "idle", Name: "of it stacks", Value: each(figures["go_memstats_stack_inuse_bytes"] - stacks["go_memstats_stack_inuse_bytes"]), Unit: "KiB"})
	r.add(figure{Scenario: "idle", Name: "goroutines for each", Value: (figures["go_goroutines"] - stacks["go_goroutines"]) / float64(c.Sockets), Unit: ""})
	r.add(figure{Scenario: "idle", Name: "the whole process", Value: after.all / (1 << 20), Unit: "MiB"})
	return nil
}

// lowest reads both for a while and keeps the least of each: what is garbage between two collections is no socket's.
func (c *idleCommand) lowest(ctx context.Context, t, echo *target) (server, bare memory, err error) {
	for end := time.Now().Add(c.Settle / 2); ; {
		one, err := resident(t.pid)
		if err != nil {
			return server, bare, err
		}
		other, err := resident(echo.pid)
		if err != nil {
			return server, bare, err
		}
		if server.all == 0 || one.all < server.all {
			server = one
		}
		if bare.all == 0 || other.all < bare.all {
			bare = other
		}
		if time.Now().After(end) {
			return server, bare, nil
		}
		if err := pause(ctx, min(time.Second, c.Settle/20)); err != nil {
			return server, bare, err
		}
	}
}

// pause waits, or ends with ctx.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
