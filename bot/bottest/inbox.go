package bottest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/bot"
)

// InboxStore is what an inbox is tested on: it wakes whoever listens to the store.
type InboxStore interface {
	bot.Store
	bot.Inbox
}

// TestInbox checks an implementation of bot.Inbox. open gives an empty one, and ends it with the test.
func TestInbox(t *testing.T, open func(t *testing.T) InboxStore) {
	run(t, open, []testCase[InboxStore]{
		{"updates are kept once, as they came", keepsUpdates},
		{"of racing copies of an update one is kept", racingUpdates},
		{"a thread is handled in order, one at a time", threadInOrder},
		{"threads do not wait for each other", threadsApart},
		{"many workers handle each update once and in order", manyWorkers},
		{"an update whose worker died is given out again", diedWorker},
		{"a failed update is tried again before what follows it", failedUpdate},
		{"an attempt that could not be made does not count", laterUpdate},
		{"a parked update blocks nobody", parkedUpdate},
		{"an update that is no longer held cannot be settled", lateSettlement},
		{"names that cannot be kept are refused", badUpdates},
		{"keeping updates wakes the listeners of the channel", updatesWake},
	})
}

const (
	longLease  = time.Hour
	shortLease = 20 * time.Millisecond
)

func update(id, thread string) bot.Update {
	return bot.Update{Channel: bot.Telegram, ID: id, Thread: thread, Payload: []byte("p" + id)}
}

// keep is KeepUpdates, which has to succeed.
func keep(t *testing.T, s bot.Inbox, updates ...bot.Update) {
	t.Helper()
	if err := s.KeepUpdates(t.Context(), updates); err != nil {
		t.Fatalf("KeepUpdates: %v", err)
	}
}

// claimUpdate holds the next update, which there has to be.
func claimUpdate(t *testing.T, s bot.Inbox) bot.HeldUpdate {
	t.Helper()
	held, err := s.ClaimUpdate(t.Context(), bot.Telegram, longLease)
	if err != nil {
		t.Fatalf("ClaimUpdate: %v", err)
	}
	return held
}

func noUpdate(t *testing.T, s bot.Inbox) {
	t.Helper()
	if held, err := s.ClaimUpdate(t.Context(), bot.Telegram, longLease); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("there is still %+v, %v", held, err)
	}
}

// eventually repeats do until it gives no bot.ErrNotFound.
func eventually[T any](t *testing.T, do func() (T, error)) T {
	t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	deadline := time.After(patience)
	for {
		v, err := do()
		switch {
		case err == nil:
			return v
		case !errors.Is(err, bot.ErrNotFound):
			t.Fatal(err)
		}
		select {
		case <-again.C:
		case <-deadline:
			t.Fatal("it never came")
		}
	}
}

func keepsUpdates(t *testing.T, s InboxStore) {
	odd := bot.Update{Channel: bot.Telegram, ID: "1", Thread: "ana", Payload: []byte("a\x00b\xff\"{}")}
	keep(t, s, odd, update("2", "ana"), odd)
	keep(t, s, update("2", "eve"), update("3", "ana"))
	keep(t, s)
	other := odd
	other.Channel = bot.Discord
	keep(t, s, other) // the same id on another channel is no repetition
	if held, err := s.ClaimUpdate(t.Context(), bot.Discord, longLease); err != nil || held.ID != odd.ID {
		t.Errorf("on another channel there is %+v, %v", held, err)
	}
	held := claimUpdate(t, s)
	if held.ID != odd.ID || held.Thread != odd.Thread || held.Channel != odd.Channel || !bytes.Equal(held.Payload, odd.Payload) || held.Attempt != 1 {
		t.Errorf("kept %+v", held)
	}
	ok(t, s.SettleUpdate(t.Context(), held, bot.Settlement{Fate: bot.Handled}))
	keep(t, s, odd) // it was handled
	for _, id := range []string{"2", "3"} {
		held := claimUpdate(t, s)
		if held.ID != id || held.Thread != "ana" {
			t.Errorf("update %s comes as %+v", id, held)
		}
		ok(t, s.SettleUpdate(t.Context(), held, bot.Settlement{Fate: bot.Handled}))
	}
	noUpdate(t, s)
}

func racingUpdates(t *testing.T, s InboxStore) {
	together(10, func(int) {
		if err := s.KeepUpdates(t.Context(), []bot.Update{update("1", "ana"), update("2", "bob")}); err != nil {
			t.Error(err)
		}
	})
	first, second := claimUpdate(t, s), claimUpdate(t, s)
	if first.ID == second.ID {
		t.Errorf("update %s is there twice", first.ID)
	}
	noUpdate(t, s)
}

func threadInOrder(t *testing.T, s InboxStore) {
	keep(t, s, update("9", "ana"), update("10", "ana"), update("2", "ana")) // in the order of arrival, not of ids
	for _, id := range []string{"9", "10", "2"} {
		held := claimUpdate(t, s)
		if held.ID != id {
			t.Errorf("update %s comes before %s", held.ID, id)
		}
		noUpdate(t, s)
		ok(t, s.SettleUpdate(t.Context(), held, bot.Settlement{Fate: bot.Handled}))
	}
	noUpdate(t, s)
}

func threadsApart(t *testing.T, s InboxStore) {
	keep(t, s, update("1", "ana"), update("2", "ana"), update("3", "bob"))
	if first, second := claimUpdate(t, s), claimUpdate(t, s); first.ID != "1" || second.ID != "3" {
		t.Errorf("given out: %s and %s", first.ID, second.ID)
	}
	noUpdate(t, s)
}

func manyWorkers(t *testing.T, s InboxStore) {
	const threads, each = 5, 8
	for i := range each {
		for thread := range threads {
			keep(t, s, update(fmt.Sprintf("%d.%d", thread, i), fmt.Sprint(thread)))
		}
	}
	var mu sync.Mutex
	handled := map[string][]string{}
	together(6, func(int) {
		for {
			held, err := s.ClaimUpdate(t.Context(), bot.Telegram, longLease)
			mu.Lock()
			if errors.Is(err, bot.ErrNotFound) {
				done := 0
				for _, ids := range handled {
					done += len(ids)
				}
				mu.Unlock()
				if done == threads*each {
					return
				}
				continue
			}
			if err != nil {
				t.Error(err)
				mu.Unlock()
				return
			}
			handled[held.Thread] = append(handled[held.Thread], held.ID)
			mu.Unlock()
			if err := s.SettleUpdate(t.Context(), held, bot.Settlement{Fate: bot.Handled}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for thread, ids := range handled {
		if len(ids) != each || !slices.IsSorted(ids) {
			t.Errorf("thread %s was handled as %v", thread, ids)
		}
	}
}

func diedWorker(t *testing.T, s InboxStore) {
	keep(t, s, update("1", "ana"), update("2", "ana"))
	claim := func() (bot.HeldUpdate, error) { return s.ClaimUpdate(t.Context(), bot.Telegram, shortLease) }
	first, err := claim()
	ok(t, err)
	second := eventually(t, claim)
	if second.ID != "1" || second.Attempt != 2 || !bytes.Equal(first.Payload, second.Payload) {
		t.Errorf("given out again: %+v", second)
	}
}

func failedUpdate(t *testing.T, s InboxStore) {
	keep(t, s, update("1", "ana"), update("2", "ana"))
	ok(t, s.SettleUpdate(t.Context(), claimUpdate(t, s), bot.Settlement{Fate: bot.Again, After: time.Hour, Reason: "x"}))
	noUpdate(t, s) // neither at once, nor what follows
	keep(t, s, update("3", "bob"), update("4", "bob"))
	ok(t, s.SettleUpdate(t.Context(), claimUpdate(t, s), bot.Settlement{Fate: bot.Again, Reason: strings.Repeat("é\n", 999)}))
	if held := claimUpdate(t, s); held.ID != "3" || held.Attempt != 2 {
		t.Errorf("tried again: %+v", held)
	}
}

func laterUpdate(t *testing.T, s InboxStore) {
	keep(t, s, update("1", "ana"))
	for range 5 {
		held := claimUpdate(t, s)
		if held.Attempt != 1 {
			t.Fatalf("attempt %d", held.Attempt)
		}
		ok(t, s.SettleUpdate(t.Context(), held, bot.Settlement{Fate: bot.Later}))
	}
}

func parkedUpdate(t *testing.T, s InboxStore) {
	keep(t, s, update("1", "ana"), update("2", "ana"))
	ok(t, s.SettleUpdate(t.Context(), claimUpdate(t, s), bot.Settlement{Fate: bot.Parked, Reason: "x"}))
	if held := claimUpdate(t, s); held.ID != "2" {
		t.Errorf("then comes %+v", held)
	}
	keep(t, s, update("1", "ana")) // what is parked is known
	noUpdate(t, s)
}

func lateSettlement(t *testing.T, s InboxStore) {
	keep(t, s, update("1", "ana"))
	claim := func() (bot.HeldUpdate, error) { return s.ClaimUpdate(t.Context(), bot.Telegram, shortLease) }
	first, err := claim()
	ok(t, err)
	second := eventually(t, claim)
	for _, fate := range []bot.Fate{bot.Handled, bot.Again, bot.Later, bot.Parked} {
		if err := s.SettleUpdate(t.Context(), first, bot.Settlement{Fate: fate}); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("the worker that came too late may say %q: %v", fate, err)
		}
	}
	if err := s.SettleUpdate(t.Context(), second, bot.Settlement{Fate: "x"}); err == nil {
		t.Error("an unknown fate is accepted")
	}
	ok(t, s.SettleUpdate(t.Context(), second, bot.Settlement{Fate: bot.Handled}))
	if err := s.SettleUpdate(t.Context(), second, bot.Settlement{Fate: bot.Handled}); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("an update is settled twice: %v", err)
	}
}

func badUpdates(t *testing.T, s InboxStore) {
	long := strings.Repeat("é", 200)
	keep(t, s, update(long, long))
	for name, bad := range map[string]bot.Update{
		"no channel":                     {ID: "1"},
		"no id":                          {Channel: bot.Telegram},
		"a long id":                      update(long+"é", ""),
		"a long thread":                  update("1", long+"é"),
		"an id with NUL":                 update("1\x00", ""),
		"a thread that is invalid UTF-8": update("1", "\xff"),
	} {
		if err := s.KeepUpdates(t.Context(), []bot.Update{update("ok", ""), bad}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	claimUpdate(t, s)
	noUpdate(t, s)
}

func updatesWake(t *testing.T, s InboxStore) {
	changes := listen(t, s)
	keep(t, s, update("1", "ana"))
	if got := wait(t, changes); got != (thread{bot.Telegram, ""}) {
		t.Errorf("Listen reports %q", got)
	}
	keep(t, s, update("1", "ana"))
	turn(t, s, says("bob", "m1", "x"), answer("y"))
	if got := wait(t, changes); got != (thread{"web", "bob"}) {
		t.Errorf("a known update is reported as %q", got)
	}
}

// TestLeadership checks an implementation of bot.Leadership. open gives two replicas and a way to cut the first off as
// if its process had been killed.
func TestLeadership(t *testing.T, open func(t *testing.T) (replicas [2]bot.Leadership, kill func())) {
	replicas, kill := open(t)
	type leader struct{ replica, name string }
	led, lost := make(chan leader, 10), make(chan leader, 10)
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	stand := func(replica int, name string) {
		group.Go(func() {
			err := replicas[replica].Lead(ctx, name, func(ctx context.Context) {
				led <- leader{fmt.Sprint(replica), name}
				<-ctx.Done()
				lost <- leader{fmt.Sprint(replica), name}
			})
			if err != nil {
				t.Errorf("Lead: %v", err)
			}
		})
	}
	stand(0, "one")
	if got := wait(t, led); got != (leader{"0", "one"}) {
		t.Fatalf("%+v leads", got)
	}
	stand(1, "other")
	if got := wait(t, led); got != (leader{"1", "other"}) {
		t.Errorf("%+v leads: one name does not wait for another", got)
	}
	stand(1, "one")
	kill()
	first, second := wait(t, led), wait(t, lost)
	if second != (leader{"0", "one"}) {
		t.Errorf("%+v lost its leadership", second)
	}
	if first.name != "one" {
		t.Errorf("then %+v leads", first)
	}
	cancel()
	group.Wait()
}
