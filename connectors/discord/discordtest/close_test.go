package discordtest_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"guichet/connectors/discord/discordtest"
)

// Not parallel: it counts the goroutines of the whole process.
func TestCloseLeavesNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		s := discordtest.NewServer(discordtest.Config{})
		marie := s.Guild("Marché").Member("marie")
		b := newBot(t, s, least)
		b.start(t, s)
		must(marie.Say(marie.Direct(), "bonjour"))
		next(t, b.heard)
		must(b.ChannelMessageSend(marie.Direct().ID, "bonjour"))
		w := dial(t, s, "/?v=9&encoding=json") // still open
		w.until(10)
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		s.Close()
		_ = w.socket.Close()
	}
	for ctx := soon(t); runtime.NumGoroutine() > before; runtime.Gosched() {
		if ctx.Err() != nil {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func TestAWaitInVainSaysWhatTheBotDid(t *testing.T) {
	t.Parallel()
	s := discordtest.NewServer(discordtest.Config{})
	defer s.Close()
	marie := s.Guild("Marché").Member("marie")
	must(newBot(t, s, least).User("@me"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := marie.Direct().Next(ctx)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "GET /users/@me: 200") {
		t.Errorf("the error is %v", err)
	}
	s.Close()
	if _, err := marie.Direct().Next(t.Context()); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("the error is %v", err)
	}
}
