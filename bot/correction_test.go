package bot_test

import (
	"strings"
	"testing"

	"guichet/bot"
)

func TestACorrectionIsReadInTwoValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bot.Amendment{
		"Il est écrit DUPOND au lieu de DUPONT sur mon attestation": {"DUPOND", "DUPONT"},
		"vous avez mis « 12 rue du Port » au lieu de « 21 rue du Port ».": {
			"12 rue du Port", "21 rue du Port"},
		"Il faut écrire DUPONT au lieu de DUPOND, merci":            {"DUPOND", "DUPONT"},
		"remplacer Evreux par Évreux":                               {"Evreux", "Évreux"},
		"Martin → Martine":                                          {"Martin", "Martine"},
		"mon nom est Lefèvre et non Lefebvre":                       {"Lefebvre", "Lefèvre"},
		"Mon prénom s’écrit Anaïs, pas Anais":                       {"Anais", "Anaïs"},
		"Bonjour\nLe SIREN est 732829320 et non pas 732829321":      {"732829321", "732829320"},
		"l'activité est notée restauration alors que c'est buvette": {"restauration", "buvette"},
	} {
		if got, ok := bot.ReadAmendment(text); !ok || got != want {
			t.Errorf("%q is read as %+v, %t; want %+v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "mon nom est faux", "DUPONT au lieu de DUPOND", // either may be the wrong one
		"il faut " + strings.Repeat("x", 200) + " au lieu de y", "remplacer par", "->", "a -> a",
	} {
		if got, ok := bot.ReadAmendment(text); ok {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestEveryCategoryHasAListToTickOff(t *testing.T) {
	t.Parallel()
	for _, d := range bot.Definitions() {
		seen := map[string]bool{}
		for _, s := range d.Steps {
			if s.ID == "" || s.Label == "" || seen[s.ID] {
				t.Errorf("%s has the step %+v", d.Category, s)
			}
			seen[s.ID] = true
			if got, ok := d.Step(s.ID); !ok || got != s {
				t.Errorf("%s does not find its step %q", d.Category, s.ID)
			}
		}
		if len(d.Steps) == 0 {
			t.Errorf("%s has nothing to tick off", d.Category)
		}
	}
}

func TestTagsAreReadAsTyped(t *testing.T) {
	t.Parallel()
	got, err := bot.ReadTags(" Urgent,  à  rappeler ,,URGENT, été\x00")
	if err != nil || strings.Join(got, "|") != "urgent|à rappeler|été" {
		t.Errorf("the tags are %q, %v", got, err)
	}
	for _, text := range []string{strings.Repeat("é", bot.LongestTag+1), "a,b,c,d,e,f,g,h,i,j,k"} {
		if got, err := bot.ReadTags(text); err == nil {
			t.Errorf("%q is taken: %q", text, got)
		}
	}
}
