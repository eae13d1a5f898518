package telegram

import (
	"time"

	"guichet/bot/courier"
)

// Hurry shortens every wait, so that what takes Telegram seconds takes a test milliseconds. The order stays. group is the
// gap between two messages to a group, a millisecond when 0.
func (s *Server) Hurry(group time.Duration) {
	if group == 0 {
		group = time.Millisecond
	}
	s.setPace(pace{
		Pace: courier.Pace{
			Look: 20 * time.Millisecond, Lease: 3 * time.Second, Again: 5 * time.Millisecond, Resend: 5 * time.Millisecond,
			LongestResend: 20 * time.Millisecond, Trouble: 5 * time.Millisecond, LongestTrouble: 20 * time.Millisecond,
		},
		poll: 2 * time.Second, chat: time.Millisecond, group: group, second: 10_000,
	})
}

// Pace the tests look at.
const (
	UpdateTries  = courier.UpdateTries
	MessageTries = courier.MessageTries
)
