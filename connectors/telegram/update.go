package telegram

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"guichet/bot"
	"guichet/bot/courier"
)

// update is what is read of an update (core.telegram.org/bots/api#update). The library's own type refuses the whole
// when Telegram adds a kind of anything; here, what is not read cannot break it.
type update struct {
	ID      int64    `json:"update_id"`
	Message *message `json:"message"`
	Edited  *message `json:"edited_message"`
	Query   *query   `json:"callback_query"`
}

type message struct {
	ID       int64    `json:"message_id"`
	ThreadID int64    `json:"message_thread_id"`
	IsTopic  bool     `json:"is_topic_message"`
	Date     int64    `json:"date"`
	EditDate int64    `json:"edit_date"`
	Chat     chat     `json:"chat"`
	From     person   `json:"from"`
	Sender   chat     `json:"sender_chat"` // the group itself, for an anonymous administrator
	Text     string   `json:"text"`
	Caption  string   `json:"caption"`
	Album    string   `json:"media_group_id"`
	ReplyTo  *message `json:"reply_to_message"`
	Markup   struct {
		Rows [][]Button `json:"inline_keyboard"`
	} `json:"reply_markup"`

	TopicOpened json.RawMessage `json:"forum_topic_created"`

	Voice     json.RawMessage `json:"voice"`
	Audio     json.RawMessage `json:"audio"`
	VideoNote json.RawMessage `json:"video_note"`
	Sticker   json.RawMessage `json:"sticker"`
	Photo     json.RawMessage `json:"photo"`
	Document  json.RawMessage `json:"document"`
	Video     json.RawMessage `json:"video"`
	Animation json.RawMessage `json:"animation"`
	Contact   json.RawMessage `json:"contact"`
	Location  json.RawMessage `json:"location"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

func (c chat) private() bool { return c.Type == "private" }

type person struct {
	ID    int64 `json:"id"`
	IsBot bool  `json:"is_bot"`

	Language string `json:"language_code"` // of their Telegram
}

type query struct {
	ID      string   `json:"id"`
	From    person   `json:"from"`
	Message *message `json:"message"`
	Data    string   `json:"data"`
}

// envelope makes an update ready to be kept. It reads the number, without which Telegram could not be told what was
// received, and the chat if it can: an update without one is a thread of its own.
func envelope(raw json.RawMessage) (number int64, kept bot.Update, err error) {
	var head struct {
		ID *int64 `json:"update_id"`
	}
	if json.Unmarshal(raw, &head) != nil || head.ID == nil {
		return 0, bot.Update{}, courier.ErrUnreadable
	}
	id := strconv.FormatInt(*head.ID, 10)
	thread := "update " + id
	if c := chatOfUpdate(raw); c.ID != 0 {
		thread = strconv.FormatInt(c.ID, 10)
	}
	return *head.ID, bot.Update{Channel: bot.Telegram, ID: id, Thread: thread, Payload: raw}, nil
}

// chatOfUpdate is the chat an update belongs to, the zero chat when it has none that can be read.
func chatOfUpdate(raw json.RawMessage) chat {
	type in struct {
		Chat    chat `json:"chat"`
		Message struct {
			Chat chat `json:"chat"`
		} `json:"message"`
	}
	var u struct {
		Message in `json:"message"`
		Edited  in `json:"edited_message"`
		Query   in `json:"callback_query"`
	}
	_ = json.Unmarshal(raw, &u) // a field of the wrong kind leaves the others readable
	for _, c := range []chat{u.Message.Chat, u.Edited.Chat, u.Query.Message.Chat} {
		if c.ID != 0 {
			return c
		}
	}
	return chat{}
}

// key names a conversation: a person's chat with the bot, or a person within a group.
func (c chat) key(from person) string {
	if c.private() {
		return strconv.FormatInt(c.ID, 10)
	}
	return fmt.Sprintf("%d:%d", c.ID, from.ID)
}

// chatOfKey is the chat that key named.
func chatOfKey(key string) (id int64, group bool, err error) {
	text, _, group := strings.Cut(key, ":")
	id, err = strconv.ParseInt(text, 10, 64)
	return id, group, err
}

// externalID is what recognises a message that was handled. Telegram numbers messages within a chat.
func (m *message) externalID() string { return fmt.Sprintf("%d:%d", m.Chat.ID, m.ID) }
