package discord

import (
	"context"
	"net/http"
	"strings"

	"guichet/bot"
)

// inThread is the external id of a message in the thread of a case; it tells where the answer belongs.
func inThread(thread, message string) string { return "t:" + thread + ":" + message }

// threadOf is the thread in such an id.
func threadOf(externalID string) (thread string, ok bool) {
	rest, ok := strings.CutPrefix(externalID, "t:")
	thread, _, cut := strings.Cut(rest, ":")
	return thread, ok && cut && isID(thread)
}

const privateThread = 12 // discord.com/developers/docs/resources/channel, channel types

// openCase makes a private thread for a request that was recorded in a server, where that is asked for. When it cannot,
// the request is followed in direct messages.
func (s *Server) openCase(ctx context.Context, p *press, out bot.Outcome) {
	if s.options.Cases == "" || p.Guild == "" || out.Bot == nil || out.Bot.Reply.Reference == "" {
		return
	}
	reference := out.Bot.Reply.Reference
	if _, err := s.store.Note(ctx, bot.Discord, noteCase+reference); err == nil {
		return // at an earlier attempt
	}
	thread, err := s.makeThread(ctx, p.from(), reference)
	if err != nil {
		s.log.Warn("open the thread of a case: it is followed in direct messages", "ticket", reference, "error", err)
		return
	}
	s.threads.put(thread, p.from())
	for _, note := range [][2]string{{noteThread + thread, p.from()}, {noteCase + reference, thread}, {noteCase + p.from(), thread}} {
		if err := s.store.KeepNote(ctx, bot.Discord, note[0], []byte(note[1]), lifeCase); err != nil {
			s.log.Error("note the thread of a case: it is followed in direct messages", "ticket", reference, "error", err)
			return
		}
	}
}

// makeThread makes a private thread with one person in it.
func (s *Server) makeThread(ctx context.Context, user, reference string) (id string, err error) {
	var made struct {
		ID string `json:"id"`
	}
	err = s.api.call(ctx, http.MethodPost, "/channels/"+s.options.Cases+"/threads", map[string]any{
		"name": nameCase(reference), "type": privateThread, "invitable": false, "auto_archive_duration": 10080,
	}, &made)
	if err != nil {
		return "", err
	}
	members := "/channels/" + made.ID + "/thread-members/"
	if err := s.api.callAs(ctx, "PUT "+members, http.MethodPut, members+user, nil, nil); err != nil {
		return "", err
	}
	body := posted{MessageSend: plain(bot.Typeset(textCase(reference))), Nonce: reference, Once: true}
	return made.ID, s.api.call(ctx, http.MethodPost, "/channels/"+made.ID+"/messages", body, nil)
}
