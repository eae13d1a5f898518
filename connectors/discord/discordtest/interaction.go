package discordtest

import (
	"context"
	"crypto/rand"
	"slices"
	"time"
)

// Kinds of interactions (docs: interactions, interaction type).
const (
	commandInteraction   = 2
	componentInteraction = 3
	modalInteraction     = 5
)

// Until when a bot may answer an interaction for the first time, and until when its token is good (docs: interactions,
// interaction callback).
const (
	AnswerWithin = 3 * time.Second
	TokenLife    = 15 * time.Minute
)

// Interaction is one press of a button, choice in a menu, command or submission by a user.
type Interaction struct {
	ID, Token string

	server  *Server
	kind    int
	user    *User
	channel *Channel
	made    time.Time
	message *Message       // of a component, or of the component that opened the modal
	data    map[string]any // as the bot was sent it

	answered  int // the type of the first answer; 0 while there is none
	original  *Message
	pending   bool // the first answer was put off, and is still to come
	followUps []*Message
	modal     *Modal
	submitted bool
}

// Answer is the first answer of a bot to an interaction.
type Answer struct {
	Type    int      // 4 message, 5 message later, 6 nothing yet, 7 changed message, 9 modal
	Message *Message // the message that was sent or changed; of type 5 the one that says that the bot is thinking
	Modal   *Modal
}

// Press lets the user press a button of a message.
func (u *User) Press(m Message, customID string) (*Interaction, error) {
	return u.use(m, customID, nil)
}

// Choose lets the user choose values in a menu of a message.
func (u *User) Choose(m Message, customID string, values ...string) (*Interaction, error) {
	return u.use(m, customID, append([]string{}, values...))
}

// use is a press when values is nil.
func (u *User) use(m Message, customID string, values []string) (*Interaction, error) {
	s := u.server
	s.mu.Lock()
	defer s.mu.Unlock()
	now := m.channel.find(m.ID) // buttons may have gone meanwhile
	if now == nil || !m.channel.seenBy(u) || now.seer != nil && now.seer != u {
		return nil, errCannot
	}
	if m.channel.locked { // nobody can press there, not even an administrator (github.com/discord/discord-api-docs/issues/7900)
		return nil, errCannot
	}
	m.channel.wakeUp() // the clients do so first (the same, 8474)
	control := now.control(customID)
	if control == nil || control.Disabled || (control.Type == Button) != (values == nil) || !control.takes(values) {
		return nil, errCannot
	}
	data := map[string]any{"custom_id": customID, "component_type": control.Type, "id": control.ID}
	if values != nil {
		data["values"] = values
	}
	i := s.newInteraction(u, m.channel, componentInteraction, data)
	i.message = now
	s.interact(i)
	return i, nil
}

// takes tells whether a menu lets a user choose these values.
func (c *Component) takes(values []string) bool {
	if values == nil {
		return true
	}
	least, most := 1, 1
	if c.MinValues != nil {
		least = *c.MinValues
	}
	if c.MaxValues != nil {
		most = *c.MaxValues
	}
	for _, value := range values {
		if c.Type == StringSelect && !slices.ContainsFunc(c.Options, func(o Option) bool { return o.Value == value }) {
			return false
		}
	}
	return len(values) >= least && len(values) <= most
}

func (s *Server) newInteraction(u *User, c *Channel, kind int, data map[string]any) *Interaction {
	return &Interaction{
		ID: s.newID(), Token: rand.Text(), server: s, kind: kind, user: u, channel: c, made: s.config.Now(), data: data,
	}
}

// interact sends an interaction to the bot, and only now begins its time. The caller holds mu.
func (s *Server) interact(i *Interaction) {
	s.interaction[i.ID], s.tokens[i.Token] = i, i
	o := map[string]any{
		"id": i.ID, "application_id": s.AppID, "type": i.kind, "token": i.Token, "version": 1, "data": i.data, "locale": i.user.locale,
		"channel_id": i.channel.ID, "channel": i.channel.wire(), "app_permissions": permissions(i.channel.permitted()),
		"entitlements": []any{}, "attachment_size_limit": mostFile,
	}
	if g := i.channel.guild; g != nil {
		member := g.member(i.user)
		member["user"], member["permissions"] = i.user.wire(), permissions(SendMessages|ViewChannel)
		o["guild_id"], o["guild_locale"], o["member"], o["context"] = g.ID, "fr", member, 0
		o["guild"] = map[string]any{"id": g.ID, "locale": "fr", "features": []any{}}
		o["authorizing_integration_owners"] = map[string]string{"0": g.ID}
	} else {
		o["user"], o["context"] = i.user.wire(), 1
		o["authorizing_integration_owners"] = map[string]string{"0": "0"}
	}
	if i.message != nil {
		o["message"] = i.message // the bot's own: nothing in it is withheld
	}
	s.dispatch("INTERACTION_CREATE", 0, same(o))
	s.notify()
}

// Answer waits for the bot's first answer.
func (i *Interaction) Answer(ctx context.Context) (Answer, error) {
	var answer Answer
	err := i.server.Await(ctx, func() bool {
		i.server.mu.Lock()
		defer i.server.mu.Unlock()
		answer = Answer{Type: i.answered, Modal: i.modal}
		if i.original != nil {
			m := i.original.snapshot()
			answer.Message = &m
		}
		return i.answered != 0
	})
	return answer, err
}

// Reply waits until the bot's answer can be read, also when it was put off, and returns that message.
func (i *Interaction) Reply(ctx context.Context) (Message, error) {
	var reply Message
	err := i.server.Await(ctx, func() bool {
		i.server.mu.Lock()
		defer i.server.mu.Unlock()
		if i.answered == 0 || i.pending || i.original == nil {
			return false
		}
		reply = i.original.snapshot()
		return true
	})
	return reply, err
}

// FollowUps are the bot's further messages, oldest first.
func (i *Interaction) FollowUps() []Message {
	i.server.mu.Lock()
	defer i.server.mu.Unlock()
	var list []Message
	for _, m := range i.followUps {
		list = append(list, m.snapshot())
	}
	return list
}

// Failed tells what the user sees who waited: "This interaction failed", because no answer came in time.
func (i *Interaction) Failed() bool {
	i.server.mu.Lock()
	defer i.server.mu.Unlock()
	return i.answered == 0 && i.late()
}

func (i *Interaction) late() bool { return i.server.config.Now().Sub(i.made) > AnswerWithin }

func (i *Interaction) expired() bool { return i.server.config.Now().Sub(i.made) > TokenLife }

// metadata is what the message that answers says of the interaction.
func (i *Interaction) metadata() map[string]any {
	o := map[string]any{
		"id": i.ID, "type": i.kind, "user": i.user.wire(), "authorizing_integration_owners": map[string]string{"0": "0"},
	}
	if i.channel.guild != nil {
		o["authorizing_integration_owners"] = map[string]string{"0": i.channel.guild.ID}
	}
	if i.message != nil {
		o["interacted_message_id"] = i.message.ID
	}
	return o
}
