package discord

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/bwmarrin/discordgo"

	"guichet/bot"
	"guichet/bot/prose"
)

// Version begins the custom id of every button and the value of every option, before the Value of the bot's choice. A
// message of an older version, still on somebody's screen, can be told by it.
const Version = "v1:"

// menuID is the custom id of a select menu, before its number. What was chosen stands in the interaction's values.
const menuID = "v1-menu:"

// Limits of message components (discord.com/developers/docs/components/reference).
const (
	longestID     = 100 // characters of a custom id or of an option's value
	longestLabel  = 80  // of a button
	longestOption = 100 // of an option's label
	buttonsARow   = 5
	mostRows      = 5
	mostOptions   = 25
	mostTopics    = 5 // ours: more topics than that are easier to read in a menu
)

// components lays out the choices: buttons in rows of five, and the topics in a menu when there are many. Discord takes
// five rows; whoever needs what would stand below can still type it.
func components(choices []bot.Choice) []discordgo.MessageComponent {
	var topics, buttons []bot.Choice
	seen := map[string]bool{} // Discord refuses a message that holds the same custom id twice
	for _, c := range choices {
		c.Label = oneLine(c.Label)
		if c.Label == "" || c.Value == "" || units(Version+c.Value) > longestID || seen[c.Value] {
			continue
		}
		seen[c.Value] = true
		if c.Topic != "" {
			topics = append(topics, c)
		}
		buttons = append(buttons, c)
	}
	var rows []discordgo.MessageComponent
	if len(topics) > mostTopics {
		for some := range slices.Chunk(topics, mostOptions) {
			rows = append(rows, discordgo.ActionsRow{Components: []discordgo.MessageComponent{menu(len(rows)+1, some)}})
		}
		buttons = slices.DeleteFunc(buttons, func(c bot.Choice) bool { return c.Topic != "" })
	}
	for some := range slices.Chunk(buttons, buttonsARow) {
		row := discordgo.ActionsRow{}
		for _, c := range some {
			row.Components = append(row.Components, discordgo.Button{
				Label: cut(c.Label, longestLabel), Style: discordgo.SecondaryButton, CustomID: Version + c.Value,
			})
		}
		rows = append(rows, row)
	}
	return rows[:min(len(rows), mostRows)]
}

func menu(number int, topics []bot.Choice) discordgo.SelectMenu {
	m := discordgo.SelectMenu{
		MenuType: discordgo.StringSelectMenu, CustomID: fmt.Sprint(menuID, number), Placeholder: textTopics,
	}
	for _, c := range topics {
		m.Options = append(m.Options, discordgo.SelectMenuOption{Label: cut(c.Label, longestOption), Value: Version + c.Value})
	}
	return m
}

// oneLine sets a label on one line; empty when there is nothing to read. Labels are no Markdown: nothing is escaped.
func oneLine(words string) string {
	p := &prose.Text{}
	p.Write(strings.ReplaceAll(strings.ToValidUTF8(words, "\uFFFD"), "\n", " "), prose.Style{})
	if !prose.Readable(p.Glyphs) {
		return ""
	}
	return prose.Letters(prose.Trim(p.Glyphs))
}

// cut shortens a label after a word.
func cut(words string, limit int) string {
	if units(words) <= limit {
		return words
	}
	p := &prose.Text{}
	p.Write(words, prose.Style{})
	parts := prose.Split(p.Glyphs, limit-1, func(glyphs []prose.Glyph) int { return units(prose.Letters(glyphs)) })
	return strings.TrimRightFunc(prose.Letters(parts[0]), unicode.IsPunct) + "…"
}
