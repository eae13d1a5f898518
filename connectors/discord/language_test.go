package discord_test

import (
	"strings"
	"testing"
)

func TestWhoAsksInEnglishOnAnEnglishScreenIsAnsweredInEnglish(t *testing.T) {
	c := newCounter(t)
	c.listening()
	ana := c.guild.Member("ana")
	ana.Speak("en-US")
	text, _ := reply(t, must(ana.Command(ana.Direct(), "question", map[string]any{"texte": kbis})))
	if strings.Contains(text, "quoted in French") {
		t.Errorf("who writes French is answered %q", text)
	}
	text, _ = reply(t, must(ana.Command(ana.Direct(), "question", map[string]any{"texte": "I would like to speak to a human please"})))
	if !strings.Contains(text, "passing your request on to an adviser") {
		t.Errorf("who writes English is answered %q", text)
	}
}
