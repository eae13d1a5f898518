package discordtest

import (
	"strconv"
	"sync"
	"time"
)

// Clock stands still until it is moved. Its Now is for Config.Now. Create one with NewClock.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock stands at the present moment.
func NewClock() *Clock { return &Clock{now: time.Now()} }

// Now tells the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock forward.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// epoch is the first second of 2015, from which snowflakes count (docs: reference, snowflakes).
const epoch = 1420070400000

// newID makes a snowflake: later ones are greater, also while the clock stands still. The caller holds mu, or has the
// server to itself.
func (s *Server) newID() string {
	id := (s.config.Now().UnixMilli() - epoch) << 22
	s.lastID = max(id, s.lastID+1)
	return strconv.FormatInt(s.lastID, 10)
}

// before compares two snowflakes, which are numbers written in decimals.
func before(a, b string) bool {
	return len(a) < len(b) || len(a) == len(b) && a < b
}
