package discord

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"

	"guichet/bot"
	"guichet/bot/courier"
)

// keeper keeps events in the order in which they came. The gateway does not send an event again to who died before it was
// kept; what was said meanwhile is asked for when a session begins (catchup.go).
type keeper struct {
	*Server
	messages *queue
	presses  *queue
	self     atomic.Value // the bot's own user id, a string
	reader   reader
}

// bot is the bot's own user id, empty before the first session.
func (k *keeper) bot() string {
	id, _ := k.self.Load().(string)
	return id
}

// reader is how far the channels were read. It belongs to the goroutine that keeps messages.
type reader struct {
	seen map[string]mark // by channel
	gaps []string        // channels in which something may have been missed, those to be read first at the end
}

func newKeeper(s *Server) *keeper {
	return &keeper{Server: s, messages: newQueue(), presses: newQueue(), reader: reader{seen: map[string]mark{}}}
}

// event is one thing to keep. The event READY says that others may have been missed before it.
type event struct {
	kind string
	data json.RawMessage
}

// put takes an event of the gateway. It does not wait.
func (k *keeper) put(kind string, data json.RawMessage) {
	switch kind {
	case created, changed:
		k.messages.put(event{kind, slices.Clone(data)})
	case interaction:
		k.presses.put(event{kind, slices.Clone(data)})
	}
}

const ready = "READY"

// ready notes that a session has begun.
func (k *keeper) ready(data json.RawMessage) { k.messages.put(event{ready, slices.Clone(data)}) }

// run keeps events until ctx ends and nothing is left to keep.
func (k *keeper) run(ctx context.Context) {
	var group sync.WaitGroup
	group.Go(func() { k.runPresses(ctx) })
	for {
		if events := k.messages.some(); len(events) > 0 {
			k.keepMessages(ctx, events)
		} else if n := len(k.reader.gaps); n > 0 && ctx.Err() == nil {
			k.fill(ctx, k.reader.gaps[n-1])
		} else if !k.messages.wait(ctx) {
			break
		}
	}
	group.Wait()
}

// keepMessages keeps events, and catches up where a session began.
func (k *keeper) keepMessages(ctx context.Context, events []event) {
	for len(events) > 0 {
		at := slices.IndexFunc(events, func(e event) bool { return e.kind == ready })
		if at == 0 {
			k.begin(ctx, events[0].data)
			events = events[1:]
			continue
		}
		if at < 0 {
			at = len(events)
		}
		k.keepSome(ctx, events[:at])
		events = events[at:]
	}
}

func (k *keeper) keepSome(ctx context.Context, events []event) {
	var updates []bot.Update
	seen := map[string]mark{}
	for _, e := range events {
		var m message
		if json.Unmarshal(e.data, &m) != nil {
			k.log.Warn("a message cannot be read and is passed over", "event", e.kind) // it may be anything in any channel
			continue
		}
		k.fill(ctx, m.Channel)
		if u, ok := k.meant(ctx, e.kind, &m, m.Guild, e.data); ok {
			updates = append(updates, u)
			if newer(m.ID, seen[m.Channel].Last) {
				seen[m.Channel] = mark{Last: m.ID, Guild: m.Guild}
			}
		}
	}
	if k.keep(ctx, updates) {
		k.mark(ctx, seen)
	}
}

// meant makes an update of a message that is for the bot: a direct one, one in the thread of a case or where the agents are,
// or one that names it.
func (k *keeper) meant(ctx context.Context, kind string, m *message, guild string, data json.RawMessage) (u bot.Update, ok bool) {
	if !m.byPerson() {
		return u, false
	}
	e := envelope{Type: kind, Bot: k.bot(), Guild: guild, Data: data}
	thread := key(m.Author.ID, m.Channel, false)
	switch {
	case guild == "":
	case k.isStaff(ctx, m.Channel):
		e.Staff, thread = true, staffThread+m.Channel
	default:
		e.Case = k.caseIn(ctx, m.Channel)
		thread = key(m.Author.ID, m.Channel, e.Case != m.Author.ID)
		if e.Case != m.Author.ID && (kind == changed || !m.names(k.bot())) {
			return u, false
		}
	}
	id := "m" + m.ID
	if kind == changed {
		if m.Edited == "" {
			return u, false // Discord has added a preview of a link
		}
		id = "e" + m.ID + ":" + m.Edited
	}
	u, err := e.update(id, thread)
	return u, err == nil
}

// keep keeps updates, for as long as it takes, and tells whether it did: not when the program stops meanwhile.
func (k *keeper) keep(ctx context.Context, updates []bot.Update) bool {
	if len(updates) == 0 {
		return true
	}
	trouble := courier.Complaint{Log: k.log, What: "keep what was received"}
	for n := 1; ; n++ {
		err := k.store.KeepUpdates(context.WithoutCancel(ctx), updates)
		if trouble.About(err); err == nil {
			return true
		}
		if !courier.Rest(ctx, courier.Doubled(k.pace.Trouble, n, k.pace.LongestTrouble)) {
			return false
		}
	}
}

// queue holds events until somebody takes them.
type queue struct {
	mu     sync.Mutex
	events []event
	filled chan struct{}
}

func newQueue() *queue { return &queue{filled: make(chan struct{}, 1)} }

func (q *queue) put(e event) {
	q.mu.Lock()
	q.events = append(q.events, e)
	q.mu.Unlock()
	signal(q.filled)
}

// mostTaken bounds what is kept in one transaction.
const mostTaken = 100

// some takes some of the oldest events, none when there is none.
func (q *queue) some() []event {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.events), mostTaken)
	events := q.events[:n:n]
	q.events = q.events[n:]
	return events
}

// wait returns when there may be events, and false when ctx has ended and there are none.
func (q *queue) wait(ctx context.Context) bool {
	select {
	case <-q.filled:
		return true
	case <-ctx.Done():
		q.mu.Lock()
		defer q.mu.Unlock()
		return len(q.events) > 0
	}
}
