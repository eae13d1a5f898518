package discord_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"guichet/bot"
)

// choices makes n choices, of topics unless topic is empty.
func choices(n int, topic string) []bot.Choice {
	var made []bot.Choice
	for i := range n {
		c := bot.Choice{Label: fmt.Sprint("Choix ", i), Value: fmt.Sprint("topic:", topic, i)}
		if topic != "" {
			c.Topic = fmt.Sprint(topic, i)
		}
		made = append(made, c)
	}
	return made
}

// laidOut tells of each row what stands there: b for a button, s and the number of options for a select menu.
func laidOut(t *testing.T, m *discordgo.MessageSend) string {
	t.Helper()
	var rows []string
	ids := map[string]bool{}
	for _, row := range m.Components {
		text := ""
		for _, c := range row.(discordgo.ActionsRow).Components {
			id := ""
			switch c := c.(type) {
			case discordgo.Button:
				text, id = text+"b", c.CustomID
				if units(c.Label) > 80 || c.Label == "" || !strings.HasPrefix(id, "v1:") {
					t.Fatalf("button %+v", c)
				}
			case discordgo.SelectMenu:
				text, id = fmt.Sprint(text, "s", len(c.Options)), c.CustomID
				for _, o := range c.Options {
					if units(o.Label) > 100 || units(o.Value) > 100 || !strings.HasPrefix(o.Value, "v1:") {
						t.Fatalf("option %+v", o)
					}
				}
			}
			if units(id) > 100 || ids[id] {
				t.Fatalf("custom id %q", id)
			}
			ids[id] = true
		}
		rows = append(rows, text)
	}
	return strings.Join(rows, " ")
}

func TestButtonsStandInRowsOfFiveAndManyTopicsInAMenu(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		choices []bot.Choice
		want    string
	}{
		"none":                     {nil, ""},
		"five":                     {choices(5, ""), "bbbbb"},
		"six":                      {choices(6, ""), "bbbbb b"},
		"five topics":              {append(choices(5, "a."), choices(2, "")...), "bbbbb bb"},
		"six topics":               {append(choices(6, "a."), choices(2, "")...), "s6 bb"},
		"more than a menu holds":   {append(choices(26, "a."), choices(2, "")...), "s25 s1 bb"},
		"more than a message does": {choices(40, ""), "bbbbb bbbbb bbbbb bbbbb bbbbb"},
		"twice the same":           {append(choices(2, ""), choices(2, "")...), "bb"},
		"what Discord refuses": {[]bot.Choice{
			{Label: "tient", Value: strings.Repeat("é", 97)}, {Label: "trop long", Value: strings.Repeat("é", 98)},
			{Label: "sans valeur"}, {Label: " \u200b", Value: "sans mot"},
		}, "b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := laidOut(t, one(t, bot.Reply{Text: "Oui.", Choices: c.choices}, base)); got != c.want {
				t.Errorf("rows %q, want %q", got, c.want)
			}
		})
	}
}

func TestComponentsAreSentAsDiscordDocumentsThem(t *testing.T) {
	t.Parallel()
	m := one(t, bot.Reply{Text: "Oui.", Choices: append(choices(6, "a."), bot.Choice{Label: "Un *conseiller*", Value: "request:human"})}, base)
	sent, err := json.Marshal(m.Components)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`{"custom_id":"v1-menu:1","placeholder":"Choisissez un sujet","options":[{"label":"Choix 0","value":"v1:topic:a.0",`,
		`{"label":"Un *conseiller*","style":2,"disabled":false,"custom_id":"v1:request:human","type":2}`,
	} {
		if !strings.Contains(string(sent), want) {
			t.Errorf("%s\nis not in %s", want, sent)
		}
	}
}

func TestLabelsAreCutAfterAWord(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		strings.Repeat("a", 80):                                  strings.Repeat("a", 80),
		strings.Repeat("a", 81):                                  strings.Repeat("a", 79) + "…",
		strings.Repeat("é", 50) + ", " + strings.Repeat("b", 50): strings.Repeat("é", 50) + "…",
		strings.Repeat("🧾", 41):                                  strings.Repeat("🧾", 39) + "…",
		" deux\nlignes *a* ":                                     "deux lignes *a*",
	} {
		m := one(t, bot.Reply{Text: "Oui.", Choices: []bot.Choice{{Label: words, Value: "v"}}}, base)
		if got := m.Components[0].(discordgo.ActionsRow).Components[0].(discordgo.Button).Label; got != want {
			t.Errorf("%q gave %q, want %q", words, got, want)
		}
	}
}
