package widget

import "time"

// One goroutine a server pings all sockets, each when it is due, and ends those of whom nothing is heard: a timer and a goroutine for each would cost more than the
// rest of a silent socket.

// turn turns the wheel until no socket is open or the server stops.
func (s *Server) turn() {
	ticks := time.NewTicker(s.pace.tick())
	defer ticks.Stop()
	var due []*socket
	for {
		select {
		case <-s.closing:
			return // the clients are told to go anyway
		case <-ticks.C:
		}
		var more bool
		if due, more = s.dueForPing(due[:0]); !more {
			return
		}
		for _, k := range due {
			k.add(func(d *todo) { d.ping = true })
		}
		clear(due) // a socket that has ended must not be kept
	}
}

// tick is how often the wheel looks who is due.
func (p pace) tick() time.Duration { return min(max(p.ping/25, 5*time.Millisecond), time.Second) }

// dueForPing lists the sockets to ping now; more is false when there is none at all, and the wheel stands still. Those who came at one
// moment, as all do when a server comes back, are not pinged at one moment for ever: a tick takes at most twice its share, which
// spreads them, and has nobody wait longer than half as long again.
func (s *Server) dueForPing(due []*socket) (list []*socket, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now().UnixNano()
	most := 2*len(s.open)/max(int(s.pace.ping/s.pace.tick()), 1) + 1
	for c := range s.open {
		if k, ok := c.(*socket); ok {
			more = true
			switch {
			case now-k.heard.Load() >= int64(s.pace.silence):
				k.interrupt() // the peer is taken for gone
			case now-k.pinged >= int64(s.pace.ping) && len(due) < most:
				k.pinged = now
				due = append(due, k)
			}
		}
	}
	s.turning = more
	return due, more
}

// joinWheel has a new socket pinged. The caller holds the server's mutex.
func (s *Server) joinWheel(c connection) {
	k, ok := c.(*socket)
	if !ok {
		return
	}
	k.pinged = time.Now().UnixNano()
	k.heard.Store(k.pinged)
	if !s.turning {
		s.turning = true
		go s.turn()
	}
}
