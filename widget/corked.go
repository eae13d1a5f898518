package widget

import (
	"bufio"
	"net"
	"net/http"
	"sync"
)

// mostCorked is how many bytes are held back at most: what goes beyond leaves, and so does not pile up.
const mostCorked = 32 << 10

// corked is a connection that can hold back what is written and send it as one: a message and its answer are two frames,
// and a write to the network costs more than making either. It is safe for concurrent use: the library answers a ping from
// the reading goroutine.
type corked struct {
	net.Conn

	mu   sync.Mutex
	held *[]byte // nil while nothing is held back
}

var corks = sync.Pool{New: func() any { b := make([]byte, 0, 4<<10); return &b }}

// Write implements net.Conn. What is held back counts as written: that it was not is what release or a later write says.
func (c *corked) Write(p []byte) (int, error) {
	c.mu.Lock()
	if c.held == nil {
		c.mu.Unlock()
		return c.Conn.Write(p)
	}
	defer c.mu.Unlock()
	*c.held = append(*c.held, p...)
	if len(*c.held) <= mostCorked {
		return len(p), nil
	}
	if _, err := c.Conn.Write(*c.held); err != nil {
		return 0, err
	}
	*c.held = (*c.held)[:0]
	return len(p), nil
}

// hold holds back what is written from now on.
func (c *corked) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil {
		c.held = corks.Get().(*[]byte)
	}
}

// release sends what was held back.
func (c *corked) release() (err error) {
	c.mu.Lock()
	defer c.mu.Unlock() // or what is written next would overtake it
	if c.held == nil {
		return nil
	}
	if len(*c.held) > 0 {
		_, err = c.Conn.Write(*c.held)
	}
	*c.held = (*c.held)[:0]
	corks.Put(c.held)
	c.held = nil
	return err
}

// hijacked is a request whose connection becomes a corked one when it is taken over.
type hijacked struct {
	http.ResponseWriter
	conn *corked
}

// Hijack implements http.Hijacker.
func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.conn.Conn = conn
	return h.conn, buffers, err
}
