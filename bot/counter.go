package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// Counter receives messages: it has the store hold the conversation, asks the engine, and commits the turn. It is
// safe for concurrent use.
type Counter struct {
	engine atomic.Pointer[Engine]
	store  Store
	sites  map[string]Site
	now    func() time.Time
}

// NewCounter returns a counter that answers for the sites.
func NewCounter(engine *Engine, store Store, sites []Site, now func() time.Time) *Counter {
	c := &Counter{store: store, sites: map[string]Site{}, now: now}
	for _, s := range sites {
		c.sites[s.ID] = s
	}
	c.Replace(engine)
	return c
}

// Engine returns the engine that answers now.
func (c *Counter) Engine() *Engine { return c.engine.Load() }

// Replace has the next messages answered by another engine, after an edit of the knowledge.
func (c *Counter) Replace(engine *Engine) { c.engine.Store(engine.Remembering()) }

// Site returns a site by its id.
func (c *Counter) Site(id string) (Site, bool) {
	s, ok := c.sites[id]
	return s, ok
}

// Receive handles one message. When it returns without an error, the message and the reply are committed; an error
// means that nothing was acknowledged and the same message may be delivered again. ErrNotFound: no such site.
func (c *Counter) Receive(ctx context.Context, in Inbound) (Outcome, error) {
	site, ok := c.sites[in.Site]
	if !ok {
		return Outcome{}, fmt.Errorf("receive on site %q: %w", in.Site, ErrNotFound)
	}
	in = in.printable()
	moment := Moment{Now: c.now()}
	out, err := Outcome{}, ErrExists
	for try := 0; try < referenceTries && errors.Is(err, ErrExists); try++ {
		if moment.Reference, err = ReferenceFor(in, try); err != nil {
			return Outcome{}, err
		}
		out, err = c.store.Turn(ctx, in, func(conversation Conversation) (Turn, error) {
			return c.Engine().Next(conversation.State, site, in, moment)
		})
	}
	if err != nil {
		return Outcome{}, fmt.Errorf("receive on %s: %w", in.Channel, err)
	}
	return out, nil
}

// referenceTries is how many references are tried for a ticket: of a million million, few are taken.
const referenceTries = 3

// Say commits a message that its channel answers by itself: a command, a message that is no text. The state stays as it
// is, but for the buttons offered. The reply is Markdown and leaves as any other; the errors are those of Receive.
func (c *Counter) Say(ctx context.Context, in Inbound, reply Reply) (Outcome, error) {
	text, _ := Mask(strings.TrimSpace(Printable(in.Text)))
	reply.Text = Typeset(reply.Text)
	out, err := c.store.Turn(ctx, in, func(conversation Conversation) (Turn, error) {
		state := conversation.State
		if len(reply.Choices) > 0 {
			state.Offered = reply.Choices
		}
		return Turn{Text: text, Reply: reply, State: state, Attachments: in.Attachments}, nil
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("say on %s: %w", in.Channel, err)
	}
	return out, nil
}
