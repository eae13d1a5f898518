package discord_test

import (
	"fmt"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
	"guichet/connectors/postgres/postgrestest"
)

// TestADialogueGoesOnDiscordAsItGoesWithoutAChannel plays the same dialogues with the engine alone.
func TestADialogueGoesOnDiscordAsItGoesWithoutAChannel(t *testing.T) {
	for scope, dialogues := range bottest.ReadDialogues(t, "../../cmd/guichet/testdata/eval/dialogues.jsonl", "../../cmd/guichet/testdata/conversations-fresh.jsonl") {
		t.Run("scope "+scope, func(t *testing.T) {
			c := newCounter(t)
			engine, here := bottest.Engine(t), bot.Site{ID: "here"}
			if scope != "" {
				here.Collections = []string{scope}
			}
			c.connected(func(o *discord.Options) {
				o.Site, o.Counter = here, bot.NewCounter(engine, c.db, []bot.Site{here}, time.Now)
			})
			people, turns := make([]*discordtest.User, len(dialogues)), 0
			for i, d := range dialogues {
				people[i] = c.guild.Member(fmt.Sprint("person", i))
				for _, turn := range d.Turns {
					must(people[i].Say(people[i].Direct(), turn.User))
					turns++
				}
			}
			c.eventually("every turn", func() (int, bool) {
				n := postgrestest.Query[int](t, c.url, "select count(*) from messages where author = 'customer'")
				return n, n == turns
			})
			c.settled()
			for i, d := range dialogues {
				bottest.CompareDialogue(t, c.db, bot.Discord, people[i].ID, engine, here, d)
			}
		})
	}
}
