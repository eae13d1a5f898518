package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Fault is what goes wrong with a request. The zero Fault is none.
type Fault struct {
	// Status is that of the answer: 500, 502, 503; 429 with RetryAfter; 403 with Code 50007.
	Status int
	Code   int // from Discord's list, with its message

	RetryAfter time.Duration // of a 429
	Global     bool          // the 429 is of the whole API
	HTML       bool          // the answer is a page of the proxy before Discord, not JSON

	// Done carries the request out all the same: only its answer is lost, as when a 502 follows a message that was sent.
	Done bool

	// Cut closes the connection without an answer.
	Cut bool
}

// FailDownloads lets the next n downloads of files fail; one that is cut ends in the middle.
func (s *Server) FailDownloads(n int, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = append(s.broken, &planned{fault: f, left: n})
}

type planned struct {
	fault         Fault
	method, route string
	left          int
}

// FailNext lets the next n requests to a route fail. Method and route are as in the log (POST,
// /channels/{channel}/messages); empty means any.
func (s *Server) FailNext(n int, method, route string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &planned{fault: f, method: method, route: route, left: n})
}

// fault is what shall go wrong with a request. The caller holds mu.
func (s *Server) fault(r Request) Fault {
	for _, p := range s.faults {
		if p.left > 0 && (p.method == "" || p.method == r.Method) && (p.route == "" || p.route == r.Route) {
			p.left--
			return p.fault
		}
	}
	if s.config.Fault != nil {
		return s.config.Fault(r)
	}
	return Fault{}
}

func (f Fault) answer(headers http.Header) (int, []byte) {
	if f.Cut {
		return 0, nil
	}
	if f.HTML {
		headers.Set("Content-Type", "text/html")
		return f.Status, fmt.Appendf(nil, "<html><title>%d %s</title></html>", f.Status, http.StatusText(f.Status))
	}
	body := map[string]any{"message": fmt.Sprintf("%d: %s", f.Status, http.StatusText(f.Status)), "code": f.Code}
	if meaning, known := meanings[f.Code]; known {
		body["message"] = meaning.message
	}
	if f.Status == http.StatusTooManyRequests {
		scope := "user"
		if f.Global {
			scope = "global"
		}
		body = limited(headers, f.RetryAfter, f.Global, scope).body
		// A bucket's headers say the same as the body, or a client would not know when to come back.
		headers.Set("X-RateLimit-Remaining", "0")
		headers.Set("X-RateLimit-Reset-After", seconds(f.RetryAfter))
	}
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // text and numbers
	}
	return f.Status, data
}

// Drop cuts every connection to the gateway as a network does, without a word. Sessions stay, to be resumed.
func (s *Server) Drop() { s.each(func(c *connection) { c.cut() }) }

// CloseGateway closes every connection to the gateway with a close code, 4000 to 4014. After 4004, 4010 to 4014 a bot
// must not come back; 4007 and 4009 end the sessions.
func (s *Server) CloseGateway(code int) {
	s.each(func(c *connection) { c.close(code) })
}

// Reconnect asks every connected bot to reconnect and resume (op 7).
func (s *Server) Reconnect() { s.each(func(c *connection) { c.send(opReconnect, nil) }) }

// ReconnectBeforeReady answers the next n identifies and resumes with op 7.
func (s *Server) ReconnectBeforeReady(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reconnecting = n
}

// Invalidate tells every connected bot that its session is invalid (op 9). A resumable one goes on gathering events.
func (s *Server) Invalidate(resumable bool) {
	s.each(func(c *connection) {
		if c.session != nil {
			c.session.leave(s.config.Now())
			if !resumable {
				s.end(c.session)
			}
			c.session = nil
		}
		c.send(opInvalidSession, resumable)
	})
}

// Forget ends all sessions without telling anybody: the next resume is answered with op 9.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, session := range s.sessions {
		if session.connection != nil {
			session.connection.session = nil
		}
		s.end(session)
	}
}

// RequestHeartbeat asks every connected bot for a heartbeat now (op 1).
func (s *Server) RequestHeartbeat() { s.each(func(c *connection) { c.send(opHeartbeat, nil) }) }

// WithholdAcks leaves heartbeats unacknowledged, as a dead connection does, or acknowledges them again.
func (s *Server) WithholdAcks(withheld bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.withheld = withheld
}

// Unreachable turns connections to the gateway away with 503, or lets them in again.
func (s *Server) Unreachable(unreachable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unreachable = unreachable
}

func (s *Server) each(do func(*connection)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.live {
		do(c)
	}
	s.notify()
}
