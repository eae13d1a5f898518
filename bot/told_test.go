package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"guichet/bot"
)

func TestWhoeverTellsWithoutEndIsKeptWithinBounds(t *testing.T) {
	t.Parallel()
	for category, told := range map[bot.Category]bot.Field{bot.Claim: bot.Description, bot.Complaint: bot.Description, bot.AttestationCorrection: bot.Description} {
		state := asking(category, "")
		state.Intake.Confirming, state.Intake.Fields[bot.ContractNumber] = true, "20417"
		first := state.Intake.Fields[told]
		var turn bot.Turn
		for n := range 20 {
			turn = say(t, state, siteFor("micro"), fmt.Sprintf("%d fois la bâche du voisin est tombée sur mes bocaux. ", n)+strings.Repeat("Rien ne tient debout. ", 180))
			state = turn.State
			if length := len(asJSON(t, turn.Reply)); length > 3000 {
				t.Fatalf("%s: the reply to message %d has %d bytes", category, n, length)
			}
			if length := len(asJSON(t, state)); length > 10_000 {
				t.Fatalf("%s: after message %d the state has %d bytes", category, n, length)
			}
		}
		if asks(state) != "confirm" || !strings.Contains(turn.Reply.Text, "…") {
			t.Errorf("%s: it asks for %s: %q", category, asks(state), turn.Reply.Text)
		}
		turn = say(t, state, siteFor("micro"), "oui")
		if turn.Ticket == nil {
			t.Fatalf("%s: there is no ticket: %q", category, turn.Reply.Text)
		}
		kept := turn.Ticket.Fields[told]
		if n := utf8.RuneCountInString(kept); n > 4000 || n < 3500 || !strings.HasPrefix(kept, first) || !strings.HasSuffix(kept, "conversation]") {
			t.Errorf("%s: %d characters are kept, from %.40q to %q", category, n, kept, kept[len(kept)-60:])
		}
	}
}

func TestASummaryRepeatsTheBeginningOfAStory(t *testing.T) {
	t.Parallel()
	story := "Un client a glissé hier devant mon étal. " + strings.Repeat("Il pleuvait fort. ", 100)
	turn := say(t, asking(bot.Claim, bot.Description), siteFor("micro"), story)
	if n := utf8.RuneCountInString(turn.Reply.Text); n > 900 || !strings.Contains(turn.Reply.Text, "Un client a glissé hier") || asks(turn.State) != "confirm" {
		t.Errorf("the summary has %d characters: %q", n, turn.Reply.Text)
	}
	if got := turn.State.Intake.Fields[bot.Description]; got != strings.TrimSpace(story) {
		t.Errorf("the story is kept as %q", got)
	}
}
