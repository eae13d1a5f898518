package telegramtest

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Topic is a topic of a forum. Its id is that of the message that opened it.
type Topic struct {
	ID     int64
	Name   string
	Closed bool
}

// Topics lists the topics of a forum that were not deleted, in the order in which they were opened.
func (s *Server) Topics(group int64) []Topic {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Topic
	for _, t := range s.chats[group].topics {
		all = append(all, *t)
	}
	return all
}

// Promote makes the bot an administrator of a group, as which it gets all that is written there.
func (s *Server) Promote(group int64, manageTopics bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chats[group].admin, s.chats[group].manageTopics = true, manageTopics
}

// SilenceReactions has a group allow no reactions.
func (s *Server) SilenceReactions(group int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chats[group].noReactions = true
}

// DeleteTopic has somebody delete a topic with all that stands in it. Telegram tells a bot nothing of it.
func (s *Server) DeleteTopic(group, topic int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[group]
	c.topics = slices.DeleteFunc(c.topics, func(t *Topic) bool { return t.ID == topic })
	c.messages = slices.DeleteFunc(c.messages, func(m *Message) bool { return m.ThreadID == topic })
	s.signal()
}

// WriteInTopic has a person write in a topic, in the general one when topic is 0. The bot gets it when it is an
// administrator, and update is 0 otherwise.
func (s *Server) WriteInTopic(group, person, topic int64, text string) (message, update int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.addToTopic(group, topic, text)
	return m.ID, s.toAdmin("message", s.chats[group], s.personJSON(s.chats[group], m, person))
}

// SendInTopic is WriteInTopic for a message with content that is more than text; what content names replaces the message's
// own fields.
func (s *Server) SendInTopic(group, person, topic int64, content map[string]any) (message, update int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.addToTopic(group, topic, "")
	body := s.personJSON(s.chats[group], m, person)
	delete(body, "text")
	for name, value := range content {
		body[name] = value
	}
	return m.ID, s.toAdmin("message", s.chats[group], body)
}

// EditIn has a person change a message that they wrote in a group.
func (s *Server) EditIn(group, person, message int64, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[group]
	m := c.message(message)
	m.Text = text
	body := s.personJSON(c, m, person)
	body["edit_date"] = time.Now().Unix()
	s.toAdmin("edited_message", c, body)
}

func (s *Server) toAdmin(kind string, c *chat, body map[string]any) (update int64) {
	if c.admin {
		return s.deliver(kind, body)
	}
	return 0
}

func (s *Server) addToTopic(group, topic int64, text string) *Message {
	c := s.chats[group]
	if topic != 0 && c.topic(topic) == nil {
		panic("telegramtest: nobody can write in a topic that does not exist")
	}
	m := s.add(c, text, topic) // each message of a topic answers the one that opened it, as Telegram has it
	m.ThreadID = topic
	return m
}

func (c *chat) topic(id int64) *Topic {
	for _, t := range c.topics {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// writable tells whether the bot may write in a thread; 0 is outside any.
func (c *chat) writable(thread int64) *apiError {
	if thread == 0 {
		return nil
	}
	t := c.topic(thread)
	switch {
	case t == nil:
		return badRequest("message thread not found")
	case t.Closed && !c.manageTopics:
		return badRequest("TOPIC_CLOSED")
	}
	return nil
}

// forumOf is the forum that a request names, where the bot has to have the right to manage topics.
func (s *Server) forumOf(given fields, doing string) (*chat, *apiError) {
	c, refused := s.chatOf(given)
	switch {
	case refused != nil:
		return nil, refused
	case !c.forum:
		return nil, badRequest("the chat is not a forum")
	case !c.manageTopics:
		return nil, badRequest("not enough rights to %s", doing)
	}
	return c, nil
}

func (s *Server) createForumTopic(given fields) (any, *apiError) {
	c, refused := s.forumOf(given, "create a topic")
	if refused != nil {
		return nil, refused
	}
	name := strings.TrimSpace(given["name"])
	if n := utf8.RuneCountInString(name); n < 1 || n > 128 {
		return nil, badRequest("TOPIC_TITLE_EMPTY")
	}
	t := &Topic{ID: s.id(), Name: name}
	c.topics = append(c.topics, t)
	c.messages = append(c.messages, &Message{ID: t.ID, ChatID: c.id, FromBot: true, service: true, ThreadID: t.ID, At: time.Now()})
	return map[string]any{"message_thread_id": t.ID, "name": t.Name, "icon_color": 7322096}, nil
}

func (s *Server) closeForumTopic(given fields) (any, *apiError) { return s.setClosed(given, true) }

func (s *Server) reopenForumTopic(given fields) (any, *apiError) { return s.setClosed(given, false) }

func (s *Server) setClosed(given fields, closed bool) (any, *apiError) {
	c, refused := s.forumOf(given, "edit the topic")
	if refused != nil {
		return nil, refused
	}
	t := c.topic(given.number("message_thread_id"))
	switch {
	case t == nil:
		return nil, badRequest("TOPIC_ID_INVALID")
	case t.Closed == closed:
		return nil, badRequest("TOPIC_NOT_MODIFIED")
	}
	t.Closed = closed
	return true, nil
}

// freeReactions are some of those that a bot may set; Telegram has more.
var freeReactions = []string{"👍", "👎", "❤", "🔥", "👌", "✍", "👀", "🙏", "🎉"}

func (s *Server) setMessageReaction(given fields) (any, *apiError) {
	c, refused := s.chatOf(given)
	if refused != nil {
		return nil, refused
	}
	var reactions []struct {
		Type  string `json:"type"`
		Emoji string `json:"emoji"`
	}
	if err := given.parse("reaction", &reactions); err != nil {
		return nil, badRequest("can't parse reaction types JSON object")
	}
	m := c.message(given.number("message_id"))
	switch {
	case m == nil:
		return nil, badRequest("message to react not found")
	case len(reactions) > 1:
		return nil, badRequest("REACTIONS_TOO_MANY") // bots are no premium users
	case len(reactions) == 0:
		m.Reaction = ""
	case c.noReactions, reactions[0].Type != "emoji", !slices.Contains(freeReactions, reactions[0].Emoji):
		return nil, badRequest("REACTION_INVALID")
	default:
		m.Reaction = reactions[0].Emoji
	}
	return true, nil
}

func (s *Server) getChat(given fields) (any, *apiError) {
	c, refused := s.chatOf(given)
	if refused != nil {
		return nil, refused
	}
	body := chatJSON(c)
	body["accent_color_id"], body["max_reaction_count"] = 0, 11
	return body, nil
}

func (s *Server) getChatMember(given fields) (any, *apiError) {
	c, refused := s.chatOf(given)
	switch {
	case refused != nil:
		return nil, refused
	case given.number("user_id") != BotID:
		return nil, badRequest("user not found") // nobody else is asked for
	}
	me := map[string]any{"id": BotID, "is_bot": true, "first_name": "Guichet", "username": BotUsername}
	if !c.admin {
		return map[string]any{"status": "member", "user": me}, nil
	}
	return map[string]any{"status": "administrator", "user": me, "can_manage_topics": c.manageTopics, "is_anonymous": false}, nil
}
