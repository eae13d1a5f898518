package discord

import (
	"time"

	"guichet/bot/courier"
)

// Hurry shortens every wait, so that what takes Discord seconds takes a test milliseconds. The order stays.
func (s *Server) Hurry() {
	s.pace = pace{
		Pace: courier.Pace{
			Look: 20 * time.Millisecond, Lease: 3 * time.Second, Again: 5 * time.Millisecond, Resend: 5 * time.Millisecond,
			LongestResend: 20 * time.Millisecond, Trouble: 5 * time.Millisecond, LongestTrouble: 20 * time.Millisecond,
		},
		open: 5 * time.Second, silence: 100 * time.Second, watch: 20 * time.Millisecond, settled: time.Minute, away: 40 * time.Millisecond,
	}
}

// Impatient has connections given up that acknowledge no heartbeat for a while.
func (s *Server) Impatient(silence time.Duration) { s.pace.silence = silence }

// Pace the tests look at.
const (
	UpdateTries  = courier.UpdateTries
	MessageTries = courier.MessageTries
)
