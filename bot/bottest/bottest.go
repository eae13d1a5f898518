// Package bottest is what every implementation of the interfaces of bot has to do, as tests: an implementation calls
// [TestStore], [TestTickets], [TestTicketTies], [TestPendingReplies], [TestAccounts], [TestInbox], [TestOutbox], [TestAttachments], [TestPassages], [TestLeadership],
// [TestNotes], [TestStaffThreads], [TestStaffIdentities], [TestAPIKeys], [TestArchive], [TestWebhooks] and [TestVisitors] from its own tests and
// gives each a way to open an empty one. Beside them stands what other tests begin with: [Engine] over the shipped knowledge, a
// [Log] that is read while it is written, [Run] for what runs until a test ends, [OpenTicket], [Reply] and what came of them.
package bottest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"guichet/bot"
)

// patience is how long a test waits for what has to happen. It is only ever used up by a failure.
const patience = time.Minute

// run runs each case, by name, over a store of its own.
func run[S any](t *testing.T, open func(t *testing.T) S, cases []testCase[S]) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, open(t))
		})
	}
}

type testCase[S any] struct {
	name string
	test func(t *testing.T, s S)
}

// says is a customer's message on the web.
func says(key, externalID, text string) bot.Inbound {
	return bot.Inbound{Channel: "web", Key: key, ExternalID: externalID, Site: "demo", Text: text}
}

// answer decides a plain answer that keeps the state as it was.
func answer(text string) func(bot.Conversation) (bot.Turn, error) {
	return reply(bot.Reply{Kind: bot.Answer, Text: text})
}

func reply(r bot.Reply) func(bot.Conversation) (bot.Turn, error) {
	return func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "question", Reply: r, State: c.State}, nil
	}
}

// turn is Store.Turn, which has to succeed.
func turn(t *testing.T, s bot.Store, in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) bot.Outcome {
	t.Helper()
	outcome, err := s.Turn(t.Context(), in, decide)
	if err != nil {
		t.Fatalf("Turn: %v", err)
	}
	return outcome
}

// transcript is what the conversation on the web holds. It checks that the numbers are 1, 2, 3 without a gap.
func transcript(t *testing.T, s bot.Store, key string) []bot.Message {
	t.Helper()
	messages, err := s.Transcript(t.Context(), "web", key, 0)
	if err != nil {
		t.Fatalf("Transcript: %v", err)
	}
	for i, m := range messages {
		if m.Seq != int64(i+1) {
			t.Fatalf("message %d of the transcript has number %d", i+1, m.Seq)
		}
		if i > 0 && m.At.Before(messages[i-1].At) {
			t.Errorf("message %d is older than the one before it", m.Seq)
		}
	}
	return messages
}

// state is what the next turn of the conversation on the web would see. Looking leaves nothing behind.
func state(t *testing.T, s bot.Store, key string) bot.State {
	t.Helper()
	var seen bot.State
	_, err := s.Turn(t.Context(), says(key, "", "?"), func(c bot.Conversation) (bot.Turn, error) {
		seen = c.State
		return bot.Turn{}, errLooking
	})
	if !errors.Is(err, errLooking) {
		t.Fatalf("look at the state: %v", err)
	}
	return seen
}

type constantError string

func (e constantError) Error() string { return string(e) }

const errLooking = constantError("only looking")

// together calls do n times at once and waits for all.
func together(n int, do func(i int)) {
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-start
			do(i)
		})
	}
	close(start)
	group.Wait()
}

// thread names a conversation.
type thread struct{ channel, key string }

// listen returns the conversations that Listen reports from now on, until the test ends.
func listen(t *testing.T, s bot.Store) <-chan thread {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	changes, listens, ended := make(chan thread, 1000), make(chan struct{}, 100), make(chan error, 1)
	go func() {
		ended <- s.Listen(ctx, func(channel, key string) { changes <- thread{channel, key} }, func() { listens <- struct{}{} })
	}()
	t.Cleanup(func() {
		cancel()
		if err := wait(t, ended); err != nil {
			t.Errorf("Listen: %v", err)
		}
	})
	wait(t, listens)
	return changes
}

// wait receives from c, or fails the test.
func wait[T any](t *testing.T, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(patience):
		t.Error("nothing came in time")
	}
	return v
}
