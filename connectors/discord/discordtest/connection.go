package discordtest

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// payload is one message of the gateway, either way.
type payload struct {
	Op       int             `json:"op"`
	Data     json.RawMessage `json:"d"`
	Sequence *int64          `json:"s"`
	Name     *string         `json:"t"`
}

// compressedAbove is the size in bytes from which a payload is compressed for who asks; the documentation names none.
const compressedAbove = 1024

// patience is how long a bot may take to close a connection that was closed by the server.
const patience = 5 * time.Second

// connection is one socket of a bot. One goroutine reads it, one writes to it.
type connection struct {
	server *Server
	socket *websocket.Conn
	wake   chan struct{} // the queue has something; of size 1
	over   chan struct{} // closed when the connection is cut
	once   sync.Once
	said   chan struct{} // closed when nothing more will be written

	// Guarded by Server.mu.
	queue    [][]byte
	closing  int // close code to send after the queue
	session  *session
	compress bool
	received bucket
}

// send queues a payload that is no dispatch. The caller holds mu.
func (c *connection) send(op int, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err) // ours
	}
	frame, err := json.Marshal(payload{Op: op, Data: raw})
	if err != nil {
		panic(err)
	}
	c.put(frame)
}

func (c *connection) put(frame []byte) {
	if c.closing != 0 {
		return
	}
	c.queue = append(c.queue, frame)
	c.stir()
}

func (c *connection) stir() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// close ends the connection with a code, after what is queued. The caller holds mu.
func (c *connection) close(code int) {
	if c.closing != 0 {
		return
	}
	c.closing = code
	c.server.counts.Closes[code]++
	if c.session != nil {
		c.session.leave(c.server.config.Now())
		if code == closeInvalidSequence || code == closeSessionTimedOut || code == closeAuthenticationFailed {
			c.server.end(c.session)
		}
		c.session = nil // whatever the bot says to it, the session stays as it is
	}
	c.stir()
}

// cut ends the connection at once.
func (c *connection) cut() {
	c.once.Do(func() { close(c.over) })
	_ = c.socket.UnderlyingConn().Close() // twice does no harm
}

// write sends what is queued until the connection ends.
func (c *connection) write() {
	defer close(c.said)
	for {
		select {
		case <-c.over:
			return
		case <-c.wake:
		}
		c.server.mu.Lock()
		queue, closing, compress := c.queue, c.closing, c.compress
		c.queue = nil
		c.server.mu.Unlock()
		for _, frame := range queue {
			kind := websocket.TextMessage
			if compress && len(frame) > compressedAbove {
				kind, frame = websocket.BinaryMessage, deflate(frame)
			}
			if c.socket.WriteMessage(kind, frame) != nil {
				c.cut()
				return
			}
		}
		if closing != 0 {
			reason := websocket.FormatCloseMessage(closing, fmt.Sprintf("Code %d.", closing))
			_ = c.socket.WriteControl(websocket.CloseMessage, reason, time.Now().Add(time.Second)) // the bot may be gone
			// Cutting now could take the code away from the bot again: it is the bot's turn to close.
			_ = c.socket.SetReadDeadline(time.Now().Add(patience))
			return
		}
	}
}

// deflate is the payload compression that a client may ask for (docs: gateway, payload compression).
func deflate(frame []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, err := w.Write(frame)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}
