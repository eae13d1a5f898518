package spool

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"guichet/bot"
)

// attempt is one message on its way.
type attempt struct {
	in     bot.Inbound
	decide func(bot.Conversation) (bot.Turn, error)

	// What the database's own attempt came to, when it failed after the decision: it may have been committed all the
	// same, so that nothing else may be decided.
	decided bool
	seen    bot.Conversation
	turn    bot.Turn
	refused error // decide's own error
}

// Turn implements bot.Store. A turn of a channel that has no place here goes to the database, whatever becomes of it.
func (s *Spool) Turn(ctx context.Context, in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) (bot.Outcome, error) {
	if !s.covers(in.Channel) {
		return s.store.Turn(ctx, in, decide)
	}
	if err := in.CheckNames(); err != nil {
		return bot.Outcome{}, err
	}
	if in.ExternalID == "" {
		in.ExternalID = "spool:" + rand.Text() // what a replay is recognised by
	}
	c, leave, err := s.enter(ctx, thread{in.Channel, in.Key})
	if err != nil {
		return bot.Outcome{}, err
	}
	defer leave()
	a := attempt{in: in, decide: decide}
	if s.straight(c) {
		outcome, err := s.direct(ctx, c, &a)
		if a.refused != nil || !away(err) || ctx.Err() != nil {
			return outcome, err
		}
	}
	return s.keep(c, &a)
}

// straight tells whether the next turn of a conversation may go to the database: none of its turns waits here.
func (s *Spool) straight(c *conversation) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(c.pending) == 0 && s.breaker.closed()
}

// away tells whether an error means that the database cannot do it now.
func away(err error) bool {
	return errors.Is(err, bot.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded)
}

// outage tells whether it means that it can do nothing now, for anybody. A turn that met another one is only handed over a moment later.
func outage(err error) bool { return away(err) && !errors.Is(err, bot.ErrConflict) }

// direct has the database keep the turn, within patience.
func (s *Spool) direct(ctx context.Context, c *conversation, a *attempt) (bot.Outcome, error) {
	bounded, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	outcome, err := s.store.Turn(bounded, a.in, func(seen bot.Conversation) (bot.Turn, error) {
		turn, err := a.decide(seen)
		a.refused = err
		if err == nil {
			a.decided, a.seen, a.turn = true, seen, turn
		}
		return turn, err
	})
	switch {
	case err == nil:
		s.learned(c, outcome, a)
	case a.refused == nil && outage(err) && ctx.Err() == nil:
		s.lost(s.breaker.late(time.Now(), err), err)
	}
	return outcome, err
}

// learned remembers what the database has kept.
func (s *Spool) learned(c *conversation, outcome bot.Outcome, a *attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusing = nil
	if outcome.Duplicate { // handled before this process knew of it: by another replica, or before a restart
		c.learn(messages(outcome))
		return
	}
	c.known, c.unknownBase, c.state, c.meta = true, false, a.turn.State, a.seen
	c.last = 0 // a conversation may have begun anew
	if n := len(c.recent); n > 0 && c.recent[n-1].Seq >= outcome.Customer.Seq {
		c.recent = nil
	}
	c.learn(messages(outcome))
}

// lost says once that the database is away, and has the replay watch it.
func (s *Spool) lost(opened bool, err error) {
	if opened {
		s.log.Warn("the database does not answer: what is said on the website is kept in the spool", "error", err, "file", s.file.path)
	}
	s.signal()
}

// keep works the turn out here and acknowledges it once it is on disk.
func (s *Spool) keep(c *conversation, a *attempt) (bot.Outcome, error) {
	outcome, done, err := s.repeated(c, a.in)
	if done || err != nil {
		return outcome, err
	}
	r, err := s.work(c, a)
	if err != nil {
		return bot.Outcome{}, err
	}
	data, r, err := r.encode()
	if err != nil {
		return bot.Outcome{}, err
	}
	if err := s.room(int64(len(data)), r); err != nil {
		return bot.Outcome{}, err
	}
	id, err := s.file.add(data)
	if err != nil {
		return bot.Outcome{}, s.refuse(err)
	}
	s.mu.Lock()
	s.refusing = nil
	s.counts.kept++
	c.known, c.unknownBase, c.state, c.last = true, r.Unknown, r.Turn.State, r.last()
	c.meta.Site, c.meta.UpdatedAt = r.Site, r.At
	s.enqueue(c, newEntry(id, int64(len(data)), r))
	s.mu.Unlock()
	s.signal()
	s.tell(c.name)
	return r.outcome(), nil
}

// repeated finds a message that was handled before, as far as is known here.
func (s *Spool) repeated(c *conversation, in bot.Inbound) (outcome bot.Outcome, done bool, err error) {
	s.mu.Lock()
	e := s.waiting[external{in.Channel, in.ExternalID}]
	for i, m := range c.recent {
		if m.ExternalID == in.ExternalID {
			outcome = bot.Outcome{Customer: m, Duplicate: true}
			if i+1 < len(c.recent) && c.recent[i+1].From == bot.FromBot {
				said := c.recent[i+1]
				outcome.Bot = &said
			}
		}
	}
	s.mu.Unlock()
	switch {
	case outcome.Duplicate:
		return outcome, true, nil
	case e == nil:
		return bot.Outcome{}, false, nil
	case e.name != c.name:
		// A web page chooses its ids: whoever guesses one must not read another person's answer.
		return bot.Outcome{}, false, errors.New("the external id belongs to a message of another conversation")
	}
	r, found, err := s.file.read(e.id)
	if err != nil || !found { // not found: it is in the database since a moment ago, and will be recognised there
		return bot.Outcome{}, false, err
	}
	outcome = r.outcome()
	outcome.Duplicate = true
	return outcome, true, nil
}

// work decides the turn from the last known state of the conversation.
func (s *Spool) work(c *conversation, a *attempt) (record, error) {
	s.mu.Lock()
	now := s.now().UTC().Truncate(time.Microsecond) // what a database keeps of a time
	base, known, unknown := c.base(now), c.known, c.unknownBase
	s.mu.Unlock()
	r := record{
		Channel: a.in.Channel, Key: a.in.Key, ExternalID: a.in.ExternalID, At: now,
		Unknown: unknown || !known && !a.decided,
	}
	turn := a.turn
	if a.decided {
		base = a.seen
	} else {
		if a.in.Site != "" {
			base.Site = a.in.Site
		}
		var err error
		if turn, err = a.decide(base); err != nil {
			return record{}, err
		}
	}
	if base.LastSeq > 0 && now.Before(base.UpdatedAt) {
		r.At = base.UpdatedAt // a clock that was set back must not undo the order
	}
	r.Site, r.Seq = base.Site, base.LastSeq+1
	r.Turn = turn.Defer(r.At)
	r.Turn.Why = bot.Explanation{} // the database does not keep it either
	return r, nil
}

// base is the conversation as it is handed to decide. s.mu is held.
func (c *conversation) base(now time.Time) bot.Conversation {
	base := c.meta
	base.Channel, base.Key = c.name.channel, c.name.key
	base.LastSeq = c.last
	base.State = c.state // at least the agent who is seen to have replied
	if base.ID == 0 {
		base.ID = -1 // the database has not numbered it yet, as far as is known
	}
	if base.CreatedAt.IsZero() {
		base.CreatedAt, base.UpdatedAt = now, now
	}
	return base
}

// room refuses a turn for which there is none, and a ticket that cannot be opened.
func (s *Spool) room(size int64, r record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := r.Turn.Ticket; t != nil {
		if t.Reference == "" {
			return errors.New("a ticket without a reference")
		}
		if _, taken := s.references[t.Reference]; taken {
			return fmt.Errorf("open ticket %s: %w", t.Reference, bot.ErrExists)
		}
	}
	if s.bytes+size > s.limit {
		return s.refuseLocked(fmt.Errorf("the turns that wait for the database have reached the limit of %d bytes", s.limit))
	}
	return nil
}

func (s *Spool) refuse(reason error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refuseLocked(reason)
}

func (s *Spool) refuseLocked(reason error) error {
	if s.refusing == nil {
		s.log.Error("nothing can be recorded: the database does not answer and the spool takes no more", "error", reason, "file", s.file.path)
	}
	s.refusing = reason
	s.counts.refused++
	return fmt.Errorf("keep a turn in the spool: %w: %w", bot.ErrFull, reason)
}
