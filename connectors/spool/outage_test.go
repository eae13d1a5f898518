package spool_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/spool"
)

func TestAnOutageLosesNothingAndKeepsOrderNumbersAndReferences(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.say(says("ana", "1", "un"), answer("un"))
	p.store.away(true)
	second := p.say(says("ana", "2", "deux"), answer("deux"))
	third := p.say(says("ana", "3", "trois"), hands("G-1111-1111"))
	if second.Customer.Seq != 3 || third.Customer.Seq != 5 || !second.Bot.Reply.Deferred {
		t.Errorf("during the outage: %+v, %+v", second, third)
	}
	if !strings.Contains(third.Bot.Text, "G-1111-1111") || !strings.Contains(third.Bot.Text, "dès que possible") {
		t.Errorf("the hand-over says %q", third.Bot.Text)
	}
	during := p.transcript("ana", 0)
	if p.Unchanged("web", "ana", 2) || p.Unchanged("web", "ana", third.Bot.Seq) {
		t.Error("nothing is said to follow, while turns wait")
	}
	if got := texts(during); !strings.HasPrefix(got, "un | re: un | deux | re: deux | un conseiller | C’est enregistré.") {
		t.Errorf("the transcript during the outage is %s", got)
	}
	if st := p.Status(); st.Condition != spool.Spooling || st.Waiting != 2 || st.Conversations != 1 || !st.Away || st.Reason == "" || st.Oldest.IsZero() {
		t.Errorf("the status is %+v", st)
	}
	p.store.away(false)
	p.drained()
	if kept := p.kept("ana"); !reflect.DeepEqual(kept, during) {
		t.Errorf("kept\n%+v\nacknowledged\n%+v", kept, during)
	}
	if after := p.transcript("ana", 0); !reflect.DeepEqual(after, during) {
		t.Errorf("the transcript changed to %+v", after)
	}
	file, err := p.db.Ticket(t.Context(), "G-1111-1111")
	if err != nil || file.Category != bot.Human || file.Fields[bot.Email] != "a@b.fr" || !file.CreatedAt.Equal(third.Customer.At) {
		t.Fatalf("the ticket is %+v, %v", file.Ticket, err)
	}
	opened := file.Events[0]
	if recorded, err := time.Parse(time.RFC3339, opened.Detail); err != nil || recorded.After(opened.At) || !recorded.Equal(third.Customer.At.Truncate(time.Second)) {
		t.Errorf("the event is %+v", opened)
	}
	if st := p.Status(); st.Condition != spool.OK || st.Kept != 2 || st.Replayed != 2 || st.Bytes != 0 {
		t.Errorf("the status is %+v", st)
	}
	if fourth := p.say(says("ana", "4", "quatre"), answer("quatre")); fourth.Customer.Seq != 7 || fourth.Bot.Reply.Deferred {
		t.Errorf("after the outage: %+v", fourth)
	}
}

func TestWhatWaitsOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.store.away(true)
	var state bot.State
	for i := range 3 {
		p.say(says("ana", fmt.Sprint(i), "x"), func(c bot.Conversation) (bot.Turn, error) {
			if c.State.Lost != i {
				t.Errorf("turn %d sees a count of %d", i, c.State.Lost)
			}
			c.State.Lost++
			state = c.State
			return bot.Turn{Text: fmt.Sprint(i), Reply: bot.Reply{Kind: bot.Answer, Text: "y"}, State: c.State}, nil
		})
	}
	before := p.transcript("ana", 0)
	p.restart()
	if after := p.transcript("ana", 0); !reflect.DeepEqual(after, before) {
		t.Errorf("after a restart the transcript is %+v", after)
	}
	if again := p.say(says("ana", "1", "x"), answer("autre")); !again.Duplicate || again.Customer.Text != "1" {
		t.Errorf("a repeated message gives %+v", again)
	}
	p.say(says("ana", "3", "x"), func(c bot.Conversation) (bot.Turn, error) {
		if !reflect.DeepEqual(c.State, state) || c.LastSeq != 6 {
			t.Errorf("the next turn sees %+v", c)
		}
		return answer("3")(c)
	})
	p.store.away(false)
	p.drained()
	if got := texts(p.kept("ana")); got != "0 | y | 1 | y | 2 | y | 3 | re: 3" {
		t.Errorf("kept %s", got)
	}
}

func TestATurnWhoseFateIsUnknownIsKeptOnceAsItWasDecided(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.store.vague.Store(true)
	decided := 0
	out := p.say(says("ana", "1", "x"), func(c bot.Conversation) (bot.Turn, error) {
		decided++
		return hands(fmt.Sprintf("G-0000-000%d", decided))(c)
	})
	if decided != 1 || out.Bot.Reply.Reference != "G-0000-0001" {
		t.Errorf("decided %d times, acknowledged %+v", decided, out)
	}
	p.store.vague.Store(false)
	p.drained()
	if n := len(p.kept("ana")); n != 2 {
		t.Errorf("%d messages", n)
	}
	if all, err := p.db.Tickets(t.Context(), bot.TicketFilter{}); err != nil || len(all) != 1 || all[0].Reference != "G-0000-0001" {
		t.Errorf("tickets %+v, %v", all, err)
	}
}

func TestTwoReferencesToldForOneMessageBothStand(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	// The database has it; the process died before it could say so, and comes back before the database.
	if _, err := p.db.Turn(t.Context(), says("ana", "1", "x"), hands("G-0000-0001")); err != nil {
		t.Fatal(err)
	}
	p.restart()
	p.store.away(true)
	p.say(says("ana", "1", "x"), hands("G-0000-0002"))
	p.store.away(false)
	p.drained()
	for _, reference := range []string{"G-0000-0001", "G-0000-0002"} {
		if _, err := p.db.Ticket(t.Context(), reference); err != nil {
			t.Errorf("%s: %v", reference, err)
		}
	}
	if _, err := p.Transcript(t.Context(), "web", "ana", 2); !errors.Is(err, bot.ErrRenumbered) {
		t.Errorf("whoever has read one of two answers is told %v", err)
	}
}

func TestOnlyTheFirstTurnsWaitForADatabaseThatSaysNothing(t *testing.T) {
	t.Parallel()
	p := newPlaceWith(t, spool.Options{Patience: 50 * time.Millisecond})
	p.store.hangs.Store(true)
	p.store.noReads.Store(true)
	p.say(says("ana", "0", "x"), answer("y"))
	asked := 0
	for i := range 50 {
		before := p.store.attempts.Load()
		p.say(says(fmt.Sprint("visitor", i), "x"+fmt.Sprint(i), "x"), answer("y"))
		if p.store.attempts.Load() != before {
			asked++ // by the replay, meanwhile
		}
	}
	if asked > 10 {
		t.Errorf("the database was asked during %d of 50 turns", asked)
	}
	p.store.hangs.Store(false)
	p.store.away(false)
	p.drained()
	if n := len(p.kept("visitor49")); n != 2 {
		t.Errorf("%d messages", n)
	}
}

func TestConversationsGoOnInOrderWhileTheDatabaseComesAndGoes(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	stop := make(chan struct{})
	var weather sync.WaitGroup
	weather.Go(func() {
		again := time.NewTicker(15 * time.Millisecond)
		defer again.Stop()
		for round := 0; ; round++ {
			select {
			case <-stop:
				p.store.away(false)
				p.store.vague.Store(false)
				return
			case <-again.C:
				p.store.away(round%3 == 1)
				p.store.vague.Store(round%3 == 2)
			}
		}
	})
	var people sync.WaitGroup
	const turns = 40
	for person := range 8 {
		people.Go(func() {
			key := fmt.Sprint("person", person)
			for i := range turns {
				in := says(key, fmt.Sprint(key, "-", i), "x")
				for range 1 + i%2 { // some are sent twice
					out := p.say(in, answer(fmt.Sprint(i)))
					if out.Customer.Text != fmt.Sprint(i) {
						t.Errorf("%s: message %d is acknowledged as %q", key, i, out.Customer.Text)
					}
				}
			}
		})
	}
	people.Wait()
	close(stop)
	weather.Wait()
	p.drained()
	for person := range 8 {
		var said []string
		for _, m := range p.kept(fmt.Sprint("person", person)) {
			if m.From == bot.FromCustomer {
				said = append(said, m.Text)
			}
		}
		var want []string
		for i := range turns {
			want = append(want, fmt.Sprint(i))
		}
		if !slices.Equal(said, want) {
			t.Errorf("person %d: kept %v", person, said)
		}
	}
}

func TestTurnsOfOneMomentShareAFlush(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.store.away(true)
	p.say(says("first", "first", "x"), answer("y")) // which finds out that the database is away
	before, err := p.Commits()
	if err != nil {
		t.Fatal(err)
	}
	const people = 200
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range people {
		group.Go(func() {
			<-start
			p.say(says(fmt.Sprint("v", i), fmt.Sprint(i), "x"), answer("y"))
		})
	}
	close(start)
	group.Wait()
	after, err := p.Commits()
	if err != nil || after-before >= people/2 {
		t.Errorf("%d turns took %d flushes, %v", people, after-before, err)
	}
	t.Logf("%d turns took %d flushes", people, after-before)
}

func TestATurnJoinsThoseOfItsConversationThatStillWait(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.store.held, p.store.release = "ana1", make(chan struct{})
	p.store.away(true)
	p.say(says("bea", "bea1", "x"), answer("un"))
	p.say(says("ana", "ana1", "x"), answer("un"))
	p.store.away(false)
	p.eventually("the database is back, and ana's turn is on its way", func() bool { return !p.Status().Away && p.Status().Waiting == 1 })
	if second := p.say(says("ana", "ana2", "x"), answer("deux")); !second.Bot.Reply.Deferred || second.Customer.Seq != 3 {
		t.Errorf("the second turn overtook the first: %+v", second)
	}
	if other := p.say(says("eva", "eva1", "x"), answer("un")); other.Bot.Reply.Deferred {
		t.Errorf("another conversation waits for it: %+v", other)
	}
	close(p.store.release)
	p.drained()
	if got := texts(p.kept("ana")); got != "un | re: un | deux | re: deux" {
		t.Errorf("kept %s", got)
	}
}

func TestConversationsWithATicketAreHandedOverFirst(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.store.lead, p.store.led = "request", make(chan struct{}) // whatever the scheduler does, no question goes on before it
	p.store.away(true)
	for i := range 40 {
		p.say(says(fmt.Sprint("v", i), fmt.Sprint("question ", i), "x"), answer("un"))
	}
	p.say(says("ana", "request", "x"), hands("G-0000-0001"))
	p.store.away(false)
	p.drained()
	if place := slices.Index(p.store.taken, "request"); place > 9 { // after the probe, eight at a time
		t.Errorf("the request was handed over after %d questions", place)
	}
}

func TestAnAgentsReplyMeanwhileIsKeptAndReadersStartOver(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.say(says("ana", "1", "x"), hands("G-0000-0001"))
	p.store.away(true)
	p.say(says("ana", "2", "x"), answer("pendant"))
	// Another replica still reaches the database.
	agent := bot.User{Email: "ines@example.org", Name: "Inès"}
	if err := p.db.ReplyTicket(t.Context(), "G-0000-0001", agent, bot.AgentReply{Text: "bonjour"}); err != nil {
		t.Fatal(err)
	}
	p.store.away(false)
	p.drained()
	if got := texts(p.kept("ana")); got != "un conseiller | C’est enregistré. | bonjour | pendant | re: pendant" {
		t.Errorf("kept %s", got)
	}
	for _, after := range []int64{2, 3, 4} {
		if _, err := p.Transcript(t.Context(), "web", "ana", after); !errors.Is(err, bot.ErrRenumbered) {
			t.Errorf("whoever has read as far as %d is told %v", after, err)
		}
	}
	p.restart()
	if _, err := p.Transcript(t.Context(), "web", "ana", 4); !errors.Is(err, bot.ErrRenumbered) {
		t.Errorf("after a restart: %v", err)
	}
	if n := len(p.transcript("ana", 0)); n != 5 {
		t.Errorf("from the start there are %d messages", n)
	}
	if n := len(p.transcript("ana", 5)); n != 0 {
		t.Errorf("after the last there are %d messages", n)
	}
	p.say(says("ana", "3", "x"), func(c bot.Conversation) (bot.Turn, error) {
		if c.State.Agent != "Inès" || !slices.Equal(c.State.References, []string{"G-0000-0001"}) {
			t.Errorf("the state became %+v", c.State)
		}
		return bot.Turn{Text: "merci", Reply: bot.Reply{Kind: bot.Silent}, State: c.State}, nil
	})
}

func TestAReturningVisitorOfWhomNothingIsKnownIsNumberedAboveWhatTheyHave(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.say(says("ana", "1", "x"), hands("G-0000-0001"))
	p.restart()
	p.store.away(true)
	if _, err := p.Transcript(t.Context(), "web", "ana", 2); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("what is not known is read as %v", err)
	}
	out := p.say(says("ana", "2", "x"), answer("encore"))
	if out.Customer.Seq != 3 {
		t.Errorf("the message has number %d", out.Customer.Seq)
	}
	if got := texts(p.transcript("ana", 2)); got != "encore | re: encore" {
		t.Errorf("they read %q", got)
	}
	p.store.away(false)
	p.drained()
	if kept := p.kept("ana"); len(kept) != 4 || kept[2].Seq != 3 {
		t.Errorf("kept %+v", kept)
	}
	p.say(says("ana", "3", "x"), func(c bot.Conversation) (bot.Turn, error) {
		if !slices.Equal(c.State.References, []string{"G-0000-0001"}) {
			t.Errorf("the ticket was forgotten: %+v", c.State)
		}
		return answer("y")(c)
	})
}

func TestASpoolThatIsFullRefusesAndSaysSo(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.stop()
	p.open(spool.Options{Limit: 2000})
	p.store.away(true)
	kept := 0
	var err error
	for i := range 50 {
		if _, err = p.Turn(t.Context(), says("ana", fmt.Sprint(i), "x"), answer("y")); err != nil {
			break
		}
		kept++
	}
	if !errors.Is(err, bot.ErrFull) || kept == 0 {
		t.Fatalf("after %d turns: %v", kept, err)
	}
	if st := p.Status(); st.Condition != spool.Refusing || st.Refused != 1 || st.Waiting != kept || st.Reason == "" {
		t.Errorf("the status is %+v", st)
	}
	if n := len(p.transcript("ana", 0)); n != 2*kept {
		t.Errorf("the transcript has %d messages after %d turns", n, kept)
	}
	p.store.away(false)
	p.drained()
	if n := len(p.kept("ana")); n != 2*kept {
		t.Errorf("%d messages are kept of %d turns", n, kept)
	}
	p.eventually("it takes turns again", func() bool { return p.Status().Condition == spool.OK })
	p.say(says("ana", "later", "x"), answer("y"))
}

func TestTheFileHoldsNoTextThatWasMaskedAndOnlyItsOwnerReadsIt(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.store.away(true)
	in := says("ana", "1", "ma carte est 4970 1000 0000 0055")
	p.say(in, answer("ma carte est [masqué]"))
	info, err := os.Stat(p.path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	data, err := os.ReadFile(p.path)
	if err != nil || strings.Contains(string(data), "4970") || !strings.Contains(string(data), "[masqué]") {
		t.Error("the file holds what was typed, or not what is kept")
	}
	if strings.Contains(p.logs.String(), "carte") {
		t.Errorf("the log is %s", p.logs)
	}
}

func TestADamagedFileIsMovedAsideAndWhatCanBeReadGoesOn(t *testing.T) {
	t.Parallel()
	whole := func(t *testing.T) *place {
		p := newPlace(t)
		p.store.away(true)
		for i := range 40 {
			p.say(says(fmt.Sprint("v", i), fmt.Sprint(i), "x"), answer(strings.Repeat("y", 500)))
		}
		p.stop()
		return p
	}
	for name, damage := range map[string]func(data []byte) []byte{
		"cut short":          func(data []byte) []byte { return data[:len(data)/2] },
		"cut to a few bytes": func(data []byte) []byte { return data[:100] },
		"overwritten":        func(data []byte) []byte { copy(data[len(data)/2:], strings.Repeat("\xff", len(data)/2)); return data },
		"without its head":   func(data []byte) []byte { copy(data, make([]byte, 8192)); return data },
		// Wherever it stands: pages that are free hold what they held before.
		"one letter of it":    func(data []byte) []byte { return bytes.ReplaceAll(data, []byte(`"Key":"v7"`), []byte(`"Key":"w7"`)) },
		"something else":      func([]byte) []byte { return []byte(strings.Repeat("not a spool\n", 2000)) },
		"zeros in the middle": func(data []byte) []byte { clear(data[len(data)/4 : len(data)/2]); return data },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := whole(t)
			data, err := os.ReadFile(p.path)
			if err != nil {
				t.Fatal(err)
			}
			data = damage(data)
			if err := os.WriteFile(p.path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			p.open(spool.Options{})
			aside, err := filepath.Glob(p.path + ".damaged-*")
			if err != nil || len(aside) != 1 {
				t.Fatalf("moved aside: %v, %v", aside, err)
			}
			if left, err := os.ReadFile(aside[0]); err != nil || string(left) != string(data) {
				t.Error("what was moved aside is not what there was")
			}
			if !strings.Contains(p.logs.String(), aside[0]) || !strings.Contains(p.logs.String(), "level=ERROR") {
				t.Errorf("the log does not name it: %s", p.logs)
			}
			if waiting := p.Status().Waiting; name == "one letter of it" && waiting != 39 {
				t.Errorf("%d turns went on", waiting)
			}
			p.say(says("new", "new", "x"), answer("y"))
			p.store.away(false)
			p.drained()
			if n := len(p.kept("new")); n != 2 {
				t.Errorf("%d messages", n)
			}
		})
	}
}

func TestATurnThatTheDatabaseRefusesForGoodIsSetAsideAndOthersGoOn(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	if _, err := p.db.Turn(t.Context(), says("eve", "1", "x"), hands("G-0000-0001")); err != nil {
		t.Fatal(err)
	}
	p.store.away(true)
	p.say(says("ana", "2", "x"), hands("G-0000-0001")) // the same reference, by a miracle
	p.say(says("ana", "3", "x"), answer("ensuite"))
	p.say(says("bea", "4", "x"), answer("autre"))
	p.store.away(false)
	p.drained()
	if got := texts(p.kept("ana")) + texts(p.kept("bea")); got != "ensuite | re: ensuiteautre | re: autre" {
		t.Errorf("kept %s", got)
	}
	if st := p.Status(); st.Parked != 1 {
		t.Errorf("the status is %+v", st)
	}
	if log := p.logs.String(); !strings.Contains(log, "set aside") || !strings.Contains(log, "G-0000-0001") {
		t.Errorf("the log is %s", log)
	}
	p.stop()
	if st, err := spool.Inspect(p.path); err != nil || st.Parked != 1 || st.Waiting != 0 || st.Condition != spool.OK {
		t.Errorf("the file holds %+v, %v", st, err)
	}
	if err := p.db.SetTicketStatus(t.Context(), "G-0000-0001", bot.User{Email: "a@b.fr"}, bot.Closed); err != nil {
		t.Fatal(err)
	}
	// Years later the reference is free.
	if _, err := p.db.DeleteExpired(t.Context(), postgres.DefaultRetention(), time.Now().AddDate(10, 0, 0)); err != nil {
		t.Fatal(err)
	}
	p.open(spool.Options{Retry: true})
	p.drained()
	if got := texts(p.kept("ana")); !strings.Contains(got, "un conseiller") || p.Status().Parked != 0 {
		t.Errorf("tried again: %s, %+v", got, p.Status())
	}
}

func TestAFileIsInspectedWithoutChangingIt(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.store.away(true)
	for i := range 3 {
		p.say(says(fmt.Sprint("v", i%2), fmt.Sprint(i), "x"), answer("y"))
	}
	if _, err := spool.Inspect(p.path); !errors.Is(err, spool.ErrInUse) {
		t.Errorf("in use: %v", err)
	}
	p.stop()
	before, err := os.ReadFile(p.path)
	if err != nil {
		t.Fatal(err)
	}
	if st, err := spool.Inspect(p.path); err != nil || st.Waiting != 3 || st.Conversations != 2 || st.Oldest.IsZero() || st.Condition != spool.Spooling {
		t.Errorf("%+v, %v", st, err)
	}
	if after, err := os.ReadFile(p.path); err != nil || string(after) != string(before) {
		t.Error("the file has changed")
	}
	if st, err := spool.Inspect(p.path + "-none"); err != nil || st.Waiting != 0 {
		t.Errorf("no file: %+v, %v", st, err)
	}
	if err := os.WriteFile(p.path, before[:len(before)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := spool.Inspect(p.path); err == nil {
		t.Error("a damaged file is no error")
	}
	p.store.away(false)
	p.open(spool.Options{})
}

func TestADecisionThatFailsIsNoOutage(t *testing.T) {
	t.Parallel()
	for _, gone := range []bool{false, true} {
		p := newPlace(t)
		p.store.away(gone)
		broken := fmt.Errorf("broken: %w", bot.ErrUnavailable)
		_, err := p.Turn(t.Context(), says("ana", "1", "x"), func(bot.Conversation) (bot.Turn, error) { return bot.Turn{}, broken })
		if !errors.Is(err, broken) || p.Status().Waiting != 0 {
			t.Errorf("away %v: %v, %+v", gone, err, p.Status())
		}
	}
}

func TestACallerWhoLeavesIsNotTakenForAnOutage(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := p.Turn(ctx, says("ana", "1", "x"), func(c bot.Conversation) (bot.Turn, error) {
		cancel()
		return answer("y")(c)
	})
	if err == nil || p.Status().Waiting != 0 || p.Status().Away {
		t.Errorf("%v, %+v", err, p.Status())
	}
}

func TestAPlatformsTurnNeverWaitsHere(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.store.away(true)
	_, err := p.Turn(t.Context(), bot.Inbound{Channel: "telegram", Key: "42", ExternalID: "1"}, answer("y"))
	if !errors.Is(err, bot.ErrUnavailable) || p.Status().Waiting != 0 {
		t.Errorf("%v, %+v", err, p.Status())
	}
}

func TestAClockThatJumpsChangesNoOrder(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var mu sync.Mutex
	at := time.Now()
	p.stop()
	p.now = func() time.Time { mu.Lock(); defer mu.Unlock(); return at }
	p.open(spool.Options{})
	p.say(says("ana", "0", "x"), answer("0"))
	p.store.away(true)
	for i, jump := range []time.Duration{0, -48 * time.Hour, 72 * time.Hour, -time.Minute, -1000 * time.Hour} {
		mu.Lock()
		at = at.Add(jump)
		mu.Unlock()
		p.say(says("ana", fmt.Sprint(i+1), "x"), answer(fmt.Sprint(i+1)))
	}
	p.restart()
	p.store.away(false)
	p.drained()
	var said []string
	for _, m := range p.kept("ana") { // which checks that time never goes back
		if m.From == bot.FromCustomer {
			said = append(said, m.Text)
		}
		if m.At.After(time.Now().Add(time.Hour)) {
			t.Errorf("message %d is of the future: %v", m.Seq, m.At)
		}
	}
	if got := strings.Join(said, ""); got != "012345" {
		t.Errorf("kept in the order %s", got)
	}
}

func TestTwoProcessesDoNotShareAFile(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	_, err := spool.Open(spool.Options{Store: p.store, Path: p.path})
	if !errors.Is(err, spool.ErrInUse) || !strings.Contains(err.Error(), "--data") {
		t.Errorf("the second gets %v", err)
	}
}

func TestListenersHearOfTurnsThatWaitAndOfTheReturn(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	ctx, cancel := context.WithCancel(t.Context())
	heard, listens, ended := make(chan string, 100), make(chan struct{}, 100), make(chan error, 1)
	go func() {
		ended <- p.Listen(ctx, func(_, key string) { heard <- key }, func() { listens <- struct{}{} })
	}()
	<-listens
	p.store.away(true)
	p.eventually("a turn that waits is heard of", func() bool {
		p.say(says("ana", "", "x"), answer("y"))
		return len(heard) > 0
	})
	p.store.away(false)
	p.drained()
	p.eventually("the return is heard of", func() bool { return len(listens) > 0 })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestWhetherThereIsMoreIsAskedWhileTurnsAreHandedOver has a reader ask all the while, for the race detector to look on.
func TestWhetherThereIsMoreIsAskedWhileTurnsAreHandedOver(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.store.away(true)
	for i := range 20 {
		p.say(says("ana", fmt.Sprint(i), "x"), answer("y"))
	}
	var reader sync.WaitGroup
	handedOver := make(chan struct{})
	reader.Go(func() {
		for {
			select {
			case <-handedOver:
				return
			default:
				if p.Unchanged("web", "ana", 1) {
					t.Error("nothing is said to follow the first of forty messages")
					return
				}
			}
		}
	})
	p.store.away(false)
	p.drained()
	close(handedOver)
	reader.Wait()
}
