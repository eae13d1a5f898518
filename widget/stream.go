package widget

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
	"unicode/utf8"

	"guichet/bot"

	"golang.org/x/time/rate"
)

// Where websockets are blocked, the same frames travel over plain HTTP: POST /stream says hello and is answered by a
// stream of server-sent events that does not end; POST /send carries one frame more. Any replica takes either, since
// what a frame changes comes back through the transcript.

// stream is one open answer to POST /stream.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	write   time.Duration
	end     chan struct{} // closed when the server stops
	once    sync.Once
	cancel  context.CancelFunc
}

func (t *stream) interrupt() { t.once.Do(func() { close(t.end) }) }
func (t *stream) abort()     { t.cancel() }

func (t *stream) carry(data []byte) error { return t.event("data: ", data) }
func (t *stream) ping() error             { return t.event(":", nil) }
func (t *stream) hold()                   {}
func (t *stream) release() error          { return nil }

func (t *stream) event(prefix string, data []byte) error {
	_ = t.control.SetWriteDeadline(time.Now().Add(t.write)) // a client that does not read is dropped
	if _, err := t.w.Write([]byte(prefix + string(data) + "\n\n")); err != nil {
		return err
	}
	return t.control.Flush()
}

// serveStream answers a hello with all that follows.
func (s *Server) serveStream(w http.ResponseWriter, r *http.Request) {
	origin, data, ok := s.readFrame(w, r)
	if !ok {
		return
	}
	address := s.crowd.Address(r.RemoteAddr)
	if !s.crowd.enter(address) {
		turnAway(w)
		return
	}
	defer s.crowd.leave(address)
	if !s.enter() {
		http.Error(w, textRestart, http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	t := &stream{w: w, control: http.NewResponseController(w), write: s.pace.write, end: make(chan struct{}), cancel: cancel}
	s.keep(t)
	defer s.forget(t)
	defer cancel()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	out := make(chan outgoing, waitingFrames)
	k := &session{
		server: s, origin: origin, address: address, ctx: ctx, limiter: rate.NewLimiter(framesPerSecond, framesAtOnce),
		push: func(o outgoing) { out <- o }, grown: func(bot.Outcome) {}, subscribe: s.subscribe,
	}
	writer := &writer{session: k, carrier: t}
	var f clientFrame
	if json.Unmarshal(data, &f) != nil || f.Type != "hello" {
		k.refuse(helloMissing, "")
	} else if unsubscribe := k.handle(data); unsubscribe != nil {
		defer unsubscribe()
		ended := make(chan struct{})
		go func() {
			select {
			case <-ctx.Done():
			case <-t.end:
			}
			close(ended)
		}()
		if writer.run(out, ended) != nil || ctx.Err() != nil {
			return
		}
		_ = writer.deliver()
		return
	}
	_ = writer.rest(out) // why it was refused
}

// subscribe has a stream woken by channels.
func (s *Server) subscribe(key string, following *follow) (unsubscribe func()) {
	changes, unfollow := s.changes.Subscribe(channel, key)
	typing, unwatch := s.changes.SubscribeTyping(channel, key)
	following.changes, following.typing = changes, typing
	return func() { unfollow(); unwatch() }
}

// serveSend handles one frame of a client that follows a stream. What it changes arrives there; what it is answered
// itself is the response: {"frames":[…]}.
func (s *Server) serveSend(w http.ResponseWriter, r *http.Request) {
	origin, data, ok := s.readFrame(w, r)
	if !ok {
		return
	}
	if !s.enter() {
		http.Error(w, textRestart, http.StatusServiceUnavailable)
		return
	}
	defer s.running.Done()
	frames := []any{}
	k := &session{
		server: s, origin: origin, address: s.crowd.Address(r.RemoteAddr), ctx: r.Context(), push: func(o outgoing) { frames = append(frames, o.frame) }, grown: func(bot.Outcome) {},
	}
	var hello clientFrame
	code := notJSON
	if json.Unmarshal(data, &hello) == nil {
		code = k.admit(hello)
	}
	if code == "" && k.key == "" {
		code = badToken // only a stream begins a conversation
	}
	if code != "" {
		k.refuse(code, "")
	} else {
		k.limiter = s.limits.of(k.key, s.now())
		k.handle(hello.Frame)
	}
	answer, err := encode(map[string]any{"frames": frames})
	if err != nil {
		s.log.Error("answer a frame", "error", err)
		http.Error(w, errorText(failed), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(answer)
}

// readFrame reads what a page posts, if the page may. The bodies are plain text, so that a browser need not ask first.
func (s *Server) readFrame(w http.ResponseWriter, r *http.Request) (origin string, data []byte, ok bool) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Origin")
	if !s.anyoneAllows(r) {
		http.Error(w, errorText(badOrigin), http.StatusForbidden)
		return "", nil, false
	}
	origin, _ = foreignOrigin(r)
	if origin != "" {
		h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.pace.write))
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFrame))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		http.Error(w, errorText(tooLong), http.StatusRequestEntityTooLarge)
	case err != nil:
		http.Error(w, errorText(notJSON), http.StatusBadRequest)
	case !utf8.Valid(data):
		http.Error(w, errorText(notUTF8), http.StatusBadRequest)
	default:
		// The request is read: what follows may take as long as the conversation.
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
		return origin, bytes.TrimSpace(data), true
	}
	return "", nil, false
}
