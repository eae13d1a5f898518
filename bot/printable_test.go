package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
)

func TestAPrintableTextHasNoControlCharacters(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Où trouver un Kbis ?\n\tmerci": "Où trouver un Kbis ?\n\tmerci",
		"\x1b]0;titre\x07a\x1b[2Jb":     "]0;titrea[2Jb",
		"un\r\ndeux\rtrois\x7f":         "un\ndeux\ntrois",
		"\u009b31mrouge\u0085\x00":      "31mrouge",
		"famille 👨\u200d👩\u200d👧":       "famille 👨\u200d👩\u200d👧",
	} {
		if got := bot.Printable(given); got != want {
			t.Errorf("%q gives %q, want %q", given, got, want)
		}
	}
}

// onlyTurns hands a message to the engine and keeps what was decided.
type onlyTurns struct {
	bot.Store
	kept bot.Turn
}

func (s *onlyTurns) Turn(_ context.Context, _ bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) (_ bot.Outcome, err error) {
	s.kept, err = decide(bot.Conversation{State: s.kept.State})
	return bot.Outcome{}, err
}

func TestWhatACustomerWritesIsKeptWithoutControlCharacters(t *testing.T) {
	t.Parallel()
	store := &onlyTurns{}
	counter := bot.NewCounter(bottest.Engine(t), store, []bot.Site{{ID: "micro", Collections: []string{"micro"}}}, time.Now)
	in := bot.Inbound{Channel: "web", Key: "ana", ExternalID: "ana:1", Site: "micro", Text: "on m’a\x1b[2J volé\u009b ma caisse hier\r"}
	if _, err := counter.Receive(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(store.kept.Text) != "on m’a[2J volé ma caisse hier" {
		t.Errorf("kept is %q", store.kept.Text)
	}
	in.ExternalID, in.Text, in.Choice = "ana:2", "", bot.ChoiceForm
	in.Values = map[bot.Field]string{bot.Place: "Lyon\x1b]0;x\x07", bot.Description: "une caisse\x1bc"}
	if _, err := counter.Receive(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if text := store.kept.Text; !strings.Contains(text, "Lyon]0;x") || strings.ContainsAny(text, "\x1b\x07") {
		t.Errorf("kept is %q", text)
	}
	if _, err := counter.Say(t.Context(), bot.Inbound{Channel: bot.Telegram, Site: "micro", Text: "/start \x1bc"}, bot.Reply{}); err != nil {
		t.Fatal(err)
	}
	if store.kept.Text != "/start c" {
		t.Errorf("kept is %q", store.kept.Text)
	}
}
