package widget

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Limits are what one address and one site may ask of this replica: behind several, of each. A zero is no limit.
type Limits struct {
	Address        func(remote string) string // names whose limits are shared; "" for nobody's, as all are when it is nil
	OpenPerAddress int                        // conversations that an address has open
	AddressRate    int                        // messages a second of an address's visitors
	SiteRate       int                        // messages a second of a site's visitors
}

const (
	// burst is how many seconds' worth may come at once.
	burst = 5

	// handledAtOnce bounds the messages that are being handled: the next is told to come again, at once, rather than after
	// everybody's patience is used up.
	handledAtOnce = 4096

	// comeAgain is when somebody who is turned away may try again.
	comeAgain = 10 * time.Second
)

// crowd keeps the limits that visitors share.
type crowd struct {
	Limits
	addresses, sites limits
	handled          atomic.Int64

	mu   sync.Mutex
	open map[string]int // by address
}

func newCrowd(l Limits) *crowd {
	if l.Address == nil {
		l.Address = func(string) string { return "" }
	}
	return &crowd{
		Limits: l, open: map[string]int{},
		addresses: limits{rate: rate.Limit(l.AddressRate), burst: burst * l.AddressRate}, sites: limits{rate: rate.Limit(l.SiteRate), burst: burst * l.SiteRate},
	}
}

// enter counts an open conversation of an address; false when it has as many as it may.
func (c *crowd) enter(address string) bool {
	if address == "" || c.OpenPerAddress <= 0 {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[address] >= c.OpenPerAddress {
		return false
	}
	c.open[address]++
	return true
}

func (c *crowd) leave(address string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[address]--; c.open[address] <= 0 {
		delete(c.open, address)
	}
}

// takes tells whether a message may be handled now; done must be called after it.
func (c *crowd) takes(address, site string, now time.Time) (done func(), ok bool) {
	if address != "" && !c.addresses.allow(address, now) || !c.sites.allow(site, now) {
		return nil, false
	}
	if c.handled.Add(1) > handledAtOnce {
		c.handled.Add(-1)
		return nil, false
	}
	return func() { c.handled.Add(-1) }, true
}

// turnAway answers somebody for whom there is no room.
func turnAway(w http.ResponseWriter) {
	w.Header().Set("Retry-After", strconv.Itoa(int(comeAgain.Seconds())))
	http.Error(w, textCrowded, http.StatusServiceUnavailable)
}

// limits are rates by name, of what no socket remembers: frames over HTTP, what is said of somebody's typing, what an address or a site asks.
// They are this replica's. A rate of 0 is no limit.
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

func (l *limits) allow(key string, now time.Time) bool {
	return l.rate <= 0 || l.of(key, now).AllowN(now, 1)
}
