package discordtest_test

import (
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"guichet/connectors/discord/discordtest"
)

func input(id, label, value string, required bool) discordgo.MessageComponent {
	return discordgo.ActionsRow{Components: []discordgo.MessageComponent{
		discordgo.TextInput{CustomID: id, Label: label, Style: discordgo.TextInputShort, Value: value, Required: required, MinLength: 2, MaxLength: 9},
	}}
}

func modal(components ...discordgo.MessageComponent) *discordgo.InteractionResponse {
	return respond(discordgo.InteractionResponseModal, &discordgo.InteractionResponseData{
		CustomID: "v1:intake", Title: "Votre attestation", Components: components,
	})
}

func TestAModalIsFilledSubmittedAndOpenedAgainWithItsValues(t *testing.T) {
	t.Parallel()
	_, b, marie, run := asked(t, discordtest.Config{})
	if err := b.InteractionRespond(next(t, b.pressed), modal(input("siren", "SIREN", "", true), input("note", "Note", "", false))); err != nil {
		t.Fatal(err)
	}
	answer := must(run.Answer(soon(t)))
	if answer.Type != 9 || answer.Modal.Title != "Votre attestation" || len(answer.Modal.Inputs()) != 2 || answer.Modal.Inputs()[0].Label != "SIREN" {
		t.Fatalf("answer %+v", answer)
	}
	for _, values := range []map[string]string{
		{}, {"siren": "1"}, {"siren": strings.Repeat("1", 10)}, {"siren": "123", "other": "1"},
	} {
		if _, err := marie.Submit(run, values); err == nil {
			t.Errorf("submitted %v", values)
		}
	}
	first := must(marie.Submit(run, map[string]string{"siren": "123"}))
	if _, err := marie.Submit(run, map[string]string{"siren": "123"}); err == nil {
		t.Error("submitted twice")
	}
	i := next(t, b.pressed)
	data := i.ModalSubmitData()
	value := data.Components[0].(*discordgo.ActionsRow).Components[0].(*discordgo.TextInput).Value
	if data.CustomID != "v1:intake" || value != "123" {
		t.Fatalf("submitted %+v", data)
	}
	// A modal does not answer a modal: a message with a button does, and the button opens it again.
	if status, code := refusedWith(b.InteractionRespond(i, modal(input("siren", "SIREN", value, true)))); status != 400 || code != 50035 {
		t.Errorf("a modal after a modal was refused with %d, %d", status, code)
	}
	err := b.InteractionRespond(i, respond(discordgo.InteractionResponseChannelMessageWithSource,
		&discordgo.InteractionResponseData{Content: "9 chiffres.", Components: row("corriger"), Flags: discordgo.MessageFlagsEphemeral}))
	if err != nil {
		t.Fatal(err)
	}
	press := must(marie.Press(must(first.Reply(soon(t))), "corriger"))
	if err := b.InteractionRespond(next(t, b.pressed), modal(input("siren", "SIREN", value, true))); err != nil {
		t.Fatal(err)
	}
	must(press.Answer(soon(t)))
	must(marie.Submit(press, nil)) // as it was shown
	again := next(t, b.pressed)
	if got := again.ModalSubmitData().Components[0].(*discordgo.ActionsRow).Components[0].(*discordgo.TextInput).Value; got != "123" {
		t.Errorf("value %q", got)
	}
	// It came from a message, which it may change.
	update := respond(discordgo.InteractionResponseUpdateMessage, &discordgo.InteractionResponseData{Content: "Merci."})
	if err := b.InteractionRespond(again, update); err != nil {
		t.Error(err)
	}
}

func TestModalsThatDiscordRefuses(t *testing.T) {
	t.Parallel()
	six := []discordgo.MessageComponent{}
	for range 6 {
		six = append(six, input(strings.Repeat("i", len(six)+1), "Champ", "", true))
	}
	long := modal(input("a", "A", "", true))
	long.Data.Title = strings.Repeat("t", 46)
	nameless := modal(input("a", "A", "", true))
	nameless.Data.CustomID = ""
	_, b, _, _ := asked(t, discordtest.Config{})
	i := next(t, b.pressed)
	for name, m := range map[string]*discordgo.InteractionResponse{
		"six inputs":               modal(six...),
		"no input":                 modal(),
		"a button":                 modal(row("a")...),
		"a long title":             long,
		"no custom id":             nameless,
		"a long label":             modal(input("a", strings.Repeat("l", 46), "", true)),
		"twice the same custom id": modal(input("a", "A", "", true), input("a", "B", "", true)),
		"a value that is too long": modal(input("a", "A", strings.Repeat("1", 10), true)),
	} {
		if status, code := refusedWith(b.InteractionRespond(i, m)); status != 400 || code != 50035 {
			t.Errorf("%s was refused with %d, %d", name, status, code)
		}
	}
}

func TestAModalOfLabelsIsSubmittedAsLabels(t *testing.T) {
	t.Parallel()
	s, b, marie, run := asked(t, discordtest.Config{})
	i := next(t, b.pressed)
	status, code, answer := call(t, s, "POST", "/interactions/"+i.ID+"/"+i.Token+"/callback", `{"type":9,"data":{"custom_id":"m","title":"T","components":[
		{"type":18,"label":"Nom","component":{"type":4,"custom_id":"nom","style":1}},
		{"type":18,"label":"Quoi","component":{"type":3,"custom_id":"quoi","options":[{"label":"A","value":"a"},{"label":"B","value":"b"}]}}]}}`)
	if status != 204 {
		t.Fatal(status, code, answer)
	}
	w, _ := ready(t, s)
	must(run.Answer(soon(t)))
	must(marie.Submit(run, map[string]string{"nom": "Marie", "quoi": "b"}))
	for {
		f, _ := w.read()
		if f.T != "INTERACTION_CREATE" {
			continue
		}
		if want := `[{"component":{"custom_id":"nom","id":2,"type":4,"value":"Marie"},"id":1,"type":18},{"component":{"custom_id":"quoi","id":4,"type":3,"values":["b"]},"id":3,"type":18}]`; !strings.Contains(string(f.D), want) {
			t.Errorf("submitted %s", f.D)
		}
		return
	}
}
