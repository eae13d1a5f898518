package desk

import (
	"container/list"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How often signing in may be tried. An e-mail's limit can be used to keep its owner out for some seconds; that is
// less than what guessing without a limit would do.
const (
	emailBurst  = 5
	emailEvery  = 30 * time.Second
	originBurst = 20
	originEvery = 3 * time.Second

	// throttled bounds the memory of each throttle. To have a name forgotten, an attacker must first use as many others,
	// each of which costs a try of the address.
	throttled = 10_000
)

// throttle counts tries by name and forgets the name that was used least recently when there are too many.
type throttle struct {
	burst int
	every time.Duration
	now   func() time.Time

	mu     sync.Mutex
	recent *list.List // of *tries, the last used first
	byName map[string]*list.Element
}

type tries struct {
	name    string
	limiter *rate.Limiter
}

func newThrottle(burst int, every time.Duration, now func() time.Time) *throttle {
	return &throttle{burst: burst, every: every, now: now, recent: list.New(), byName: map[string]*list.Element{}}
}

// allow uses up one try of name, and tells whether there was one.
func (t *throttle) allow(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	element, known := t.byName[name]
	if known {
		t.recent.MoveToFront(element)
	} else {
		if t.recent.Len() >= throttled {
			oldest := t.recent.Back()
			t.recent.Remove(oldest)
			delete(t.byName, oldest.Value.(*tries).name)
		}
		element = t.recent.PushFront(&tries{name: name, limiter: rate.NewLimiter(rate.Every(t.every), t.burst)})
		t.byName[name] = element
	}
	return element.Value.(*tries).limiter.AllowN(t.now(), 1)
}

// origin is what an address counts as: itself, or the /64 that one IPv6 customer owns whole.
func origin(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		if prefix, err := ip.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.String()
}
