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
	Priority     bot.Priority         `json:"priority"`
	Tags         []string             `json:"tags"`
	SnoozedUntil *time.Time           `json:"snoozed_until"`
	CreatedAt    time.Time            `json:"created_at"`
	UpdatedAt    time.Time            `json:"updated_at"`
	MergedInto   string               `json:"merged_into,omitempty"`
}

// ticketOf leaves out a moment that has passed: the ticket is back.
func ticketOf(t bot.Ticket, now time.Time) ticketJSON {
	out := ticketJSON{
		Reference: t.Reference, Conversation: t.ConversationID, Channel: t.Channel, Site: t.Site, Category: t.Category,
		Status: t.Status, Fields: t.Fields, Assignee: orNull(t.Assignee), Priority: t.Priority, Tags: t.Tags, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt,
		MergedInto: t.MergedInto,
	}
	if out.Fields == nil {
		out.Fields = map[bot.Field]string{}
	}
	if out.Tags == nil {
		out.Tags = []string{}
	}
	if t.Snoozed.After(now) {
		out.SnoozedUntil = &t.Snoozed
	}
	return out
}

type ticketFileJSON struct {
	ticketJSON
	Transcript []messageJSON `json:"transcript"`
	Events     []eventJSON   `json:"events"`
}

func ticketFileOf(f bot.TicketFile, now time.Time) ticketFileJSON {
	out := ticketFileJSON{ticketJSON: ticketOf(f.Ticket, now), Transcript: transcriptOf(f.Transcript), Events: []eventJSON{}}
	for _, e := range f.Events {
		out.Events = append(out.Events, eventJSON{At: e.At, Actor: e.Actor, Kind: e.Kind, Detail: e.Detail})
	}
	return out
}

type eventJSON struct {
	At     time.Time     `json:"at"`
	Actor  string        `json:"actor"`
	Kind   bot.EventKind `json:"kind"`
	Detail string        `json:"detail"`
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
