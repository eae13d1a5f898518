package bot_test

import (
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
)

func TestTheLikeliestAnswersAreSuggestedWithTheirSource(t *testing.T) {
	t.Parallel()
	got, err := bottest.Engine(t).Suggest(siteFor("micro"), "comment obtenir mon attestation d'assurance ?", 3)
	if err != nil || len(got) == 0 || len(got) > 3 {
		t.Fatalf("suggested are %d, %v", len(got), err)
	}
	for i, s := range got {
		if !strings.HasPrefix(s.Topic, "micro.") || s.Title == "" || !strings.Contains(s.Text, "Source") || !strings.Contains(s.Text, bot.Typeset(s.Citation.Document)) {
			t.Errorf("suggested is %+v", s)
		}
		if i > 0 && s.Probability > got[i-1].Probability {
			t.Errorf("%s comes after a less likely one", s.Topic)
		}
	}
	if none, err := bottest.Engine(t).Suggest(siteFor("micro"), "", 3); err != nil || len(none) > 3 {
		t.Errorf("to nothing %d are suggested, %v", len(none), err)
	}
}
