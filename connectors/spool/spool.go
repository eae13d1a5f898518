package spool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"guichet/bot"
)

// Options is what a Spool needs. Store and Path are required.
type Options struct {
	Store    bot.Store     // the database's
	Path     string        // of the file
	Channels []string      // whose turns may wait here; bot.Web alone when nil. Platforms keep what they were not told to be received.
	Limit    int64         // bytes of the turns that wait, 256 MiB when 0; the file may take twice as much
	Patience time.Duration // how long a turn waits for the database, 1.5 s when 0
	Retry    bool          // take up again the turns that the database has refused for good
	Now      func() time.Time
	Log      *slog.Logger

	// How long a turn that the database has refused for good stays in the file, from when it was recorded: one that opens a ticket, and
	// any other. 0 keeps it for ever.
	KeepTickets, KeepOthers time.Duration
}

const (
	defaultLimit    = 256 << 20
	defaultPatience = 1500 * time.Millisecond

	// movedFor is how long somebody who has read provisional numbers is told that they are others now.
	movedFor = 7 * 24 * time.Hour
)

// Spool is a bot.Store that goes on while the database is away. It is safe for concurrent use.
type Spool struct {
	store    bot.Store
	channels []string
	limit    int64
	patience time.Duration
	now      func() time.Time
	log      *slog.Logger
	file     *file
	breaker  breaker       // of turns
	reads    breaker       // of transcripts: a database that is full or read-only still gives them
	doubted  atomic.Bool   // a transcript could not be read: Run asks for a sign of life
	probes   int           // of the replay in this outage; only its goroutine uses it
	wake     chan struct{} // there is something to replay, or the database has been heard of

	mu            sync.Mutex
	conversations conversations
	waiting       map[external]*entry // by the id of the customer's message
	references    map[string]struct{} // of the tickets that wait
	held          map[string]int      // files of the turns in the file, those set aside too, and in how many of them each is
	moved         map[thread]moved
	leftover      []uint64 // replayed, and still in the file because it could not be written
	bytes         int64
	counts        counts
	refusing      error // why the last turn could not be kept
	listeners     map[*listener]struct{}

	keepParked, keepParkedTickets time.Duration
	swept                         time.Time // when what is set aside was last looked through; only Open and Run use it
}

var _ bot.Store = (*Spool)(nil)

// counts is what a Status counts since the start, and what is set aside.
type counts struct{ kept, replayed, refused, parked int }

// thread names a conversation.
type thread struct{ channel, key string }

// external names a customer's message.
type external struct{ channel, id string }

// entry is one turn in the file.
type entry struct {
	id        uint64
	name      thread
	external  external
	reference string // of the ticket it opens, "" when it opens none
	files     []string
	seq, last int64 // provisional numbers of its first and its last message
	size      int64
	at        time.Time
}

// Open opens the file and takes up the turns that wait in it; Run replays them. The error may wrap ErrInUse.
func Open(o Options) (*Spool, error) {
	if o.Store == nil || o.Path == "" {
		return nil, errors.New("spool: store and path are required")
	}
	s := &Spool{
		store: o.Store, channels: o.Channels, limit: cmp.Or(o.Limit, defaultLimit), patience: cmp.Or(o.Patience, defaultPatience),
		now: o.Now, log: o.Log, wake: make(chan struct{}, 1), conversations: newConversations(),
		keepParked: o.KeepOthers, keepParkedTickets: o.KeepTickets,
		waiting: map[external]*entry{}, references: map[string]struct{}{}, held: map[string]int{}, moved: map[thread]moved{}, listeners: map[*listener]struct{}{},
	}
	if s.channels == nil {
		s.channels = []string{bot.Web}
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if s.file, err = openFile(o.Path, s.log); err != nil {
		return nil, err
	}
	s.swept = s.now()
	old, err := s.file.sift(s.expired)
	s.tellExpired(len(old))
	if err == nil && o.Retry {
		err = s.file.unpark()
	}
	if err := errors.Join(err, s.takeUp()); err != nil {
		return nil, errors.Join(fmt.Errorf("read the spool %s: %w", o.Path, err), s.file.close())
	}
	return s, nil
}

// takeUp reads what waits in the file.
func (s *Spool) takeUp() (err error) {
	waits := func(id uint64, size int64, r record) {
		c := s.conversations.find(r.name())
		c.meta = bot.Conversation{Channel: r.Channel, Key: r.Key, Site: r.Site, CreatedAt: r.At, UpdatedAt: r.At}
		c.known, c.unknownBase = true, r.Unknown
		c.state, c.last = r.Turn.State, r.last()
		s.enqueue(c, newEntry(id, size, r))
	}
	parked := func(r record) { s.hold(newEntry(0, 0, r).files) }
	if s.counts.parked, err = s.file.each(waits, parked); err != nil {
		return err
	}
	all, err := s.file.allMoved(s.now().Add(-movedFor))
	for _, m := range all {
		s.moved[thread{m.Channel, m.Key}] = m
	}
	if n := len(s.waiting); n > 0 {
		s.log.Warn("turns wait in the spool for the database", "turns", n, "file", s.file.path)
		s.signal()
	}
	return err
}

func newEntry(id uint64, size int64, r record) *entry {
	e := &entry{
		id: id, name: r.name(), external: external{r.Channel, r.ExternalID}, seq: r.Seq, last: r.last(), size: size, at: r.At,
	}
	if r.Turn.Ticket != nil {
		e.reference = r.Turn.Ticket.Reference
	}
	for _, a := range r.Turn.Attachments {
		e.files = append(e.files, a.ID)
	}
	return e
}

// enqueue adds a turn that is in the file to those that wait. s.mu is held, or nobody else knows of s yet.
func (s *Spool) enqueue(c *conversation, e *entry) {
	c.pending = append(c.pending, e)
	s.waiting[e.external] = e
	if e.reference != "" {
		s.references[e.reference] = struct{}{}
	}
	s.hold(e.files)
	s.bytes += e.size
}

func (s *Spool) hold(files []string) {
	for _, id := range files {
		s.held[id]++
	}
}

func (s *Spool) release(files []string) {
	for _, id := range files {
		if s.held[id]--; s.held[id] <= 0 {
			delete(s.held, id)
		}
	}
}

// Holds tells whether a file belongs to a turn that the database does not have: it must not be deleted as nobody's.
func (s *Spool) Holds(file string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held[file] > 0
}

// dequeue takes the first turn of a conversation from those that wait. s.mu is held.
func (s *Spool) dequeue(c *conversation) {
	e := c.pending[0]
	c.pending = slices.Clone(c.pending[1:])
	delete(s.waiting, e.external)
	delete(s.references, e.reference)
	s.release(e.files)
	s.bytes -= e.size
}

// covers tells whether the turns of a channel may wait here.
func (s *Spool) covers(channel string) bool { return slices.Contains(s.channels, channel) }

// signal wakes the replay.
func (s *Spool) signal() {
	select {
	case s.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

// Close gives the file back. Nothing may be asked of the spool any more; turns that wait are replayed after the next
// Open.
func (s *Spool) Close() error { return s.file.close() }

// Condition is how a spool is, in one word.
type Condition string

// The conditions of a spool.
const (
	OK       Condition = "ok"       // turns go to the database
	Spooling Condition = "spooling" // turns wait here, or would: the database is away
	Refusing Condition = "refusing" // the last turn could be kept neither there nor here
)

// Status is what an operator wants to know, at one moment.
type Status struct {
	Condition     Condition
	Waiting       int       // turns in the file that the database does not have yet
	Conversations int       // that they belong to
	Bytes, Limit  int64     // of those turns
	Oldest        time.Time // when the oldest of them was recorded; zero when there is none
	Away          bool      // the database did not answer when it was last asked
	Since         time.Time // since when; zero unless Away
	Reason        string    // why the database is away or the turn was refused; "" when ok
	Parked        int       // turns that the database refuses for good, set aside in the file
	// Counted since the start.
	Kept, Replayed, Refused int
}

// Status is cheap: a metrics page may ask as often as it likes.
func (s *Spool) Status() Status {
	open, since, reason := s.breaker.state()
	s.mu.Lock()
	defer s.mu.Unlock()
	st := Status{
		Condition: OK, Waiting: len(s.waiting), Bytes: s.bytes, Limit: s.limit, Away: open, Reason: reason,
		Kept: s.counts.kept, Replayed: s.counts.replayed, Refused: s.counts.refused, Parked: s.counts.parked,
	}
	if open {
		st.Since = since
	}
	seen := map[thread]struct{}{}
	for _, e := range s.waiting {
		seen[e.name] = struct{}{}
		if st.Oldest.IsZero() || e.at.Before(st.Oldest) {
			st.Oldest = e.at
		}
	}
	st.Conversations = len(seen)
	switch {
	case s.refusing != nil:
		st.Condition, st.Reason = Refusing, s.refusing.Error()
	case open || st.Waiting > 0:
		st.Condition = Spooling
	}
	return st
}

// Flush replays what waits until nothing does, ctx ends, or the database does not answer. It is what Run does, once, and
// must not be called beside it.
func (s *Spool) Flush(ctx context.Context) error {
	if err := s.drain(ctx); err != nil {
		return fmt.Errorf("replay the spool: %w", err)
	}
	return nil
}
