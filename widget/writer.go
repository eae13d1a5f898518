package widget

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"guichet/bot"
)

// outgoing is what a session hands to the writer: a frame, and with the welcome what to follow from then on.
type outgoing struct {
	frame  any
	follow *follow
	last   bool // the connection ends with it
}

// follow is a conversation to send: what comes after a number, at each signal.
type follow struct {
	key     string
	after   int64
	agent   string          // who spoke last for the team, "" for nobody yet
	changes <-chan struct{} // of a stream
	typing  <-chan struct{} // of a stream: an agent is writing
}

// carrier takes frames to a client. It is used by the writer alone.
type carrier interface {
	carry(data []byte) error
	ping() error // shows that we are there, or finds out that the client is not
	hold()       // what is carried from now on may wait until
	release() error
}

// writer is what the writing goroutine knows, one after the other of a socket. It alone decides which message was sent last.
type writer struct {
	*session
	carrier
	follow *follow       // nil before the welcome
	again  time.Duration // after which a transcript that could not be read is read again, 0 when it could
	trying bool          // a timer will have it read again
	tries  int
	seen   time.Time // when the store was last told that the person is there
}

// run sends a stream's frames, messages and pings until ended; an error is the carrier's.
func (w *writer) run(out <-chan outgoing, ended <-chan struct{}) error {
	ping := time.NewTicker(w.server.pace.ping)
	defer ping.Stop()
	var again <-chan time.Time
	for {
		var changes, typing <-chan struct{}
		if w.follow != nil {
			changes, typing = w.follow.changes, w.follow.typing
		}
		if w.again > 0 {
			again, w.again, w.trying = time.After(w.again), 0, true
		}
		var err error
		select {
		case o := <-out:
			err = w.send(o)
		case <-changes:
			err = w.deliver()
		case <-typing:
			err = w.typing()
		case <-again:
			again, w.trying = nil, false
			err = w.deliver()
		case <-ping.C:
			err = w.ping()
			w.present(false)
		case <-ended:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// rest sends what was handed over and not yet written.
func (w *writer) rest(out <-chan outgoing) error {
	for {
		select {
		case o := <-out:
			if err := w.send(o); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

func (w *writer) send(o outgoing) error {
	if err := w.frame(o.frame); err != nil {
		return err
	}
	if o.follow != nil {
		w.follow = o.follow
		return w.deliver() // what came between reading the welcome's messages and now
	}
	return nil
}

func (w *writer) typing() error { return w.frame(typingFrame{Type: "typing", Agent: w.follow.agent}) }

// frames are where frames are encoded.
var frames = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (w *writer) frame(frame any) error {
	b := frames.Get().(*bytes.Buffer)
	defer frames.Put(b)
	data, err := encodeInto(b, frame)
	if err != nil {
		return err
	}
	return w.carry(data) // which keeps nothing of it
}

// maxRetry bounds the wait between two attempts to read a transcript.
const maxRetry = 30 * time.Second

// deliver sends every message after the last one sent. A store that fails is asked again later: the signal is used up.
func (w *writer) deliver() error {
	if w.follow == nil {
		return nil
	}
	w.again = 0
	if w.server.store.Unchanged(channel, w.follow.key, w.follow.after) {
		w.tries = 0
		return nil
	}
	messages, err := w.server.store.Transcript(w.ctx, channel, w.follow.key, w.follow.after)
	if errors.Is(err, bot.ErrRenumbered) {
		return err // the client comes back, and starts over
	}
	if err != nil {
		if w.tries == 0 {
			w.server.log.Warn("read a transcript for a client", "error", err)
		}
		w.again = min(w.server.pace.retry<<min(w.tries, 5), maxRetry)
		w.tries++
		return nil
	}
	w.tries = 0
	return w.messages(messages)
}

// add sends what a message of this client came to, when it follows what was sent last, so that the transcript need not be
// read. What was kept beside a database that is away may get other numbers: it is read.
func (w *writer) add(o bot.Outcome) error {
	follows := w.follow != nil && w.again == 0 && !w.trying && o.Customer.Seq == w.follow.after+1
	if !follows || o.Bot != nil && (o.Bot.Seq != o.Customer.Seq+1 || o.Bot.Reply == nil || o.Bot.Reply.Deferred) {
		return w.deliver()
	}
	messages := []bot.Message{o.Customer}
	if o.Bot != nil {
		messages = append(messages, *o.Bot)
	}
	return w.messages(messages)
}

// messages sends those that were not sent yet, together.
func (w *writer) messages(messages []bot.Message) error {
	w.hold()
	err := w.each(messages)
	if gone := w.release(); err == nil {
		err = gone
	}
	if err != nil {
		return err
	}
	w.present(slices.ContainsFunc(messages, func(m bot.Message) bool { return m.From == bot.FromAgent }))
	return nil
}

func (w *writer) each(messages []bot.Message) error {
	for _, m := range messages {
		if m.Seq <= w.follow.after || m.Reply != nil && m.Reply.Kind == bot.Silent {
			continue
		}
		if err := w.frame(w.server.framed(m, w.follow.key)); err != nil {
			return err
		}
		w.follow.after = m.Seq
		if m.Agent != "" {
			w.follow.agent = m.Agent
		}
	}
	return nil
}

const (
	presentEvery = time.Minute     // to say again that somebody is still there
	presentLimit = 2 * time.Second // for saying so: a store that is slow must not hold up the client
)

// present tells the store that the person is there to read: now and then, and at once when an agent's words were sent. A
// conversation in which nothing was said has nobody to tell.
func (w *writer) present(now bool) {
	if w.server.presence == nil || w.follow == nil || w.follow.after == 0 || !now && time.Since(w.seen) < presentEvery {
		return
	}
	ctx, cancel := context.WithTimeout(w.ctx, presentLimit)
	defer cancel()
	w.seen = time.Now()
	if err := w.server.presence.Seen(ctx, channel, w.follow.key); err != nil && w.tries == 0 {
		w.server.log.Warn("note that somebody is there", "error", err)
	}
}
