package bot

import (
	"sync"
	"time"
)

// strangers remembers who was told that they are not known. It is safe for concurrent use.
type strangers struct {
	now  func() time.Time
	mu   sync.Mutex
	told map[string]time.Time
}

const (
	// strangerPause is how long somebody is not told again: a group of colleagues need not read it under each message.
	strangerPause = 10 * time.Minute

	// mostStrangers are remembered before all are forgotten.
	mostStrangers = 1000
)

// due tells whether a person has to be told now, and notes that they are.
func (s *strangers) due(person string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, known := s.told[person]; known && s.now().Sub(last) < strangerPause {
		return false
	}
	if s.told == nil || len(s.told) >= mostStrangers {
		s.told = map[string]time.Time{}
	}
	s.told[person] = s.now()
	return true
}
