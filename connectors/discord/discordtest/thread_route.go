package discordtest

import (
	"maps"
	"slices"
)

var (
	threadName     = text(1, 100)
	archiveMinutes = oneOf(60, 1440, 4320, 10080)
	threadForm     = fields{"name!": threadName, "auto_archive_duration": archiveMinutes, "rate_limit_per_user": whole(0, 21600)}
)

// startThread starts a thread without a message; a private one unless it says otherwise (docs: start thread).
func (c *call) startThread() (any, error) {
	channel, err := c.channel(ViewChannel)
	if err != nil {
		return nil, err
	}
	if channel.Type == ForumChannel {
		return c.startPost(channel)
	}
	if channel.Type != TextChannel {
		return nil, refuse(wrongChannelType)
	}
	if err := c.readForm(object(threadForm.with(fields{"type": oneOf(PublicThread, PrivateThread), "invitable": boolean}))); err != nil {
		return nil, err
	}
	d := decode[threadDraft](c.form)
	kind, needs := PrivateThread, CreatePrivateThreads
	if d.Type != nil && *d.Type == PublicThread {
		kind, needs = PublicThread, CreatePublicThreads
	}
	if err := channel.refusedTo(needs); err != nil {
		return nil, err
	}
	thread := channel.newThread(c.newID(), *d.Name, kind, c.Bot)
	thread.set(d)
	thread.started()
	return thread.wire(), nil
}

// startPost starts a thread in a forum, with its first message, whose id is the thread's (docs: start thread in forum).
func (c *call) startPost(forum *Channel) (any, error) {
	if err := c.readForm(object(threadForm.with(fields{"message!": object(said.with(fields{"flags": flags(SuppressEmbeds | SuppressNotifications)}))}))); err != nil {
		return nil, err
	}
	if err := forum.refusedTo(SendMessages); err != nil {
		return nil, err
	}
	d := decode[threadDraft](c.form)
	thread := forum.newThread(c.newID(), *d.Name, PublicThread, c.Bot)
	m := c.blank(thread, c.Bot)
	m.ID = thread.ID
	first := c.form.(map[string]any)["message"]
	if err := c.put(m, first, decode[draft](first), c.files, everything()); err != nil {
		c.forget(thread)
		return nil, err
	}
	thread.set(d)
	thread.started()
	c.post(m)
	o := thread.wire()
	o["message"] = *m
	return o, nil
}

// forget takes a thread back that was not started.
func (s *Server) forget(thread *Channel) {
	delete(s.channels, thread.ID)
	g := thread.guild
	g.channels = slices.DeleteFunc(g.channels, func(c *Channel) bool { return c == thread })
}

// startThreadFromMessage starts a public thread, whose id is that of the message.
func (c *call) startThreadFromMessage() (any, error) {
	m, err := c.message(CreatePublicThreads)
	if err != nil {
		return nil, err
	}
	if m.channel.Type != TextChannel {
		return nil, refuse(wrongChannelType)
	}
	if c.channels[m.ID] != nil {
		return nil, refuse(threadExists)
	}
	if err := c.readForm(object(threadForm.with(fields{"invitable": oneOf(false)}))); err != nil { // discordgo sends it always
		return nil, err
	}
	d := decode[threadDraft](c.form)
	d.Invitable = nil
	thread := m.channel.newThread(m.ID, *d.Name, PublicThread, c.Bot)
	thread.set(d)
	thread.started()
	return thread.wire(), nil
}

// thread is that of a request's path.
func (c *call) thread() (*Channel, error) {
	thread, err := c.channel(ViewChannel)
	if err == nil && thread.parent == nil {
		err = refuse(wrongChannelType)
	}
	return thread, err
}

// editThread renames, archives, locks. Other channels than threads are not changed here.
func (c *call) editThread() (any, error) {
	thread, err := c.thread()
	if err != nil {
		return nil, err
	}
	err = c.readForm(object(fields{
		"name": threadName, "auto_archive_duration": archiveMinutes, "archived": boolean, "locked": boolean, "invitable": boolean,
		"rate_limit_per_user": whole(0, 21600), "flags": whole(0, 0),
	}))
	if err != nil {
		return nil, err
	}
	d := decode[threadDraft](c.form)
	manages := thread.refusedTo(ManageThreads) == nil
	opensOnly := d.Archived != nil && !*d.Archived && d.Name == nil && d.Locked == nil && d.Invitable == nil && d.Minutes == nil
	switch {
	case manages, opensOnly && !thread.locked, thread.ownerID == c.Bot.ID && d.Locked == nil && !thread.locked:
	default:
		return nil, refuse(lackPermissions)
	}
	if thread.archived && (d.Archived == nil || *d.Archived) {
		return nil, refuse(archivedThread)
	}
	thread.set(d)
	thread.updated()
	return thread.wire(), nil
}

func (c *call) getThreadMembers() (any, error) {
	thread, err := c.thread()
	if err != nil {
		return nil, err
	}
	if c.config.Privileged&GuildMembers == 0 {
		return nil, refuse(missingAccess)
	}
	list := []any{}
	for _, id := range slices.Sorted(maps.Keys(thread.members)) {
		list = append(list, thread.threadMember(id, thread.members[id]))
	}
	return list, nil
}

// threadMemberOf is the user of a request's path, @me or an id, who must be in the guild.
func (c *call) threadMemberOf(thread *Channel) (*User, error) {
	id := c.request.PathValue("member")
	if id == "@me" {
		return c.Bot, nil
	}
	if err := check(id, func(f *form, _ []string, value any) { snowflake(f, []string{"user_id"}, value) }); err != nil {
		return nil, err
	}
	u := c.users[id]
	switch {
	case u == nil:
		return nil, refuse(unknownUser)
	case !thread.guild.has(u):
		return nil, refuse(unknownMember)
	}
	return u, nil
}

func (c *call) addThreadMember() (any, error) {
	thread, err := c.thread()
	if err != nil {
		return nil, err
	}
	u, err := c.threadMemberOf(thread)
	if err != nil {
		return nil, err
	}
	if thread.archived {
		return nil, refuse(archivedThread)
	}
	if err := thread.refusedTo(SendInThreads); err != nil {
		return nil, err
	}
	if _, member := thread.members[u.ID]; !member {
		thread.join(u)
	}
	return nil, nil
}

func (c *call) removeThreadMember() (any, error) {
	thread, err := c.thread()
	if err != nil {
		return nil, err
	}
	u, err := c.threadMemberOf(thread)
	if err != nil {
		return nil, err
	}
	if thread.archived {
		return nil, refuse(archivedThread)
	}
	if own := thread.Type == PrivateThread && thread.ownerID == c.Bot.ID; u != c.Bot && !own {
		if err := thread.refusedTo(ManageThreads); err != nil {
			return nil, err
		}
	}
	delete(thread.members, u.ID)
	thread.membersChanged(u, map[string]any{"removed_member_ids": []string{u.ID}})
	return nil, nil
}
