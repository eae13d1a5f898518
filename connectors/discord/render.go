package discord

import (
	"strings"

	"github.com/bwmarrin/discordgo"

	"guichet/bot"
	"guichet/bot/prose"
)

// Limits of messages and embeds (discord.com/developers/docs/resources/message).
const (
	longestContent     = 2000
	longestDescription = 4096
	longestField       = 1024
	longestEmbed       = 6000 // description and fields of one message together
	mostFields         = 25
)

// Render turns a reply into the messages that say it, in order, in Discord's Markdown. A reply with sources is an embed
// with each source in a field; any other is plain content. sourceBase is the public address of this counter
// (https://guichet.example), under which the page of each topic stands; when it is empty, links to topics are plain
// words. A silent reply and one without a word give no message. The buttons are on the last message only.
func Render(r bot.Reply, sourceBase string) []*discordgo.MessageSend {
	if r.Kind == bot.Silent {
		return nil
	}
	d := dialect(sourceBase)
	p := d.Read(r.Text)
	var messages []*discordgo.MessageSend
	if fields := cited(d, r.Citations); len(fields) > 0 {
		for _, part := range prose.Split(p.Glyphs, longestDescription, size) {
			messages = append(messages, embedded(format(part)))
		}
		messages = withFields(messages, fields)
	} else {
		for _, part := range prose.Split(p.Glyphs, longestContent, size) {
			m := outgoing()
			m.Content, m.Flags = format(part), discordgo.MessageFlagsSuppressEmbeds // no previews of links
			messages = append(messages, m)
		}
	}
	if len(messages) > 0 {
		messages[len(messages)-1].Components = components(r.Choices)
	}
	return messages
}

// dialect is Discord's: it follows a web address that is shown, and some signs in one would end a link.
func dialect(sourceBase string) prose.Dialect {
	quote := strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", `"`, "%22", `\`, "%5C", " ", "%20").Replace
	return prose.Dialect{SourceBase: sourceBase, Bullet: "- ", Quote: quote, Bare: true}
}

// outgoing is an empty message. It pings nobody, whatever it says. Parse must not be nil: null would mean all that the text mentions.
func outgoing() *discordgo.MessageSend {
	return &discordgo.MessageSend{AllowedMentions: &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}}
}

func embedded(description string) *discordgo.MessageSend {
	m := outgoing()
	m.Embeds = []*discordgo.MessageEmbed{{Description: description}}
	return m
}

// cited makes a field of each source: the page that shows the passage, else the original's own address.
func cited(d prose.Dialect, citations []bot.Citation) []*discordgo.MessageEmbedField {
	var fields []*discordgo.MessageEmbedField
	for _, c := range citations {
		words := strings.Trim(strings.TrimSpace(c.Document)+", "+strings.TrimSpace(c.Section), ", ")
		if words == "" {
			continue
		}
		link := d.Address(c.Topic)
		if link == "" {
			link = d.WebAddress(c.URL)
		}
		line := &prose.Text{}
		line.Write(strings.ToValidUTF8(words, "\uFFFD"), prose.Style{Link: link})
		line.Write(checkedOn(c.Checked), prose.Style{})
		for _, part := range prose.Split(line.Glyphs, longestField, size) {
			fields = append(fields, &discordgo.MessageEmbedField{Name: textSource, Value: format(part)})
		}
	}
	return fields
}

// withFields adds the fields to the last embed, and to embeds of their own when it is full.
func withFields(messages []*discordgo.MessageSend, fields []*discordgo.MessageEmbedField) []*discordgo.MessageSend {
	var last *discordgo.MessageEmbed
	used := longestEmbed
	if len(messages) > 0 {
		last = messages[len(messages)-1].Embeds[0]
		used = units(last.Description)
	}
	for _, f := range fields {
		needs := units(f.Name) + units(f.Value)
		if used+needs > longestEmbed || len(last.Fields) == mostFields {
			messages = append(messages, embedded(""))
			last, used = messages[len(messages)-1].Embeds[0], 0
		}
		last.Fields = append(last.Fields, f)
		used += needs
	}
	return messages
}
