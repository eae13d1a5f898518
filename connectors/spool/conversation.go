package spool

import (
	"container/list"
	"context"

	"guichet/bot"
)

// What is remembered of conversations that have no turn in the file.
const (
	// remembered is how many bytes of conversations are kept, the least recently used forgotten first.
	remembered = 16 << 20

	// recentMessages is how many messages of one conversation are kept.
	recentMessages = 60

	// highest is where numbers end that a reader may name: above, somebody invented them.
	highest = int64(1) << 40
)

// conversation is what is known of one, and its turns that wait. All but turn is guarded by the spool's mu.
type conversation struct {
	name thread
	turn chan struct{} // holds a value while a turn is being worked out

	meta        bot.Conversation // ID, Site, CreatedAt, UpdatedAt
	known       bool             // state is the conversation's, as far as this replica has heard
	unknownBase bool             // its turns that wait began without knowing it
	state       bot.State
	last        int64         // the highest number known, be it provisional
	recent      []bot.Message // the newest that the database is known to have, without a gap
	pending     []*entry
	done        []uint64 // replayed, and not yet taken out of the file
	shift       bool     // the replay has given another number than the provisional one
	shiftFrom   int64

	users   int // turns that wait for, or hold, turn
	size    int64
	element *list.Element
}

// conversations finds them by name and forgets those not used for the longest.
type conversations struct {
	byName map[thread]*conversation
	order  *list.List // of *conversation, the last used first
	size   int64
}

func newConversations() conversations {
	return conversations{byName: map[thread]*conversation{}, order: list.New()}
}

// find returns a conversation, a new one when it is not known.
func (all *conversations) find(name thread) *conversation {
	c := all.byName[name]
	if c == nil {
		c = &conversation{name: name, turn: make(chan struct{}, 1)}
		c.element = all.order.PushFront(c)
		all.byName[name] = c
	}
	return c
}

// used marks a conversation as used last, counts what it costs now and forgets others for it.
func (all *conversations) used(c *conversation) {
	size := int64(500 + len(c.state.Question))
	for _, m := range c.recent {
		size += 300 + int64(2*len(m.Text)) + int64(400*len(m.Attachments))
	}
	all.size += size - c.size
	c.size = size
	all.order.MoveToFront(c.element)
	for e := all.order.Back(); e != nil && all.size > remembered; {
		oldest, previous := e.Value.(*conversation), e.Prev()
		if oldest != c && oldest.users == 0 && len(oldest.pending) == 0 {
			all.size -= oldest.size
			all.order.Remove(e)
			delete(all.byName, oldest.name)
		}
		e = previous
	}
}

// learn adds messages that the database has to those remembered. They follow one another.
func (c *conversation) learn(messages []bot.Message) {
	for _, m := range messages {
		switch n := len(c.recent); {
		case n > 0 && m.Seq <= c.recent[n-1].Seq:
			continue
		case n > 0 && m.Seq > c.recent[n-1].Seq+1:
			c.recent = nil
		}
		if m.From == bot.FromAgent && m.Seq > c.last {
			c.state.Agent = m.Agent // a reply hands the conversation to the agent
		}
		c.recent = append(c.recent, m)
		c.last = max(c.last, m.Seq)
	}
	if excess := len(c.recent) - recentMessages; excess > 0 {
		c.recent = append([]bot.Message(nil), c.recent[excess:]...)
	}
}

// enter waits until no other turn of the conversation is being worked out here. leave must be called after it.
func (s *Spool) enter(ctx context.Context, name thread) (c *conversation, leave func(), err error) {
	s.mu.Lock()
	c = s.conversations.find(name)
	c.users++
	s.mu.Unlock()
	quit := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.users--
		s.conversations.used(c)
	}
	select {
	case c.turn <- struct{}{}:
		return c, func() { <-c.turn; quit() }, nil
	case <-ctx.Done():
		quit()
		return nil, nil, ctx.Err()
	}
}
