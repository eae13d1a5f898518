package spool

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/bot"
)

const (
	// replayPatience bounds the replay of one turn. Nobody waits for it, and a database that is just back may be slow.
	replayPatience = 15 * time.Second

	// replayers is how many conversations are replayed at once, so that their commits share what a commit costs.
	replayers = 8

	// removeAtOnce is how many turns of a long conversation are replayed before the file is written, which costs a flush.
	removeAtOnce = 32
)

// Run replays what waits whenever the database answers, until ctx ends; then it returns nil. What is set aside and past its time
// it deletes once a day.
func (s *Spool) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		s.expire()
		wait := s.breaker.wait(time.Now())
		if wait == 0 {
			switch err := s.drain(ctx); {
			case errors.Is(err, bot.ErrConflict):
				wait = firstPause
			case err != nil:
				continue
			default:
				wait = time.Hour // until woken
			}
		}
		pause := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-pause.C:
		}
		pause.Stop()
	}
	return nil
}

// drain replays everything. Its first turn, or a question about nobody, shows whether the database is back.
func (s *Spool) drain(ctx context.Context) error {
	if s.doubted.Swap(false) {
		if err := s.ping(ctx); err != nil {
			if ctx.Err() == nil && outage(err) {
				s.reads.fail(time.Now(), err)
				s.lost(s.breaker.fail(time.Now(), err), err)
			}
			return err
		}
	}
	waiting := s.behind()
	if len(waiting) == 0 && s.breaker.closed() {
		return nil
	}
	if err := s.probe(ctx, waiting); err != nil {
		if ctx.Err() == nil && !errors.Is(err, bot.ErrConflict) {
			s.lost(s.breaker.fail(time.Now(), err), err)
		}
		return err
	}
	s.reads.succeed()
	if s.breaker.succeed() {
		s.probes = 0
		s.log.Info("the database answers again", "turns to transmit", s.Status().Waiting)
		for _, l := range s.all() {
			l.listens()
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(replayers)
	for _, c := range waiting {
		group.Go(func() error { return s.replay(ctx, c) })
	}
	err := group.Wait()
	if outage(err) {
		s.lost(s.breaker.fail(time.Now(), err), err)
	}
	if err == nil {
		s.forgetLeftover()
		s.mu.Lock()
		s.refusing = nil // turns go to the database again
		s.mu.Unlock()
	}
	return err
}

// behind are the conversations with turns that wait: those with a ticket first, for which a team waits, and among them
// the one that waits the longest.
func (s *Spool) behind() []*conversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	ticket := map[*conversation]bool{}
	for _, e := range s.waiting {
		c := s.conversations.byName[e.name]
		ticket[c] = ticket[c] || e.reference != ""
	}
	return slices.SortedFunc(maps.Keys(ticket), func(a, b *conversation) int {
		if ticket[a] != ticket[b] {
			if ticket[a] {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.pending[0].id, b.pending[0].id)
	})
}

// probe tries the database once.
func (s *Spool) probe(ctx context.Context, waiting []*conversation) error {
	if n := len(waiting); n > 0 {
		// Another one each time: a conversation that is locked elsewhere must not stand in everybody's way.
		s.probes++
		_, err := s.replayFirst(ctx, waiting[(s.probes-1)%n])
		return err
	}
	return s.ping(ctx)
}

// ping asks the database about nobody.
func (s *Spool) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	_, err := s.store.Transcript(ctx, s.channels[0], "spool probe", 0)
	return err
}

// replay replays the turns of one conversation, also those that join meanwhile.
func (s *Spool) replay(ctx context.Context, c *conversation) error {
	for {
		more, err := s.replayFirst(ctx, c)
		if err != nil || !more {
			return err
		}
	}
}

// replayFirst replays the first turn of a conversation; more tells whether there was one. An error means that the
// database does not answer, or that ctx has ended.
func (s *Spool) replayFirst(ctx context.Context, c *conversation) (more bool, err error) {
	s.mu.Lock()
	var e *entry
	if len(c.pending) > 0 {
		e = c.pending[0]
	}
	s.mu.Unlock()
	if e == nil {
		return false, nil
	}
	r, found, err := s.file.read(e.id)
	if err != nil || !found {
		s.setAside(c, e, cmp.Or(err, errDamaged))
		return true, nil
	}
	outcome, after, err := s.transmit(ctx, r)
	switch {
	case err == nil:
		s.transmitted(c, e, r, outcome, after)
	case away(err), ctx.Err() != nil:
		return true, err
	default:
		s.setAside(c, e, err)
	}
	return true, nil
}

// transmit hands a turn to the database, once. after is the conversation as it leaves it, nil when the database had
// the turn already.
func (s *Spool) transmit(ctx context.Context, r record) (bot.Outcome, *bot.Conversation, error) {
	ctx, cancel := context.WithTimeout(ctx, replayPatience)
	defer cancel()
	in := bot.Inbound{Channel: r.Channel, Key: r.Key, ExternalID: r.ExternalID, Site: r.Site, Text: r.Turn.Text}
	var after *bot.Conversation
	decide := func(found bot.Conversation) (bot.Turn, error) {
		turn := r.Turn
		turn.State = turn.State.Onto(found.State, r.Unknown)
		found.State = turn.State
		after = &found
		return turn, nil
	}
	outcome, err := s.store.Turn(ctx, in, decide)
	if err == nil && outcome.Duplicate && promised(r, outcome) {
		// The message had been handled before this process knew of it, and another reference was told for it since:
		// both stand.
		in.ExternalID = second(r.ExternalID)
		outcome, err = s.store.Turn(ctx, in, decide)
	}
	if err == nil && outcome.Duplicate {
		after = nil
	}
	return outcome, after, err
}

// promised tells whether a turn opens a ticket that the database does not have for its message.
func promised(r record, found bot.Outcome) bool {
	if r.Turn.Ticket == nil {
		return false
	}
	return found.Bot == nil || found.Bot.Reply == nil || found.Bot.Reply.Reference != r.Turn.Reply.Reference
}

// second names a message that has to be kept twice.
func second(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "spool-again:" + hex.EncodeToString(sum[:])
}

// transmitted notes that the database has a turn.
func (s *Spool) transmitted(c *conversation, e *entry, r record, outcome bot.Outcome, after *bot.Conversation) {
	s.mu.Lock()
	s.counts.replayed++
	if (outcome.Customer.Seq != e.seq || toldOtherwise(r, outcome)) && !c.shift {
		c.shift, c.shiftFrom = true, e.seq
	}
	if after != nil {
		c.meta, c.state, c.unknownBase = *after, laterState(c, after.State), false
	}
	s.dequeue(c)
	drained := len(c.pending) == 0
	c.done = append(c.done, e.id)
	var done []uint64
	if drained || len(c.done) >= removeAtOnce {
		done, c.done = c.done, nil
	}
	var renumbered *moved
	if drained && c.shift {
		renumbered = s.settle(c, e)
	}
	c.learn(messages(outcome))
	s.conversations.used(c)
	s.mu.Unlock()
	s.remove(done)
	if renumbered != nil {
		if err := s.file.keepMoved(*renumbered); err != nil {
			s.log.Warn("the new numbers of a conversation are remembered until the next start only", "error", err)
		}
	}
	if drained {
		s.tell(c.name)
	}
}

// remove takes out of the file what was transmitted. After a restart in between it would be replayed, and recognised.
func (s *Spool) remove(ids []uint64) {
	if len(ids) == 0 {
		return
	}
	if err := s.file.remove(ids...); err != nil {
		s.log.Warn("turns that were transmitted stay in the spool for now", "error", err)
		s.mu.Lock()
		s.leftover = append(s.leftover, ids...)
		s.mu.Unlock()
	}
}

// toldOtherwise tells whether the database holds another answer to the message than the one given here.
func toldOtherwise(r record, kept bot.Outcome) bool {
	if kept.Bot == nil {
		return r.Turn.Reply.Kind != bot.Silent
	}
	return !strings.HasPrefix(r.Turn.Reply.Text, kept.Bot.Text) // a deferred hand-over says a sentence more
}

// laterState is the state after a replayed turn: that of the turns that still wait, when there are any.
func laterState(c *conversation, replayed bot.State) bot.State {
	if len(c.pending) > 1 {
		return c.state.Onto(replayed, c.unknownBase)
	}
	return replayed
}

// settle has whoever read the provisional numbers of a conversation, whose last turn was replayed, start over. s.mu is held.
func (s *Spool) settle(c *conversation, e *entry) *moved {
	m := moved{Channel: c.name.channel, Key: c.name.key, From: c.shiftFrom, To: e.last, At: s.now()}
	if before, known := s.moved[c.name]; known {
		m.From, m.To = min(m.From, before.From), max(m.To, before.To)
	}
	s.moved[c.name] = m
	c.shift, c.recent, c.last = false, nil, 0
	return &m
}

// setAside takes a turn out of the way that the database refuses for good.
func (s *Spool) setAside(c *conversation, e *entry, reason error) {
	s.log.Error("the database refuses a turn that was acknowledged: it is set aside in the spool", "turn", e.id, "ticket", e.reference,
		"file", s.file.path, "error", reason)
	if err := s.file.park(e.id); err != nil && !errors.Is(err, context.Canceled) {
		s.log.Error("set a turn of the spool aside", "turn", e.id, "error", err)
	}
	s.mu.Lock()
	s.counts.parked++
	s.hold(e.files) // it is in the file still
	s.dequeue(c)
	var done []uint64
	if len(c.pending) == 0 {
		c.recent = nil
		done, c.done = c.done, nil
	}
	s.mu.Unlock()
	s.remove(done)
}

// forgetLeftover removes what was transmitted while the file could not be written.
func (s *Spool) forgetLeftover() {
	s.mu.Lock()
	ids := s.leftover
	s.leftover = nil
	s.mu.Unlock()
	s.remove(ids)
}
