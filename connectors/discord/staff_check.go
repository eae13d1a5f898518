package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// guild is a server of which the bot is a member, with what it may do there.
type guild struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Permissions string `json:"permissions"`
}

func (a *api) guilds(ctx context.Context) (all []guild, err error) {
	return all, a.call(ctx, http.MethodGet, "/users/@me/guilds", nil, &all)
}

// place is a channel as far as it is looked at (discord.com/developers/docs/resources/channel).
type place struct {
	Name       string      `json:"name"`
	Type       int         `json:"type"`
	Guild      string      `json:"guild_id"`
	Flags      int         `json:"flags"`
	Overwrites []overwrite `json:"permission_overwrites"`
}

// overwrite is what a channel changes in what a role or a person may do.
type overwrite struct {
	ID    string `json:"id"`
	Allow string `json:"allow"`
	Deny  string `json:"deny"`
}

func (o overwrite) on(may int64) int64 { return may&^bits(o.Deny) | bits(o.Allow) }

// bits are permissions as Discord writes them, none when they cannot be read.
func bits(number string) int64 {
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// may is what somebody may do in a channel (discord.com/developers/docs/topics/permissions, permission overwrites): base is
// what they may in the server, roles are theirs.
func (p place) may(base int64, person string, roles []string) int64 {
	if base&administrator != 0 {
		return ^0
	}
	all := p.everyone(base)
	var some overwrite
	var allow, deny int64
	for _, o := range p.Overwrites {
		switch {
		case o.ID == person:
			some = o
		case slices.Contains(roles, o.ID):
			allow, deny = allow|bits(o.Allow), deny|bits(o.Deny)
		}
	}
	return some.on(all&^deny | allow)
}

// everyone is base after what the channel changes for all members.
func (p place) everyone(base int64) int64 {
	for _, o := range p.Overwrites {
		if o.ID == p.Guild {
			return o.on(base)
		}
	}
	return base
}

// staffPermissions are what the bot needs in the channel of the agents.
func staffPermissions(kind int) []permission {
	create := permission{1 << 35, "Create Public Threads"}
	if kind == forumChannel {
		create = permission{1 << 11, "Create Posts"} // the bit of Send Messages, under its name in forums
	}
	return []permission{
		{viewChannel, "View Channel"}, {1 << 16, "Read Message History"}, create, {1 << 38, "Send Messages in Threads"},
		{1 << 34, "Manage Threads"}, {1 << 6, "Add Reactions"},
	}
}

// needsTag is a forum's flag: every post must have a tag.
const needsTag = 1 << 4

// checkStaff looks at the channel of the agents, and says the first thing that is wrong.
func (a *api) checkStaff(ctx context.Context, staff, me string) Finding {
	wrong := func(format string, args ...any) Finding {
		return Finding{OK: false, Says: fmt.Sprintf(format, args...)}
	}
	var channel place
	if err := a.call(ctx, http.MethodGet, "/channels/"+staff, nil, &channel); err != nil {
		return wrong("the staff channel cannot be read: check its id, and add the bot in the channel's permissions (%v)", err)
	}
	if channel.Type != textChannel && channel.Type != forumChannel {
		return wrong("the staff channel, #%s, is neither a text channel nor a forum: make one of these", channel.Name)
	}
	if channel.Type == forumChannel && channel.Flags&needsTag != 0 {
		return wrong("the staff forum, #%s, wants a tag on every post: switch that off in its settings", channel.Name)
	}
	everyone, mine, roles, err := a.permitted(ctx, channel.Guild, me)
	if err != nil {
		return wrong("the permissions in the staff channel cannot be read: %v", err)
	}
	may := channel.may(mine, me, roles)
	var lacks []string
	for _, p := range staffPermissions(channel.Type) {
		if may&p.bit == 0 {
			lacks = append(lacks, p.name)
		}
	}
	switch {
	case len(lacks) > 0:
		return wrong("in the staff channel, #%s, the bot lacks %s: channel, Edit Channel, Permissions, the bot", channel.Name, strings.Join(lacks, ", "))
	case channel.everyone(everyone)&viewChannel != 0:
		return wrong("every member of the server can read the staff channel, #%s, and what customers write: make it private (Edit Channel, Permissions, Private Channel)", channel.Name)
	}
	return Finding{OK: true, Says: fmt.Sprintf("the staff channel is #%s, members do not see it, and the bot may do there what it needs", channel.Name)}
}

// permitted is what all members of a server and the bot may do in it, before the channels' own rules.
func (a *api) permitted(ctx context.Context, server, me string) (everyone, mine int64, roles []string, err error) {
	var member struct {
		Roles []string `json:"roles"`
	}
	if err := a.call(ctx, http.MethodGet, "/guilds/"+server+"/members/"+me, nil, &member); err != nil {
		return 0, 0, nil, err
	}
	var all []struct {
		ID          string `json:"id"`
		Permissions string `json:"permissions"`
	}
	if err := a.call(ctx, http.MethodGet, "/guilds/"+server+"/roles", nil, &all); err != nil {
		return 0, 0, nil, err
	}
	for _, r := range all {
		if r.ID == server { // the role of all members
			everyone = bits(r.Permissions)
		}
		if r.ID == server || slices.Contains(member.Roles, r.ID) {
			mine |= bits(r.Permissions)
		}
	}
	return everyone, mine, member.Roles, nil
}
