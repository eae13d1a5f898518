package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// questions are what the generator's visitors ask.
var questions = []string{
	"Comment obtenir un extrait Kbis ?", "g besoin d1 kbis vite fé koman", "comment renouveler mon contrat ?", "quels moyens de paiement sont acceptés ?",
	"je n’ai pas reçu mon attestation", "où télécharger mon attestation", "je me suis trompé dans ma souscription", "que faire après un vol sur mon étal ?",
	"puis-je me rétracter", "où trouver mon numéro client", "comment me connecter à mon espace", "peut-on avoir l’attestation par courrier ?",
	"télécharger le contrat", "merci beaucoup", "quel temps fait-il à Lyon",
}

// What the server takes of one visitor: five frames a second, twenty at once. The generator stays below, with as many
// visitors as that needs.
const (
	visitorRate  = 4.5
	visitorBurst = 15
)

type askCommand struct {
	targetFlags
	Concurrency []int         `help:"How many questions are under way at once." default:"16,64,256"`
	Sockets     int           `help:"Open conversations they are asked in." default:"1000"`
	For         time.Duration `help:"How long each is measured." default:"15s"`
}

// Run measures and adds the figures.
func (a *askCommand) Run(ctx context.Context, r *report) error {
	t, err := a.open(ctx, r)
	if err != nil {
		return err
	}
	defer t.stop()
	return a.measure(ctx, r, t)
}

func (a *askCommand) measure(ctx context.Context, r *report, t *target) error {
	visitors, err := openVisitors(ctx, t.base, a.Site, a.Sockets)
	if err != nil {
		return err
	}
	defer hangUp(visitors)
	echo, err := startEcho(ctx)
	if err != nil {
		return err
	}
	defer echo.stop()
	echoed, err := openBare(ctx, echo.base, a.Sockets)
	if err != nil {
		return err
	}
	defer func() {
		for _, b := range echoed {
			_ = b.Close()
		}
	}()
	people := newPool(visitors)
	r.say("warming up")
	if _, _, err := asFastAs(ctx, 16, a.For/5, people.ask); err != nil {
		return err
	}
	for _, n := range a.Concurrency {
		if err := a.atOnce(ctx, r, t, n, people, echoed); err != nil {
			return err
		}
	}
	r.note("Generator and server share the machine's %d processors. The questions of “ask” are asked in %d conversations, each below the rate that the server grants a visitor.", r.Machine.CPUs, a.Sockets)
	return nil
}

// atOnce measures one concurrency: questions as fast as they are answered, then half as many, paced, each beside its floors.
func (a *askCommand) atOnce(ctx context.Context, r *report, t *target, n int, people *pool, echoed []bare) error {
	var alone commits
	idle, _ := t.cost()
	floor, err := pgbench(ctx, t.database, n, a.For)
	before, _ := t.cost()
	if err == nil {
		alone, err = pgbench(ctx, t.database, 1, a.For/3)
	}
	if err != nil {
		r.note("No floor of commits: %s.", err)
	}
	r.say("%d at once, as fast as answered", n)
	insert := before.since(idle)
	began, known := t.cost()
	count, took, err := asFastAs(ctx, n, a.For, people.ask)
	if err != nil {
		return err
	}
	ended, _ := t.cost()
	perSecond := float64(count) / a.For.Seconds()
	fastest := figure{Scenario: "ask", Name: fmt.Sprintf("%d at once: answered and committed", n), Value: perSecond, Unit: "/s", Floor: floor.rate, FloorIs: fmt.Sprintf("pgbench, one-row inserts, %d connections", floor.connections)}
	r.add(fastest.atLeast(1))
	if known && count > 0 && floor.count > 0 {
		r.addCost(n, ended.since(began), float64(count), insert.database+floor.client, floor.count)
	}
	r.add(figure{Scenario: "ask", Name: fmt.Sprintf("%d at once: 50th percentile", n), Value: took.at(50), Unit: "ms"})
	r.add(figure{Scenario: "ask", Name: fmt.Sprintf("%d at once: 99th percentile", n), Value: took.at(99), Unit: "ms"})

	half := perSecond / 2
	r.say("%.0f a second, paced", half)
	paced, err := pacedAt(ctx, half, a.For, people.ask)
	if err != nil {
		return err
	}
	places := make(chan bare, len(echoed))
	for _, b := range echoed {
		places <- b
	}
	bareTook, err := pacedAt(ctx, half, a.For, func(i int) error {
		b := <-places
		defer func() { places <- b }()
		return b.ask(questions[i%len(questions)])
	})
	if err != nil {
		return err
	}
	r.add(figure{Scenario: "ask", Name: fmt.Sprintf("half of that, %.0f/s paced: 50th percentile", half), Value: paced.at(50), Unit: "ms", Floor: bareTook.at(50) + alone.latency, FloorIs: "echo + one commit"})
	tail := figure{Scenario: "ask", Name: fmt.Sprintf("half of that, %.0f/s paced: 99th percentile", half), Value: paced.at(99), Unit: "ms", Floor: bareTook.at(99) + alone.latency, FloorIs: fmt.Sprintf("echo's 99th, %s ms, + one commit, %s ms", number(bareTook.at(99)), number(alone.latency))}
	r.add(tail.atMost(3))
	return nil
}

// pool hands visitors out in turn, so that each has the longest rest.
type pool struct{ free chan *paced }

type paced struct {
	*visitor
	limit *rate.Limiter
}

func newPool(visitors []*visitor) *pool {
	p := &pool{make(chan *paced, len(visitors))}
	for _, v := range visitors {
		p.free <- &paced{v, rate.NewLimiter(visitorRate, visitorBurst)}
	}
	return p
}

// ask has the next visitor ask the i-th question.
func (p *pool) ask(i int) error {
	v := <-p.free
	defer func() { p.free <- v }()
	if err := v.limit.Wait(context.Background()); err != nil {
		return err
	}
	_, err := v.ask(questions[i%len(questions)], "")
	return err
}

// asFastAs does something from n places at once, each again as soon as it is done, and returns how often and how long it
// took.
func asFastAs(ctx context.Context, n int, span time.Duration, do func(i int) error) (count int64, took *latencies, err error) {
	took = newLatencies()
	var asked atomic.Int64
	end := time.Now().Add(span)
	err = inParallel(n, n, func(int) error {
		for ctx.Err() == nil && time.Now().Before(end) {
			began := time.Now()
			if err := do(int(asked.Add(1))); err != nil {
				return err
			}
			if now := time.Now(); now.Before(end) {
				took.add(now.Sub(began))
			}
		}
		return ctx.Err()
	})
	return took.count(), took, err
}

// pacedAt does something so many times a second, whatever it takes, and measures from the moment it was due: what waits
// behind something slow counts as slow too.
func pacedAt(ctx context.Context, perSecond float64, span time.Duration, do func(i int) error) (*latencies, error) {
	took := newLatencies()
	var group sync.WaitGroup
	var once sync.Once
	var first error
	began := time.Now()
	gap := time.Duration(float64(time.Second) / perSecond)
	for i := 0; ctx.Err() == nil; i++ {
		due := began.Add(time.Duration(i) * gap)
		if due.Sub(began) >= span {
			break
		}
		time.Sleep(time.Until(due))
		group.Go(func() {
			if err := do(i); err != nil {
				once.Do(func() { first = err })
				return
			}
			took.add(time.Since(due))
		})
	}
	group.Wait()
	if first == nil {
		first = ctx.Err()
	}
	return took, first
}
