package discordtest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// nonce is a message that was sent with one.
type nonce struct {
	message *Message
	at      time.Time
}

// nonceLife is the "past few minutes" in which a nonce is checked.
const nonceLife = 3 * time.Minute

func (c *call) createMessage() (any, error) {
	channel, err := c.channel(ViewChannel)
	if err == nil && channel.Type == ForumChannel {
		err = refuse(notText)
	}
	if err == nil && channel.guild != nil {
		err = channel.refusedTo(channel.sendPermission())
	}
	if err != nil {
		return nil, err
	}
	if channel.guild == nil && !channel.recipient.takesDirect() {
		return nil, refuse(cannotSend)
	}
	if channel.locked && channel.refusedTo(ManageThreads) != nil {
		return nil, refuse(threadLocked)
	}
	if err := c.readForm(createForm); err != nil {
		return nil, err
	}
	d := decode[draft](c.form)
	given := c.form.(map[string]any)["nonce"]
	key := fmt.Sprint(given)
	if old, known := c.nonces[key]; given != nil && d.EnforceNonce && known && c.config.Now().Sub(old.at) < nonceLife {
		return *old.message, nil
	}
	m := c.blank(channel, c.Bot)
	m.TTS, m.Nonce = d.TTS, given
	if err := c.refer(m, d); err != nil {
		return nil, err
	}
	if err := c.put(m, c.form, d, c.files, everything()); err != nil {
		return nil, err
	}
	if given != nil {
		c.nonces[key] = nonce{message: m, at: c.config.Now()}
	}
	c.post(m)
	return *m, nil
}

func (c *Channel) sendPermission() Permission {
	if c.parent != nil {
		return SendInThreads
	}
	return SendMessages
}

// refer makes a message a reply.
func (c *call) refer(m *Message, d draft) error {
	if d.Reference == nil {
		return nil
	}
	to := m.channel.find(d.Reference.MessageID.String())
	if to == nil || to.Flags&Ephemeral != 0 {
		if d.Reference.FailIfNotExists != nil && !*d.Reference.FailIfNotExists {
			return nil
		}
		f := &form{}
		f.wrong([]string{"message_reference"}, "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
		return f.refused()
	}
	if err := m.channel.refusedTo(ReadMessageHistory); err != nil {
		return err
	}
	m.reply(to)
	return nil
}

func (m *Message) reply(to *Message) {
	m.Type, m.Referenced = replyMessage, to
	m.Reference = &Reference{MessageID: to.ID, ChannelID: to.ChannelID}
	if m.channel.guild != nil {
		m.Reference.GuildID = m.channel.guild.ID
	}
}

// message is that of a request's path. Ephemeral ones are reached by their interaction only.
func (c *call) message(p Permission) (*Message, error) {
	channel, err := c.channel(p)
	if err != nil {
		return nil, err
	}
	m := channel.find(c.request.PathValue("id"))
	if m == nil || m.Flags&Ephemeral != 0 {
		return nil, refuse(unknownMessage)
	}
	return m, nil
}

func (c *call) getMessage() (any, error) {
	m, err := c.message(ReadMessageHistory)
	if err != nil {
		return nil, err
	}
	return m.view(c.config.Privileged&MessageContent != 0), nil
}

func (c *call) editMessage() (any, error) {
	m, err := c.message(ViewChannel)
	if err != nil {
		return nil, err
	}
	if m.Author.ID != c.Bot.ID {
		return nil, refuse(editOther)
	}
	if m.channel.archived {
		return nil, refuse(archivedThread)
	}
	if err := c.readForm(editForm); err != nil {
		return nil, err
	}
	if err := c.put(m, c.form, decode[draft](c.form), c.files, everything()); err != nil {
		return nil, err
	}
	c.edited(m)
	return *m, nil
}

func (s *Server) edited(m *Message) {
	now := s.config.Now()
	m.EditedTimestamp = &now
	s.tell("MESSAGE_UPDATE", m)
}

// react sets a reaction of the bot's (docs: message, create reaction). Of the emoji only those of Unicode are known here.
func (c *call) react() (any, error) {
	m, err := c.message(ReadMessageHistory)
	if err == nil {
		err = m.channel.refusedTo(AddReactions)
	}
	if err != nil {
		return nil, err
	}
	emoji := c.request.PathValue("emoji")
	if strings.ContainsFunc(emoji, func(r rune) bool { return r < 0x2000 }) {
		return nil, refuse(unknownEmoji)
	}
	if m.channel.archived {
		return nil, refuse(archivedThread)
	}
	if !slices.ContainsFunc(m.Reactions, func(r Reaction) bool { return r.Emoji.Name == emoji }) {
		set := Reaction{Count: 1, Me: true}
		set.Emoji.Name = emoji
		m.Reactions = append(slices.Clip(m.Reactions), set)
	}
	c.notify()
	return nil, nil
}

func (c *call) deleteMessage() (any, error) {
	m, err := c.message(ViewChannel)
	if err != nil {
		return nil, err
	}
	if m.Author.ID != c.Bot.ID {
		if m.channel.guild == nil {
			return nil, refuse(executeOnDirect)
		}
		if err := m.channel.refusedTo(ManageMessages); err != nil {
			return nil, err
		}
	}
	c.remove(m)
	return nil, nil
}
