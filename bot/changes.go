package bot

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// Changes tells whoever subscribed, in this process, that a conversation got a message on any replica. A signal
// carries nothing: the subscriber reads the transcript after the last number it has, so that several signals may
// collapse into one and none can be lost.
type Changes struct {
	store Store

	mu       sync.Mutex
	subs     map[thread]map[chan struct{}]struct{}
	watchers map[thread][]Watcher
}

// Watcher is told of one conversation. Its methods are called while others wait: they only note what they are told.
type Watcher interface {
	Changed() // as a signal of Subscribe
	Typing()  // as one of SubscribeTyping
}

// thread names a conversation; without a key it stands for all of a channel, the zero thread for all there are.
type thread struct{ channel, key string }

// NewChanges returns a fan-out of the store's notifications. It signals nothing before Run.
func NewChanges(store Store) *Changes {
	return &Changes{store: store, subs: map[thread]map[chan struct{}]struct{}{}, watchers: map[thread][]Watcher{}}
}

// Run listens to the store until ctx ends.
func (c *Changes) Run(ctx context.Context) error {
	return c.store.Listen(ctx, c.signal, c.signalAll)
}

// Subscribe returns a channel that gets a signal after each change of one conversation, and a function that ends the
// subscription. An empty key subscribes to all of a channel, also to the updates kept for it; an empty channel with it,
// to everything.
func (c *Changes) Subscribe(channel, key string) (<-chan struct{}, func()) {
	name, signals := thread{channel, key}, make(chan struct{}, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.subs[name] == nil {
		c.subs[name] = map[chan struct{}]struct{}{}
	}
	c.subs[name][signals] = struct{}{}
	return signals, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.subs[name], signals)
		if len(c.subs[name]) == 0 {
			delete(c.subs, name)
		}
	}
}

// Watch has a watcher told of the changes of one conversation, and of agents who write in it, until the function that it
// returns is called. It keeps less than two subscriptions do.
func (c *Changes) Watch(channel, key string, w Watcher) (stop func()) {
	name := thread{channel, key}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watchers[name] = append(c.watchers[name], w)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		left := slices.DeleteFunc(c.watchers[name], func(other Watcher) bool { return other == w })
		if len(left) == 0 {
			delete(c.watchers, name)
			return
		}
		c.watchers[name] = left
	}
}

// typing begins the name under which a channel's conversations are signalled while an agent writes in one.
const typing = "typing "

// Typing is the name under which Store implementations announce that an agent is writing in a conversation of a channel:
// changed(Typing(channel), key). Nothing is kept.
func Typing(channel string) string { return typing + channel }

// SubscribeTyping returns a channel that gets a signal while an agent is writing in a conversation, every few seconds,
// and a function that ends the subscription.
func (c *Changes) SubscribeTyping(channel, key string) (<-chan struct{}, func()) {
	return c.Subscribe(Typing(channel), key)
}

// CustomerWriting is the name under which Store implementations announce that a customer is writing: changed(CustomerWriting,
// reference) for each ticket of the conversation. Nothing is kept.
const CustomerWriting = "writing"

// SubscribeWriting returns a channel that gets a signal while a ticket's customer is writing, every few seconds, and a
// function that ends the subscription.
func (c *Changes) SubscribeWriting(reference string) (<-chan struct{}, func()) {
	return c.Subscribe(CustomerWriting, reference)
}

// passes tells whether a signal is of something that passes by itself: nothing has changed.
func passes(channel string) bool {
	return strings.HasPrefix(channel, typing) || channel == CustomerWriting
}

func (c *Changes) signal(channel, key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if passes(channel) {
		wake(c.subs[thread{channel, key}])
		for _, w := range c.watchers[thread{strings.TrimPrefix(channel, typing), key}] {
			w.Typing()
		}
		return
	}
	for _, w := range c.watchers[thread{channel, key}] {
		w.Changed()
	}
	if key != "" {
		wake(c.subs[thread{channel, key}])
	}
	wake(c.subs[thread{channel, ""}])
	wake(c.subs[thread{}])
}

// signalAll wakes everybody when the store begins to listen: each reads what it was not told of.
func (c *Changes) signalAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, subs := range c.subs {
		if !passes(name.channel) {
			wake(subs)
		}
	}
	for _, all := range c.watchers {
		for _, w := range all {
			w.Changed()
		}
	}
}

func wake(subs map[chan struct{}]struct{}) {
	for signals := range subs {
		select {
		case signals <- struct{}{}:
		default: // one is pending already: the reader will see both changes
		}
	}
}
