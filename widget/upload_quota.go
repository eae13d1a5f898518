package widget

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What may be sent in a day, by one visitor and from one address, behind which there may be a whole market. It grows back
// all the time. Like the rates of frames it is counted by each replica.
const (
	visitorFiles, visitorLimits = 60, 10  // files; bytes, as a multiple of a file's limit
	addressFiles, addressLimits = 300, 40 // the same
	quotaTime                   = 24 * time.Hour
)

// quota counts what visitors and addresses send. It is safe for concurrent use.
type quota struct {
	mu   sync.Mutex
	by   map[string]*allowance
	next time.Time // when those that are whole again are dropped
}

type allowance struct{ files, bytes *rate.Limiter }

func (a *allowance) whole(now time.Time) bool {
	return a.files.TokensAt(now) >= float64(a.files.Burst()) && a.bytes.TokensAt(now) >= float64(a.bytes.Burst())
}

// take counts files of a visitor and an address, and their bytes; false when either has no room left for them, and nothing is counted.
func (q *quota) take(visitor, address string, files int, size, limit int64, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if now.After(q.next) {
		for name, a := range q.by {
			if a.whole(now) {
				delete(q.by, name)
			}
		}
		q.next = now.Add(time.Hour)
	}
	one := q.of("v "+visitor, visitorFiles, visitorLimits*limit)
	other := q.of("a "+address, addressFiles, addressLimits*limit)
	for _, a := range []*allowance{one, other} {
		if a.files.TokensAt(now) < float64(files) || a.bytes.TokensAt(now) < float64(size) {
			return false
		}
	}
	for _, a := range []*allowance{one, other} {
		a.files.AllowN(now, files)
		a.bytes.AllowN(now, int(size))
	}
	return true
}

func (q *quota) of(name string, files int, bytes int64) *allowance {
	if q.by == nil {
		q.by = map[string]*allowance{}
	}
	a := q.by[name]
	if a == nil {
		perSecond := 1 / quotaTime.Seconds()
		a = &allowance{rate.NewLimiter(rate.Limit(float64(files)*perSecond), files), rate.NewLimiter(rate.Limit(float64(bytes)*perSecond), int(bytes))}
		q.by[name] = a
	}
	return a
}
