package discordtest

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Thread is how a thread stands.
type Thread struct {
	Name             string
	OwnerID          string
	Members          []string // ids, in the order of the ids
	Archived, Locked bool
	Invitable        bool
}

// Thread tells how the thread stands; of any other channel it tells nothing.
func (c *Channel) Thread() Thread {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	members := slices.SortedFunc(maps.Keys(c.members), func(a, b string) int {
		if before(a, b) {
			return -1
		}
		return 1
	})
	return Thread{Name: c.name, OwnerID: c.ownerID, Members: members, Archived: c.archived, Locked: c.locked, Invitable: c.invitable}
}

// Threads are the threads of the channel, oldest first.
func (c *Channel) Threads() []*Channel {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	var threads []*Channel
	if c.guild != nil {
		for _, other := range c.guild.channels {
			if other.parent == c {
				threads = append(threads, other)
			}
		}
	}
	return threads
}

// Archive archives a thread, as Discord does after a time without a message, and locks it if so asked. The bot is told
// with THREAD_UPDATE.
func (c *Channel) Archive(locked bool) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.archived, c.locked, c.touched = true, locked, c.server.config.Now()
	c.updated()
}

// StartThread lets a user start a thread in a text channel.
func (u *User) StartThread(c *Channel, name string, private bool) (*Channel, error) {
	s := u.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Type != TextChannel || !c.seenBy(u) {
		return nil, errCannot
	}
	kind := PublicThread
	if private {
		kind = PrivateThread
	}
	thread := c.newThread(s.newID(), name, kind, u)
	thread.started()
	return thread, nil
}

func (c *Channel) newThread(id, name string, kind int, owner *User) *Channel {
	s := c.server
	thread := &Channel{
		ID: id, Name: name, Type: kind, server: s, guild: c.guild, parent: c, name: name, ownerID: owner.ID, archiveMinutes: 4320,
		invitable: true, touched: s.config.Now(), members: map[string]time.Time{owner.ID: s.config.Now()},
	}
	c.guild.channels = append(c.guild.channels, thread)
	s.channels[id] = thread
	return thread
}

// started tells the bot of a new thread, when it can see it.
func (c *Channel) started() {
	c.threadEvent("THREAD_CREATE", map[string]any{"newly_created": true})
}

func (c *Channel) updated() { c.threadEvent("THREAD_UPDATE", nil) }

func (c *Channel) threadEvent(name string, more map[string]any) {
	if c.refusedTo(ViewChannel) == nil {
		o := c.wire()
		maps.Copy(o, more)
		c.server.dispatch(name, Guilds, same(o))
	}
	c.server.notify()
}

// wakeUp takes an archived thread up again, because somebody writes in it. The caller holds mu.
func (c *Channel) wakeUp() {
	if c.archived {
		c.archived, c.touched = false, c.server.config.Now()
		c.updated()
	}
}

// wireThread is what a thread has beyond other channels.
func (c *Channel) wireThread() map[string]any {
	metadata := map[string]any{
		"archived": c.archived, "locked": c.locked, "auto_archive_duration": c.archiveMinutes, "archive_timestamp": c.touched,
	}
	if c.Type == PrivateThread {
		metadata["invitable"] = c.invitable
	}
	o := map[string]any{
		"name": c.name, "parent_id": c.parent.ID, "owner_id": c.ownerID, "thread_metadata": metadata, "rate_limit_per_user": 0,
		"message_count": len(c.messages), "member_count": len(c.members), "total_message_sent": len(c.messages),
	}
	if joined, member := c.members[c.server.Bot.ID]; member {
		o["member"] = c.threadMember(c.server.Bot.ID, joined)
	}
	return o
}

func (c *Channel) threadMember(id string, joined time.Time) map[string]any {
	return map[string]any{"id": c.ID, "user_id": id, "join_timestamp": joined, "flags": 0}
}

// join adds a member. The bot is told of others only with the intent for members.
func (c *Channel) join(u *User) {
	joined := c.server.config.Now()
	c.members[u.ID] = joined
	if u == c.server.Bot {
		c.threadEvent("THREAD_CREATE", nil)
	}
	c.membersChanged(u, map[string]any{"added_members": []any{c.threadMember(u.ID, joined)}})
}

func (c *Channel) membersChanged(u *User, change map[string]any) {
	intent := GuildMembers
	if u == c.server.Bot {
		intent |= Guilds
	}
	maps.Copy(change, map[string]any{"id": c.ID, "guild_id": c.guild.ID, "member_count": len(c.members)})
	c.server.dispatch("THREAD_MEMBERS_UPDATE", intent, same(change))
	c.server.notify()
}

type threadDraft struct {
	Name      *string
	Type      *int
	Archived  *bool
	Locked    *bool
	Invitable *bool
	Minutes   *int64 `json:"auto_archive_duration"`
}

func (c *Channel) set(d threadDraft) {
	if d.Name != nil {
		c.name = strings.TrimSpace(*d.Name)
	}
	if d.Minutes != nil {
		c.archiveMinutes = *d.Minutes
	}
	if d.Invitable != nil {
		c.invitable = *d.Invitable
	}
	if d.Locked != nil {
		c.locked = *d.Locked
	}
	if d.Archived != nil && *d.Archived != c.archived {
		c.archived, c.touched = *d.Archived, c.server.config.Now()
	}
}
