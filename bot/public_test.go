package bot_test

import (
	"strings"
	"testing"

	"guichet/bot"
)

func TestInPublicNothingPersonalIsAskedForOrKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text   string
		hidden []string
	}{
		"a request":                 {"je veux parler à un conseiller", nil},
		"a claim":                   {"on m'a volé ma caisse hier au marché de Rennes", nil},
		"a request with an address": {"corrigez mon attestation 20417, mail ana@example.fr", []string{"20417", "ana@example.fr"}},
		"a question with a SIREN":   {"mon siren est 732 829 320, comment avoir un kbis ?", []string{"732829320"}},
		"a SIREN that is wrong":     {"le siren 732 829 321 convient ?", []string{"732829321"}},
	} {
		turn := next(t, bot.State{}, siteFor(), bot.Inbound{Text: c.text, Public: true})
		if turn.Ticket != nil || turn.State.Intake != nil || turn.Reply.Kind != bot.Escalate || !strings.Contains(turn.Reply.Text, "en privé") {
			t.Errorf("%s: %+v", name, turn)
		}
		for _, hidden := range c.hidden {
			if strings.Contains(compact(everythingKept(t, turn)), hidden) {
				t.Errorf("%s: %q is kept", name, hidden)
			}
		}
	}
}

func TestInPublicAQuestionIsAnsweredWithoutAButtonForRequests(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"comment obtenir un kbis ?", "quelle est la capitale de la Mongolie ?", "ma carte 4970 1012 3456 7893"} {
		private := say(t, bot.State{}, siteFor("micro"), text)
		public := next(t, bot.State{}, siteFor("micro"), bot.Inbound{Text: text, Public: true})
		if public.Reply.Kind != private.Reply.Kind || public.Reply.Topic != private.Reply.Topic || public.Reply.Text != private.Reply.Text {
			t.Errorf("%q: in public %+v, in private %+v", text, public.Reply, private.Reply)
		}
		for _, choice := range public.Reply.Choices {
			if strings.HasPrefix(choice.Value, bot.ChoiceRequest) {
				t.Errorf("%q: in public the button %q", text, choice.Label)
			}
		}
	}
}
