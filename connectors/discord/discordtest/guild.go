package discordtest

import (
	"slices"
	"time"
)

// Guild is a server of Discord's, of which the bot is a member.
type Guild struct {
	ID, Name string

	role     string // of the bot, with all permissions
	server   *Server
	joined   time.Time
	channels []*Channel // threads included
	members  []*User
}

// Guild makes a guild, whose owner is a user of its own. The bot is told with GUILD_CREATE.
func (s *Server) Guild(name string) *Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &Guild{ID: s.newID(), Name: name, server: s, joined: s.config.Now(), members: []*User{s.Bot}, role: s.newID()}
	g.members = append(g.members, s.newUser("owner of "+name))
	s.guilds = append(s.guilds, g)
	s.dispatch("GUILD_CREATE", Guilds, same(g.wireFull()))
	s.notify()
	return g
}

// Channel makes a text channel. The bot is told with CHANNEL_CREATE.
func (g *Guild) Channel(name string) *Channel {
	s := g.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Channel{ID: s.newID(), Name: name, Type: TextChannel, server: s, guild: g}
	g.channels = append(g.channels, c)
	s.channels[c.ID] = c
	s.dispatch("CHANNEL_CREATE", Guilds, same(c.wire()))
	s.notify()
	return c
}

// Forum makes a forum, in which every post is a thread. The bot is told with CHANNEL_CREATE.
func (g *Guild) Forum(name string) *Channel {
	c := g.Channel(name)
	g.server.mu.Lock()
	defer g.server.mu.Unlock()
	c.Type = ForumChannel
	return c
}

// Member makes a user who is in the guild.
func (g *Guild) Member(name string) *User {
	g.server.mu.Lock()
	defer g.server.mu.Unlock()
	u := g.server.newUser(name)
	g.members = append(g.members, u)
	return u
}

func (g *Guild) has(u *User) bool { return slices.Contains(g.members, u) }

// member is what a guild says of a user (docs: guild, guild member object).
func (g *Guild) member(u *User) map[string]any {
	return map[string]any{"nick": nil, "avatar": nil, "roles": []string{}, "joined_at": g.joined, "deaf": false, "mute": false, "flags": 0}
}

// wireFull is the guild as GUILD_CREATE has it. Without the intents for members only the bot is listed.
func (g *Guild) wireFull() map[string]any {
	bot := g.member(g.server.Bot)
	bot["user"] = g.server.Bot.wire()
	channels, threads := []any{}, []any{}
	for _, c := range g.channels {
		switch {
		case c.refusedTo(ViewChannel) != nil:
		case c.parent == nil:
			channels = append(channels, c.wire())
		case !c.archived:
			threads = append(threads, c.wire())
		}
	}
	empty := []any{}
	return map[string]any{
		"id": g.ID, "name": g.Name, "owner_id": g.members[1].ID, "joined_at": g.joined, "large": false, "unavailable": false,
		"member_count": len(g.members), "members": []any{bot}, "channels": channels, "threads": threads,
		"roles":            g.roles(),
		"preferred_locale": "fr", "emojis": empty, "stickers": empty, "features": empty, "voice_states": empty,
		"presences": empty, "stage_instances": empty, "guild_scheduled_events": empty, "soundboard_sounds": empty,
	}
}

// roles are those of the guild (docs: permissions, role object): what all members may, and what the bot may.
func (g *Guild) roles() []any {
	everyone := permissions(ViewChannel | SendMessages | ReadMessageHistory)
	return []any{
		map[string]any{"id": g.ID, "name": "@everyone", "permissions": everyone, "position": 0},
		map[string]any{"id": g.role, "name": g.server.Bot.Name, "permissions": permissions(allPermissions), "position": 1},
	}
}

// guild is that of a request's path.
func (c *call) guild() (*Guild, error) {
	id := c.request.PathValue("guild")
	for _, g := range c.guilds {
		if g.ID == id {
			return g, nil
		}
	}
	return nil, refuse(missingAccess) // a bot is not told which guilds there are
}

func (c *call) getGuilds() (any, error) {
	list := []any{}
	for _, g := range c.guilds {
		list = append(list, map[string]any{"id": g.ID, "name": g.Name, "owner": false, "permissions": permissions(allPermissions), "features": []any{}})
	}
	return list, nil
}

func (c *call) getRoles() (any, error) {
	g, err := c.guild()
	if err != nil {
		return nil, err
	}
	return g.roles(), nil
}

func (c *call) getMember() (any, error) {
	g, err := c.guild()
	if err != nil {
		return nil, err
	}
	u := c.users[c.request.PathValue("user")]
	if u == nil || !g.has(u) {
		return nil, refuse(unknownMember)
	}
	member := g.member(u)
	member["user"] = u.wire()
	if u == c.Bot {
		member["roles"] = []string{g.role}
	}
	return member, nil
}

func (c *call) getGuildChannels() (any, error) {
	g, err := c.guild()
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, channel := range g.channels {
		if channel.parent == nil {
			list = append(list, channel.wire())
		}
	}
	return list, nil
}
