package telegram

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"guichet/bot/courier"
)

// limits keeps what a replica sends within what Telegram takes. It is safe for concurrent use.
type limits struct {
	pace pace
	all  *rate.Limiter

	mu   sync.Mutex
	next map[int64]time.Time // when a chat may get its next message
}

func newLimits(p pace) *limits {
	return &limits{pace: p, all: rate.NewLimiter(rate.Limit(p.second), 1), next: map[int64]time.Time{}}
}

// chat is how long a chat has to wait for its next message.
func (l *limits) chat(id int64, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next[id].Sub(now)
}

// mostChats is how many chats are remembered before those that may get a message anyway are forgotten.
const mostChats = 1000

// sent notes a message to a chat and returns the gap to keep.
func (l *limits) sent(id int64, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	gap := l.gap(id)
	if len(l.next) >= mostChats {
		for other, at := range l.next {
			if at.Before(now) {
				delete(l.next, other)
			}
		}
	}
	l.next[id] = now.Add(gap)
	return gap
}

func (l *limits) gap(id int64) time.Duration {
	if id < 0 { // a group
		return l.pace.group
	}
	return l.pace.chat
}

// take waits for the next place in a chat and takes it; an error when ctx ends before.
func (l *limits) take(ctx context.Context, id int64) error {
	l.mu.Lock()
	now := time.Now()
	at := l.next[id]
	if at.Before(now) {
		at = now
	}
	l.next[id] = at.Add(l.gap(id))
	l.mu.Unlock()
	if !courier.Rest(ctx, at.Sub(now)) {
		return ctx.Err()
	}
	return l.all.Wait(ctx)
}
