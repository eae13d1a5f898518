package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// queue is what the bot has not confirmed yet.
type queue struct {
	next    int64
	waiting []waiting
	history map[int64]waiting // every update ever, for Repeat
	allowed []string          // of the last getUpdates or setWebhook that named some
	poll    chan *apiError    // ends the poll that waits, if one does
}

type waiting struct {
	id   int64
	body json.RawMessage
}

// usual is what Telegram sends a bot that names no kinds: all but a few.
func (q *queue) takes(kind string) bool {
	if len(q.allowed) == 0 {
		return kind != "chat_member" && kind != "message_reaction" && kind != "message_reaction_count"
	}
	return slices.Contains(q.allowed, kind)
}

// Deliver queues an update of a kind ("message", "callback_query" ...) with any content that JSON can hold, and gives its
// number; 0 when the bot has not asked for that kind.
func (s *Server) Deliver(kind string, content any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deliver(kind, content)
}

// deliver is Deliver for a caller that holds the lock.
func (s *Server) deliver(kind string, content any) int64 {
	q := &s.updates
	if !q.takes(kind) {
		return 0
	}
	body, err := json.Marshal(map[string]any{"update_id": q.next, kind: content})
	if err != nil {
		panic(fmt.Sprintf("telegramtest: an update that is no JSON: %v", err))
	}
	s.enqueue(waiting{q.next, body})
	q.next++
	return q.next - 1
}

func (s *Server) enqueue(u waiting) {
	q := &s.updates
	if q.history == nil {
		q.history = map[int64]waiting{}
	}
	q.history[u.id] = u
	q.waiting = append(q.waiting, u)
	s.signal()
}

// Repeat delivers an update once more, with its number, as Telegram does when it has not heard that it was received.
func (s *Server) Repeat(update int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, known := s.updates.history[update]
	if !known {
		panic(fmt.Sprintf("telegramtest: there was no update %d", update))
	}
	s.enqueue(u)
}

// Pending counts the updates that the bot has not confirmed.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.updates.waiting)
}

// getUpdates is the long poll. A new one ends the one that waits, as Telegram does.
func (s *Server) getUpdates(ctx context.Context, given fields) (any, *apiError) {
	limit := int(given.within("limit", 100, 1, 100))
	timeout := time.Duration(given.within("timeout", 0, 0, 50)) * time.Second
	s.mu.Lock()
	if s.hook.url != "" {
		s.mu.Unlock()
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if err := given.parse("allowed_updates", &s.updates.allowed); err != nil {
		s.mu.Unlock()
		return nil, badRequest("can't parse allowed updates")
	}
	s.updates.end(conflict("terminated by other getUpdates request; make sure that only one bot instance is running"))
	ended := make(chan *apiError, 1)
	s.updates.poll = ended
	s.updates.confirm(given.number("offset"))
	s.signal()
	deadline := time.After(timeout)
	for {
		if found := s.updates.first(limit); len(found) > 0 || timeout == 0 {
			s.updates.leave(ended)
			s.mu.Unlock()
			return found, nil
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case refused := <-ended:
			return nil, refused
		case <-deadline:
			timeout = 0
		case <-ctx.Done():
			timeout = 0
		case <-s.closed:
			timeout = 0
		}
		s.mu.Lock()
	}
}

func conflict(text string) *apiError { return &apiError{code: 409, description: "Conflict: " + text} }

// end ends the poll that waits.
func (q *queue) end(refused *apiError) {
	if q.poll != nil {
		q.poll <- refused
		q.poll = nil
	}
}

func (q *queue) leave(poll chan *apiError) {
	if q.poll == poll {
		q.poll = nil
	}
}

// confirm forgets what lies before an offset; a negative one keeps so many from the end.
func (q *queue) confirm(offset int64) {
	if offset < 0 {
		q.waiting = q.waiting[max(0, len(q.waiting)+int(offset)):]
		return
	}
	q.waiting = slices.DeleteFunc(q.waiting, func(u waiting) bool { return u.id < offset })
}

func (q *queue) first(limit int) []json.RawMessage {
	found := []json.RawMessage{}
	for _, u := range q.waiting[:min(limit, len(q.waiting))] {
		found = append(found, u.body)
	}
	return found
}
