package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"guichet/bot"
)

// nasty are messages that nobody should be able to break the counter with.
var nasty = []string{
	"", " ", "\n\n\t", "\x00", "\xff\xfe\xfd", "\xc3", "a\xffb 31/02/2024 \xff", "\u202e\u200b\u200d", "🧑‍🤝‍🧑🧑‍🤝‍🧑", "İSTANBUL ßtraße ﬁn ŒUVRE", "ÉÉÉÉ@ÉÉÉ", "İ@İ.İ", "œ@œ", "Ǆ Ǆ 732 829 321 Ǆ",
	strings.Repeat("9", 5000), strings.Repeat("é", 300), strings.Repeat("@", 500), strings.Repeat("31/02/2024 ", 10), strings.Repeat("a@b ", 800),
	"٣١/٠٢/٢٠٢٤", "３１/０２/２０２４", "7３2 829 320", "0000-00-00", "99/99/9999", "1/1/1", "2147483648/1/2026", "12/03/99999", "%s%d%!", "$1 ${x} \\1", "[x](javascript:alert(1))",
	"'; DROP TABLE tickets; --", "{{.}}", "oui\x00oui", "«»«»", "numéro numéro numéro", "SIREN", "siren siret siren", "+33", "0033", "mail mail @", "le le le le 3", "hier hier demain",
	"annuler\u202f!", "je ne l’ai pas\u00a0!", "2", "-1", "999999999999999999999999", "topic:micro.kbis", "request:claim", "intake:confirm",
}

var nastyChoices = []string{
	"topic:", "topic:nope.nope", "topic:alma.duree", "topic:micro.kbis", "request:", "request:nope", "request:claim", "request:human", "intake:confirm", "intake:missing", "intake:cancel",
	"intake:change", "feedback:yes", "feedback:no", "none", "nope", "\xff", strings.Repeat("x", 300),
}

// stages are the places of a conversation a message can come at.
func stages() map[string]bot.State {
	all := map[string]bot.State{
		"start":    {},
		"answered": {Topic: "micro.kbis", Collection: "micro", Question: "le kbis"},
		"lost":     {Lost: 3},
		"unknown":  {Topic: "gone.topic", Collection: "gone", Offered: []bot.Choice{{Label: "x", Value: "topic:gone.topic", Topic: "gone.topic", Collection: "gone"}, {Label: "y", Value: "topic:gone.other", Topic: "gone.other"}}},
	}
	for _, d := range bot.Definitions() {
		for _, f := range d.Required {
			all[fmt.Sprintf("%s asking for %s", d.Category, f)] = asking(d.Category, f)
		}
		full := asking(d.Category, "")
		full.Intake.Confirming = true
		all[string(d.Category)+" confirming"] = full
	}
	return all
}

// checkRobust is what holds for any message at any stage.
func checkRobust(t *testing.T, stage string, state bot.State, in bot.Inbound) {
	t.Helper()
	before := asJSON(t, state)
	turn := next(t, state, siteFor("micro"), in)
	if turn.Reply.Kind == "" || strings.TrimSpace(turn.Reply.Text) == "" {
		t.Errorf("%s: to %.60q, %q there is no reply: %+v", stage, in.Text, in.Choice, turn.Reply)
	}
	if after := asJSON(t, state); after != before {
		t.Errorf("%s: %.60q, %q changes the state given: %s to %s", stage, in.Text, in.Choice, before, after)
	}
	if turn.Reply.Topic != "" && !strings.HasPrefix(turn.Reply.Topic, "micro.") {
		t.Errorf("%s: %.60q, %q is answered from %s on a site for micro", stage, in.Text, in.Choice, turn.Reply.Topic)
	}
	if turn.Ticket != nil && !(state.Intake != nil && state.Intake.Confirming) {
		t.Errorf("%s: %.60q, %q opens a ticket without a summary", stage, in.Text, in.Choice)
	}
}

func TestNoMessageBreaksTheCounter(t *testing.T) {
	t.Parallel()
	for stage, state := range stages() {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			for _, text := range nasty {
				checkRobust(t, stage, state, bot.Inbound{Text: text})
			}
			for _, choice := range nastyChoices {
				checkRobust(t, stage, state, bot.Inbound{Choice: choice})
				checkRobust(t, stage, state, bot.Inbound{Choice: choice, Text: "31/02/2024 é\xff"})
			}
		})
	}
}

func FuzzNext(f *testing.F) {
	for _, text := range nasty {
		f.Add(text, "")
	}
	for _, choice := range nastyChoices {
		f.Add("le SIREN 732 829 321, mail a@b", choice)
	}
	f.Fuzz(func(t *testing.T, text, choice string) {
		if len(text) > 1_000 { // how long a message may take is another test
			return
		}
		for stage, state := range stages() {
			checkRobust(t, stage, state, bot.Inbound{Text: text, Choice: choice})
		}
	})
}

func TestAnOldButtonOpensNoTicketTwice(t *testing.T) {
	t.Parallel()
	state := asking(bot.Claim, "")
	state.Intake.Confirming = true
	first := next(t, state, siteFor("micro"), bot.Inbound{Choice: "intake:confirm"})
	if first.Ticket == nil || first.State.Intake != nil {
		t.Fatalf("the confirmation opens no ticket: %s", asJSON(t, first))
	}
	if second := next(t, first.State, siteFor("micro"), bot.Inbound{Text: "Tout est exact", Choice: "intake:confirm"}); second.Ticket != nil {
		t.Error("the same button, pressed again, opens a second ticket")
	}
}

func TestWithAnAgentTheBotIsSilentAndStillMasks(t *testing.T) {
	t.Parallel()
	turn := say(t, bot.State{Agent: "Claire"}, siteFor("micro"), "ma carte est la 4111 1111 1111 1111, comment payer ?")
	if turn.Reply.Kind != bot.Silent || turn.Ticket != nil {
		t.Errorf("the bot speaks: %+v", turn.Reply)
	}
	if strings.Contains(turn.Text, "1111 1111") || turn.State.Agent != "Claire" {
		t.Errorf("kept %q, agent %q", turn.Text, turn.State.Agent)
	}
}
