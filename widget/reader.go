package widget

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// readBuffer is the size of a socket's read buffer: most frames fit, and a longer one is read past it.
const readBuffer = 1024

// hijacker gives the upgrader a read buffer that the socket sees too. An Upgrader without a ReadBufferSize of its own reads from
// the buffer that it gets with the connection.
type hijacker struct {
	http.ResponseWriter
	in *bufio.Reader
}

// Hijack is that of http.Hijacker.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, both, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil || both.Reader.Buffered() > 0 { // a client that speaks too early, whom the upgrader refuses
		return conn, both, err
	}
	h.in = bufio.NewReaderSize(conn, readBuffer)
	return conn, bufio.NewReadWriter(h.in, both.Writer), nil
}

// wait waits for the client to say something, and has the crew read it; pongs, which are all that a silent client sends, are
// taken here. It is all that runs for a silent socket, in a goroutine that is new after each frame: nothing stands on its stack but
// the reading of bytes, so that the smallest stack there is holds it, and no larger one is left from what was done before.
func (k *socket) wait() {
	if k.pong() {
		k.extend()
		go k.wait()
		return
	}
	k.server.crew.do(k.read)
}

const (
	wholePong   = 1<<7 | websocket.PongMessage // the first byte of one: no extensions, not continued (RFC 6455, 5.2)
	masked      = 1 << 7                       // in the second, as all that a client sends; the length is beside it
	mostControl = 125                          // bytes in a control frame
)

// pong waits for a frame and takes it when it is a pong; what it says is not looked at. All else is left for the websocket's reader to
// judge, also an error, which it meets again.
func (k *socket) pong() bool {
	head, err := k.in.Peek(2)
	if err != nil || head[0] != wholePong {
		return false
	}
	length := int(head[1]) - masked
	if length < 0 || length > mostControl {
		return false
	}
	_, err = k.in.Discard(len(head) + 4 + length) // with its mask
	return err == nil
}

// read reads one message and handles it. It returns once another one is waited for, or the socket has ended.
func (k *socket) read() {
	if !k.took(k.conn.NextReader()) {
		k.end()
		return
	}
	go k.wait()
}

// took handles what was read; false when the peer is gone or says something no client of ours says, or the server stops.
func (k *socket) took(kind int, message io.Reader, err error) bool {
	var data []byte
	if err == nil {
		data, err = io.ReadAll(message)
	}
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		k.code = websocket.CloseMessageTooBig
		return false
	case err != nil:
		if k.server.isClosing() {
			k.code = websocket.CloseServiceRestart
		}
		return false
	case kind != websocket.TextMessage:
		k.refuse(notText, "")
		k.code = websocket.CloseUnsupportedData
		return false
	case !utf8.Valid(data): // RFC 6455, 8.1: the connection must not go on
		k.refuse(notUTF8, "")
		k.code = websocket.CloseInvalidFramePayloadData
		return false
	}
	if stop := k.handle(data); stop != nil {
		k.unsubscribe = stop
	}
	k.extend()
	return true
}
