package widget

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/gorilla/websocket"
)

// A panic while something is done for a client ends that client's connection and nobody else's. net/http recovers its own
// goroutines only, and writes down what the panic says, which may be what a customer wrote: so all of them end here.

// errFallen ends what a panic has ended.
var errFallen = errors.New("widget: a panic, which is logged")

// fallen logs a panic, in a deferred function that has recovered it: what was being done, in our words, the type of its value and
// the place.
func (s *Server) fallen(doing string, p any, more ...any) {
	what := fmt.Sprintf("%T", p)
	if err, ok := p.(runtime.Error); ok { // an index, a nil pointer: nothing that anybody wrote
		what = err.Error()
	}
	s.log.Error("panic while "+doing, append(more, "panic", what, "stack", string(debug.Stack()))...)
}

// fall ends a client's connection, whose frame could not be handled.
func (k *session) fall(kind, id string, p any) {
	if kind != "hello" && kind != "ping" && !slices.Contains(spoken, kind) {
		kind = "none of ours" // a client may write anything there
	}
	k.server.fallen("a frame was handled", p, "frame", kind)
	k.fell = true
	k.push(outgoing{frame: k.refusal(failed, id), last: true})
}

// last ends a socket once what was handed over is written.
func (k *socket) last() {
	k.code = websocket.CloseInternalServerErr
	k.interrupt()
}

// recovered ends a panic of a request as it ends the others.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			s.fallen("a request was answered", p)
			if strings.HasPrefix(w.Header().Get("Content-Type"), "text/event-stream") {
				panic(http.ErrAbortHandler) // it has begun: the client comes back
			}
			http.Error(w, errorText(failed), http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}
