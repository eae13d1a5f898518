package postgres_test

import (
	"reflect"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
)

func TestTheTextOfAReplyIsKeptOnce(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	in := from("ana")
	outcome, err := db.Turn(t.Context(), in, decide)
	if err != nil {
		t.Fatal(err)
	}
	if text := outcome.Bot.Reply.Text; text == "" || text != outcome.Bot.Text {
		t.Errorf("the outcome's reply says %q, its message %q", text, outcome.Bot.Text)
	}
	if kept := postgrestest.Query[string](t, url, `select reply->>'text' from messages where author = 'bot'`); kept != "" {
		t.Errorf("the text is kept a second time: %q", kept)
	}
	read := func() bot.Message {
		messages, err := db.Transcript(t.Context(), in.Channel, in.Key, 1)
		if err != nil || len(messages) != 1 {
			t.Fatalf("the transcript has %d messages after the first, %v", len(messages), err)
		}
		return messages[0]
	}
	if got := read(); !reflect.DeepEqual(got, *outcome.Bot) {
		t.Errorf("read %+v, want %+v", got, *outcome.Bot)
	}
	execute(t, url, `update messages set reply = reply || jsonb_build_object('text', text) where author = 'bot'`)
	if got := read(); !reflect.DeepEqual(got, *outcome.Bot) {
		t.Errorf("a reply that was kept with its text reads %+v, want %+v", got, *outcome.Bot)
	}
}
