package bottest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"guichet/bot"
)

// ArchiveStore is what reading is tested on: conversations are made by turns.
type ArchiveStore interface {
	bot.Store
	bot.Tickets
	bot.Archive
}

// TestArchive checks an implementation of bot.Archive. open gives an empty one, and ends it with the test.
func TestArchive(t *testing.T, open func(t *testing.T) ArchiveStore) {
	run(t, open, []testCase[ArchiveStore]{
		{"conversations are listed, newest first", conversationList},
		{"a conversation is read with its transcript and tickets", conversationFile},
	})
}

func conversationList(t *testing.T, s ArchiveStore) {
	ids := map[string]int64{}
	for _, in := range []bot.Inbound{
		{Channel: "web", Key: "a", Site: "micro"}, {Channel: "telegram", Key: "b", Site: "micro"}, {Channel: "web", Key: "c", Site: "alma"},
	} {
		turn(t, s, in, func(c bot.Conversation) (bot.Turn, error) {
			ids[in.Key] = c.ID
			return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Answer, Text: "y"}, State: c.State}, nil
		})
	}
	turn(t, s, says("a", "", "x"), answer("again")) // a conversation keeps its place
	all, err := s.Conversations(t.Context(), bot.ConversationFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		filter bot.ConversationFilter
		want   []string
	}{
		{"all", bot.ConversationFilter{}, []string{"c", "b", "a"}},
		{"a channel", bot.ConversationFilter{Channel: "telegram"}, []string{"b"}},
		{"a site", bot.ConversationFilter{Site: "alma"}, []string{"c"}},
		{"used since", bot.ConversationFilter{Since: all[2].UpdatedAt}, []string{"a"}},
		{"used since a time to come", bot.ConversationFilter{Since: time.Now().Add(24 * time.Hour)}, []string{}},
		{"a page", bot.ConversationFilter{Limit: 2}, []string{"c", "b"}},
		{"the next page", bot.ConversationFilter{Limit: 2, Before: ids["b"]}, []string{"a"}},
		{"all at once", bot.ConversationFilter{Channel: "web", Site: "alma", Since: all[0].UpdatedAt, Before: ids["c"] + 1, Limit: 1}, []string{"c"}},
	} {
		found, err := s.Conversations(t.Context(), test.filter)
		keys := []string{}
		for _, c := range found {
			keys = append(keys, c.Key)
		}
		if err != nil || !reflect.DeepEqual(keys, test.want) {
			t.Errorf("%s: %v, %v, want %v", test.name, keys, err, test.want)
		}
	}
}

func conversationFile(t *testing.T, s ArchiveStore) {
	openTicket(t, s, "other", human("Z"))
	openTicket(t, s, "a", human("B"))
	openTicket(t, s, "a", human("A"))
	id := file(t, s, "A").ConversationID
	f, err := s.Conversation(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if f.ID != id || f.Key != "a" || f.LastSeq != 4 || len(f.Transcript) != 4 || f.Transcript[3].Seq != 4 ||
		!reflect.DeepEqual(f.Tickets, []string{"B", "A"}) {
		t.Errorf("read %+v", f)
	}
	if _, err := s.Conversation(t.Context(), id+1000); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("an unknown conversation: %v", err)
	}
}
