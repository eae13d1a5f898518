package postgres

import "sync"

// mostLatest bounds the conversations of which the last number is remembered; beyond it, all are forgotten.
const mostLatest = 20000

// latest remembers which message is the last of the conversations that this replica has just written to, so that their
// readers, whom our own notifications wake, need not ask the database whether there is more. It knows so for as long as it
// hears of what others write, and knows nothing while it hears nothing.
//
// It counts the notifications that our own turns cause. Any other means that somebody else has written, and the
// conversation is forgotten. Notifications come in the order of the commits: while ours are awaited, whatever somebody
// else has written before is older than our last number.
type latest struct {
	mu        sync.Mutex
	listeners int // of this process; with two, each notification would come twice
	known     map[thread]*last
}

type last struct {
	seq     int64 // 0 when it is not known
	writing bool  // a turn of ours is on its way
	heard   bool  // of somebody else's, since that turn began
	own     int   // notifications of ours that are still to come
}

func newLatest() *latest { return &latest{known: map[thread]*last{}} }

// listening counts a listener, or one less. What was known before may have changed unheard.
func (l *latest) listening(more int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.listeners += more
	clear(l.known)
}

// begin is called before a turn of ours locks its conversation. It tells whether that is known to be there, as far as we have
// heard.
func (l *latest) begin(name thread) (exists bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listeners != 1 {
		return false
	}
	k := l.known[name]
	exists = k != nil && k.seq > 0
	if k == nil {
		if len(l.known) >= mostLatest {
			clear(l.known)
		}
		k = &last{}
		l.known[name] = k
	}
	k.seq, k.writing, k.heard = 0, true, false
	k.own++
	return exists
}

// end is called after it: with its last number, or 0 when it was not committed, or nobody knows.
func (l *latest) end(name thread, seq int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.known[name]
	if k == nil || !k.writing {
		return
	}
	if seq == 0 || k.heard {
		delete(l.known, name)
		return
	}
	k.seq, k.writing = seq, false
}

// hear is called with each notification, before anybody is woken by it.
func (l *latest) hear(name thread) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.known[name]
	switch {
	case k == nil:
	case k.own > 0:
		k.own--
	case k.writing:
		k.seq, k.heard = 0, true
	default:
		delete(l.known, name)
	}
}

// forget is called when something of ours has changed a conversation in another way than begin and end tell.
func (l *latest) forget(name thread) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k := l.known[name]; k != nil {
		k.seq, k.heard = 0, true
		if !k.writing {
			delete(l.known, name)
		}
	}
}

// nothingAfter tells whether a conversation is known to have no message after a number.
func (l *latest) nothingAfter(name thread, after int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.known[name]
	return k != nil && !k.writing && k.seq > 0 && after >= k.seq && l.listeners == 1
}
