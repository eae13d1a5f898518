package telegram_test

import (
	"fmt"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/telegram"
)

// TestADialogueGoesOnTelegramAsItGoesWithoutAChannel plays the same dialogues with the engine alone.
func TestADialogueGoesOnTelegramAsItGoesWithoutAChannel(t *testing.T) {
	for scope, dialogues := range bottest.ReadDialogues(t, "../../cmd/guichet/testdata/eval/dialogues.jsonl", "../../cmd/guichet/testdata/conversations-fresh.jsonl") {
		t.Run("scope "+scope, func(t *testing.T) {
			c := newCounter(t)
			engine, here := bottest.Engine(t), bot.Site{ID: "here"}
			if scope != "" {
				here.Collections = []string{scope}
			}
			c.start(c.db, func(o *telegram.Options) {
				o.Site, o.Counter = here, bot.NewCounter(engine, c.db, []bot.Site{here}, time.Now)
			})
			for i, d := range dialogues {
				for _, turn := range d.Turns {
					c.telegram.Write(int64(i+1), turn.User)
				}
			}
			c.settled()
			for i, d := range dialogues {
				bottest.CompareDialogue(t, c.db, bot.Telegram, fmt.Sprint(i+1), engine, here, d)
			}
		})
	}
}
