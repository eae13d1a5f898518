package discord

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/bot"
	"guichet/bot/courier"
)

// mark is how far a channel was read.
type mark struct {
	Last  string `json:"last"` // id of the newest message that was kept
	Guild string `json:"guild,omitempty"`
}

const (
	page       = 100            // messages that Discord gives at once
	mostPages  = 20             // of one channel: a busy one is not read for ever
	longestGap = 24 * time.Hour // older messages are not answered any more: nobody waits for it
)

func isNotFound(err error) bool { return errors.Is(err, bot.ErrNotFound) }

// begin notes who the bot is, and that in every known channel something may have been said while nobody listened. Those are
// read one after another while nothing else comes, the newest first, and each before what comes in it: a channel is kept
// in its order, and nobody waits for the others.
func (k *keeper) begin(ctx context.Context, data json.RawMessage) {
	var said struct {
		User user `json:"user"`
	}
	if json.Unmarshal(data, &said) == nil && said.User.ID != "" {
		k.self.Store(said.User.ID)
	}
	notes, ok := k.notes(ctx)
	if !ok {
		return
	}
	for name, value := range notes {
		channel := strings.TrimPrefix(name, noteSeen)
		var m mark
		if json.Unmarshal(value, &m) == nil && newer(m.Last, k.reader.seen[channel].Last) {
			k.reader.seen[channel] = m
		}
	}
	k.reader.gaps = slices.Collect(maps.Keys(k.reader.seen))
	slices.SortFunc(k.reader.gaps, func(a, b string) int { return compare(k.reader.seen[a].Last, k.reader.seen[b].Last) })
}

// notes are the marks that were kept, asked for until they are there: without them what comes would hide what was missed.
func (k *keeper) notes(ctx context.Context) (notes map[string][]byte, ok bool) {
	trouble := courier.Complaint{Log: k.log, What: "read how far channels were read"}
	for n := 1; ; n++ {
		notes, err := k.store.NotesNamed(ctx, bot.Discord, noteSeen)
		if ctx.Err() != nil {
			return nil, false
		}
		if trouble.About(err); err == nil {
			return notes, true
		}
		courier.Rest(ctx, courier.Doubled(k.pace.Trouble, n, k.pace.LongestTrouble))
	}
}

// fill reads what was said in a channel while nobody listened, if it has not been read. When that fails it is tried again
// after the others.
func (k *keeper) fill(ctx context.Context, channel string) {
	at := slices.Index(k.reader.gaps, channel)
	if at < 0 {
		return
	}
	k.reader.gaps = slices.Delete(k.reader.gaps, at, at+1)
	missed, err := k.catchUp(ctx, channel, k.reader.seen[channel])
	if missed > 0 {
		k.log.Info("messages were sent while nobody listened", "channel", channel, "messages", missed)
	}
	if err == nil || ctx.Err() != nil {
		return
	}
	if r := refused(err); r.status == http.StatusForbidden || r.status == http.StatusNotFound {
		k.forget(ctx, channel)
		return
	}
	k.log.Warn("read what was said while nobody listened: it is tried again", "channel", channel, "error", err)
	k.reader.gaps = slices.Insert(k.reader.gaps, 0, channel)
}

var errStops = errors.New("the program stops")

// catchUp keeps what was said in a channel after its mark.
func (k *keeper) catchUp(ctx context.Context, channel string, m mark) (missed int, err error) {
	after := m.Last
	if oldest := strconv.FormatInt(idAt(time.Now().Add(-longestGap)), 10); newer(oldest, after) {
		after = oldest
	}
	for range mostPages {
		messages, err := k.after(ctx, channel, after)
		if err != nil {
			return missed, err
		}
		var updates []bot.Update
		for _, raw := range messages {
			var said message
			if json.Unmarshal(raw, &said) != nil || said.ID == "" {
				continue
			}
			after = said.ID
			if u, ok := k.meant(ctx, created, &said, m.Guild, raw); ok {
				updates = append(updates, u)
			}
		}
		if !k.keep(ctx, updates) {
			return missed, errStops
		}
		k.mark(ctx, map[string]mark{channel: {Last: after, Guild: m.Guild}})
		if missed += len(updates); len(messages) < page {
			break
		}
	}
	return missed, nil
}

// after is the next page of a channel, oldest first. A limit or a fault is waited out for a while.
func (k *keeper) after(ctx context.Context, channel, id string) (messages []json.RawMessage, err error) {
	path := "/channels/" + channel + "/messages?limit=" + strconv.Itoa(page) + "&after=" + url.QueryEscape(id)
	for n := 1; n <= courier.UpdateTries; n++ {
		if err = k.api.call(ctx, http.MethodGet, path, nil, &messages); err == nil {
			slices.SortFunc(messages, func(a, b json.RawMessage) int { return compare(idOf(a), idOf(b)) })
			return messages, nil
		}
		r := refused(err)
		if r.status != 0 && r.status != http.StatusTooManyRequests && r.status < 500 {
			return nil, err
		}
		if !courier.Rest(ctx, courier.PauseAfter(err, courier.Doubled(k.pace.Trouble, n, k.pace.LongestTrouble))) {
			return nil, err
		}
	}
	return nil, err
}

func idOf(raw json.RawMessage) string {
	var m struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(raw, &m) // one without an id comes first, and is passed over
	return m.ID
}

// mark notes how far channels were read. When that fails, what is read again is recognised.
func (k *keeper) mark(ctx context.Context, seen map[string]mark) {
	for channel, m := range seen {
		if old, known := k.reader.seen[channel]; known && !newer(m.Last, old.Last) {
			continue
		}
		k.reader.seen[channel] = m
		value, err := json.Marshal(m)
		if err == nil {
			err = k.store.KeepNote(context.WithoutCancel(ctx), bot.Discord, noteSeen+channel, value, lifeSeen)
		}
		if err != nil {
			k.log.Warn("note how far a channel was read", "channel", channel, "error", err)
		}
	}
}

// know notes a channel of direct messages in which nothing was read yet, so that the first message in it is not missed.
// Noting it again is harmless: what is read again is recognised.
func (s *Server) know(ctx context.Context, channel string) {
	if _, known := s.known.get(channel); known {
		return
	}
	_, err := s.store.Note(ctx, bot.Discord, noteSeen+channel)
	if isNotFound(err) {
		err = s.store.KeepNote(ctx, bot.Discord, noteSeen+channel, []byte(`{"last":"0"}`), lifeSeen)
	}
	if err != nil {
		s.log.Warn("note a channel of direct messages", "channel", channel, "error", err)
		return
	}
	s.known.put(channel, "")
}

// forget drops a channel that the bot can read no more.
func (k *keeper) forget(ctx context.Context, channel string) {
	delete(k.reader.seen, channel)
	if err := k.store.DropNote(ctx, bot.Discord, noteSeen+channel); err != nil {
		k.log.Warn("forget a channel", "channel", channel, "error", err)
	}
}
