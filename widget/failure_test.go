package widget_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"guichet/bot"
)

// errFull is what a store says that has no room left.
var errFull = fmt.Errorf("keep: %w", bot.ErrFull)

func TestAMessageTheStoreRefusedIsRecordedWhenItIsSentAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	f.store.failTurn.Store(true)
	c.say("one", "Comment obtenir un extrait Kbis ?")
	if e := c.refused("not_recorded", "one"); e.Text != "Votre message n’a pas pu être enregistré, il sera renvoyé automatiquement." {
		t.Errorf("the text is %q", e.Text)
	}
	if len(f.transcript(w.Token)) != 0 {
		t.Error("a refused message was stored")
	}
	f.store.failTurn.Store(false)
	c.say("one", "Comment obtenir un extrait Kbis ?")
	if m := c.expect("message"); m.ID != "one" || m.Seq != 1 {
		t.Errorf("got %+v", m)
	}
	if strings.Contains(f.logs.String(), "Kbis") {
		t.Errorf("the message's text is in the log: %s", f.logs)
	}
}

func TestAMessageForWhichThereIsNoRoomIsRefusedInPlainWords(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, _ := f.visitor()
	f.store.refuse.Store(&errFull)
	c.say("one", "Comment obtenir un extrait Kbis ?")
	if e := c.refused("no_room", "one"); !strings.Contains(e.Text, "n’est pas enregistré") || !strings.Contains(e.Text, "réessayez") {
		t.Errorf("the text is %q", e.Text)
	}
}

func TestAClientWithNumbersThatChangedStartsOver(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	c.ask("one", "Comment obtenir un extrait Kbis ?")
	f.store.renumbered.Store(2)
	key, _, _ := strings.Cut(w.Token, ".")
	if _, err := f.db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: key, Site: "micro"}, func(bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "deux", Reply: bot.Reply{Kind: bot.Silent}}, nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.ReadMessage(); err == nil {
		t.Error("the socket goes on")
	}
	again := f.dial().hello(w.Token, 2)
	if again.After != 0 || len(again.Messages) != 3 {
		t.Errorf("the next welcome follows %d with %d messages", again.After, len(again.Messages))
	}
}

func TestATranscriptThatCannotBeReadIsReadAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.server.Hurry(time.Minute, time.Minute, time.Millisecond)
	c, w := f.visitor()
	f.store.unread = make(chan struct{}, 10000)
	f.store.failRead.Store(true)
	c.say("one", "Comment obtenir un extrait Kbis ?")
	for range 3 {
		<-f.store.unread
	}
	late := f.dial()
	if again := late.hello(w.Token, 0); len(again.Messages) != 0 {
		t.Errorf("welcome %+v", again)
	}
	f.store.failRead.Store(false)
	for _, each := range []*client{c, late} {
		if m := each.expect("message"); m.Seq != 1 || m.ID != "one" {
			t.Errorf("got %+v", m)
		}
	}
}

func TestAPanicIsToldToThePersonAndLoggedWithoutTheText(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, _ := f.visitor()
	f.store.panicTurn.Store(true)
	c.say("one", "mon secret de famille")
	if e := c.refused("failed", "one"); !strings.Contains(e.Text, "réessayez") || !strings.Contains(e.Text, "conseiller") {
		t.Errorf("the text is %q", e.Text)
	}
	log := f.logs.String()
	if !strings.Contains(log, "panic") || strings.Contains(log, "famille") {
		t.Errorf("the log is %s", log)
	}
	f.store.panicTurn.Store(false)
	c.say("one", "Comment obtenir un extrait Kbis ?")
	if m := c.expect("message"); m.ID != "one" {
		t.Errorf("got %+v", m)
	}
}

func TestClosingTellsEveryClientToReconnect(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	clients := []*client{f.dial(), f.dial(), f.dial()}
	clients[0].hello("", 0)
	clients[1].hello("", 0) // the third has not said hello
	done := make(chan error, 1)
	go func() { done <- f.server.Close(context.Background()) }()
	for _, c := range clients {
		if code := c.closed(); code != websocket.CloseServiceRestart {
			t.Errorf("closed with %d, want 1012", code)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	res, _ := get(t, f.http.URL+"/ws", http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="},
	})
	if res.StatusCode != http.StatusServiceUnavailable || f.server.Sockets() != 0 {
		t.Errorf("after Close: status %d, %d sockets", res.StatusCode, f.server.Sockets())
	}
}

func TestClosingLetsTheReplyInProgressLeave(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.store.entered, f.store.release = make(chan struct{}), make(chan struct{})
	c, _ := f.visitor()
	c.say("last", "Comment obtenir un extrait Kbis ?")
	<-f.store.entered
	done := make(chan error, 1)
	go func() { done <- f.server.Close(context.Background()) }()
	close(f.store.release)
	if m := c.expect("message"); m.ID != "last" {
		t.Errorf("got %+v", m)
	}
	if m := c.expect("message"); m.From != "bot" {
		t.Errorf("got %+v", m)
	}
	if code := c.closed(); code != websocket.CloseServiceRestart {
		t.Errorf("closed with %d", code)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestClosingCutsWhatIsLeftWhenItsTimeIsUp(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.store.entered, f.store.release = make(chan struct{}), make(chan struct{})
	c, _ := f.visitor()
	c.say("slow", "Comment obtenir un extrait Kbis ?")
	<-f.store.entered
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := f.server.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Close returned %v", err)
	}
	if _, _, err := c.ReadMessage(); err == nil {
		t.Error("the socket was not cut")
	}
	close(f.store.release)
}

func TestAPeerThatAnswersNoPingIsDropped(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.server.Hurry(20*time.Millisecond, 10*time.Second, time.Second) // a busy machine lets nobody answer for seconds
	answering, mute := f.dial(), f.dial()
	answering.hello("", 0)
	read := make(chan error, 1)
	go func() { // reading is what answers pings
		_, _, err := answering.ReadMessage()
		read <- err
	}()
	mute.hello("", 0)
	mute.SetPingHandler(func(string) error { return nil })
	_, _, err := mute.ReadMessage() // which ends when the server lets go
	if timeout, ok := err.(net.Error); err == nil || ok && timeout.Timeout() {
		t.Errorf("the mute peer was kept: %v", err)
	}
	answering.send(map[string]any{"type": "ping"})
	if err := <-read; err != nil {
		t.Errorf("the peer that answers was dropped too: %v", err)
	}
}

func TestAPeerThatNeverSaysHelloIsDropped(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.server.Hurry(20*time.Millisecond, time.Second, time.Second)
	c := f.dial()
	_, _, err := c.ReadMessage() // which answers pings all the while
	if timeout, ok := err.(net.Error); err == nil || ok && timeout.Timeout() {
		t.Errorf("the socket stayed open: %v", err)
	}
}
