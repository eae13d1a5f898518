package widget

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"guichet/bot"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"
)

const (
	framesPerSecond = 5  // sustained; a person types slower
	framesAtOnce    = 20 // a queue sent after a cut
	waitingFrames   = 32 // not yet written, above which the client is taken for dead
)

// socket is one open connection. The reader owns site, key and limiter; the writer owns what it has sent.
type socket struct {
	server *Server
	conn   *websocket.Conn
	origin string // of the page, "" when it is ours

	site    *site  // nil before hello
	key     string // "" before hello
	limiter *rate.Limiter

	ctx    context.Context // of the calls to the store: it outlives the handler, which returns at once
	cancel context.CancelFunc
	out    chan outgoing
	wake   chan struct{} // the transcript has grown
	ended  chan struct{} // closed by the reader when it has ended
	code   int           // the close code, set by the reader before ended; 0 when the peer is gone
}

// outgoing is what the reader hands to the writer: a frame, and with the welcome what to follow from then on.
type outgoing struct {
	frame  any
	follow *follow
}

// follow is a conversation to send: what comes after a number, at each signal.
type follow struct {
	key     string
	after   int64
	changes <-chan struct{}
}

// serveSocket opens a socket. It returns once the goroutines run: that frees what net/http keeps for a request.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		http.Error(w, textRestart, http.StatusServiceUnavailable)
		return
	}
	conn, err := s.upgrader.Upgrade(w, r, nil) // which answers 400 or 403 by itself
	if err != nil {
		s.running.Done()
		return
	}
	origin, _ := foreignOrigin(r)
	k := &socket{
		server: s, conn: conn, origin: origin, limiter: rate.NewLimiter(framesPerSecond, framesAtOnce),
		out: make(chan outgoing, waitingFrames), wake: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	k.ctx, k.cancel = context.WithCancel(context.Background())
	s.keep(k)
	go k.read()
	go k.write()
}

// extend gives the peer another while to be heard of. A peer that never said hello gets no second one.
func (k *socket) extend() {
	if k.site != nil {
		_ = k.conn.SetReadDeadline(time.Now().Add(k.server.pace.silence))
	}
	if k.server.isClosing() { // after the line above, which may have undone interrupt
		k.interrupt()
	}
}

// interrupt ends the reader once it has handled the message it is at.
func (k *socket) interrupt() { _ = k.conn.SetReadDeadline(time.Now()) }

// abort ends everything now.
func (k *socket) abort() {
	k.cancel()
	_ = k.conn.Close()
}

// push hands a frame to the writer. A client that does not read its frames is dropped.
func (k *socket) push(o outgoing) {
	select {
	case k.out <- o:
	default:
		_ = k.conn.Close() // the next read fails, which ends the socket
	}
}

func (k *socket) refuse(code, id string) {
	k.push(outgoing{frame: errorFrame{Type: "error", Code: code, Text: errorText(code), ID: id}})
}

// write sends frames, messages and pings until the reader has ended.
func (k *socket) write() {
	defer k.server.forget(k)
	defer k.abort()
	w := writer{socket: k}
	ping := time.NewTicker(k.server.pace.ping)
	defer ping.Stop()
	for {
		var err error
		select {
		case o := <-k.out:
			err = w.send(o)
		case <-w.changes():
			err = w.deliver()
		case <-k.wake:
			err = w.deliver()
		case <-w.again:
			err = w.deliver()
		case <-ping.C:
			err = k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(k.server.pace.write))
			w.present(false)
		case <-k.ended:
			w.finish()
			return
		}
		if err != nil {
			_ = k.conn.Close() // the reader ends
			<-k.ended
			return
		}
	}
}

// writer is what the writing goroutine knows.
type writer struct {
	*socket
	follow *follow          // nil before the welcome
	again  <-chan time.Time // set while a transcript could not be read
	tries  int
	seen   time.Time // when the store was last told that the person is there
}

func (w *writer) changes() <-chan struct{} {
	if w.follow == nil {
		return nil
	}
	return w.follow.changes
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

func (w *writer) frame(frame any) error {
	data, err := encode(frame)
	if err != nil {
		return err
	}
	_ = w.conn.SetWriteDeadline(time.Now().Add(w.server.pace.write))
	return w.conn.WriteMessage(websocket.TextMessage, data)
}

// maxRetry bounds the wait between two attempts to read a transcript.
const maxRetry = 30 * time.Second

// deliver sends every message after the last one sent. A store that fails is asked again later: the signal is used up.
func (w *writer) deliver() error {
	if w.follow == nil {
		return nil
	}
	w.again = nil
	messages, err := w.server.store.Transcript(w.ctx, channel, w.follow.key, w.follow.after)
	if errors.Is(err, bot.ErrRenumbered) {
		return err // the client comes back, and starts over
	}
	if err != nil {
		if w.tries == 0 {
			w.server.log.Warn("read a transcript for a socket", "error", err)
		}
		w.again = time.After(min(w.server.pace.retry<<min(w.tries, 5), maxRetry))
		w.tries++
		return nil
	}
	w.tries = 0
	for _, m := range messages {
		if m.Seq <= w.follow.after || m.Reply != nil && m.Reply.Kind == bot.Silent {
			continue
		}
		if err := w.frame(w.server.framed(m, w.follow.key)); err != nil {
			return err
		}
		w.follow.after = m.Seq
	}
	w.present(slices.ContainsFunc(messages, func(m bot.Message) bool { return m.From == bot.FromAgent }))
	return nil
}

const (
	presentEvery = time.Minute     // to say again that somebody is still there
	presentLimit = 2 * time.Second // for saying so: a store that is slow must not hold up the socket
)

// present tells the store that the person is there to read: now and then, and at once when an agent's words were sent.
func (w *writer) present(now bool) {
	if w.server.presence == nil || w.follow == nil || !now && time.Since(w.seen) < presentEvery {
		return
	}
	ctx, cancel := context.WithTimeout(w.ctx, presentLimit)
	defer cancel()
	w.seen = time.Now()
	if err := w.server.presence.Seen(ctx, channel, w.follow.key); err != nil && w.tries == 0 {
		w.server.log.Warn("note that somebody is there", "error", err)
	}
}

// finish writes what the reader left, and the close frame.
func (w *writer) finish() {
	for {
		select {
		case o := <-w.out:
			if w.send(o) != nil {
				return
			}
			continue
		default:
		}
		break
	}
	if w.code == 0 {
		return
	}
	if w.code == websocket.CloseServiceRestart && w.deliver() != nil { // the reply to the last message received
		return
	}
	text := ""
	if w.code == websocket.CloseServiceRestart {
		text = textRestart
	}
	deadline := time.Now().Add(time.Second)
	_ = w.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(w.code, text), deadline)
	// Closing with unread bytes would reset the connection, and the close frame could be lost on its way.
	_ = w.conn.SetReadDeadline(deadline)
	_, _ = io.Copy(io.Discard, w.conn.NetConn())
}
