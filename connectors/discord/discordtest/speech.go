package discordtest

import (
	"slices"
	"strings"
)

// Draft is what a user writes.
type Draft struct {
	Content string
	Files   []File
	ReplyTo string // id of a message in the channel; its author is pinged, as it is unless the user says no
}

// Say lets the user write in a channel. The bot is told with MESSAGE_CREATE.
func (u *User) Say(c *Channel, content string) (Message, error) {
	return u.Send(c, Draft{Content: content})
}

// Send lets the user write in a channel, with files, or as a reply.
func (u *User) Send(c *Channel, d Draft) (Message, error) {
	s := u.server
	s.mu.Lock()
	defer s.mu.Unlock()
	content := strings.TrimSpace(d.Content)
	if !c.seenBy(u) || c.locked || content == "" && len(d.Files) == 0 || units(content) > longestContent {
		return Message{}, errCannot
	}
	m := s.blank(c, u)
	m.Content = content
	if d.ReplyTo != "" {
		to := c.find(d.ReplyTo)
		if to == nil {
			return Message{}, errCannot
		}
		m.reply(to)
	}
	for _, file := range d.Files {
		m.Attachments = append(m.Attachments, s.keep(c, file))
	}
	s.mention(m, everything())
	if _, member := c.members[u.ID]; c.parent != nil && !member {
		c.join(u)
	}
	s.post(m)
	return m.snapshot(), nil
}

// Edit changes what the user wrote. The bot is told with MESSAGE_UPDATE.
func (u *User) Edit(m Message, content string) (Message, error) {
	s := u.server
	s.mu.Lock()
	defer s.mu.Unlock()
	own := m.channel.find(m.ID)
	if own == nil || own.Author.ID != u.ID || units(content) > longestContent {
		return Message{}, errCannot
	}
	own.Content = strings.TrimSpace(content)
	s.mention(own, everything())
	s.edited(own)
	return own.snapshot(), nil
}

// Delete takes away what the user wrote. The bot is told with MESSAGE_DELETE.
func (u *User) Delete(m Message) error {
	s := u.server
	s.mu.Lock()
	defer s.mu.Unlock()
	own := m.channel.find(m.ID)
	if own == nil || own.Author.ID != u.ID {
		return errCannot
	}
	s.remove(own)
	return nil
}

// Sees are the messages in a channel that the user can see, oldest first: their own ephemeral ones, nobody else's.
func (u *User) Sees(c *Channel) []Message {
	u.server.mu.Lock()
	visible := c.seenBy(u)
	u.server.mu.Unlock()
	if !visible {
		return nil
	}
	return slices.DeleteFunc(c.Messages(), func(m Message) bool { return m.seer != nil && m.seer != u })
}
