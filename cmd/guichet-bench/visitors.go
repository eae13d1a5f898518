package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

type visitorsCommand struct {
	targetFlags
	People int           `help:"Visitors." default:"5000"`
	Every  time.Duration `help:"How often each asks." default:"10s"`
	For    time.Duration `help:"For how long." default:"5m"`
}

// Run measures and adds the figures.
func (c *visitorsCommand) Run(ctx context.Context, r *report) error {
	t, err := c.open(ctx, r)
	if err != nil {
		return err
	}
	defer t.stop()
	return c.measure(ctx, r, t)
}

// crowd is many visitors who ask now and then.
type crowd struct {
	took                     *latencies
	answers, errors, returns atomic.Int64
}

func (c *visitorsCommand) measure(ctx context.Context, r *report, t *target) error {
	r.say("opening %d sockets", c.People)
	people, err := openVisitors(ctx, t.base, c.Site, c.People)
	if err != nil {
		return err
	}
	defer hangUp(people)
	r.say("%d visitors ask every %s for %s", c.People, c.Every, c.For)
	all := &crowd{took: newLatencies()}
	asking, stop := context.WithTimeout(ctx, c.For)
	defer stop()
	var group sync.WaitGroup
	for i := range people {
		group.Go(func() { all.talk(asking, c, t.base, &people[i], i) })
	}
	early, late, err := c.watch(asking, t)
	group.Wait()
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	perSecond := float64(c.People) / c.Every.Seconds()
	name := func(what string) string {
		return fmt.Sprintf("%d ask every %s for %s: %s", c.People, c.Every, c.For, what)
	}
	r.add(figure{Scenario: "visitors", Name: name("answers"), Value: float64(all.answers.Load()), Unit: "", Floor: perSecond * c.For.Seconds(), FloorIs: "due"}.atLeast(0.95))
	r.add(figure{Scenario: "visitors", Name: "errors", Value: float64(all.errors.Load())}.atMost(0))
	r.add(figure{Scenario: "visitors", Name: "reconnections", Value: float64(all.returns.Load())}.atMost(0))
	r.add(figure{Scenario: "visitors", Name: "50th percentile", Value: all.took.at(50), Unit: "ms"})
	r.add(figure{Scenario: "visitors", Name: "99th percentile", Value: all.took.at(99), Unit: "ms"})
	r.add(figure{Scenario: "visitors", Name: "slowest", Value: all.took.at(100), Unit: "ms"})
	for _, grown := range []struct {
		name, figure, unit string
		by, most           float64
	}{
		{"goroutines at the end", "go_goroutines", "", 1, 1.05},
		{"memory at the end", "process_resident_memory_bytes", "MiB", 1 << 20, 1.15},
	} {
		r.add(figure{Scenario: "visitors", Name: grown.name, Value: late[grown.figure] / grown.by, Unit: grown.unit, Floor: early[grown.figure] / grown.by, FloorIs: "a third of the time before"}.atMost(grown.most))
	}
	return nil
}

// talk asks every so often, from a moment of its own on. A visitor whose socket ends comes back with the token, as a
// browser does. What is answered late is measured from when it was due.
func (all *crowd) talk(ctx context.Context, c *visitorsCommand, base string, v **visitor, number int) {
	random := rand.New(rand.NewPCG(uint64(number), 1))
	due := time.Now().Add(time.Duration(random.Int64N(int64(c.Every))))
	for n := 0; pause(ctx, time.Until(due)) == nil; n++ {
		_, err := (*v).ask(questions[(number+n)%len(questions)], "")
		if err == nil {
			all.took.add(time.Since(due))
			all.answers.Add(1)
		} else {
			all.errors.Add(1)
			again, problem := connect(ctx, base, c.Site, (*v).token)
			if problem == nil {
				all.returns.Add(1)
				_ = (*v).conn.Close()
				again.asked = (*v).asked
				*v = again
			}
		}
		due = due.Add(c.Every)
	}
}

// watch reads the server's figures: once a third of the time is over, when every buffer has its size, and at the end.
func (c *visitorsCommand) watch(ctx context.Context, t *target) (early, late map[string]float64, err error) {
	if err := pause(ctx, c.For/3); err != nil {
		return nil, nil, err
	}
	if early, err = t.highest(ctx, c.For/6); err != nil {
		return nil, nil, err
	}
	if err := pause(ctx, c.For/6); err != nil {
		return nil, nil, err
	}
	late, err = t.highest(ctx, c.For/6)
	return early, late, err
}

// highest reads the figures for a while and keeps the highest of each: memory rises and falls with each collection.
func (t *target) highest(ctx context.Context, span time.Duration) (map[string]float64, error) {
	top := map[string]float64{}
	for end := time.Now().Add(span); ; {
		now, err := t.figures(ctx)
		if err != nil {
			return nil, err
		}
		for name, value := range now {
			top[name] = max(top[name], value)
		}
		if time.Now().After(end) {
			return top, nil
		}
		if err := pause(ctx, min(time.Second, span/4)); err != nil {
			return nil, err
		}
	}
}
