package spool_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/spool"
)

// sends is a turn with a file, which was put where files are before it.
func sends(a bot.Attachment) func(bot.Conversation) (bot.Turn, error) {
	return func(c bot.Conversation) (bot.Turn, error) {
		c.State.Files++
		return bot.Turn{Reply: bot.Reply{Kind: bot.Clarify, Text: "bien reçu"}, State: c.State, Attachments: []bot.Attachment{a}}, nil
	}
}

func photo(id string) bot.Attachment {
	return bot.Attachment{ID: strings.Repeat(id, 26), Name: "caisse \x00.jpg", Type: "image/jpeg", Size: 1234, SHA256: strings.Repeat("0", 64)}
}

func TestATurnThatWaitsKeepsItsFiles(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.store.away(true)
	acknowledged := p.say(says("ana", "1", ""), sends(photo("a")))
	if got := acknowledged.Customer.Attachments; len(got) != 1 || got[0].ID != photo("a").ID || got[0].Name != "caisse .jpg" {
		t.Errorf("acknowledged with %+v", got)
	}
	before := p.transcript("ana", 0)
	if !p.Holds(photo("a").ID) || p.Holds(photo("b").ID) {
		t.Error("who holds which file is not known")
	}
	p.restart()
	if again := p.say(says("ana", "1", ""), answer("autre")); !again.Duplicate || !reflect.DeepEqual(again.Customer, acknowledged.Customer) {
		t.Errorf("repeated, it gives %+v", again)
	}
	if during := p.transcript("ana", 0); !reflect.DeepEqual(during, before) || !p.Holds(photo("a").ID) {
		t.Errorf("after a restart there is %+v", during)
	}
	p.store.away(false)
	p.drained()
	if kept := p.kept("ana"); !reflect.DeepEqual(kept, before) {
		t.Errorf("kept\n%+v\nacknowledged\n%+v", kept, before)
	}
	if held, err := p.db.HeldFiles(t.Context(), []string{photo("a").ID}); err != nil || len(held) != 1 || p.Holds(photo("a").ID) {
		t.Errorf("the database holds %v, %v", held, err)
	}
}

func TestTheFilesOfATurnThatIsSetAsideAreHeld(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.say(says("ben", "0", "x"), hands("G-1111-1111"))
	p.store.away(true)
	p.say(says("ana", "1", ""), func(c bot.Conversation) (bot.Turn, error) {
		turn, err := hands("G-1111-1111")(c) // which the database has for somebody else
		turn.Attachments = []bot.Attachment{photo("a")}
		return turn, err
	})
	p.store.away(false)
	p.drained()
	for range 2 {
		if st := p.Status(); st.Parked != 1 || !p.Holds(photo("a").ID) {
			t.Errorf("%+v; held: %v", st, p.Holds(photo("a").ID))
		}
		p.restart()
	}
	if st, err := inspected(p); err != nil || st.Parked != 1 {
		t.Errorf("%+v, %v", st, err)
	}
}

// inspected is what Inspect says once the spool is closed.
func inspected(p *place) (spool.Status, error) {
	p.stop()
	return spool.Inspect(p.path)
}

func TestARequestThatWaitsKeepsWhatWasPromised(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	terms, err := bot.TermsOf(bot.Site{ID: "demo"}, bot.Claim, "")
	if err != nil || terms.First.N == 0 {
		t.Fatalf("%+v, %v", terms, err)
	}
	promised := bot.Clock{Terms: terms, Started: time.Date(2026, 11, 26, 17, 30, 0, 0, time.UTC)}
	p.store.away(true)
	p.say(says("ana", "1", "x"), func(c bot.Conversation) (bot.Turn, error) {
		turn, err := hands("G-1111-1111")(c)
		turn.Ticket.Clock = promised
		return turn, err
	})
	p.restart()
	p.store.away(false)
	p.drained()
	file, err := p.db.Ticket(t.Context(), "G-1111-1111")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(file.Clock, promised) || !reflect.DeepEqual(file.Clock.Next(), promised.Next()) {
		t.Errorf("the ticket promises\n%+v, not\n%+v", file.Clock, promised)
	}
}
