package spool

import (
	"context"
	"errors"
	"fmt"

	"guichet/bot"
)

// visitors is bot.Visitors as it has to be beside a spool.
type visitors struct {
	bot.Visitors
	spool *Spool
}

// Visitors gives a database's Visitors that also know what is here: a conversation with turns that wait is not erased, or
// their replay would bring it back, and one that was erased is no longer remembered. The error is then
// bot.ErrUnavailable: it can be erased once its turns are in the database. Those that it refused for good and that are set aside here
// are erased; a request among them is kept for the team and cut from its person.
func (s *Spool) Visitors(of bot.Visitors) bot.Visitors { return visitors{of, s} }

// EraseConversation implements bot.Visitors.
func (v visitors) EraseConversation(ctx context.Context, channel, key string) (kept []string, err error) {
	s := v.spool
	c, leave, err := s.enter(ctx, thread{channel, key})
	if err != nil {
		return nil, err
	}
	defer leave()
	s.mu.Lock()
	waits := len(c.pending)
	s.mu.Unlock()
	if waits > 0 {
		return nil, fmt.Errorf("erase a conversation with %d turns in the spool: %w", waits, bot.ErrUnavailable)
	}
	aside, err := s.eraseParked(c.name)
	if err != nil {
		return nil, err
	}
	kept, err = v.Visitors.EraseConversation(ctx, channel, key)
	if err != nil && (!errors.Is(err, bot.ErrNotFound) || len(aside) == 0) {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.meta, c.state, c.known, c.recent, c.last = bot.Conversation{}, bot.State{}, false, nil, 0
	return append(kept, aside...), nil
}
