package desk_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

// events opens the stream and returns its lines.
func (b *browser) events(ctx context.Context) <-chan string {
	b.h.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.h.server.URL+"/desk/events", nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	response, err := b.client.Do(r)
	if err != nil {
		b.h.t.Fatal(err)
	}
	if kind := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || kind != "text/event-stream" {
		b.h.t.Fatalf("the stream is %d, %q", response.StatusCode, kind)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		defer response.Body.Close()
		for scanner := bufio.NewScanner(response.Body); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	return lines
}

func TestAnOpenPageIsToldThatSomethingChangedAndNothingElse(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	lines := b.events(ctx)
	if first := <-lines; first != "retry: 2000" {
		t.Fatalf("the stream begins with %q", first)
	}
	heard := ""
	for !strings.Contains(heard, "event: change") {
		h.say(reference, "secret du client", bot.Reply{Kind: bot.Silent}, nil) // again, until the database is listened to
		select {
		case line := <-lines:
			heard += line + "\n"
		case <-time.After(100 * time.Millisecond):
		}
	}
	if strings.Contains(heard, "secret") || strings.Contains(heard, reference) {
		t.Errorf("the stream says %q", heard)
	}
	cancel()
	for range lines { // it ends
	}
}

func TestAShutdownEndsTheStreamsItWouldWaitFor(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	lines := b.events(t.Context())
	<-lines
	if err := h.server.Config.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range lines {
	}
}
