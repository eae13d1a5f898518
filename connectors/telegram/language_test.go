package telegram_test

import (
	"strings"
	"testing"
)

func TestWhoWritesEnglishOnAnEnglishScreenIsAnsweredInEnglish(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	c.telegram.Speak(ana, "en")
	c.telegram.Write(ana, "obtenir un extrait kbis")
	if got := c.said(ana, 1)[0].Text; strings.Contains(got, "quoted in French") {
		t.Errorf("who writes French is answered %q", got)
	}
	c.telegram.Write(ana, "I would like to speak to a human please")
	if got := c.said(ana, 2)[1].Text; !strings.Contains(got, "passing your request on to an adviser") {
		t.Errorf("who writes English is answered %q", got)
	}
}
