package spool

import (
	"context"
	"fmt"
	"sync"
	"time"

	"guichet/bot"
)

// Transcript implements bot.Store: what the database has, or what is remembered of it while it is away, and the turns
// that wait. While it is away, a conversation of which less is remembered than after asks for is bot.ErrUnavailable; read
// from 0 it begins with what is remembered.
func (s *Spool) Transcript(ctx context.Context, channel, key string, after int64) ([]bot.Message, error) {
	name := thread{channel, key}
	if !s.covers(channel) {
		return s.store.Transcript(ctx, channel, key, after)
	}
	if (bot.Inbound{Channel: channel, Key: key}).CheckNames() != nil {
		return nil, nil // no conversation can have such a name
	}
	if s.renumbered(name, after) {
		return nil, fmt.Errorf("read a transcript on %s: %w", channel, bot.ErrRenumbered)
	}
	waiting, first, err := s.waitingMessages(name, after)
	if err != nil {
		return nil, err
	}
	kept, err := s.read(ctx, name, after)
	if err != nil && (!away(err) || ctx.Err() != nil) {
		return nil, err
	}
	if err != nil {
		kept, err = s.recall(name, after, first, err)
	}
	if err != nil || first == 0 {
		return kept, err
	}
	var all []bot.Message
	for _, m := range kept {
		if m.Seq < first { // what the replay has just added has the same numbers, or is told as renumbered soon
			all = append(all, m)
		}
	}
	return append(all, waiting...), nil
}

// Unchanged implements bot.Store: nothing waits here, and the database's store knows of nothing.
func (s *Spool) Unchanged(channel, key string, after int64) bool {
	if s.covers(channel) {
		name := thread{channel, key}
		s.mu.Lock()
		c := s.conversations.byName[name]
		waits := c != nil && len(c.pending) > 0
		_, moved := s.moved[name]
		s.mu.Unlock()
		if moved || waits || !s.reads.closed() {
			return false
		}
	}
	return s.store.Unchanged(channel, key, after)
}

// read asks the database, unless it is known to be away, and remembers what it says.
func (s *Spool) read(ctx context.Context, name thread, after int64) ([]bot.Message, error) {
	if !s.reads.due(time.Now()) {
		return nil, bot.ErrUnavailable
	}
	bounded, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	kept, err := s.store.Transcript(bounded, name.channel, name.key, after)
	if err != nil {
		if outage(err) && ctx.Err() == nil {
			s.doubt(err)
		}
		return nil, err
	}
	s.reads.succeed()
	if len(kept) > 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		c := s.conversations.find(name)
		if len(c.pending) == 0 { // or the numbers may be about to change
			c.learn(kept)
		}
		s.conversations.used(c)
	}
	return kept, nil
}

// doubt has the database asked for a sign of life after a transcript that could not be read. That one may be long, or locked: nobody
// else has to do without the database for it.
func (s *Spool) doubt(err error) {
	if !s.reads.closed() { // it is known to be away, and still is
		s.reads.fail(time.Now(), err)
		return
	}
	s.doubted.Store(true)
	s.signal()
}

// recall is what is remembered after a number. A reader who has more than is remembered tells how far the conversation
// goes: numbers given out here begin above. first is the number of the first message that waits, 0 when none does.
func (s *Spool) recall(name thread, after, first int64, unread error) ([]bot.Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.conversations.byName[name]
	if c == nil && after > 0 && after < highest {
		c = s.conversations.find(name)
		defer s.conversations.used(c)
	}
	if c == nil {
		return nil, unread
	}
	if len(c.pending) == 0 && !c.known && len(c.recent) == 0 && after < highest {
		c.last = max(c.last, after)
	}
	if len(c.recent) > 0 {
		first = c.recent[0].Seq
	}
	if first == 0 || after > 0 && after+1 < first { // something between is not remembered
		return nil, unread
	}
	var rest []bot.Message
	for _, m := range c.recent {
		if m.Seq > after {
			rest = append(rest, m)
		}
	}
	return rest, nil
}

// waitingMessages are the messages of a conversation that wait and come after a number, in order, and the number of
// the first of all that wait, 0 when none does. What a reader has already is not read again: in a long outage each message would
// cost as much as all before it.
func (s *Spool) waitingMessages(name thread, after int64) (all []bot.Message, first int64, err error) {
	for {
		s.mu.Lock()
		var pending []*entry
		if c := s.conversations.byName[name]; c != nil {
			pending = c.pending
		}
		s.mu.Unlock()
		if len(pending) == 0 {
			return nil, 0, nil
		}
		all = nil
		gone := false
		for _, e := range pending {
			if e.last <= after {
				continue
			}
			r, found, err := s.file.read(e.id)
			if err != nil {
				return nil, 0, fmt.Errorf("read the spool: %w", err)
			}
			gone = gone || !found // replayed since
			for _, m := range messages(r.outcome()) {
				if m.Seq > after {
					all = append(all, m)
				}
			}
		}
		if !gone {
			return all, pending[0].seq, nil
		}
	}
}

// renumbered tells whether a reader may have messages whose provisional numbers became others. Asked from 0 on, there
// is nothing to start over.
func (s *Spool) renumbered(name thread, after int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, known := s.moved[name]
	return known && after > 0 && after >= m.From-1 && after <= m.To
}

// listener is one call of Listen.
type listener struct {
	mu        sync.Mutex // its callbacks are called one at a time
	changed   func(channel, key string)
	listening func()
}

func (l *listener) change(channel, key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changed(channel, key)
}

func (l *listener) listens() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.listening()
}

// Listen implements bot.Store: the database's notifications, and those of the turns that wait here. listening is also
// called when the database is back, for what could not be read meanwhile.
func (s *Spool) Listen(ctx context.Context, changed func(channel, key string), listening func()) error {
	l := &listener{changed: changed, listening: listening}
	s.mu.Lock()
	s.listeners[l] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.listeners, l)
	}()
	return s.store.Listen(ctx, l.change, func() {
		s.breaker.hurry(time.Now())
		s.reads.hurry(time.Now())
		s.signal()
		l.listens()
	})
}

func (s *Spool) all() []*listener {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*listener
	for l := range s.listeners {
		all = append(all, l)
	}
	return all
}

// tell wakes whoever reads a conversation.
func (s *Spool) tell(name thread) {
	for _, l := range s.all() {
		l.change(name.channel, name.key)
	}
}
