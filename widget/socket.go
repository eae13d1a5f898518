package widget

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"guichet/bot"
)

const (
	framesPerSecond = 5  // sustained; a person types slower
	framesAtOnce    = 20 // a queue sent after a cut
	waitingFrames   = 32 // not yet written, above which the client is taken for dead
)

// socket is one open websocket. Of a silent one there is a goroutine that waits for the client to say something, and
// nothing else (reader.go): a frame is read, and what it asks for done, by a goroutine of the server's crew, and what is to be sent is
// sent by another, one at a time, which ends when all is sent.
type socket struct {
	session
	writer      writer
	conn        *websocket.Conn
	in          *bufio.Reader // the connection's read buffer, which is conn's too
	together    *[]byte       // frames that leave as one; the writer's
	unsubscribe func()        // set by a hello
	code        int           // the close code, set by the reader when it ends; 0 when the peer is gone
	pinged      int64         // Unix nanoseconds; the server's mutex guards it
	heard       atomic.Int64  // Unix nanoseconds: when the peer was last heard of

	mu      sync.Mutex
	todo    todo
	asking  bool          // one of the client's own messages is being handled
	held    bool          // the transcript has grown meanwhile: most often by that very message
	writing bool          // a writer is at work
	over    bool          // the reader has ended, or the client cannot be written to: no writer begins any more
	broken  bool          // the latter
	written chan struct{} // closed by the writer when it ends, for a reader that waits for it
}

// todo is what the writer has to do next.
type todo struct {
	frames             []outgoing
	said               []bot.Outcome // what the client's own messages came to: the transcript need not be read for it
	read, typing, ping bool          // the transcript has grown; an agent is writing; it is time to show that we are there
	again              bool          // the transcript, which could not be read, is tried again; read is set too
}

func (d todo) isNothing() bool {
	return len(d.frames) == 0 && len(d.said) == 0 && !d.read && !d.typing && !d.ping
}

// serveSocket opens a socket. It returns once the reader runs: that frees what net/http keeps for a request.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	address := s.crowd.Address(r.RemoteAddr)
	if !s.crowd.enter(address) {
		turnAway(w)
		return
	}
	if !s.enter() {
		s.crowd.leave(address)
		http.Error(w, textRestart, http.StatusServiceUnavailable)
		return
	}
	h := &hijacker{ResponseWriter: w}
	conn, err := s.upgrader.Upgrade(h, r, nil) // which answers 400 or 403 by itself
	if err != nil {
		s.crowd.leave(address)
		s.running.Done()
		return
	}
	origin, _ := foreignOrigin(r)
	k := &socket{conn: conn, in: h.in, session: session{
		server: s, origin: strings.Clone(origin), address: strings.Clone(address), // no pieces of the request, which can go
		limiter: rate.NewLimiter(framesPerSecond, framesAtOnce), ctx: s.life,
	}}
	k.writer.session, k.writer.carrier = &k.session, k
	k.session.push, k.session.grown, k.session.asking, k.session.subscribe = k.put, k.grow, k.ask, k.watch
	conn.SetReadLimit(maxFrame)
	conn.SetPongHandler(func(string) error { k.extend(); return nil })
	s.keep(k)
	go k.wait()
}

// extend gives the peer another while to be heard of. A peer that never said hello gets no second one. It is the wheel that
// ends a silent socket: a deadline for each would cost a timer, and the reader a stack twice as large.
func (k *socket) extend() {
	if k.site != nil {
		k.heard.Store(time.Now().UnixNano())
	}
}

// interrupt ends the reader once it has handled the message it is at.
func (k *socket) interrupt() { _ = k.conn.SetReadDeadline(time.Now()) }

// abort ends everything now.
func (k *socket) abort() { _ = k.conn.Close() }

// add gives the writer something to do, and starts it when none is at work.
func (k *socket) add(what func(*todo)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.over {
		return
	}
	if what(&k.todo); len(k.todo.frames) > waitingFrames { // a client that does not read its frames is dropped
		k.todo.frames = k.todo.frames[:waitingFrames]
		k.abort() // the next read fails, which ends the socket
	}
	if !k.writing {
		k.writing = true
		k.server.crew.do(k.write)
	}
}

func (k *socket) put(o outgoing) {
	k.add(func(d *todo) { d.frames = append(d.frames, o) })
	if o.last {
		k.last()
	}
}

// ask says that a message is being handled, or no longer. Until then a growth of the transcript waits: most often it is by this
// very message.
func (k *socket) ask(begins bool) {
	k.mu.Lock()
	held := k.held && !begins
	k.asking, k.held = begins, k.held && begins
	k.mu.Unlock()
	if held {
		k.Changed()
	}
}

// grow hands what was said to the writer.
func (k *socket) grow(outcome bot.Outcome) {
	k.add(func(d *todo) { d.said = append(d.said, outcome) })
}

// Of bot.Watcher.

func (k *socket) Changed() {
	k.mu.Lock()
	waits := k.asking
	k.held = k.held || waits
	known := !waits && k.hasAll()
	k.mu.Unlock()
	if !waits && !known {
		k.add(func(d *todo) { d.read = true })
	}
}

// hasAll tells whether the client is known to have what there is: most often the signal is of its own message, which it has
// been sent already. k.mu is held; what is the writer's may be looked at while none is at work and none is due.
func (k *socket) hasAll() bool {
	w := &k.writer
	return !k.writing && !k.over && k.todo.isNothing() && w.follow != nil && !w.trying &&
		k.server.store.Unchanged(channel, w.follow.key, w.follow.after)
}

func (k *socket) Typing() { k.add(func(d *todo) { d.typing = true }) }

func (k *socket) watch(key string, _ *follow) (unsubscribe func()) {
	return k.server.changes.Watch(channel, key, k)
}

// end ends the socket, once nothing more is read from it.
func (k *socket) end() {
	defer k.server.forget(k)
	defer k.server.crowd.leave(k.address)
	defer k.abort()
	if k.unsubscribe != nil {
		k.unsubscribe()
	}
	if k.settle() {
		k.finish()
	}
}

// settle waits for the writer at work and lets no other begin; it tells whether the client can be written to.
func (k *socket) settle() bool {
	k.mu.Lock()
	k.over = true
	var wait chan struct{}
	if k.writing {
		wait = make(chan struct{})
		k.written = wait
	}
	k.mu.Unlock()
	if wait != nil {
		<-wait
	}
	return !k.broken
}

// write does what there is to do, and ends.
func (k *socket) write() {
	for {
		k.mu.Lock()
		what := k.todo
		if k.todo = (todo{}); what.isNothing() || k.broken {
			k.writing = false
			if k.written != nil {
				close(k.written)
			}
			k.mu.Unlock()
			return
		}
		k.mu.Unlock()
		if k.send(what) != nil {
			k.mu.Lock()
			k.over, k.broken = true, true
			k.mu.Unlock()
			k.abort() // the reader ends
		}
	}
}

func (k *socket) send(what todo) (err error) {
	defer func() {
		if p := recover(); p != nil {
			k.server.fallen("a client was written to", p)
			err = errFallen
		}
	}()
	w := &k.writer
	if what.again {
		w.trying = false
	}
	for _, o := range what.frames {
		if err := w.send(o); err != nil {
			return err
		}
	}
	for _, outcome := range what.said {
		if err := w.add(outcome); err != nil {
			return err
		}
	}
	if what.read {
		if err := w.deliver(); err != nil {
			return err
		}
	}
	if what.typing && w.follow != nil {
		if err := w.typing(); err != nil {
			return err
		}
	}
	if what.ping {
		if err := w.ping(); err != nil {
			return err
		}
		w.present(false)
	}
	if w.again > 0 && !w.trying { // the transcript could not be read
		w.trying = true
		time.AfterFunc(w.again, func() { k.add(func(d *todo) { d.read, d.again = true, true }) })
	}
	w.again = 0
	return nil
}

// Of websockets, as a carrier.

func (k *socket) carry(data []byte) error {
	if k.together != nil {
		return k.gather(data)
	}
	_ = k.conn.SetWriteDeadline(time.Now().Add(k.server.pace.write))
	return k.conn.WriteMessage(websocket.TextMessage, data)
}

// ping goes by WriteMessage, which is the writer's as all frames are: WriteControl makes a timer for each.
func (k *socket) ping() error {
	_ = k.conn.SetWriteDeadline(time.Now().Add(k.server.pace.write))
	return k.conn.WriteMessage(websocket.PingMessage, nil)
}

// finish writes the reply to the last message received, and the close frame.
func (k *socket) finish() {
	defer func() {
		if p := recover(); p != nil {
			k.server.fallen("the last reply was written to a client", p)
		}
	}()
	if k.code == 0 {
		return
	}
	if k.code == websocket.CloseServiceRestart && k.writer.deliver() != nil {
		return
	}
	text := ""
	if k.code == websocket.CloseServiceRestart {
		text = textRestart
	}
	deadline := time.Now().Add(time.Second)
	_ = k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(k.code, text), deadline)
	// Closing with unread bytes would reset the connection, and the close frame could be lost on its way.
	_ = k.conn.SetReadDeadline(deadline)
	_, _ = io.Copy(io.Discard, k.conn.NetConn())
}
