package discord_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
)

// dialogue is a line of the dialogues that "guichet converse" plays.
type dialogue struct {
	ID    string  `json:"id"`
	Scope *string `json:"scope"`
	Turns []struct {
		User string `json:"user"`
	} `json:"turns"`
}

func readDialogues(t *testing.T) map[string][]dialogue {
	t.Helper()
	file, err := os.Open("../../cmd/guichet/testdata/conversations-fresh.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	byScope := map[string][]dialogue{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var d dialogue
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		scope := ""
		if d.Scope != nil {
			scope = *d.Scope
		}
		byScope[scope] = append(byScope[scope], d)
	}
	if len(byScope) == 0 || lines.Err() != nil {
		t.Fatalf("no dialogue: %v", lines.Err())
	}
	return byScope
}

// TestADialogueGoesOnDiscordAsItGoesWithoutAChannel plays the same dialogues with the engine alone.
func TestADialogueGoesOnDiscordAsItGoesWithoutAChannel(t *testing.T) {
	for scope, dialogues := range readDialogues(t) {
		t.Run("scope "+scope, func(t *testing.T) {
			c := newCounter(t)
			engine, err := shipped()
			if err != nil {
				t.Fatal(err)
			}
			here := bot.Site{ID: "here"}
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
				n := query[int](t, c.url, "select count(*) from messages where author = 'customer'")
				return n, n == turns
			})
			c.settled()
			for i, d := range dialogues {
				c.compare(engine, here, d, people[i].ID)
			}
		})
	}
}

// compare plays a dialogue with the engine alone and compares what it decides with what was decided in direct messages.
func (c *counter) compare(engine *bot.Engine, here bot.Site, d dialogue, key string) {
	c.t.Helper()
	transcript, err := c.db.Transcript(c.t.Context(), bot.Discord, key, 0)
	if err != nil || len(transcript) != 2*len(d.Turns) {
		c.t.Errorf("%s: %d messages for %d turns, %v", d.ID, len(transcript), len(d.Turns), err)
		return
	}
	var state bot.State
	for n, turn := range d.Turns {
		want, err := engine.Next(state, here, bot.Inbound{Text: turn.User}, bot.Moment{Now: time.Now(), Reference: "G-0000-0000"})
		if err != nil {
			c.t.Fatal(err)
		}
		state = want.State
		got := transcript[2*n+1].Reply
		if got.Kind != want.Reply.Kind || got.Topic != want.Reply.Topic || got.Ticket != want.Reply.Ticket || (got.Reference == "") != (want.Ticket == nil) {
			c.t.Errorf("%s, turn %d: on Discord %s %s %s, alone %s %s %s", d.ID, n+1, got.Kind, got.Topic, got.Ticket, want.Reply.Kind, want.Reply.Topic, want.Reply.Ticket)
		}
	}
}
