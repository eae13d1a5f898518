package telegram_test

import (
	"encoding/json"
	"strings"
	"testing"

	tg "github.com/go-telegram/bot"

	"guichet/bot"
	"guichet/connectors/telegram"
)

func keyboard(t *testing.T, m *tg.SendMessageParams) [][]telegram.Button {
	t.Helper()
	k, ok := m.ReplyMarkup.(*telegram.Keyboard)
	if !ok {
		t.Fatalf("reply markup %T", m.ReplyMarkup)
	}
	return k.Rows
}

func TestButtonsStandOneARowAndFeedbackSideBySide(t *testing.T) {
	t.Parallel()
	r := bot.Reply{Kind: bot.Answer, Text: "Oui.", Choices: []bot.Choice{
		{Label: "Modifier mes données", Value: "topic:active.modifier-donnees"},
		{Label: "Cela répond", Value: "feedback:yes"}, {Label: "Pas vraiment", Value: "feedback:no"},
		{Label: "Un conseiller", Value: "request:human"},
	}}
	messages := telegram.Render(7, r, base)
	got, err := json.Marshal(messages[0].ReplyMarkup)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"inline_keyboard":[[{"text":"Modifier mes données","callback_data":"topic:active.modifier-donnees"}],` +
		`[{"text":"Cela répond","callback_data":"feedback:yes"},{"text":"Pas vraiment","callback_data":"feedback:no"}],` +
		`[{"text":"Un conseiller","callback_data":"request:human"}]]}`
	if string(got) != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

func TestButtonsThatTelegramWouldRefuseAreLeftOut(t *testing.T) {
	t.Parallel()
	r := bot.Reply{Text: "Oui.", Choices: []bot.Choice{
		{Label: "tient", Value: strings.Repeat("é", 32)}, {Label: "trop long", Value: strings.Repeat("é", 32) + "a"},
		{Label: "sans valeur"}, {Label: " \u200b", Value: "sans mot"},
	}}
	if rows := keyboard(t, telegram.Render(7, r, base)[0]); len(rows) != 1 || rows[0][0].Text != "tient" {
		t.Errorf("rows %v", rows)
	}
	r.Choices = r.Choices[1:]
	if m := telegram.Render(7, r, base)[0]; m.ReplyMarkup != nil {
		t.Errorf("a keyboard without a button: %v", m.ReplyMarkup)
	}
}

func TestLabelsAreCutAfterAWord(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		strings.Repeat("a", 64):                                  strings.Repeat("a", 64),
		strings.Repeat("a", 65):                                  strings.Repeat("a", 63) + "…",
		strings.Repeat("é", 40) + ", " + strings.Repeat("b", 40): strings.Repeat("é", 40) + "…",
		strings.Repeat("🧾", 33):                                  strings.Repeat("🧾", 31) + "…",
		" deux\nlignes & <b> ":                                   "deux lignes & <b>",
	} {
		r := bot.Reply{Text: "Oui.", Choices: []bot.Choice{{Label: words, Value: "v"}}}
		if got := keyboard(t, telegram.Render(7, r, base)[0])[0][0].Text; got != want {
			t.Errorf("%q gave %q, want %q", words, got, want)
		}
	}
}
