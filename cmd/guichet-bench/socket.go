package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Small buffers: the generator holds as many sockets as the server.
var dialer = websocket.Dialer{HandshakeTimeout: 20 * time.Second, ReadBufferSize: 1024, WriteBufferSize: 1024, WriteBufferPool: &sync.Pool{}}

// frame is what the generator reads of the server's frames.
type frame struct {
	Type, Code, ID, Token, From, Kind, Reference string
	Seq, After                                   int64
	Messages                                     []frame
	Form                                         []struct{ Name string }
}

// visitor is a person at the chat.
type visitor struct {
	conn  *websocket.Conn
	token string
	asked int
}

func dial(ctx context.Context, base, path string) (*websocket.Conn, error) {
	conn, res, err := dialer.DialContext(ctx, "ws"+strings.TrimPrefix(base, "http")+path, http.Header{}) //nolint:bodyclose // there is none to close: the library says so
	if err != nil && res != nil {
		err = fmt.Errorf("%w: %s", err, res.Status)
	}
	return conn, err
}

// patience is how long a frame is waited for before it counts as an error.
const patience = 30 * time.Second

// connect opens a socket and says hello, with the token of an earlier conversation or none.
func connect(ctx context.Context, base, site, token string) (*visitor, error) {
	conn, err := dial(ctx, base, "/ws")
	if err != nil {
		return nil, err
	}
	v := &visitor{conn: conn}
	if err := conn.WriteJSON(map[string]any{"type": "hello", "v": 1, "site": site, "token": token}); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	welcome, err := v.until(func(f frame) bool { return f.Type == "welcome" })
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	v.token = welcome.Token
	return v, nil
}

// until reads frames up to one.
func (v *visitor) until(is func(frame) bool) (frame, error) {
	_ = v.conn.SetReadDeadline(time.Now().Add(patience))
	for {
		var f frame
		if err := v.conn.ReadJSON(&f); err != nil {
			return f, err
		}
		if f.Type == "error" {
			return f, fmt.Errorf("the server refuses: %s", f.Code)
		}
		if is(f) {
			return f, nil
		}
	}
}

// ask says something and returns the reply to it, which is committed when it comes.
func (v *visitor) ask(text, choice string) (frame, error) {
	v.asked++
	id := fmt.Sprint("m", v.asked)
	said := map[string]any{"type": "message", "id": id, "text": text}
	if choice != "" {
		said = map[string]any{"type": "message", "id": id, "label": text, "choice": choice}
	}
	if err := v.conn.WriteJSON(said); err != nil {
		return frame{}, err
	}
	mine := int64(0)
	return v.until(func(f frame) bool {
		if f.Type == "message" && f.ID == id {
			mine = f.Seq
		}
		return f.From == "bot" && mine > 0 && f.Seq > mine
	})
}

// inParallel does something n times, at most so many at once, and returns the first error.
func inParallel(n, atOnce int, do func(i int) error) error {
	var group sync.WaitGroup
	places := make(chan struct{}, atOnce)
	var once sync.Once
	var first error
	for i := range n {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			if err := do(i); err != nil {
				once.Do(func() { first = err })
			}
		})
	}
	group.Wait()
	return first
}

// openVisitors opens many conversations.
func openVisitors(ctx context.Context, base, site string, n int) ([]*visitor, error) {
	if err := filesFor(n); err != nil {
		return nil, err
	}
	all := make([]*visitor, n)
	err := inParallel(n, 32, func(i int) (err error) { all[i], err = connect(ctx, base, site, ""); return err })
	if err != nil {
		hangUp(all)
		return nil, fmt.Errorf("open %d sockets: %w", n, err)
	}
	return all, nil
}

func hangUp(all []*visitor) {
	for _, v := range all {
		if v != nil {
			_ = v.conn.Close()
		}
	}
}
