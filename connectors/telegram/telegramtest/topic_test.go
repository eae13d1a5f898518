package telegramtest_test

import (
	"encoding/json"
	"testing"

	"guichet/connectors/telegram/telegramtest"
)

const forum = -1001

// openTopic has the bot open a topic.
func openTopic(t *testing.T, s *telegramtest.Server, name string) int64 {
	t.Helper()
	r := call(t, s, "createForumTopic", map[string]any{"chat_id": forum, "name": name})
	var topic struct {
		ID int64 `json:"message_thread_id"`
	}
	if err := json.Unmarshal(r.Result, &topic); err != nil || topic.ID == 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	return topic.ID
}

// refusal is what the bot is told.
func refusal(t *testing.T, s *telegramtest.Server, method string, given map[string]any) string {
	t.Helper()
	given["chat_id"] = forum
	return call(t, s, method, given).Description
}

func TestATopicIsOpenedWrittenInClosedAndDeleted(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Group(forum, "Équipe", true)
	if says := refusal(t, s, "createForumTopic", map[string]any{"name": "G-1"}); says != "Bad Request: not enough rights to create a topic" {
		t.Errorf("without the right: %s", says)
	}
	s.Promote(forum, true)
	topic := openTopic(t, s, "G-1")
	given := func() map[string]any { return map[string]any{"message_thread_id": topic, "text": "a"} }
	thread := func() map[string]any { return map[string]any{"message_thread_id": topic} }
	for i, step := range []struct {
		method string
		given  map[string]any
		says   string
	}{
		{"createForumTopic", map[string]any{"name": " "}, "Bad Request: TOPIC_TITLE_EMPTY"},
		{"sendMessage", given(), ""},
		{"reopenForumTopic", thread(), "Bad Request: TOPIC_NOT_MODIFIED"},
		{"closeForumTopic", thread(), ""},
		{"closeForumTopic", thread(), "Bad Request: TOPIC_NOT_MODIFIED"},
		{"sendMessage", given(), ""}, // it may manage topics
		{"closeForumTopic", map[string]any{"message_thread_id": 1}, "Bad Request: TOPIC_ID_INVALID"},
	} {
		if says := refusal(t, s, step.method, step.given); says != step.says {
			t.Errorf("step %d: %q, want %q", i, says, step.says)
		}
	}
	if topics := s.Topics(forum); len(topics) != 1 || topics[0] != (telegramtest.Topic{ID: topic, Name: "G-1", Closed: true}) {
		t.Errorf("the topics are %+v", topics)
	}
	if said := s.Said(forum); len(said) != 2 || said[0].ThreadID != topic {
		t.Errorf("said %+v", said)
	}
	s.Promote(forum, false)
	if says := refusal(t, s, "sendMessage", given()); says != "Bad Request: TOPIC_CLOSED" {
		t.Errorf("without the right: %s", says)
	}
	s.DeleteTopic(forum, topic)
	if says := refusal(t, s, "sendMessage", given()); says != "Bad Request: message thread not found" || len(s.Topics(forum)) != 0 {
		t.Errorf("in a deleted topic: %s", says)
	}
}

func TestAnAdministratorHearsAllAndReacts(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Group(forum, "Équipe", true)
	if _, update := s.WriteInTopic(forum, ana, 0, "bonjour"); update != 0 {
		t.Error("a member hears what is not addressed to it")
	}
	s.Promote(forum, true)
	topic := openTopic(t, s, "G-1")
	message, update := s.WriteInTopic(forum, ana, topic, "bonjour")
	if update == 0 {
		t.Fatal("an administrator does not hear")
	}
	var updates []struct {
		Message struct {
			Thread  int64 `json:"message_thread_id"`
			Topic   bool  `json:"is_topic_message"`
			ReplyTo struct {
				Created map[string]any `json:"forum_topic_created"`
			} `json:"reply_to_message"`
		} `json:"message"`
	}
	if err := json.Unmarshal(call(t, s, "getUpdates", map[string]any{}).Result, &updates); err != nil || len(updates) != 1 {
		t.Fatalf("%+v, %v", updates, err)
	}
	if m := updates[0].Message; m.Thread != topic || !m.Topic || m.ReplyTo.Created["name"] != "G-1" {
		t.Errorf("it hears %+v", m)
	}
	react := func(emoji string) map[string]any {
		return map[string]any{"message_id": message, "reaction": []any{map[string]any{"type": "emoji", "emoji": emoji}}}
	}
	if says := refusal(t, s, "setMessageReaction", react("🧾")); says != "Bad Request: REACTION_INVALID" {
		t.Errorf("an emoji that is no reaction: %s", says)
	}
	if says := refusal(t, s, "setMessageReaction", react("👍")); says != "" {
		t.Errorf("a reaction: %s", says)
	}
	if all := s.Messages(forum); all[len(all)-1].Reaction != "👍" {
		t.Errorf("the messages are %+v", all)
	}
	s.SilenceReactions(forum)
	if says := refusal(t, s, "setMessageReaction", react("👌")); says != "Bad Request: REACTION_INVALID" {
		t.Errorf("in a group without reactions: %s", says)
	}
}
