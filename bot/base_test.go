package bot_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/knowledge"
)

// today is the fixed clock of these tests: a Tuesday.
var today = time.Date(2026, time.February, 10, 10, 30, 0, 0, time.UTC)

// siteFor answers from the collections; none means from all of them.
func siteFor(collections ...string) bot.Site {
	return bot.Site{ID: "test", Name: "Guichet d’essai", Collections: collections, Delay: "sous 1 jour ouvré"}
}

func next(t testing.TB, state bot.State, site bot.Site, in bot.Inbound) bot.Turn {
	t.Helper()
	turn, err := bottest.Engine(t).Next(state, site, in, bot.Moment{Now: today, Reference: "G-0000-0001"})
	if err != nil {
		t.Fatalf("Next(%.80q): %v", in.Text, err)
	}
	return turn
}

func say(t testing.TB, state bot.State, site bot.Site, text string) bot.Turn {
	t.Helper()
	return next(t, state, site, bot.Inbound{Text: text})
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// everythingKept is all that lasts of a turn, as one text.
func everythingKept(t testing.TB, turn bot.Turn) string {
	t.Helper()
	return turn.Text + "\n" + asJSON(t, turn.Reply) + "\n" + asJSON(t, turn.State) + "\n" + asJSON(t, turn.Ticket)
}

// loose makes texts comparable: case, accents and kinds of space do not matter.
func loose(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ", "**", "").Replace(knowledge.Fold(text))), " ")
}

// compact drops case and separators as well: 732 829 320, 732-829-320 and 732829320 are one.
func compact(text string) string {
	return strings.NewReplacer(" ", "", "-", "", ".", "", "/", "").Replace(loose(text))
}

func hasChoice(reply bot.Reply, label string) (bot.Choice, bool) {
	for _, c := range reply.Choices {
		if loose(c.Label) == loose(label) {
			return c, true
		}
	}
	return bot.Choice{}, false
}
