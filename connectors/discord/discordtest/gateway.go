package discordtest

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// Opcodes of the gateway (docs: opcodes and status codes).
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoiceState     = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

// Close codes of the gateway.
const (
	closeUnknown              = 4000
	closeUnknownOpcode        = 4001
	closeDecode               = 4002
	closeNotAuthenticated     = 4003
	closeAuthenticationFailed = 4004
	closeAlreadyAuthenticated = 4005
	closeInvalidSequence      = 4007
	closeRateLimited          = 4008
	closeSessionTimedOut      = 4009
	closeInvalidShard         = 4010
	closeInvalidVersion       = 4012
	closeInvalidIntents       = 4013
	closeDisallowedIntents    = 4014
)

const (
	longestPayload = 4096 // bytes that a client may send at once
	mostPayloads   = 120  // that a client may send in a minute
)

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// gateway serves one connection until it ends.
func (s *Server) gateway(w http.ResponseWriter, q *http.Request) {
	s.mu.Lock()
	if s.unreachable || s.closed {
		s.mu.Unlock()
		http.Error(w, "no gateway", http.StatusServiceUnavailable)
		return
	}
	s.handlers.Add(1) // before the connection is hijacked and the server forgets it
	s.mu.Unlock()
	defer s.handlers.Done()
	socket, err := upgrader.Upgrade(w, q, nil)
	if err != nil {
		return // the upgrader has answered
	}
	c := &connection{server: s, socket: socket, wake: make(chan struct{}, 1), over: make(chan struct{}), said: make(chan struct{})}
	defer c.cut()
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.live[c] = true
	s.counts.Connections++
	if strings.HasPrefix(q.URL.Path, "/resume") {
		s.counts.ResumeURL++
	}
	switch {
	case q.URL.Query().Get("v") != "9":
		c.close(closeInvalidVersion)
	case q.URL.Query().Get("encoding") != "json":
		c.close(closeDecode)
	default:
		c.send(opHello, map[string]any{"heartbeat_interval": s.config.Heartbeat.Milliseconds()})
	}
	s.notify()
	s.mu.Unlock()
	s.handlers.Add(1)
	go func() {
		defer s.handlers.Done()
		c.write()
	}()
	code := c.read()
	s.mu.Lock()
	delete(s.live, c)
	if code != 0 {
		s.counts.ClosedByBot++
	}
	if c.session != nil {
		c.session.leave(s.config.Now())
		if code == websocket.CloseNormalClosure || code == websocket.CloseGoingAway {
			s.end(c.session) // docs: gateway, initiating a disconnect
		}
	}
	s.notify()
	s.mu.Unlock()
}

// read takes what the bot sends until the connection ends, and returns the bot's close code, 0 without one.
func (c *connection) read() int {
	c.heard()
	for {
		_, data, err := c.socket.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
			return closed.Code
		case isTimeout(err):
			c.server.mu.Lock()
			c.close(closeUnknown) // no heartbeat in time
			c.server.mu.Unlock()
			<-c.said
			return 0
		case err != nil:
			return 0
		}
		c.server.mu.Lock()
		c.receive(data)
		c.server.notify()
		c.server.mu.Unlock()
	}
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

// heard gives the bot one more interval, and a half for the way, until the next heartbeat.
func (c *connection) heard() {
	_ = c.socket.SetReadDeadline(time.Now().Add(c.server.config.Heartbeat * 3 / 2)) // a dead socket fails the read as well
}

// receive handles one payload. The caller holds mu.
func (c *connection) receive(data []byte) {
	var p payload
	if c.closing != 0 {
		return
	}
	switch {
	case len(data) > longestPayload || json.Unmarshal(data, &p) != nil:
		c.close(closeDecode)
		return
	case !c.received.take(Rate{Requests: mostPayloads, Per: time.Minute}, time.Now()):
		c.close(closeRateLimited)
		return
	}
	switch p.Op {
	case opHeartbeat:
		c.server.counts.Heartbeats++
		c.heard()
		if !c.server.withheld {
			c.send(opHeartbeatAck, nil)
		}
	case opIdentify:
		c.identify(p.Data)
	case opResume:
		c.resume(p.Data)
	case opPresence, opVoiceState, opRequestMembers:
		if c.session == nil {
			c.close(closeNotAuthenticated)
		}
	default:
		c.close(closeUnknownOpcode)
	}
}
