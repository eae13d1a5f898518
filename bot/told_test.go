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
	for _, category := range []bot.Category{bot.Claim, bot.Complaint, bot.AttestationCorrection} {
		state := asking(category, "")
		state.Intake.Confirming, state.Intake.Fields[bot.ContractNumber] = true, "20417"
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
		full := 0
		for f, kept := range turn.Ticket.Fields {
			n := utf8.RuneCountInString(kept)
			if n > 4000 {
				t.Errorf("%s: %s has %d characters", category, f, n)
			}
			if n == 4000 && strings.Contains(kept, "0 fois la bâche") && strings.HasSuffix(kept, "conversation]") {
				full++
			}
		}
		if full != 1 {
			t.Errorf("%s: no field says that more stands in the conversation: %s", category, asJSON(t, turn.Ticket))
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
