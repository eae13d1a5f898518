package widget

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limits are the frame rates of the conversations that send over HTTP, where no socket remembers them. They are this
// replica's: behind several, a client may send as many times more.
type limits struct {
	mu    sync.Mutex
	byKey map[string]*rate.Limiter
	next  time.Time // when the idle ones are dropped
}

// restsAfter is when a limiter is full again, and so as good as none.
const restsAfter = time.Second * framesAtOnce / framesPerSecond

func (l *limits) of(key string, now time.Time) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byKey == nil {
		l.byKey = map[string]*rate.Limiter{}
	}
	if now.After(l.next) {
		for key, one := range l.byKey {
			if one.TokensAt(now) >= framesAtOnce {
				delete(l.byKey, key)
			}
		}
		l.next = now.Add(restsAfter)
	}
	one := l.byKey[key]
	if one == nil {
		one = rate.NewLimiter(framesPerSecond, framesAtOnce)
		l.byKey[key] = one
	}
	return one
}
