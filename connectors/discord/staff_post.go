package discord

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"guichet/bot"
	"guichet/bot/courier"
)

// staffRoom is the channel of the agents: a text channel or a forum, with a thread for each ticket. It implements
// courier.StaffRoom.
type staffRoom struct {
	*bot.Staff
	server  *Server
	channel string
	kind    *int // the channel's, once it is known
}

// Types of channels (discord.com/developers/docs/resources/channel).
const (
	textChannel  = 0
	publicThread = 11
	forumChannel = 15
)

// longestThreadName is in characters; here in UTF-16 units, of which there are never fewer.
const longestThreadName = 100

// weekMinutes is after how long without a message Discord archives a thread, at the most. A post takes it up again.
const weekMinutes = 10080

// Open implements courier.StaffRoom. The thread is noted before it is used: what agents write in it is found by that.
func (r *staffRoom) Open(ctx context.Context, title string) (thread string, err error) {
	if r.kind == nil {
		var channel struct {
			Type int `json:"type"`
		}
		if err := r.call(ctx, http.MethodGet, "/channels/"+r.channel, nil, &channel); err != nil {
			return "", err
		}
		r.kind = &channel.Type
	}
	body := map[string]any{"name": cut(title, longestThreadName), "auto_archive_duration": weekMinutes}
	if *r.kind == forumChannel { // a post there begins with a message
		body["message"] = map[string]any{"content": bot.Typeset(textStaffThread), "allowed_mentions": outgoing().AllowedMentions}
	} else {
		body["type"] = publicThread
	}
	var made struct {
		ID    string `json:"id"`
		Guild string `json:"guild_id"`
	}
	if err := r.call(ctx, http.MethodPost, "/channels/"+r.channel+"/threads", body, &made); err != nil {
		return "", err
	}
	return made.ID, r.note(context.WithoutCancel(ctx), made.ID, made.Guild)
}

// note notes a thread: that it is one of ours, and that nothing in it has been read.
func (r *staffRoom) note(ctx context.Context, thread, guild string) error {
	s := r.server
	s.staffed.put(thread, r.channel)
	read, err := json.Marshal(mark{Last: thread, Guild: guild})
	if err == nil {
		err = s.store.KeepNote(ctx, bot.Discord, noteStaff+thread, []byte(r.channel), lifeCase)
	}
	if err == nil {
		err = s.store.KeepNote(ctx, bot.Discord, noteSeen+thread, read, lifeSeen)
	}
	return err
}

// Post implements courier.StaffRoom. What was posted and not noted is not posted again, for Discord knows it by its nonce,
// unless more has happened meanwhile: then it is part of another post.
func (r *staffRoom) Post(ctx context.Context, thread string, post bot.StaffPost) error {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v %s", thread, post.Told, post.Text))
	name := hex.EncodeToString(sum[:10])
	for i, part := range Render(bot.Reply{Text: post.Text, Choices: post.Buttons}, r.server.options.SourceBase) {
		if err := r.say(ctx, thread, part, fmt.Sprintf("%s.%d", name, i)); err != nil {
			return err
		}
	}
	if post.Shut { // the post has taken the thread up again
		return r.Shut(ctx, thread, true)
	}
	return nil
}

func (r *staffRoom) say(ctx context.Context, thread string, part *discordgo.MessageSend, nonce string) error {
	return r.call(ctx, http.MethodPost, "/channels/"+thread+"/messages", posted{MessageSend: part, Nonce: nonce, Once: true}, nil)
}

// Shut implements courier.StaffRoom. The thread is archived and not locked: in a locked one nobody can press a button, not
// even an administrator. Who writes in an archived one takes it up again, and a reply reopens the ticket.
func (r *staffRoom) Shut(ctx context.Context, thread string, shut bool) error {
	body := map[string]bool{"archived": shut}
	if !shut {
		body["locked"] = false // by hand
	}
	err := r.call(ctx, http.MethodPatch, "/channels/"+thread, body, nil)
	if shut && refused(err).code == archivedThread {
		return nil // by hand, or after a week
	}
	return err
}

// call makes a request when the limits allow, and not cut short.
func (r *staffRoom) call(ctx context.Context, method, path string, body, out any) error {
	for wait := r.server.api.wait(bucket(method, path)); wait > 0; wait = r.server.api.wait(bucket(method, path)) {
		if !courier.Rest(ctx, wait) {
			return ctx.Err()
		}
	}
	return r.server.api.call(context.WithoutCancel(ctx), method, path, body, out)
}

// What Discord says in code about threads.
const (
	unknownChannel = 10003
	archivedThread = 50083
	lockedThread   = 160005
	manyThreads    = 160006 // active in a server at once
	tagRequired    = 40067  // by a forum
)

// Judge implements courier.StaffRoom.
func (r *staffRoom) Judge(err error) courier.StaffFault {
	f := refused(err)
	switch {
	case f.status == http.StatusTooManyRequests:
		return courier.RoomLimited
	case f.code == unknownChannel:
		return courier.ThreadGone
	case f.status == http.StatusUnauthorized, f.status == http.StatusForbidden, f.status == http.StatusNotFound,
		f.code == archivedThread, f.code == lockedThread, f.code == manyThreads, f.code == tagRequired:
		return courier.RoomBarred
	case f.status >= 400 && f.status < 500:
		return courier.PostRefused
	}
	return courier.RoomTroubled
}
