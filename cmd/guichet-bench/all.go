package main

import (
	"context"
	"fmt"
	"time"
)

type allCommand struct {
	targetFlags
	Short   bool `help:"Some minutes in place of a quarter of an hour: fewer and shorter, to see that all of it works."`
	Million bool `help:"Also the knowledge of a million passages, which takes minutes to build."`
	Sockets int  `help:"Silent sockets; both ends of each, and those to the echo, are on this machine." default:"0"`
}

// Run measures everything, each on a server of its own that has nothing else to do.
func (c *allCommand) Run(ctx context.Context, r *report) error {
	if c.Serve == "" {
		return fmt.Errorf("all of it needs servers of its own: --serve bin/guichet")
	}
	for _, one := range c.plan() {
		r.say("— %s", one.name)
		if err := one.Run(ctx, r); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
	}
	return nil
}

// step is one of the other commands.
type step struct {
	name string
	scenario
}

type scenario interface {
	Run(ctx context.Context, r *report) error
}

// plan says how much of each: some fifteen minutes, three when short.
func (c *allCommand) plan() []step {
	pick := func(long, short int) int {
		if c.Short {
			return short
		}
		return long
	}
	span := func(long, short time.Duration) time.Duration {
		if c.Short {
			return short
		}
		return long
	}
	concurrency, sizes := []int{16, 64, 256}, []int{100, 10_000, 100_000}
	if c.Short {
		concurrency, sizes = []int{16}, []int{100, 1000}
	}
	if c.Million {
		sizes = append(sizes, 1_000_000)
	}
	sockets := c.Sockets
	if sockets == 0 {
		sockets = pick(9900, 500) // both, ours and the echo's, in one generator that may open 20 000 files
	}
	f := c.targetFlags
	return []step{
		{"start", &startCommand{f, pick(9, 3), span(40*time.Second, 10*time.Second)}},
		{"ask", &askCommand{f, concurrency, pick(1000, 200), span(15*time.Second, 3*time.Second)}},
		{"idle", &idleCommand{f, sockets, span(80*time.Second, 35*time.Second)}},
		{"visitors", &visitorsCommand{f, pick(5000, 200), span(10*time.Second, 5*time.Second), span(5*time.Minute, 15*time.Second)}},
		{"agents", &agentsCommand{f, pick(500, 30), pick(8, 2), span(20*time.Second, 3*time.Second)}},
		{"telegram", &telegramCommand{f, pick(100, 20), pick(5, 2)}},
		{"passages", &passagesCommand{sizes, pick(400, 100), ""}},
	}
}
