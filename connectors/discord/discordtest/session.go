package discordtest

import (
	"encoding/json"
	"strings"
	"time"
)

// sessionLife is how long a session waits for its bot to come back ("a few minutes" in the documentation).
const sessionLife = 3 * time.Minute

// session is what a bot gets when it identifies: a stream of numbered events that outlives connections.
type session struct {
	id         string
	intents    Intent
	events     [][]byte // all that were dispatched; the first has the sequence number 1
	connection *connection
	left       time.Time // when the connection ended
}

func (n *session) leave(now time.Time) { n.connection, n.left = nil, now }

// end forgets a session. The caller holds mu.
func (s *Server) end(n *session) { delete(s.sessions, n.id) }

// dispatch puts an event on a session, and sends it when the bot is there. The caller holds mu.
func (n *session) dispatch(s *Server, name string, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err) // ours
	}
	sequence := int64(len(n.events) + 1)
	frame, err := json.Marshal(payload{Op: opDispatch, Data: raw, Sequence: &sequence, Name: &name})
	if err != nil {
		panic(err)
	}
	n.events = append(n.events, frame)
	s.counts.Dispatched++
	if n.connection != nil {
		n.connection.put(frame)
	}
}

// dispatch sends an event to every session that has one of the intents; 0 is for all. The caller holds mu.
func (s *Server) dispatch(name string, intent Intent, data func(*session) any) {
	for _, n := range s.sessions {
		if n.connection == nil && s.config.Now().Sub(n.left) > sessionLife {
			s.end(n)
		} else if intent == 0 || n.intents&intent != 0 {
			n.dispatch(s, name, data(n))
		}
	}
}

func same(data any) func(*session) any { return func(*session) any { return data } }

// identify begins a session (docs: gateway events, identify).
func (c *connection) identify(data json.RawMessage) {
	s := c.server
	s.counts.Identifies++
	var asked struct {
		Token      string
		Intents    *Intent
		Properties map[string]any
		Compress   bool
		Shard      []int
	}
	if json.Unmarshal(data, &asked) != nil || asked.Intents == nil || asked.Properties == nil {
		c.close(closeDecode)
		return
	}
	now := s.config.Now()
	switch {
	case c.session != nil:
		c.close(closeAlreadyAuthenticated)
	case strings.TrimPrefix(asked.Token, "Bot ") != s.config.Token:
		c.close(closeAuthenticationFailed)
	case len(asked.Shard) > 0 && (len(asked.Shard) != 2 || asked.Shard[0] != 0 || asked.Shard[1] != 1):
		c.close(closeInvalidShard)
	case *asked.Intents&^knownIntents != 0:
		c.close(closeInvalidIntents)
	case *asked.Intents&privilegedIntents&^s.config.Privileged != 0:
		c.close(closeDisallowedIntents)
	case s.reconnecting > 0:
		s.reconnecting--
		c.send(opReconnect, nil)
	case !s.identified.IsZero() && now.Sub(s.identified) < s.config.IdentifyEvery:
		c.send(opInvalidSession, false)
	default:
		s.identified = now
		c.compress = asked.Compress
		c.session = &session{id: "session" + s.newID(), intents: *asked.Intents, connection: c}
		s.sessions[c.session.id] = c.session
		s.ready(c.session)
	}
}

// ready greets a new session: the guilds first as unavailable, then each as it is (docs: gateway events, ready).
func (s *Server) ready(n *session) {
	guilds := []any{}
	for _, g := range s.guilds {
		guilds = append(guilds, map[string]any{"id": g.ID, "unavailable": true})
	}
	n.dispatch(s, "READY", map[string]any{
		"v": 9, "user": s.Bot.wire(), "guilds": guilds, "session_id": n.id, "resume_gateway_url": s.gatewayURL() + "/resume",
		"application": map[string]any{"id": s.AppID, "flags": applicationFlags(s.config.Privileged)},
	})
	s.counts.Ready++
	if n.intents&Guilds != 0 {
		for _, g := range s.guilds {
			n.dispatch(s, "GUILD_CREATE", g.wireFull())
		}
	}
}

// resume gives a session back, with all that its bot has not seen (docs: gateway, resuming).
func (c *connection) resume(data json.RawMessage) {
	s := c.server
	s.counts.Resumes++
	var asked struct {
		Token     string
		SessionID string `json:"session_id"`
		Seq       *int64
	}
	if json.Unmarshal(data, &asked) != nil || asked.Seq == nil {
		c.close(closeDecode)
		return
	}
	n := s.sessions[asked.SessionID]
	if n != nil && n.connection == nil && s.config.Now().Sub(n.left) > sessionLife {
		s.end(n)
		n = nil
	}
	switch {
	case c.session != nil:
		c.close(closeAlreadyAuthenticated)
	case strings.TrimPrefix(asked.Token, "Bot ") != s.config.Token:
		c.close(closeAuthenticationFailed)
	case s.reconnecting > 0:
		s.reconnecting--
		c.send(opReconnect, nil)
	case n == nil:
		c.send(opInvalidSession, false)
	case *asked.Seq < 0 || *asked.Seq > int64(len(n.events)):
		c.session = n
		c.close(closeInvalidSequence)
	default:
		if n.connection != nil { // the old connection is not known to be dead yet
			n.connection.session = nil
			n.connection.close(closeUnknown)
		}
		c.session, n.connection = n, c
		for _, frame := range n.events[*asked.Seq:] {
			c.put(frame)
			s.counts.Replayed++
		}
		n.dispatch(s, "RESUMED", map[string]any{})
		s.counts.Resumed++
	}
}

func (s *Server) gatewayURL() string { return "ws" + strings.TrimPrefix(s.URL, "http") }

func (c *call) getGateway() (any, error) { return map[string]any{"url": c.gatewayURL()}, nil }

func (c *call) getGatewayBot() (any, error) {
	const starts = 1000 // identifies a day
	return map[string]any{"url": c.gatewayURL(), "shards": 1, "session_start_limit": map[string]any{
		"total": starts, "remaining": max(0, starts-c.counts.Identifies), "reset_after": 86400000, "max_concurrency": 1,
	}}, nil
}
