package discordtest

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Types of channels (docs: channel, channel types).
const (
	TextChannel   = 0
	DirectChannel = 1
	PublicThread  = 11
	PrivateThread = 12
	ForumChannel  = 15
)

// Channel is a text channel of a guild, a thread in one, or the direct messages between a user and the bot.
type Channel struct {
	ID, Name string // as it was made: see Thread for a thread's present name
	Type     int

	server    *Server
	guild     *Guild // nil: direct messages
	recipient *User  // of direct messages
	denied    Permission
	only      []*User    // who sees it; nil: all members
	messages  []*Message // by id; those that were deleted are gone
	seen      string     // the last message that Next returned

	// Of threads.
	parent           *Channel
	name, ownerID    string
	members          map[string]time.Time
	archived, locked bool
	invitable        bool
	archiveMinutes   int64
	touched          time.Time // archived or unarchived
}

// Deny takes permissions in the channel from the bot.
func (c *Channel) Deny(p Permission) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.denied |= p
}

// Allow gives permissions back to the bot.
func (c *Channel) Allow(p Permission) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.denied &^= p
}

// Only lets nobody see the channel but the bot and some users.
func (c *Channel) Only(users ...*User) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.only = append([]*User{}, users...)
}

// Delete deletes the channel, with all that stands in it. The bot is told with CHANNEL_DELETE or THREAD_DELETE.
func (c *Channel) Delete() {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	name := "CHANNEL_DELETE"
	if c.parent != nil {
		name = "THREAD_DELETE"
	}
	c.guild.channels = slices.DeleteFunc(c.guild.channels, func(other *Channel) bool { return other == c || other.parent == c })
	maps.DeleteFunc(s.channels, func(_ string, other *Channel) bool { return other == c || other.parent == c })
	s.dispatch(name, Guilds, same(map[string]any{"id": c.ID, "guild_id": c.guild.ID, "type": c.Type}))
	s.notify()
}

// overwrites are what the channel changes in the permissions of the guild (docs: channel, overwrite object).
func (c *Channel) overwrites() []any {
	all, allowed := []any{}, Permission(0)
	if c.only != nil {
		all = append(all, map[string]any{"id": c.guild.ID, "type": 0, "allow": "0", "deny": permissions(ViewChannel)})
		allowed = ViewChannel
	}
	return append(all, map[string]any{"id": c.server.Bot.ID, "type": 1, "allow": permissions(allowed &^ c.denied), "deny": permissions(c.denied)})
}

// Messages is what stands in the channel, oldest first, with the messages that only one user sees.
func (c *Channel) Messages() []Message {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	list := make([]Message, 0, len(c.messages))
	for _, m := range c.messages {
		list = append(list, m.snapshot())
	}
	return list
}

// Next returns the bot's next message in the channel, the oldest that Next has not returned yet, and waits for it. It
// passes over ephemeral messages, and waits until a deferred one is there to read.
func (c *Channel) Next(ctx context.Context) (Message, error) {
	var next Message
	err := c.server.Await(ctx, func() bool {
		c.server.mu.Lock()
		defer c.server.mu.Unlock()
		for _, m := range c.messages {
			if m.Author.ID == c.server.Bot.ID && m.Flags&(Loading|Ephemeral) == 0 && before(c.seen, m.ID) {
				c.seen, next = m.ID, m.snapshot()
				return true
			}
		}
		return false
	})
	return next, err
}

// permitted is what the bot may do here.
func (c *Channel) permitted() Permission {
	if c.parent != nil {
		return allPermissions &^ (c.denied | c.parent.denied)
	}
	return allPermissions &^ c.denied
}

// refusedTo tells whether the bot lacks a permission here. Who cannot see a channel is told no more of it. In direct
// messages there are none to lack.
func (c *Channel) refusedTo(p Permission) error {
	if c.guild == nil {
		return nil
	}
	has := c.permitted()
	if has&ViewChannel == 0 {
		return refuse(missingAccess)
	}
	if _, member := c.members[c.server.Bot.ID]; c.Type == PrivateThread && !member && has&ManageThreads == 0 {
		return refuse(missingAccess)
	}
	if has&p != p {
		return refuse(lackPermissions)
	}
	return nil
}

// seenBy tells whether a user can see the channel.
func (c *Channel) seenBy(u *User) bool {
	if c.guild == nil {
		return c.recipient == u
	}
	if c.Type == PrivateThread {
		_, member := c.members[u.ID]
		return member
	}
	if c.parent != nil {
		return c.parent.seenBy(u)
	}
	return c.guild.has(u) && (c.only == nil || slices.Contains(c.only, u))
}

// intent is the one that the events of messages here are for.
func (c *Channel) intent() Intent {
	if c.guild == nil {
		return DirectMessages
	}
	return GuildMessages
}

func (c *Channel) find(id string) *Message {
	i, found := slices.BinarySearchFunc(c.messages, id, func(m *Message, id string) int {
		switch {
		case m.ID == id:
			return 0
		case before(m.ID, id):
			return -1
		}
		return 1
	})
	if !found {
		return nil
	}
	return c.messages[i]
}

func permissions(p Permission) string { return strconv.FormatInt(int64(p), 10) }

// wire is the channel as the API has it (docs: channel, channel object).
func (c *Channel) wire() map[string]any {
	o := map[string]any{"id": c.ID, "type": c.Type, "flags": 0, "last_message_id": nil}
	if n := len(c.messages); n > 0 {
		o["last_message_id"] = c.messages[n-1].ID
	}
	if c.guild == nil {
		o["recipients"] = []Person{c.recipient.wire()}
		return o
	}
	o["name"], o["guild_id"], o["parent_id"] = c.Name, c.guild.ID, nil
	if c.parent != nil {
		maps.Copy(o, c.wireThread())
		return o
	}
	o["position"], o["topic"], o["nsfw"], o["rate_limit_per_user"], o["permission_overwrites"] = 0, nil, false, 0, c.overwrites()
	return o
}

// channel is that of a request's path, which the bot must be able to see and have the permission for.
func (c *call) channel(p Permission) (*Channel, error) {
	channel := c.channels[c.request.PathValue("channel")]
	if channel == nil {
		return nil, refuse(unknownChannel)
	}
	return channel, channel.refusedTo(p)
}

func (c *call) getChannel() (any, error) {
	channel, err := c.channel(ViewChannel)
	if err != nil {
		return nil, err
	}
	return channel.wire(), nil
}

func (c *call) typing() (any, error) {
	channel, err := c.channel(SendMessages)
	if err == nil && channel.guild == nil && !channel.recipient.takesDirect() {
		err = refuse(cannotSend)
	}
	return nil, err
}

// getMessages returns the newest first (docs: message, get channel messages). After an id, they are the ones next to it.
func (c *call) getMessages() (any, error) {
	channel, err := c.channel(ViewChannel)
	if err != nil {
		return nil, err
	}
	f := &form{}
	limit := int64(50)
	if asked := c.query("limit"); asked != "" {
		whole(1, 100)(f, []string{"limit"}, json.Number(asked))
		limit, _ = integer(json.Number(asked))
	}
	given := 0
	for _, name := range []string{"before", "after", "around"} {
		if asked := c.query(name); asked != "" {
			given++
			snowflake(f, []string{name}, asked)
		}
	}
	if given > 1 {
		f.wrong(nil, "MUTUALLY_EXCLUSIVE", "Only one of before, after and around may be passed at a time.")
	}
	if c.query("around") != "" {
		f.wrong([]string{"around"}, "UNKNOWN_FIELD", "discordtest does not do around.")
	}
	if err := f.refused(); err != nil {
		return nil, err
	}
	if channel.refusedTo(ReadMessageHistory) != nil {
		return []any{}, nil
	}
	var found []Message
	for _, m := range channel.messages {
		if m.Flags&Ephemeral == 0 && (c.query("before") == "" || before(m.ID, c.query("before"))) && before(c.query("after"), m.ID) {
			found = append(found, m.view(c.config.Privileged&MessageContent != 0))
		}
	}
	if n := int(limit); len(found) > n {
		if c.query("after") != "" {
			found = found[:n]
		} else {
			found = found[len(found)-n:]
		}
	}
	slices.Reverse(found)
	return append([]Message{}, found...), nil
}
