package discord

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/bot"
)

// envelope is what is kept of an event, with what is needed to read it. Discord's own object stays as it came: the
// library's types refuse the whole when Discord adds a kind of component.
type envelope struct {
	Type  string          `json:"t"` // the event's name
	Bot   string          `json:"bot"`
	Guild string          `json:"guild,omitempty"`
	Staff bool            `json:"staff,omitempty"` // said where the agents are
	Case  string          `json:"case,omitempty"`  // the user whose case's thread it was said in
	Data  json.RawMessage `json:"d"`
}

// The events that are kept.
const (
	created     = "MESSAGE_CREATE"
	changed     = "MESSAGE_UPDATE"
	interaction = "INTERACTION_CREATE"
)

// message is what is read of a message (discord.com/developers/docs/resources/message).
type message struct {
	ID          string            `json:"id"`
	Channel     string            `json:"channel_id"`
	Guild       string            `json:"guild_id"`
	Type        int               `json:"type"`
	Author      *user             `json:"author"`
	Webhook     string            `json:"webhook_id"`
	Content     string            `json:"content"`
	Edited      string            `json:"edited_timestamp"`
	Mentions    []user            `json:"mentions"`
	Flags       int               `json:"flags"`
	Attachments []json.RawMessage `json:"attachments"`
	Stickers    []json.RawMessage `json:"sticker_items"`
	Rows        []struct {
		Controls []control `json:"components"`
	} `json:"components"`
}

type user struct {
	ID  string `json:"id"`
	Bot bool   `json:"bot"`
}

// control is a button or a menu under a message, or an input of a modal.
type control struct {
	CustomID string `json:"custom_id"`
	Label    string `json:"label"`
	Value    string `json:"value"`
	Options  []struct {
		Label string `json:"label"`
		Value string `json:"value"`
	} `json:"options"`
}

const (
	plainMessage = 0
	replyMessage = 19

	flagEphemeral = 1 << 6
	flagVoice     = 1 << 13
)

// byPerson tells whether a person wrote the message: no bot, no webhook, and not Discord itself ("has joined").
func (m *message) byPerson() bool {
	return m.Author != nil && isID(m.Author.ID) && !m.Author.Bot && m.Webhook == "" && isID(m.Channel) && isID(m.ID) &&
		(m.Type == plainMessage || m.Type == replyMessage)
}

// names tells whether the message names a user, or answers one.
func (m *message) names(id string) bool {
	return slices.ContainsFunc(m.Mentions, func(u user) bool { return u.ID == id })
}

// press is what is read of an interaction (discord.com/developers/docs/interactions/receiving-and-responding).
type press struct {
	ID          string   `json:"id"`
	Application string   `json:"application_id"`
	Token       string   `json:"token"`
	Type        int      `json:"type"`
	Guild       string   `json:"guild_id"`
	Channel     string   `json:"channel_id"`
	Locale      string   `json:"locale"` // of the person's Discord
	User        *user    `json:"user"`
	Member      *member  `json:"member"`
	Message     *message `json:"message"`
	Data        struct {
		Name     string   `json:"name"`
		CustomID string   `json:"custom_id"`
		Values   []string `json:"values"`
		Options  []struct {
			Name  string          `json:"name"`
			Value json.RawMessage `json:"value"`
		} `json:"options"`
		Rows []struct {
			Controls []control `json:"components"`
		} `json:"components"`
	} `json:"data"`
}

type member struct {
	User *user `json:"user"`
}

// Kinds of interactions.
const (
	byCommand   = 2
	byComponent = 3
	byModal     = 5
)

// from is who did it, empty when that cannot be read.
func (p *press) from() string {
	switch {
	case p.Member != nil && p.Member.User != nil:
		return p.Member.User.ID
	case p.User != nil:
		return p.User.ID
	}
	return ""
}

// option is the value of a command's option, empty when it was left out.
func (p *press) option(name string) (value string) {
	for _, o := range p.Data.Options {
		if o.Name == name {
			_ = json.Unmarshal(o.Value, &value) // ours are texts
		}
	}
	return value
}

// public tells whether the press was under a message that others see.
func (p *press) public() bool {
	return p.Type == byComponent && p.Guild != "" && (p.Message == nil || p.Message.Flags&flagEphemeral == 0)
}

// key names a conversation: a person with the bot (direct messages, commands, what only that person sees), or a person
// within a channel where others read along.
func key(user, channel string, public bool) string {
	if public {
		return channel + ":" + user
	}
	return user
}

// placeOf is the person and the channel that a key named; the channel is empty for what is between a person and the bot.
func placeOf(key string) (user, channel string, ok bool) {
	channel, user, public := strings.Cut(key, ":")
	if !public {
		user, channel = channel, ""
	}
	return user, channel, isID(user) && (channel == "" || isID(channel))
}

var idPattern = regexp.MustCompile(`^\d{1,20}$`)

func isID(s string) bool { return idPattern.MatchString(s) }

// compare orders ids by their moments: they are numbers that grow with time.
func compare(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// newer tells whether an id is of a later moment than another.
func newer(a, b string) bool { return compare(a, b) > 0 }

// discordEpoch is where Discord's ids begin, in milliseconds.
const discordEpoch = 1420070400000

// timeOf is the moment of an id, the zero time of one that is none.
func timeOf(id string) time.Time {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n>>22 + discordEpoch)
}

// idAt is the smallest id of a moment.
func idAt(t time.Time) int64 { return max(0, t.UnixMilli()-discordEpoch) << 22 }

// update makes an event ready to be kept. id tells it from every other, thread is the conversation's key.
func (e envelope) update(id, thread string) (bot.Update, error) {
	payload, err := json.Marshal(e)
	return bot.Update{Channel: bot.Discord, ID: id, Thread: thread, Payload: payload}, err
}
