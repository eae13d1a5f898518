package bot_test

import (
	"testing"

	"guichet/bot"
)

func TestForHowLongAConversationIsKeptIsSaidInWords(t *testing.T) {
	t.Parallel()
	for language, want := range map[string][2]string{"": {"90 jours", "3 ans"}, bot.English: {"90 days", "3 years"}} {
		conversation, request := bot.KeptPeriods(language)
		if got := [2]string{conversation, request}; got != want {
			t.Errorf("in %q they are %q, want %q", language, got, want)
		}
	}
}
