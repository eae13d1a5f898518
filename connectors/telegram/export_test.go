package telegram

import "time"

// Hurry shortens every wait, so that what takes Telegram seconds takes a test milliseconds. The order stays.
func (s *Server) Hurry() {
	s.setPace(pace{
		poll: 2 * time.Second, look: 20 * time.Millisecond, lease: 3 * time.Second, again: 5 * time.Millisecond,
		resend: 5 * time.Millisecond, longestResend: 20 * time.Millisecond, trouble: 5 * time.Millisecond, longestTrouble: 20 * time.Millisecond, chat: time.Millisecond, group: time.Millisecond, second: 10_000,
	})
}

// Pace the tests look at.
const (
	UpdateTries  = updateTries
	MessageTries = messageTries
)
