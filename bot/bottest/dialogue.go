package bottest

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
	"time"

	"guichet/bot"
)

// Dialogue is a line of the files that "guichet converse" plays.
type Dialogue struct {
	ID    string  `json:"id"`
	Scope *string `json:"scope"` // nil: all collections
	Turns []struct {
		User string `json:"user"`
	} `json:"turns"`
}

// ReadDialogues reads files of dialogues, by their scope: "" for all collections.
func ReadDialogues(t *testing.T, files ...string) map[string][]Dialogue {
	t.Helper()
	byScope := map[string][]Dialogue{}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		lines, n := bufio.NewScanner(file), 0
		lines.Buffer(nil, 1<<20)
		for ; lines.Scan(); n++ {
			var d Dialogue
			if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
				t.Fatal(err)
			}
			scope := ""
			if d.Scope != nil {
				scope = *d.Scope
			}
			byScope[scope] = append(byScope[scope], d)
		}
		if n == 0 || lines.Err() != nil {
			t.Fatalf("%s: no dialogue: %v", name, lines.Err())
		}
	}
	return byScope
}

// CompareDialogue plays a dialogue with the engine alone, and compares what it decides with what was decided in a
// conversation.
func CompareDialogue(t *testing.T, store bot.Store, channel, key string, engine *bot.Engine, site bot.Site, d Dialogue) {
	t.Helper()
	transcript, err := store.Transcript(t.Context(), channel, key, 0)
	if err != nil || len(transcript) != 2*len(d.Turns) {
		t.Errorf("%s: %d messages for %d turns, %v", d.ID, len(transcript), len(d.Turns), err)
		return
	}
	var state bot.State
	for n, turn := range d.Turns {
		want, err := engine.Next(state, site, bot.Inbound{Text: turn.User}, bot.Moment{Now: time.Now(), Reference: "G-0000-0000"})
		if err != nil {
			t.Fatal(err)
		}
		state = want.State
		got := transcript[2*n+1].Reply
		if got.Kind != want.Reply.Kind || got.Topic != want.Reply.Topic || got.Ticket != want.Reply.Ticket || (got.Reference == "") != (want.Ticket == nil) {
			t.Errorf("%s, turn %d: on %s %s %s %s, alone %s %s %s", d.ID, n+1, channel, got.Kind, got.Topic, got.Ticket, want.Reply.Kind, want.Reply.Topic, want.Reply.Ticket)
		}
	}
}
