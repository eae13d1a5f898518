package widget

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A conversation that is opened, downloaded or shown without JavaScript is read from its beginning, which costs what is in it. So a
// visitor and an address have a measure of messages, which grows back; a short conversation hardly touches it.
const (
	readAtOnce, readPerSecond = 2000, 50 // messages of a visitor
	addressReads              = 10       // times as many, of an address
)

// errOften refuses to read a conversation: too much of it was read a moment ago.
var errOften = errors.New("widget: read too often")

// readings counts what is read. It is safe for concurrent use.
type readings struct {
	visitors, addresses limits

	mu   sync.Mutex
	open map[string]*reading // by conversation
}

// reading is a conversation that is being read.
type reading struct {
	turn chan struct{} // holds a value while one reads
	all  int           // who reads and who waits
}

func newReadings(l Limits) *readings {
	r := &readings{visitors: limits{rate: readPerSecond, burst: readAtOnce}, open: map[string]*reading{}}
	if l.AddressRate > 0 {
		r.addresses = limits{rate: addressReads * readPerSecond, burst: addressReads * readAtOnce}
	}
	return r
}

// read has a conversation read, one reader after the other, and counts the messages that read returns. What it costs is known
// afterwards only: whoever reads more than is left waits the longer. The error is read's, ctx's, or errOften.
func (r *readings) read(ctx context.Context, key, address string, now time.Time, read func() (messages int, err error)) error {
	leave, err := r.enter(ctx, key)
	if err != nil {
		return err
	}
	defer leave()
	measures := []*rate.Limiter{r.visitors.of(key, now)}
	if address != "" && r.addresses.rate > 0 {
		measures = append(measures, r.addresses.of(address, now))
	}
	for _, m := range measures {
		if m.TokensAt(now) < 1 {
			return errOften
		}
	}
	n, err := read()
	for _, m := range measures {
		m.ReserveN(now, min(max(n, 1), m.Burst()))
	}
	return err
}

// enter waits until nobody else reads the conversation.
func (r *readings) enter(ctx context.Context, key string) (leave func(), err error) {
	r.mu.Lock()
	one := r.open[key]
	if one == nil {
		one = &reading{turn: make(chan struct{}, 1)}
		r.open[key] = one
	}
	one.all++
	r.mu.Unlock()
	away := func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if one.all--; one.all == 0 {
			delete(r.open, key)
		}
	}
	select {
	case one.turn <- struct{}{}:
		return func() { <-one.turn; away() }, nil
	case <-ctx.Done():
		away()
		return nil, ctx.Err()
	}
}
