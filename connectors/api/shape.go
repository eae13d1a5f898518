package api

import (
	"time"

	"guichet/bot"
)

// ticketJSON is a ticket as it stands in a list.
type ticketJSON struct {
	Reference    string               `json:"reference"`
	Conversation int64                `json:"conversation"`
	Channel      string               `json:"channel"`
	Site         string               `json:"site"`
	Category     bot.Category         `json:"category"`
	Status       bot.Status           `json:"status"`
	Fields       map[bot.Field]string `json:"fields"`
	Assignee     *string              `json:"assignee"`
	CreatedAt    time.Time            `json:"created_at"`
	UpdatedAt    time.Time            `json:"updated_at"`
	MergedInto   string               `json:"merged_into,omitempty"`
}

func ticketOf(t bot.Ticket) ticketJSON {
	out := ticketJSON{
		Reference: t.Reference, Conversation: t.ConversationID, Channel: t.Channel, Site: t.Site, Category: t.Category,
		Status: t.Status, Fields: t.Fields, Assignee: orNull(t.Assignee), CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt, MergedInto: t.MergedInto,
	}
	if out.Fields == nil {
		out.Fields = map[bot.Field]string{}
	}
	return out
}

type ticketFileJSON struct {
	ticketJSON
	Transcript []messageJSON `json:"transcript"`
	Events     []eventJSON   `json:"events"`
}

func ticketFileOf(f bot.TicketFile) ticketFileJSON {
	out := ticketFileJSON{ticketJSON: ticketOf(f.Ticket), Transcript: transcriptOf(f.Transcript), Events: []eventJSON{}}
	for _, e := range f.Events {
		out.Events = append(out.Events, eventJSON{At: e.At, Actor: e.Actor, Kind: e.Kind, Detail: e.Detail})
	}
	return out
}

type eventJSON struct {
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	Kind   string    `json:"kind"`
	Detail string    `json:"detail"`
}

// messageJSON is a line of a transcript. Kind and topic are the bot's alone. What names the person on the platform is
// left out.
type messageJSON struct {
	Seq   int64      `json:"seq"`
	From  bot.Author `json:"from"`
	At    time.Time  `json:"at"`
	Text  string     `json:"text"`
	Agent *string    `json:"agent"`
	Kind  *bot.Kind  `json:"kind"`
	Topic *string    `json:"topic"`
}

func transcriptOf(messages []bot.Message) []messageJSON {
	out := []messageJSON{}
	for _, m := range messages {
		line := messageJSON{Seq: m.Seq, From: m.From, At: m.At, Text: m.Text, Agent: orNull(m.Agent)}
		if m.Reply != nil {
			line.Kind, line.Topic = &m.Reply.Kind, orNull(m.Reply.Topic)
		}
		out = append(out, line)
	}
	return out
}

type conversationJSON struct {
	ID        int64     `json:"id"`
	Channel   string    `json:"channel"`
	Site      string    `json:"site"`
	Messages  int64     `json:"messages"`
	Agent     *string   `json:"agent"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func conversationOf(c bot.Conversation) conversationJSON {
	return conversationJSON{
		ID: c.ID, Channel: c.Channel, Site: c.Site, Messages: c.LastSeq, Agent: orNull(c.State.Agent),
		CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
}

type conversationFileJSON struct {
	conversationJSON
	Transcript []messageJSON `json:"transcript"`
	Tickets    []string      `json:"tickets"`
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
