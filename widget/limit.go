package widget

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limits are the rates of conversations, where no socket remembers them: of their frames over HTTP, of what is said of
// their typing. They are this replica's: behind several, a client may send as many times more.
type limits struct {
	rate  rate.Limit
	burst int

	mu    sync.Mutex
	byKey map[string]*rate.Limiter
	next  time.Time // when the idle ones are dropped
}

func (l *limits) of(key string, now time.Time) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byKey == nil {
		l.byKey = map[string]*rate.Limiter{}
	}
	if now.After(l.next) {
		for key, one := range l.byKey {
			if one.TokensAt(now) >= float64(l.burst) {
				delete(l.byKey, key)
			}
		}
		l.next = now.Add(time.Duration(float64(l.burst) / float64(l.rate) * float64(time.Second))) // all are full again, and so as good as none
	}
	one := l.byKey[key]
	if one == nil {
		one = rate.NewLimiter(l.rate, l.burst)
		l.byKey[key] = one
	}
	return one
}
