package postgres

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"guichet/bot"
)

const (
	// lanes is how many groups are kept at a time. With two the groups are half as large and cost a fifth more processor
	// time a turn, which is what a small machine is short of.
	lanes = 1

	// mostTogether bounds a group, and so what a turn can wait for others of its group.
	mostTogether = 128

	// mostWaiting bounds the turns that wait for a group. Beyond it the caller does better to keep the message elsewhere.
	mostWaiting = 4096

	// slowGroup is when a group no longer counts as one of the lanes: a decision or the disk is slow, and others should not
	// wait for it.
	slowGroup = 25 * time.Millisecond
)

// errAlone sends a turn to a transaction of its own: it needs more than a group gives, or somebody else has its conversation.
var errAlone = errors.New("this turn is kept alone")

// errPanicked ends a turn whose caller is not there to hear of it.
var errPanicked = errors.New("the decision panicked")

// committer keeps the turns that arrive together in one transaction. A turn never waits for others on purpose: a group is
// whatever has come while the lanes were busy. Of one conversation it takes one turn at a time.
type committer struct {
	commit func(group []*pending) // ends each member

	// most bounds the groups there are: each holds a connection, and when it is the disk that is slow all of them wait for it.
	// The rest of the pool is for whoever reads.
	most int

	mu      sync.Mutex
	waiting []*pending
	busy    map[thread]*pending // the turn of a conversation that is in a group, or alone
	running int                 // groups that count as lanes
	groups  int                 // all there are, the slow ones included
}

// thread names a conversation.
type thread struct{ channel, key string }

// pending is a turn on its way. Whoever asked for it waits in keep, where it is also decided.
type pending struct {
	ctx     context.Context
	in      bot.Inbound
	name    thread
	decide  func(bot.Conversation) (bot.Turn, error)
	refused error // decide's own error
	back    *readBack

	// What was decided and upon what: alone, nothing else is decided unless the conversation has changed.
	seen *bot.Conversation
	turn bot.Turn

	opened  chan opening  // what is to be decided upon
	decided chan decision // the answer; exactly one follows what was opened
	ended   chan result

	opening opening // of the group's goroutine, like all that follows
	writing writing

	left  bool // the caller has gone; guarded by the committer's mu, as is alone
	alone bool // has been sent to a transaction of its own
}

// decision is a decided turn, ready to be written.
type decision struct {
	writing writing
	err     error
}

type result struct {
	outcome bot.Outcome
	err     error
}

func newPending(ctx context.Context, in bot.Inbound, back *readBack, decide func(bot.Conversation) (bot.Turn, error)) *pending {
	p := &pending{
		ctx: ctx, in: in, name: thread{in.Channel, in.Key}, back: back,
		opened: make(chan opening, 1), decided: make(chan decision, 1), ended: make(chan result, 1),
	}
	p.decide = func(c bot.Conversation) (bot.Turn, error) {
		if p.seen != nil && reflect.DeepEqual(*p.seen, c) {
			return p.turn, nil
		}
		p.seen = nil
		if p.turn, p.refused = decide(c); p.refused == nil {
			p.seen = &c
		}
		return p.turn, p.refused
	}
	return p
}

func newCommitter(most int, commit func(group []*pending)) *committer {
	return &committer{commit: commit, most: most, busy: map[thread]*pending{}}
}

// keep has a turn kept with others. After errAlone the caller keeps it alone and then calls release.
func (c *committer) keep(p *pending) (bot.Outcome, error) {
	if err := c.enter(p); err != nil {
		return bot.Outcome{}, err
	}
	for {
		select {
		case o := <-p.opened:
			p.answer(o)
		case r := <-p.ended:
			return r.outcome, r.err
		case <-p.ctx.Done():
			return c.leave(p)
		}
	}
}

// answer decides and writes down the turn. Also one that panics has an answer: the others of the group go on.
func (p *pending) answer(o opening) {
	d := decision{err: errPanicked}
	defer func() { p.decided <- d }()
	turn, err := p.decide(o.conversation)
	switch {
	case err != nil:
		d.err = err
	case p.ctx.Err() != nil:
		d.err = p.ctx.Err()
	case turn.Ticket != nil, !turn.Recorded.IsZero(): // these touch more than their conversation
		d.err = errAlone
	default:
		d.writing, d.err = write(p.back, p.in, o.conversation, turn, o.at)
	}
}

// enter puts a turn among those that wait.
func (c *committer) enter(p *pending) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) >= mostWaiting {
		return fmt.Errorf("%w: %d turns wait already", bot.ErrUnavailable, mostWaiting)
	}
	c.waiting = append(c.waiting, p)
	c.start()
	return nil
}

// start fills the free lanes. c.mu is held.
func (c *committer) start() {
	for c.running < lanes && c.groups < c.most {
		group := c.take()
		if len(group) == 0 {
			return
		}
		c.running++
		c.groups++
		go c.run(group)
	}
}

// take makes a group of what waits, the oldest first, one turn of each conversation. c.mu is held.
func (c *committer) take() []*pending {
	var group []*pending
	rest := c.waiting[:0]
	for _, p := range c.waiting {
		if c.busy[p.name] != nil || len(group) == mostTogether {
			rest = append(rest, p)
			continue
		}
		c.busy[p.name] = p
		group = append(group, p)
	}
	clear(c.waiting[len(rest):])
	c.waiting = rest
	return group
}

func (c *committer) run(group []*pending) {
	counted := true
	uncount := func() { // c.mu is held
		if counted {
			counted = false
			c.running--
			c.start()
		}
	}
	slow := time.AfterFunc(slowGroup, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		uncount()
	})
	c.commit(group)
	slow.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range group {
		if !p.alone || p.left {
			c.free(p)
		}
	}
	c.groups--
	uncount()
	c.start() // also after one that counted no longer
}

// end tells the caller what became of a turn.
func (c *committer) end(p *pending, outcome bot.Outcome, err error) {
	if errors.Is(err, errAlone) {
		c.mu.Lock()
		p.alone = true
		c.mu.Unlock()
	}
	p.ended <- result{outcome, err}
}

// leave gives up waiting. A turn that is being kept is kept all the same.
func (c *committer) leave(p *pending) (bot.Outcome, error) {
	select {
	case r := <-p.ended: // it has ended at this very moment
		return r.outcome, r.err
	default:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p.left = true
	if p.alone { // run may have left the conversation to us
		c.free(p)
	}
	for i, one := range c.waiting {
		if one == p {
			c.waiting = append(c.waiting[:i], c.waiting[i+1:]...)
			break
		}
	}
	select {
	case p.decided <- decision{err: p.ctx.Err()}: // whoever opens it need not wait
	default: // it was decided before
	}
	return bot.Outcome{}, p.ctx.Err()
}

// release lets the next turn of a conversation go on, after one that was kept alone.
func (c *committer) release(p *pending) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free(p)
}

// free lets the next turn of a conversation go on. c.mu is held.
func (c *committer) free(p *pending) {
	if c.busy[p.name] == p {
		delete(c.busy, p.name)
	}
	c.start()
}
