package spool_test

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/spool"
)

// asides has two turns of ana set aside, of which one opens a ticket and one brings a file, and one of bea.
func (p *place) asides() {
	p.t.Helper()
	sends := func(file string) func(bot.Conversation) (bot.Turn, error) {
		return func(c bot.Conversation) (bot.Turn, error) {
			turn, err := answer("secret")(c)
			turn.Attachments = []bot.Attachment{photo(file)}
			return turn, err
		}
	}
	p.store.away(true)
	p.say(says("ana", "1", "x"), hands("G-0000-0001"))
	p.say(says("ana", "2", "x"), sends("a"))
	p.say(says("bea", "3", "x"), sends("b"))
	p.store.refuses.Store(true)
	p.store.away(false)
	p.drained()
	p.store.refuses.Store(false)
	if st := p.Status(); st.Parked != 3 || !p.Holds(photo("a").ID) {
		p.t.Fatalf("set aside: %+v", st)
	}
}

func TestAnErasedConversationTakesWhatWasSetAsideAlong(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.asides()
	for range 2 { // the second time there is nothing left
		kept, err := p.Visitors(p.db).EraseConversation(t.Context(), "web", "ana")
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			t.Fatal(err)
		}
		if first := err == nil; first != slices.Equal(kept, []string{"G-0000-0001"}) {
			t.Errorf("kept %v, %v", kept, err)
		}
		if st := p.Status(); st.Parked != 2 || p.Holds(photo("a").ID) || !p.Holds(photo("b").ID) {
			t.Errorf("set aside: %+v", st)
		}
	}
	p.stop()
	p.open(spool.Options{Retry: true})
	p.drained()
	if kept := p.kept("ana"); len(kept) != 0 {
		t.Errorf("the erased conversation is back: %+v", kept)
	}
	if kept := texts(p.kept("bea")); !strings.Contains(kept, "secret") {
		t.Errorf("another conversation is lost: %q", kept)
	}
	if file, err := p.db.Ticket(t.Context(), "G-0000-0001"); err != nil || file.Fields[bot.Email] == "" {
		t.Errorf("the request is lost: %+v, %v", file, err)
	}
}

func TestWhatIsSetAsideEndsWithItsTime(t *testing.T) {
	t.Parallel()
	keep := spool.Options{KeepTickets: 3 * 365 * 24 * time.Hour, KeepOthers: 90 * 24 * time.Hour}
	p := newPlaceWith(t, keep)
	p.asides()
	for _, step := range []struct{ days, left int }{{89, 3}, {91, 1}, {3*365 + 1, 0}} {
		p.stop()
		p.now = func() time.Time { return time.Now().AddDate(0, 0, step.days) }
		p.open(keep)
		if st := p.Status(); st.Parked != step.left {
			t.Errorf("after %d days %d turns are set aside, want %d", step.days, st.Parked, step.left)
		}
	}
	if p.Holds(photo("a").ID) {
		t.Error("the files of what is gone are held")
	}
}

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

func TestWhatIsSetAsideEndsWithItsTimeWhileTheServerRuns(t *testing.T) {
	t.Parallel()
	var days atomic.Int64
	p := newPlace(t)
	p.stop()
	p.now = func() time.Time { return time.Now().AddDate(0, 0, int(days.Load())) }
	p.open(spool.Options{KeepOthers: 90 * 24 * time.Hour})
	p.asides()
	days.Store(91)
	p.store.away(true)
	p.say(says("cat", "4", "x"), answer("autre")) // wakes what would look within the hour
	p.eventually("what is too old is gone", func() bool { return p.Status().Parked == 1 && !p.Holds(photo("a").ID) })
	if !strings.Contains(p.logs.String(), "set aside in the spool for too long\" turns=2") {
		t.Errorf("the log is %s", p.logs)
	}
}
