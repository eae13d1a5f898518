package discordtest

import (
	"maps"
	"slices"
	"time"
)

// Request is one call of the REST API by the bot, in the log.
type Request struct {
	Number int       // from 1
	Time   time.Time // on Config.Now
	Method string
	Path   string // as requested
	Route  string // with names for what varies: /channels/{channel}/messages
	Body   []byte // the JSON; of an upload, its payload_json
	Status int    // of the answer; 0 while none is given, and when a Fault cut the connection
	Code   int    // of a refusal, from Discord's list; 0 when there is none
	Fault  bool   // the answer was a fault that the test asked for
}

// Counts tells how often things happened.
type Counts struct {
	Connections, Identifies, Resumes int // to the gateway; tried
	Ready, Resumed                   int // given a new session, given the old one back
	Heartbeats                       int
	Dispatched                       int         // events put on a session
	Replayed                         int         // events sent again by a resume
	ResumeURL                        int         // connections at the address that READY names for resuming
	Requests                         int         // to the REST API
	Limited                          int         // requests beyond a rate: the bot broke a limit
	Faults                           int         // requests answered with a fault
	Downloads                        int         // of files, tried
	Codes                            map[int]int // refusals, by Discord's code
	Closes                           map[int]int // gateway connections that this server closed, by close code
	ClosedByBot                      int         // gateway connections that the bot closed with a code
}

// Counts tells what has happened until now.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := s.counts
	counts.Codes, counts.Closes = maps.Clone(counts.Codes), maps.Clone(counts.Closes)
	return counts
}

// Requests is the log of the REST API, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}
