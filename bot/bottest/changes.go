package bottest

import (
	"context"
	"sync"
	"testing"
	"time"

	"guichet/bot"
)

// Changes are those of a store, which is heard already: whatever is written from now on is told. They end with the test.
func Changes(t testing.TB, store bot.Store) *bot.Changes {
	t.Helper()
	l := &listening{Store: store, begun: make(chan struct{})}
	changes := bot.NewChanges(l)
	Run(t, changes.Run)
	select {
	case <-l.begun:
	case <-time.After(patience):
		t.Fatal("the store does not begin to listen")
	}
	return changes
}

// listening is a store that says when it has begun to listen and everybody was woken for it.
type listening struct {
	bot.Store
	once  sync.Once
	begun chan struct{}
}

// Listen is the store's.
func (l *listening) Listen(ctx context.Context, changed func(channel, key string), begins func()) error {
	return l.Store.Listen(ctx, changed, func() {
		begins()
		l.once.Do(func() { close(l.begun) })
	})
}
