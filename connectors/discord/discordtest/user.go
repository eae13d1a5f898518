package discordtest

import (
	"encoding/json"
	"errors"
	"slices"
)

// User is a person in Discord, or the bot.
type User struct {
	ID, Name string

	server *Server
	bot    bool
	closed bool // takes no direct messages from the bot
	direct *Channel
	locale string // of their Discord
}

// Speak sets the language of the user's Discord, French until then.
func (u *User) Speak(locale string) {
	u.server.mu.Lock()
	defer u.server.mu.Unlock()
	u.locale = locale
}

// User makes a user who shares no guild with the bot: the bot cannot write first.
func (s *Server) User(name string) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newUser(name)
}

func (s *Server) newUser(name string) *User {
	u := &User{ID: s.newID(), Name: name, server: s, locale: "fr"}
	s.users[u.ID] = u
	return u
}

// CloseDirect lets the user take no direct messages from the bot any more: it is refused with 50007.
func (u *User) CloseDirect() { u.refuseDirect(true) }

// OpenDirect takes CloseDirect back.
func (u *User) OpenDirect() { u.refuseDirect(false) }

func (u *User) refuseDirect(closed bool) {
	u.server.mu.Lock()
	defer u.server.mu.Unlock()
	u.closed = closed
}

// takesDirect tells whether the bot may write to the user: they share a guild or the user has written first.
func (u *User) takesDirect() bool {
	if u.closed {
		return false
	}
	wrote := func(m *Message) bool { return m.Author.ID == u.ID }
	return slices.ContainsFunc(u.server.guilds, func(g *Guild) bool { return g.has(u) }) ||
		u.direct != nil && slices.ContainsFunc(u.direct.messages, wrote)
}

// Direct is the channel of direct messages between the user and the bot. It is made when it is not there yet; a bot
// learns of it from the first message in it.
func (u *User) Direct() *Channel {
	u.server.mu.Lock()
	defer u.server.mu.Unlock()
	return u.openDirect()
}

func (u *User) openDirect() *Channel {
	if u.direct == nil {
		s := u.server
		u.direct = &Channel{ID: s.newID(), Type: DirectChannel, server: s, recipient: u}
		s.channels[u.direct.ID] = u.direct
	}
	return u.direct
}

// errCannot is how a user is told that Discord's client would not let them.
var errCannot = errors.New("discordtest: the user cannot do that")

// Person is a user as messages have them (docs: user, user object).
type Person struct {
	ID            string  `json:"id"`
	Username      string  `json:"username"`
	GlobalName    *string `json:"global_name"`
	Discriminator string  `json:"discriminator"`
	Avatar        *string `json:"avatar"`
	Bot           bool    `json:"bot,omitempty"`
}

func (u *User) wire() Person {
	return Person{ID: u.ID, Username: u.Name, GlobalName: &u.Name, Discriminator: "0", Bot: u.bot}
}

func (c *call) getMe() (any, error) { return c.Bot.wire(), nil }

func (c *call) getUser() (any, error) {
	if u := c.users[c.request.PathValue("user")]; u != nil {
		return u.wire(), nil
	}
	return nil, refuse(unknownUser)
}

func (c *call) getApplication() (any, error) {
	return map[string]any{
		"id": c.AppID, "name": c.Bot.Name, "description": "", "icon": nil, "bot_public": true, "bot_require_code_grant": false,
		"flags": applicationFlags(c.config.Privileged), "bot": c.Bot.wire(), "verify_key": "",
	}, nil
}

// createDirect opens a channel of direct messages. It succeeds also where a message would be refused.
func (c *call) createDirect() (any, error) {
	if err := c.readForm(object(fields{"recipient_id!": snowflake})); err != nil {
		return nil, err
	}
	u := c.users[decode[struct {
		ID json.Number `json:"recipient_id"`
	}](c.form).ID.String()]
	if u == nil || u.bot {
		return nil, refuse(invalidRecipient)
	}
	return u.openDirect().wire(), nil
}
