package spool

import (
	"sync"
	"time"
)

// The pause before a database that failed is tried again: the first, doubled up to the last.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
)

// breaker remembers that the database is away, so that not everybody waits for it.
type breaker struct {
	mu     sync.Mutex
	open   bool
	since  time.Time // when it opened
	next   time.Time // when the database is tried again
	pause  time.Duration
	reason string
}

func (b *breaker) closed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.open
}

// fail opens it, or keeps it open for a longer while. It tells whether it was closed.
func (b *breaker) fail(now time.Time, reason error) (opened bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	opened = !b.open
	if opened {
		b.since, b.pause = now, 0
	}
	b.open, b.reason = true, reason.Error()
	b.pause = min(max(2*b.pause, firstPause), lastPause)
	b.next = now.Add(b.pause)
	return opened
}

// late notes a failure of somebody who began before it opened: it changes nothing but a closed one.
func (b *breaker) late(now time.Time, reason error) (opened bool) {
	if !b.closed() {
		return false
	}
	return b.fail(now, reason)
}

// succeed closes it. It tells whether it was open.
func (b *breaker) succeed() (closed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	closed = b.open
	b.open, b.reason = false, ""
	return closed
}

// hurry has the database tried now: somebody has heard of it.
func (b *breaker) hurry(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next, b.pause = now, 0
}

// due tells whether to ask: always while it is closed; of those who ask while it is open, one at each try.
func (b *breaker) due(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open && now.Before(b.next) {
		return false
	}
	b.next = now.Add(b.pause)
	return true
}

// wait is how long the next try is away; 0 when it is due or the breaker is closed. A clock that was set back must not
// make it longer than the pause.
func (b *breaker) wait(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.open {
		return 0
	}
	return max(0, min(b.next.Sub(now), b.pause))
}

func (b *breaker) state() (open bool, since time.Time, reason string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open, b.since, b.reason
}
