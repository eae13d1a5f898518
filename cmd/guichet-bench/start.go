package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

type startCommand struct {
	targetFlags
	Times int           `help:"How often it is started." default:"9"`
	Rest  time.Duration `help:"How long the last one rests before its memory is read." default:"40s"`
}

// Run measures and adds the figures.
func (c *startCommand) Run(ctx context.Context, r *report) error {
	if c.Serve == "" {
		return fmt.Errorf("a start needs a program to start: --serve bin/guichet")
	}
	// A database that is away: nobody listens at the address.
	address, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	without := c.targetFlags
	without.DatabaseURL = "postgres://guichet@" + address + "/guichet"
	var took, used []float64
	for range c.Times + 1 { // the first fills the cache and does not count
		seconds, processor, err := without.firstAnswer(ctx)
		if err != nil {
			return err
		}
		took, used = append(took, seconds), append(used, processor)
	}
	took, used = took[1:], used[1:]
	slices.Sort(took)
	slices.Sort(used)
	start := figure{Scenario: "start", Name: fmt.Sprintf("without PostgreSQL: start to the first answer, median of %d", len(took)), Value: took[len(took)/2], Unit: "s"}
	r.add(start.atMost(0.3))
	r.add(figure{Scenario: "start", Name: "processor time of it, median", Value: used[len(used)/2], Unit: "s"})
	r.add(figure{Scenario: "start", Name: "the slowest of them", Value: took[len(took)-1], Unit: "s"})

	t, err := c.open(ctx, r)
	if err != nil {
		return err
	}
	defer t.stop()
	r.add(figure{Scenario: "start", Name: "with its own PostgreSQL: start to ready", Value: time.Since(t.began).Seconds(), Unit: "s"})
	at, err := resident(t.pid)
	if err != nil {
		return err
	}
	r.add(figure{Scenario: "start", Name: "memory when ready", Value: at.all / (1 << 20), Unit: "MiB"})
	r.say("resting for %s", c.Rest)
	if err := pause(ctx, c.Rest); err != nil {
		return err
	}
	if at, err = resident(t.pid); err != nil {
		return err
	}
	rest := figure{Scenario: "start", Name: "memory at rest, with the shipped knowledge", Value: at.all / (1 << 20), Unit: "MiB"}
	r.add(rest.atMost(64))
	r.add(figure{Scenario: "start", Name: "of it its own, not mapped from files", Value: at.anon / (1 << 20), Unit: "MiB"})
	return nil
}

// firstAnswer starts a server, asks one question over a socket as soon as one opens, and ends it.
func (f targetFlags) firstAnswer(ctx context.Context) (seconds, processor float64, err error) {
	t, err := f.start(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer t.stop()
	deadline := time.Now().Add(startPatience)
	for {
		v, err := connect(ctx, t.base, f.Site, "")
		if err != nil {
			if time.Now().After(deadline) || ctx.Err() != nil {
				return 0, 0, err
			}
			time.Sleep(time.Millisecond)
			continue
		}
		_, err = v.ask(questions[0], "")
		seconds = time.Since(t.began).Seconds()
		hangUp([]*visitor{v})
		if err == nil {
			processor, err = processorTime(t.pid)
		}
		return seconds, processor, err
	}
}
