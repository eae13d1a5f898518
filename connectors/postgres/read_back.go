package postgres

import (
	"encoding/json"
	"sync"

	"guichet/bot"
)

// mostReadBack bounds the replies that are remembered: the same answers go out over and over.
const mostReadBack = 256

// readBack gives replies as they are read from what is kept, so that a repetition gives the same outcome to the last letter.
// What it gives is shared, and not to be changed. It is safe for concurrent use.
type readBack struct {
	mu    sync.Mutex
	known map[string]bot.Reply // by what is kept
}

func (r *readBack) reply(kept []byte) (bot.Reply, error) {
	r.mu.Lock()
	reply, ok := r.known[string(kept)]
	r.mu.Unlock()
	if ok {
		return reply, nil
	}
	if err := json.Unmarshal(kept, &reply); err != nil {
		return bot.Reply{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil || len(r.known) >= mostReadBack {
		r.known = map[string]bot.Reply{}
	}
	r.known[string(kept)] = reply
	return reply, nil
}
