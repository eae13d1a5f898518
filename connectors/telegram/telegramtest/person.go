package telegramtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
)

// chat is a private chat with a person, whose id it has, or a group.
type chat struct {
	id       int64
	group    bool
	forum    bool
	title    string
	blocked  bool // by the person, or the bot was removed from the group
	messages []*Message
	topics   []*Topic

	admin, manageTopics bool // the bot in it
	noReactions         bool
}

func (c *chat) message(id int64) *Message {
	for _, m := range c.messages {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// chatOf is the chat that a request names. The bot knows those where somebody wrote to it.
func (s *Server) chatOf(given fields) (*chat, *apiError) {
	if given["chat_id"] == "" {
		return nil, badRequest("chat_id is empty")
	}
	c := s.chats[given.number("chat_id")]
	switch {
	case c == nil:
		return nil, badRequest("chat not found")
	case c.blocked && c.group:
		return nil, &apiError{code: 403, description: "Forbidden: bot was kicked from the supergroup chat"}
	case c.blocked:
		return nil, &apiError{code: 403, description: "Forbidden: bot was blocked by the user"}
	}
	return c, nil
}

// Messages is what stands in a chat, oldest first.
func (s *Server) Messages(chatID int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Message
	if c := s.chats[chatID]; c != nil {
		for _, m := range c.messages {
			all = append(all, *m)
		}
	}
	return all
}

// Said is what the bot said in a chat, oldest first.
func (s *Server) Said(chatID int64) []Message {
	return slices.DeleteFunc(s.Messages(chatID), func(m Message) bool { return !m.FromBot || m.service })
}

// Unanswered counts the buttons whose press the bot has not answered: the person sees them spin.
func (s *Server) Unanswered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, answered := range s.queries {
		if !answered {
			n++
		}
	}
	return n
}

// Open makes the private chat of a person known, as if they had once written to the bot.
func (s *Server) Open(person int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.private(person)
}

func (s *Server) private(person int64) *chat {
	if s.chats[person] == nil {
		s.chats[person] = &chat{id: person}
	}
	return s.chats[person]
}

// Group makes a group that the bot is a member of. Its id is negative.
func (s *Server) Group(id int64, title string, forum bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chats[id] = &chat{id: id, group: true, forum: forum, title: title}
}

// Write has a person write to the bot, and gives the update's number.
func (s *Server) Write(person int64, text string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.private(person)
	c.blocked = false // writing unblocks
	m := s.add(c, text, 0)
	return s.deliver("message", s.personJSON(c, m, person))
}

// WriteIn has a person write in a group, as a reply to a message when replyTo is not 0. The bot gets what is addressed
// to it, as in privacy mode, and update is 0 for the rest; as an administrator it gets all.
func (s *Server) WriteIn(group, person int64, text string, replyTo int64) (update int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[group]
	m := s.add(c, text, replyTo)
	answered := c.message(replyTo)
	toBot := c.admin || answered != nil && answered.FromBot || strings.Contains(text, "@"+BotUsername) || strings.HasPrefix(text, "/")
	if !toBot {
		return 0
	}
	return s.deliver("message", s.personJSON(c, m, person))
}

// Send has a person send a message that is more than text: content is added to the message's own fields (a voice, a
// sticker, a photo with its caption).
func (s *Server) Send(person int64, content map[string]any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.private(person)
	m := s.personJSON(c, s.add(c, "", 0), person)
	delete(m, "text")
	for name, value := range content {
		m[name] = value
	}
	return s.deliver("message", m)
}

// Edit has a person change a message they wrote.
func (s *Server) Edit(person, message int64, text string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[person]
	m := c.message(message)
	m.Text = text
	body := s.personJSON(c, m, person)
	body["edit_date"] = time.Now().Unix()
	return s.deliver("edited_message", body)
}

// Press has a person press a button of a message, whether it is still there or not.
func (s *Server) Press(chatID, person, message int64, data string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chatID]
	query := fmt.Sprintf("%d", 4_000_000_000_000+s.id())
	s.queries[query] = false
	return s.deliver("callback_query", map[string]any{
		"id": query, "from": s.personOf(person), "chat_instance": "1", "data": data, "message": s.messageJSON(c, c.message(message)),
	})
}

// Block has a person block the bot, or a group remove it.
func (s *Server) Block(chatID int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chatID]
	c.blocked = true
	me := map[string]any{"id": BotID, "is_bot": true, "first_name": "Guichet", "username": BotUsername}
	return s.deliver("my_chat_member", map[string]any{
		"chat": chatJSON(c), "from": s.personOf(max(chatID, 1)), "date": time.Now().Unix(),
		"old_chat_member": map[string]any{"status": "member", "user": me},
		"new_chat_member": map[string]any{"status": "kicked", "user": me, "until_date": 0},
	})
}

// add puts a person's message into a chat.
func (s *Server) add(c *chat, text string, replyTo int64) *Message {
	m := &Message{ID: s.id(), ChatID: c.id, Text: text, ReplyTo: replyTo, At: time.Now()}
	c.messages = append(c.messages, m)
	return m
}

// Speak sets the language of a person's Telegram, French until then.
func (s *Server) Speak(person int64, language string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.languages[person] = language
}

func (s *Server) personOf(id int64) map[string]any {
	language := s.languages[id]
	if language == "" {
		language = "fr"
	}
	return map[string]any{"id": id, "is_bot": false, "first_name": fmt.Sprintf("Personne %d", id), "language_code": language}
}

func chatJSON(c *chat) map[string]any {
	if c.group {
		return map[string]any{"id": c.id, "type": "supergroup", "title": c.title, "is_forum": c.forum}
	}
	return map[string]any{"id": c.id, "type": "private", "first_name": fmt.Sprintf("Personne %d", c.id)}
}

func (s *Server) personJSON(c *chat, m *Message, person int64) map[string]any {
	body := s.messageJSON(c, m)
	body["from"] = s.personOf(person)
	if entities := entitiesOf(m.Text); len(entities) > 0 {
		body["entities"] = entities
	}
	return body
}

func (s *Server) messageJSON(c *chat, m *Message) map[string]any {
	if m == nil {
		return nil
	}
	body := map[string]any{"message_id": m.ID, "date": m.At.Unix(), "chat": chatJSON(c), "text": m.Text}
	if m.File != nil {
		delete(body, "text")
		described := map[string]any{"file_id": "sent", "file_unique_id": "u", "file_name": m.File.Name, "file_size": m.File.Size}
		if m.Photo {
			body["photo"] = []any{map[string]any{"file_id": "sent", "file_unique_id": "u", "width": 1, "height": 1}}
		} else {
			body["document"] = described
		}
	}
	if m.FromBot {
		body["from"] = map[string]any{"id": BotID, "is_bot": true, "first_name": "Guichet", "username": BotUsername}
	}
	if m.service {
		delete(body, "text")
		body["forum_topic_created"] = map[string]any{"name": c.topic(m.ID).Name, "icon_color": 7322096}
	}
	if m.ThreadID != 0 {
		body["message_thread_id"], body["is_topic_message"] = m.ThreadID, true
	}
	if m.Keyboard != nil {
		body["reply_markup"] = map[string]any{"inline_keyboard": m.Keyboard}
	}
	if replied := c.message(m.ReplyTo); replied != nil {
		inner := *replied
		inner.ReplyTo = 0 // Telegram shows one level
		body["reply_to_message"] = s.messageJSON(c, &inner)
	}
	return body
}

var entityShapes = regexp.MustCompile(`(?:^|\s)(/\w+(?:@\w+)?|@\w+)`)

// entitiesOf marks commands and mentions, in UTF-16 units as Telegram does.
func entitiesOf(text string) []map[string]any {
	var all []map[string]any
	for _, at := range entityShapes.FindAllStringSubmatchIndex(text, -1) {
		kind := "mention"
		if text[at[2]] == '/' {
			kind = "bot_command"
		}
		all = append(all, map[string]any{"type": kind, "offset": length(text[:at[2]]), "length": length(text[at[2]:at[3]])})
	}
	return all
}

func length(s string) int { return len(utf16.Encode([]rune(s))) }
