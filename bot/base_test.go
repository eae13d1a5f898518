package bot_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/bot"
	"guichet/knowledge"
)

// today is the fixed clock of these tests: a Tuesday.
var today = time.Date(2026, time.February, 10, 10, 30, 0, 0, time.UTC)

// shipped builds the engine over the shipped knowledge, once for the package. Learning under the race detector takes
// minutes: what "make build" learned from the same contents is used when it is there.
var shipped = sync.OnceValues(func() (*bot.Engine, error) {
	contents, _, err := knowledge.Shipped()
	if err != nil {
		return nil, err
	}
	examples, err := bot.Examples()
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	base, err := knowledge.Open(filepath.Join(cache, "guichet"), contents, examples)
	if err != nil {
		return nil, err
	}
	return bot.NewEngine(base), nil
})

func engine(t testing.TB) *bot.Engine {
	t.Helper()
	e, err := shipped()
	if err != nil {
		t.Fatalf("build the shipped knowledge: %v", err)
	}
	return e
}

// siteFor answers from the collections; none means from all of them.
func siteFor(collections ...string) bot.Site {
	return bot.Site{ID: "test", Name: "Guichet d’essai", Collections: collections, Delay: "sous 1 jour ouvré"}
}

func next(t testing.TB, state bot.State, site bot.Site, in bot.Inbound) bot.Turn {
	t.Helper()
	turn, err := engine(t).Next(state, site, in, bot.Moment{Now: today, Reference: "G-0000-0001"})
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
