package desk

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"guichet/bot"
)

const (
	heartbeat   = 20 * time.Second
	streamLife  = 15 * time.Minute // then the browser reconnects and shows its session again
	streamWrite = 10 * time.Second // a browser that takes nothing for so long has gone
	quietTime   = time.Second      // changes within it are one signal
)

// streams ends the event streams when the server shuts down: they never end by themselves, and it waits for them.
type streams struct {
	mu      sync.Mutex
	servers map[*http.Server]chan struct{}
}

func newStreams() *streams { return &streams{servers: map[*http.Server]chan struct{}{}} }

// ending is closed when the server of a request shuts down; nil, and so never, when it is unknown.
func (s *streams) ending(r *http.Request) <-chan struct{} {
	server, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	stop := s.servers[server]
	if stop == nil {
		stop = make(chan struct{})
		s.servers[server] = stop
		server.RegisterOnShutdown(func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.servers[server] == stop {
				delete(s.servers, server)
				close(stop)
			}
		})
	}
	return stop
}

// serveEvents signals that something changed, without saying what: the page then asks for its parts again, with its
// own rights. A page that shows a ticket also hears that its customer is writing.
func (d *desk) serveEvents(w http.ResponseWriter, r *http.Request, _ bot.User) {
	var changed <-chan struct{}
	if d.changes != nil {
		signals, end := d.changes.Subscribe("", "")
		defer end()
		changed = signals
	}
	var writing <-chan struct{}
	if reference := r.URL.Query().Get("ticket"); d.changes != nil && reference != "" {
		signals, end := d.changes.SubscribeWriting(reference)
		defer end()
		writing = signals
	}
	ending := d.streams.ending(r) // before the first byte: from then on the browser has a stream
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // the server's would end the request; without support there is none
	send := func(text string) error {
		// In place of the server's, which is for whole answers. In real time, whatever clock the pages show.
		_ = control.SetWriteDeadline(time.Now().Add(streamWrite))
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
		return control.Flush()
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep the signals back
	if err := send("retry: 2000\n\n"); err != nil {
		return
	}
	follow(r.Context(), changed, writing, ending, send)
}

// follow sends until the browser, the server or the stream's time ends it.
func follow(ctx context.Context, changed, writing, ending <-chan struct{}, send func(string) error) {
	beat, life := time.NewTicker(heartbeat), time.NewTimer(streamLife)
	defer beat.Stop()
	defer life.Stop()
	var quiet <-chan time.Time // not nil while changes are held back
	for {
		text, listen := "", changed
		if quiet != nil {
			listen = nil // what arrives meanwhile waits in the channel
		}
		select {
		case <-ctx.Done():
			return
		case <-ending:
			return
		case <-life.C:
			return
		case <-quiet:
			quiet = nil
			continue
		case <-listen:
			text, quiet = "event: change\ndata:\n\n", time.After(quietTime)
		case <-writing:
			text = "event: writing\ndata:\n\n"
		case <-beat.C:
			text = ": .\n\n"
		}
		if send(text) != nil {
			return
		}
	}
}
