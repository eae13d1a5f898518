package postgres

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"

	"guichet/bot"
)

// encodeReply gives a reply as it is kept beside its message, which has the text: kept twice, it was
// read as JSON and compressed for nothing.
func encodeReply(reply bot.Reply) ([]byte, error) {
	reply.Text = ""
	return encode(reply)
}

// decodeReply gives a reply back as it was kept, with the text of its message. Of those that are kept with a text of their
// own, as they all once were, it is the same text.
func decodeReply(kept []byte, text string) (reply bot.Reply, err error) {
	if err = json.Unmarshal(kept, &reply); err != nil {
		return bot.Reply{}, err
	}
	reply.Text = text
	return reply, nil
}

// keptReply is a message whose reply is still to be read, and whose text has been.
type keptReply bot.Message

var _ sql.Scanner = (*keptReply)(nil)

// Scan implements sql.Scanner.
func (m *keptReply) Scan(kept any) error {
	var data []byte
	switch kept := kept.(type) {
	case nil:
		m.Reply = nil
		return nil
	case string:
		data = []byte(kept)
	case []byte:
		data = kept
	default:
		return fmt.Errorf("a reply is kept as %T", kept)
	}
	reply, err := decodeReply(data, m.Text)
	m.Reply = &reply
	return err
}

// mostReadBack bounds the replies that are remembered: the same answers go out over and over.
const mostReadBack = 256

// readBack gives replies as they are read from what is kept, so that a repetition gives the same outcome to the last letter.
// What it gives is shared, and not to be changed. It is safe for concurrent use.
type readBack struct {
	mu    sync.Mutex
	known map[keptAs]bot.Reply
}

// keptAs is how a reply is kept, and the text of its message.
type keptAs struct{ reply, text string }

func (r *readBack) reply(kept []byte, text string) (bot.Reply, error) {
	r.mu.Lock()
	reply, ok := r.known[keptAs{string(kept), text}]
	r.mu.Unlock()
	if ok {
		return reply, nil
	}
	reply, err := decodeReply(kept, text)
	if err != nil {
		return bot.Reply{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil || len(r.known) >= mostReadBack {
		r.known = map[keptAs]bot.Reply{}
	}
	r.known[keptAs{string(kept), text}] = reply
	return reply, nil
}
