package telegramtest

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf16"
)

// Message is a message in a chat.
type Message struct {
	ID       int64
	ChatID   int64
	FromBot  bool
	Text     string // as a person reads it; the caption of a file
	File     *File  // that stands in it; nil for none
	Photo    bool   // the file is shown as a photo
	HTML     string // as the bot sent it; empty when it sent plain text
	Keyboard [][]Button
	ThreadID int64 // the topic of a forum, 0 otherwise
	ReplyTo  int64
	Reaction string // of the bot to it
	At       time.Time

	service bool // that a topic was opened
}

// Button is one button of an inline keyboard. One of Data and URL is set.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// Limits of the Bot API.
const (
	longestText  = 4096 // UTF-16 units after the entities are parsed
	longestData  = 64   // bytes
	mostButtons  = 100
	longestAlert = 200
)

func (s *Server) sendMessage(given fields) (any, *apiError) {
	c, refused := s.chatOf(given)
	if refused != nil {
		return nil, refused
	}
	text, refused := parseText(given)
	if refused != nil {
		return nil, refused
	}
	keyboard, refused := parseKeyboard(given)
	if refused != nil {
		return nil, refused
	}
	thread := given.number("message_thread_id")
	if refused := c.writable(thread); refused != nil {
		return nil, refused
	}
	var reply struct {
		MessageID                int64 `json:"message_id"`
		AllowSendingWithoutReply bool  `json:"allow_sending_without_reply"`
	}
	if err := given.parse("reply_parameters", &reply); err != nil {
		return nil, badRequest("can't parse reply parameters JSON object")
	}
	if reply.MessageID != 0 && c.message(reply.MessageID) == nil {
		if !reply.AllowSendingWithoutReply {
			return nil, badRequest("message to be replied not found")
		}
		reply.MessageID = 0
	}
	m := &Message{
		ID: s.id(), ChatID: c.id, FromBot: true, Text: text, Keyboard: keyboard, ThreadID: thread, ReplyTo: reply.MessageID, At: time.Now(),
	}
	if given["parse_mode"] != "" {
		m.HTML = given["text"]
	}
	c.messages = append(c.messages, m)
	return s.messageJSON(c, m), nil
}

func (s *Server) editMessageText(given fields) (any, *apiError) {
	c, m, refused := s.editable(given)
	if refused != nil {
		return nil, refused
	}
	text, refused := parseText(given)
	if refused != nil {
		return nil, refused
	}
	keyboard, refused := parseKeyboard(given)
	if refused != nil {
		return nil, refused
	}
	if m.Text == text && same(m.Keyboard, keyboard) {
		return nil, notModified()
	}
	m.Text, m.Keyboard, m.HTML = text, keyboard, ""
	if given["parse_mode"] != "" {
		m.HTML = given["text"]
	}
	return s.messageJSON(c, m), nil
}

func (s *Server) editMessageReplyMarkup(given fields) (any, *apiError) {
	c, m, refused := s.editable(given)
	if refused != nil {
		return nil, refused
	}
	keyboard, refused := parseKeyboard(given)
	if refused != nil {
		return nil, refused
	}
	if same(m.Keyboard, keyboard) {
		return nil, notModified()
	}
	m.Keyboard = keyboard
	return s.messageJSON(c, m), nil
}

func notModified() *apiError {
	return badRequest("message is not modified: specified new message content and reply markup are exactly the same as a " +
		"current content and reply markup of the message")
}

func same(a, b [][]Button) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func (s *Server) editable(given fields) (*chat, *Message, *apiError) {
	c, refused := s.chatOf(given)
	if refused != nil {
		return nil, nil, refused
	}
	m := c.message(given.number("message_id"))
	switch {
	case m == nil:
		return nil, nil, badRequest("message to edit not found")
	case !m.FromBot:
		return nil, nil, badRequest("message can't be edited")
	}
	return c, m, nil
}

func (s *Server) answerCallbackQuery(given fields) (any, *apiError) {
	answered, known := s.queries[given["callback_query_id"]]
	switch {
	case !known || answered:
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	case len([]rune(given["text"])) > longestAlert:
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	s.queries[given["callback_query_id"]] = true
	return true, nil
}

// parseText is what a person reads of the text field.
func parseText(given fields) (string, *apiError) {
	text := given["text"]
	if given["entities"] != "" && given["parse_mode"] != "" {
		return "", badRequest("entities and parse_mode can't be used together") // Telegram ignores one of them
	}
	switch mode := strings.ToLower(given["parse_mode"]); mode {
	case "":
	case "html":
		var refused *apiError
		if text, refused = parseHTML(text); refused != nil {
			return "", refused
		}
	default:
		return "", badRequest("unsupported parse_mode")
	}
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", badRequest("message text is empty")
	case len(utf16.Encode([]rune(text))) > longestText:
		return "", badRequest("message is too long")
	}
	return text, nil
}

func parseKeyboard(given fields) ([][]Button, *apiError) {
	if given["reply_markup"] == "" {
		return nil, nil
	}
	var markup struct {
		Rows   [][]map[string]json.RawMessage `json:"inline_keyboard"`
		Force  bool                           `json:"force_reply"`
		Remove bool                           `json:"remove_keyboard"`
	}
	if json.Unmarshal([]byte(given["reply_markup"]), &markup) != nil || given["reply_markup"] == "null" {
		return nil, badRequest("can't parse reply keyboard markup JSON object")
	}
	var keyboard [][]Button
	count := 0
	for _, row := range markup.Rows {
		var buttons []Button
		for _, raw := range row {
			b, refused := parseButton(raw)
			if refused != nil {
				return nil, refused
			}
			buttons = append(buttons, b)
			count++
		}
		if len(buttons) > 0 {
			keyboard = append(keyboard, buttons)
		}
	}
	if count > mostButtons {
		return nil, badRequest("REPLY_MARKUP_TOO_LONG")
	}
	return keyboard, nil
}

func parseButton(raw map[string]json.RawMessage) (b Button, refused *apiError) {
	for name, value := range raw {
		switch name {
		case "text":
			_ = json.Unmarshal(value, &b.Text)
		case "callback_data":
			_ = json.Unmarshal(value, &b.Data)
		case "url":
			_ = json.Unmarshal(value, &b.URL)
		case "copy_text":
			return b, badRequest("BUTTON_COPY_TEXT_INVALID") // none of ours copies a text
		default:
			return b, badRequest("unknown field %q", name)
		}
	}
	switch {
	case strings.TrimSpace(b.Text) == "":
		return b, badRequest("can't parse inline keyboard button: text must be non-empty")
	case b.Data == "" && b.URL == "":
		return b, badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	case len(b.Data) > longestData:
		return b, badRequest("BUTTON_DATA_INVALID")
	}
	return b, nil
}
