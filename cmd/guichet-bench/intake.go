package main

import (
	"context"
	"fmt"
	"time"
)

type intakeCommand struct {
	targetFlags
	Tickets     int `help:"Whole requests." default:"1000"`
	Concurrency int `help:"People at once." default:"16"`
}

// Run measures and adds the figures.
func (c *intakeCommand) Run(ctx context.Context, r *report) error {
	t, err := c.open(ctx, r)
	if err != nil {
		return err
	}
	defer t.stop()
	_, err = c.measure(ctx, r, t)
	return err
}

// measure has people declare claims, and compares what they were told with what the server counts. It returns the
// references.
func (c *intakeCommand) measure(ctx context.Context, r *report, t *target) ([]string, error) {
	before, err := t.figures(ctx)
	if err != nil {
		return nil, err
	}
	took := newLatencies()
	references := make([]string, c.Tickets)
	r.say("%d requests, %d people at once", c.Tickets, c.Concurrency)
	began := time.Now()
	err = inParallel(c.Tickets, c.Concurrency, func(i int) (err error) {
		start := time.Now()
		references[i], err = declare(ctx, t.base, c.Site, i)
		took.add(time.Since(start))
		return err
	})
	if err != nil {
		return nil, err
	}
	perSecond := float64(c.Tickets) / time.Since(began).Seconds()
	after, err := t.figures(ctx)
	if err != nil {
		return nil, err
	}
	opened := sum(after, "guichet_tickets_opened_total") - sum(before, "guichet_tickets_opened_total")
	r.add(figure{Scenario: "intake", Name: fmt.Sprintf("requests of two messages to tickets, %d people at once", c.Concurrency), Value: perSecond, Unit: "/s"})
	r.add(figure{Scenario: "intake", Name: "50th percentile, with the opening of the socket", Value: took.at(50), Unit: "ms"})
	r.add(figure{Scenario: "intake", Name: "99th percentile", Value: took.at(99), Unit: "ms"})
	r.add(figure{Scenario: "intake", Name: "tickets opened", Value: opened, Floor: float64(c.Tickets), FloorIs: "told to people"}.atLeast(1))
	return references, nil
}

// declare has one person tell a claim and confirm it; it returns the ticket's reference.
func declare(ctx context.Context, base, site string, i int) (string, error) {
	v, err := connect(ctx, base, site, "")
	if err != nil {
		return "", err
	}
	defer hangUp([]*visitor{v})
	day := time.Now().AddDate(0, 0, -3)
	text := fmt.Sprintf("Sinistre à déclarer : le %s au marché de Sisteron ma remorque a embouti l’étal voisin. Attestation %d, mail remorque%d@example.org, 07 11 22 33 44.",
		day.Format("02/01/2006"), 50000+i%9999, i)
	if _, err := v.ask(text, ""); err != nil {
		return "", err
	}
	reply, err := v.ask("je confirme", "")
	if err == nil && reply.Reference == "" {
		err = fmt.Errorf("a confirmed request has no reference: the reply is %q", reply.Kind)
	}
	return reply.Reference, err
}
