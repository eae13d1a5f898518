package bot_test

import (
	"reflect"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
)

func cross(t *testing.T, left, taken bot.State) bot.Crossing {
	t.Helper()
	return bottest.Engine(t).Cross(left, taken, siteFor("micro"), bot.Inbound{Channel: bot.Telegram, Text: "/start"}, today)
}

func TestARequestGoesOnElsewhereAtTheQuestionItWasAt(t *testing.T) {
	t.Parallel()
	site := siteFor("micro")
	left := say(t, say(t, bot.State{}, site, "Il y a une erreur sur mon attestation, mon nom est Dupond et pas Dupont").State, site, "20417").State
	before := asJSON(t, left)
	c := cross(t, left, bot.State{References: []string{"G-0000-0009"}, Files: 1})
	if c.State.Intake == nil || c.State.Intake.Asked != bot.SubscriptionDate || c.State.Intake.Fields[bot.AttestationNumber] != "20417" || c.State.Files != 1 {
		t.Errorf("the state is %+v", c.State)
	}
	if _, ok := hasChoice(c.Reply, "Annuler"); !ok || !strings.Contains(c.Reply.Text, "continue ici") || !strings.Contains(loose(c.Reply.Text), "a quelle date") {
		t.Errorf("it says %+v", c.Reply)
	}
	if c.Left.Intake != nil || c.Left.Agent != "" || c.Left.References != nil {
		t.Errorf("left behind: %+v", c.Left)
	}
	if asJSON(t, left) != before {
		t.Error("the state given was changed")
	}
	if after := next(t, c.State, site, bot.Inbound{Text: "12/03/2024"}); after.State.Intake.Asked != bot.Email {
		t.Errorf("then it asks for %q", after.State.Intake.Asked)
	}
}

func TestAConversationGoesOnElsewhereWithWhatItHas(t *testing.T) {
	t.Parallel()
	c := cross(t, bot.State{References: []string{"G-0000-0001", "G-0000-0002"}, Agent: "Inès", Topic: "micro.kbis"}, bot.State{References: []string{"G-0000-0009"}})
	if !reflect.DeepEqual(c.State.References, []string{"G-0000-0009", "G-0000-0001", "G-0000-0002"}) || c.State.Agent != "Inès" {
		t.Errorf("the state is %+v", c.State)
	}
	for _, words := range []string{"G-0000-0001", "G-0000-0002", "Inès vous répond"} {
		if !strings.Contains(c.Reply.Text, words) {
			t.Errorf("it does not say %q: %s", words, c.Reply.Text)
		}
	}
	if len(c.Reply.Choices) != 0 {
		t.Errorf("while an agent answers the bot offers %v", c.Reply.Choices)
	}
	c = cross(t, bot.State{Topic: "micro.kbis"}, bot.State{Intake: &bot.Intake{Category: bot.Human}})
	if c.State.Intake == nil || c.State.Intake.Category != bot.Human {
		t.Error("the request in preparation there is lost")
	}
	c = cross(t, bot.State{Topic: "micro.kbis"}, bot.State{})
	if len(c.Reply.Choices) != 2 || c.Reply.Choices[0].Value != bot.ChoiceTopic+"micro.kbis" || !reflect.DeepEqual(c.State.Offered, c.Reply.Choices) {
		t.Errorf("it offers %v", c.Reply.Choices)
	}
	if c = cross(t, bot.State{}, bot.State{}); c.Reply.Text == "" || c.Reply.Kind != bot.Smalltalk || c.Goodbye.Text == "" {
		t.Errorf("from an empty conversation: %+v", c)
	}
}
