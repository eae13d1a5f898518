package discordtest

import (
	"encoding/json"
	"slices"
	"time"
)

// Types of messages (docs: message, message types).
const (
	plainMessage   = 0
	replyMessage   = 19
	commandMessage = 20
)

// Message is a message as the API has it (docs: message, message object). What a test holds is a copy.
type Message struct {
	ID              string       `json:"id"`
	ChannelID       string       `json:"channel_id"`
	Type            int          `json:"type"`
	Author          Person       `json:"author"`
	Content         string       `json:"content"`
	Timestamp       time.Time    `json:"timestamp"`
	EditedTimestamp *time.Time   `json:"edited_timestamp"`
	TTS             bool         `json:"tts"`
	Pinned          bool         `json:"pinned"`
	MentionEveryone bool         `json:"mention_everyone"` // that is, whom it pings
	Mentions        []Person     `json:"mentions"`
	MentionRoles    []string     `json:"mention_roles"`
	Attachments     []Attachment `json:"attachments"`
	Embeds          []Embed      `json:"embeds"`
	Components      []Component  `json:"components"`
	Flags           int          `json:"flags"`
	Nonce           any          `json:"nonce,omitempty"`
	ApplicationID   string       `json:"application_id,omitempty"`
	WebhookID       string       `json:"webhook_id,omitempty"`
	Reference       *Reference   `json:"message_reference,omitempty"`
	Referenced      *Message     `json:"referenced_message,omitempty"`
	Interaction     any          `json:"interaction_metadata,omitempty"`
	Reactions       []Reaction   `json:"reactions,omitempty"` // of the bot

	// Only in events.
	GuildID     string `json:"guild_id,omitempty"`
	Member      any    `json:"member,omitempty"`
	ChannelType *int   `json:"channel_type,omitempty"`

	channel *Channel
	seer    *User // of an ephemeral message
}

// Reference is the message that another replies to.
type Reference struct {
	MessageID string `json:"message_id"`
	ChannelID string `json:"channel_id"`
	GuildID   string `json:"guild_id,omitempty"`
}

// Reaction is an emoji with how many have set it under a message (docs: message, reaction object).
type Reaction struct {
	Count int  `json:"count"`
	Me    bool `json:"me"`
	Emoji struct {
		ID   *string `json:"id"`
		Name string  `json:"name"`
	} `json:"emoji"`
}

// Embed is a card in a message (docs: message, embed object).
type Embed struct {
	Type        string          `json:"type"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description,omitempty"`
	URL         string          `json:"url,omitempty"`
	Timestamp   string          `json:"timestamp,omitempty"`
	Color       int             `json:"color,omitempty"`
	Fields      []EmbedField    `json:"fields,omitempty"`
	Footer      *EmbedFooter    `json:"footer,omitempty"`
	Author      json.RawMessage `json:"author,omitempty"`
	Image       json.RawMessage `json:"image,omitempty"`
	Thumbnail   json.RawMessage `json:"thumbnail,omitempty"`
}

// EmbedField is a heading with its text in an embed.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

// EmbedFooter is the small print of an embed.
type EmbedFooter struct {
	Text    string `json:"text"`
	IconURL string `json:"icon_url,omitempty"`
}

// blank is a message of an author with nothing in it yet.
func (s *Server) blank(c *Channel, author *User) *Message {
	return &Message{
		ID: s.newID(), ChannelID: c.ID, Author: author.wire(), Timestamp: s.config.Now(), Mentions: []Person{}, MentionRoles: []string{},
		Attachments: []Attachment{}, Embeds: []Embed{}, Components: []Component{}, channel: c,
	}
}

// post adds a message to its channel and tells the bot. The caller holds mu.
func (s *Server) post(m *Message) {
	m.channel.messages = append(m.channel.messages, m)
	m.channel.wakeUp()
	s.tell("MESSAGE_CREATE", m)
}

// tell sends a message's event, with what the bot may read of it.
func (s *Server) tell(event string, m *Message) {
	c := m.channel
	intent := c.intent()
	if m.Flags&Ephemeral != 0 {
		intent = DirectMessages // it belongs to no guild; that this decides the intent is our reading
	}
	if c.refusedTo(ViewChannel) != nil && m.Flags&Ephemeral == 0 {
		return
	}
	s.dispatch(event, intent, func(n *session) any {
		view := m.view(n.intents&MessageContent != 0)
		view.ChannelType = &c.Type
		if c.guild != nil && m.Flags&Ephemeral == 0 {
			view.GuildID = c.guild.ID
			view.Member = c.guild.member(s.users[m.Author.ID])
		}
		return view
	})
	s.notify()
}

// view is the message as the bot may see it: without the intent, what people wrote in a guild is withheld, unless they
// mention the bot (docs: gateway, message content intent).
func (m *Message) view(content bool) Message {
	view := *m
	bot := m.channel.server.Bot.ID
	mentioned := slices.ContainsFunc(m.Mentions, func(p Person) bool { return p.ID == bot })
	if !content && m.channel.guild != nil && m.Author.ID != bot && !mentioned {
		view.Content, view.Embeds, view.Attachments, view.Components = "", []Embed{}, []Attachment{}, []Component{}
	}
	if view.Referenced != nil {
		referenced := view.Referenced.view(content)
		view.Referenced = &referenced
	}
	return view
}

// Channel is where the message stands.
func (m Message) Channel() *Channel { return m.channel }

// snapshot is a copy that changes no more. The caller holds mu. All that a message points to is replaced, never changed.
func (m *Message) snapshot() Message {
	copied := *m
	if m.Referenced != nil {
		referenced := *m.Referenced
		copied.Referenced = &referenced
	}
	return copied
}

// remove takes a message away. The caller holds mu.
func (s *Server) remove(m *Message) {
	c := m.channel
	c.messages = slices.DeleteFunc(c.messages, func(other *Message) bool { return other == m })
	gone := map[string]any{"id": m.ID, "channel_id": c.ID}
	intent := c.intent()
	if c.guild != nil && m.Flags&Ephemeral == 0 {
		gone["guild_id"] = c.guild.ID
	}
	s.dispatch("MESSAGE_DELETE", intent, same(gone))
	s.notify()
}
