package bot_test

import (
	"slices"
	"testing"

	"guichet/bot"
)

func TestAMacroTakesItsValuesAndTellsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	m := bot.Macro{Text: "Bonjour {{nom}}, dossier {{ Reference }} : réponse {{délai}}. {{prénom}} {{prénom}} {{}} { {nom}} {{{nom}}}\n{{nom\n}}"}
	if got := bot.UnknownVariables(m.Text); !slices.Equal(got, []string{"prénom", ""}) {
		t.Errorf("unknown are %q", got)
	}
	got := m.Expand(map[string]string{"nom": "Karim {{agent}}", "référence": "G-1", "délai": ""})
	want := "Bonjour Karim {{agent}}, dossier G-1 : réponse {{délai}}. {{prénom}} {{prénom}} {{}} { {nom}} {Karim {{agent}}}\n{{nom\n}}"
	if got != want {
		t.Errorf("it reads %q, want %q", got, want)
	}
	for _, name := range bot.MacroVariables() {
		if unknown := bot.UnknownVariables("{{" + name + "}}"); len(unknown) > 0 {
			t.Errorf("%q is unknown", name)
		}
	}
}
