package spool_test

import (
	"errors"
	"testing"

	"guichet/bot"
)

func TestAConversationWithTurnsThatWaitIsErasedOnceTheyAreKept(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	visitors := p.Visitors(p.db)
	p.say(says("ana", "1", "un"), answer("un"))
	p.store.away(true)
	p.say(says("ana", "2", "deux"), answer("deux"))
	if _, err := visitors.EraseConversation(t.Context(), "web", "ana"); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("a conversation in the spool is erased: %v", err)
	}
	p.store.away(false)
	p.drained()
	if _, err := visitors.EraseConversation(t.Context(), "web", "ana"); err != nil {
		t.Fatal(err)
	}
	if kept := p.kept("ana"); len(kept) != 0 {
		t.Errorf("kept %+v", kept)
	}
	p.store.away(true)
	if remembered, err := p.Transcript(t.Context(), "web", "ana", 0); len(remembered) != 0 || !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("still remembered: %+v, %v", remembered, err)
	}
	if again := p.say(says("ana", "3", "trois"), answer("trois")); again.Customer.Seq != 1 {
		t.Errorf("the conversation goes on with number %d", again.Customer.Seq)
	}
}
