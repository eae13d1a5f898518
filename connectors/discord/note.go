package discord

import (
	"context"
	"time"

	"guichet/bot"
	"guichet/bot/courier"
)

// noted is a note about a channel, empty when there is none. It is asked for until the store answers, for what is said in a
// thread must not be lost because the store was away for a moment.
func (k *keeper) noted(ctx context.Context, known *memory, name, channel string) string {
	value, is := known.get(channel)
	trouble := courier.Complaint{Log: k.log, What: "tell whose thread a channel is"}
	for n := 1; !is; n++ {
		note, err := k.store.Note(ctx, bot.Discord, name+channel)
		if err == nil || isNotFound(err) {
			trouble.About(nil)
			known.put(channel, string(note))
			return string(note)
		}
		trouble.About(err)
		if !courier.Rest(ctx, courier.Doubled(k.pace.Trouble, n, k.pace.LongestTrouble)) {
			break
		}
	}
	return value
}

// caseIn is caseOf, asked for until the store answers.
func (k *keeper) caseIn(ctx context.Context, channel string) string {
	if k.options.Cases == "" {
		return ""
	}
	return k.noted(ctx, k.threads, noteThread, channel)
}

// isStaff tells whether a channel is that of the agents, or the thread of a ticket in it.
func (k *keeper) isStaff(ctx context.Context, channel string) bool {
	if k.staff == nil {
		return false
	}
	return channel == k.staff.channel || k.noted(ctx, k.staffed, noteStaff, channel) == k.staff.channel
}

// caseOf is the user whose case a thread is for, empty for any other channel.
func (s *Server) caseOf(ctx context.Context, channel string) string {
	if s.options.Cases == "" {
		return ""
	}
	user, known := s.threads.get(channel)
	if known {
		return user
	}
	value, err := s.store.Note(ctx, bot.Discord, noteThread+channel)
	if err == nil || isNotFound(err) {
		user = string(value)
		s.threads.put(channel, user)
	}
	return user
}

// The names of notes.
const (
	noteSeen   = "seen:"   // + channel -> mark
	noteThread = "thread:" // + channel -> the user whose case it is for
	noteCase   = "case:"   // + user -> the thread of their newest case
	noteStaff  = "staff:"  // + thread -> the channel of the agents in which it is the thread of a ticket
	noteToken  = "token:"  // + external id -> callback of an interaction's answer
	noteForm   = "form:"   // + id of the interaction that sent a form -> its answers
	noteChoice = "choice:" // + digest -> the value of a button that is too long for one
)

// How long notes are kept.
const (
	lifeSeen   = 400 * 24 * time.Hour
	lifeCase   = 3 * 365 * 24 * time.Hour // as tickets are
	lifeToken  = 15 * time.Minute         // Discord's
	lifeForm   = time.Hour
	lifeChoice = 90 * 24 * time.Hour
)
