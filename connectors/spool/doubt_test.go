package spool_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/spool"
)

func TestATranscriptThatIsNotReadInTimeIsNobodyElsesOutage(t *testing.T) {
	t.Parallel()
	p := newPlaceWith(t, spool.Options{Patience: 3 * time.Second}) // the others have as much
	p.say(says("ana", "0", "x"), answer("y"))
	long := "long"
	p.store.slow.Store(&long)
	for i := range 2 {
		pings := p.store.pings.Load()
		if _, err := p.Transcript(t.Context(), "web", long, 0); !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("the slow one: %v", err)
		}
		p.eventually("the database is asked for a sign of life", func() bool { return p.store.pings.Load() > pings })
		if n := len(p.transcript("ana", 0)); n != 2*(i+1) {
			t.Errorf("another one has %d messages", n)
		}
		p.say(says("ana", fmt.Sprint(i+1), "x"), answer("y"))
		if n := len(p.kept("ana")); n != 2*(i+2) {
			t.Errorf("the database has %d messages: a turn waits here", n)
		}
	}
	if st := p.Status(); st.Away || st.Kept != 0 {
		t.Errorf("it is %+v", st)
	}
	if strings.Contains(p.logs.String(), "does not answer") {
		t.Errorf("the log: %s", p.logs)
	}
}

func TestADatabaseThatHangsIsNoticedByThoseWhoOnlyRead(t *testing.T) {
	t.Parallel()
	p := newPlaceWith(t, spool.Options{Patience: 50 * time.Millisecond})
	p.store.hangs.Store(true)
	if _, err := p.Transcript(t.Context(), "web", "ana", 0); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("a transcript: %v", err)
	}
	p.eventually("it is known to be away", func() bool { return p.Status().Away })
	p.say(says("ana", "1", "x"), answer("y"))
	p.store.hangs.Store(false)
	p.drained()
	if n := len(p.kept("ana")); n != 2 {
		t.Errorf("%d messages", n)
	}
}

func TestATurnThatMeetsAnotherTransactionIsHandedOverAMomentLater(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.store.conflict.Store(3) // its replay too
	p.say(says("ana", "1", "x"), answer("y"))
	p.eventually("the replay has met it", func() bool { return p.store.conflict.Load() < 0 })
	p.drained()
	if got := texts(p.kept("ana")); got != "y | re: y" {
		t.Errorf("the database has %s", got)
	}
	if st := p.Status(); st.Kept != 1 || st.Replayed != 1 || st.Parked != 0 {
		t.Errorf("it is %+v", st)
	}
	if strings.Contains(p.logs.String(), "does not answer") {
		t.Errorf("it is taken for an outage: %s", p.logs)
	}
}
