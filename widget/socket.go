package widget

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
	"unicode/utf8"

	"guichet/bot"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"
)

const (
	framesPerSecond = 5  // sustained; a person types slower
	framesAtOnce    = 20 // a queue sent after a cut
	waitingFrames   = 32 // not yet written, above which the client is taken for dead
)

// socket is one open websocket. The reader owns the session; the writer owns what it has sent.
type socket struct {
	session
	conn   *websocket.Conn
	cancel context.CancelFunc
	out    chan outgoing
	own    own           // what the reader's own messages come to
	wake   chan struct{} // there is something new about it
	ended  chan struct{} // closed by the reader when it has ended
	code   int           // the close code, set by the reader before ended; 0 when the peer is gone
}

// serveSocket opens a socket. It returns once the goroutines run: that frees what net/http keeps for a request.
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
	conn, err := s.upgrader.Upgrade(w, r, nil) // which answers 400 or 403 by itself
	if err != nil {
		s.crowd.leave(address)
		s.running.Done()
		return
	}
	origin, _ := foreignOrigin(r)
	k := &socket{
		session: session{server: s, origin: origin, address: address, limiter: rate.NewLimiter(framesPerSecond, framesAtOnce)}, conn: conn,
		out: make(chan outgoing, waitingFrames), own: own{said: make(chan bot.Outcome, 2)}, wake: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	k.session.push, k.session.grown, k.session.asking = k.put, k.grow, k.ask
	k.ctx, k.cancel = context.WithCancel(context.Background()) // the handler returns at once
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

// put hands a frame to the writer. A client that does not read its frames is dropped.
func (k *socket) put(o outgoing) {
	select {
	case k.out <- o:
	default:
		_ = k.conn.Close() // the next read fails, which ends the socket
	}
}

// ask says that a message is being handled, or no longer. Until then the writer lets signals wait: most often they are
// about this very message.
func (k *socket) ask(begins bool) {
	k.own.asking.Store(begins)
	if !begins {
		k.signal()
	}
}

// grow hands what was said to the writer; when that is behind, it reads the transcript.
func (k *socket) grow(outcome bot.Outcome) {
	select {
	case k.own.said <- outcome:
	default:
		k.own.lost.Store(true)
	}
}

func (k *socket) signal() {
	select {
	case k.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

// read handles frames one at a time until the peer is gone, says something no client of ours says, or the server stops.
func (k *socket) read() {
	unsubscribe := func() {}
	defer func() { unsubscribe(); close(k.ended) }()
	k.conn.SetReadLimit(maxFrame)
	k.conn.SetPongHandler(func(string) error { k.extend(); return nil })
	_ = k.conn.SetReadDeadline(time.Now().Add(k.server.pace.silence))
	k.extend()
	for {
		kind, data, err := k.conn.ReadMessage()
		switch {
		case errors.Is(err, websocket.ErrReadLimit):
			k.code = websocket.CloseMessageTooBig
			return
		case err != nil:
			if k.server.isClosing() {
				k.code = websocket.CloseServiceRestart
			}
			return
		case kind != websocket.TextMessage:
			k.refuse(notText, "")
			k.code = websocket.CloseUnsupportedData
			return
		case !utf8.Valid(data): // RFC 6455, 8.1: the connection must not go on
			k.refuse(notUTF8, "")
			k.code = websocket.CloseInvalidFramePayloadData
			return
		}
		if stop := k.handle(data); stop != nil {
			unsubscribe = stop
		}
		k.extend()
	}
}

// Of websockets, as a carrier.

func (k *socket) carry(data []byte) error {
	_ = k.conn.SetWriteDeadline(time.Now().Add(k.server.pace.write))
	return k.conn.WriteMessage(websocket.TextMessage, data)
}

func (k *socket) ping() error {
	return k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(k.server.pace.write))
}

// write sends what there is until the reader has ended.
func (k *socket) write() {
	defer k.server.forget(k)
	defer k.server.crowd.leave(k.address)
	defer k.abort()
	w := writer{session: &k.session, carrier: k, own: &k.own}
	if err := w.run(k.out, k.wake, k.ended); err != nil {
		_ = k.conn.Close() // the reader ends
		<-k.ended
		return
	}
	k.finish(&w)
}

// finish writes what the reader left, and the close frame.
func (k *socket) finish(w *writer) {
	if w.rest(k.out) != nil || k.code == 0 {
		return
	}
	if k.code == websocket.CloseServiceRestart && w.deliver() != nil { // the reply to the last message received
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
