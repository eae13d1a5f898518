package telegram

import (
	"time"

	"golang.org/x/time/rate"
)

// limits keeps the sender within what Telegram takes. It is used by the one goroutine that sends.
type limits struct {
	pace pace
	all  *rate.Limiter
	next map[int64]time.Time // when a chat may get its next message
}

func newLimits(p pace) *limits {
	return &limits{pace: p, all: rate.NewLimiter(rate.Limit(p.second), 1), next: map[int64]time.Time{}}
}

// chat is how long a chat has to wait for its next message.
func (l *limits) chat(id int64, now time.Time) time.Duration { return l.next[id].Sub(now) }

// mostChats is how many chats are remembered before those that may get a message anyway are forgotten.
const mostChats = 1000

// sent notes a message to a chat and returns the gap to keep.
func (l *limits) sent(id int64, now time.Time) time.Duration {
	gap := l.pace.chat
	if id < 0 { // a group
		gap = l.pace.group
	}
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
