package widget_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"guichet/bot"
	"guichet/widget"
)

// crowded is a server with limits; a client says in a header from which address it comes.
func crowded(t *testing.T, f *fixture, limits widget.Limits) (url string) {
	t.Helper()
	limits.Address = func(remote string) string { return remote }
	f.limits = limits
	server := f.newServer()
	handler := server.Handler()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = r.Header.Get("From-Address")
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		ending, stop := context.WithTimeout(context.Background(), patience)
		defer stop()
		if err := server.Close(ending); err != nil {
			t.Error(err)
		}
		web.Close()
	})
	return web.URL
}

// dialFrom opens a socket from an address; status is 101, or why there is none.
func dialFrom(t *testing.T, url, address string) (c *client, status int, header http.Header) {
	t.Helper()
	conn, response, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(url, "http")+"/ws", http.Header{"From-Address": {address}})
	if err != nil && response == nil {
		t.Fatal(err)
	}
	if err != nil {
		return nil, response.StatusCode, response.Header
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &client{t, conn}, response.StatusCode, nil
}

func TestAFloodOfSocketsFromOneAddressLeavesRoomForOthers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	url := crowded(t, f, widget.Limits{OpenPerAddress: 5})
	var open []*client
	for i := range 30 {
		c, status, header := dialFrom(t, url, "flood")
		switch {
		case i < 5 && status != http.StatusSwitchingProtocols:
			t.Fatalf("socket %d is refused: %d", i, status)
		case i >= 5 && (status != http.StatusServiceUnavailable || header.Get("Retry-After") == ""):
			t.Fatalf("socket %d gets %d, %v", i, status, header)
		case c != nil:
			open = append(open, c)
		}
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/stream", strings.NewReader(`{"type":"hello","v":1,"site":"micro"}`))
	request.Header.Set("From-Address", "flood")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stream beside five sockets gets %s", response.Status)
	}
	visitor, _, _ := dialFrom(t, url, "visitor")
	visitor.hello("", 0)
	visitor.say("1", "Comment obtenir un extrait Kbis ?")
	visitor.expect("message")
	if answer := visitor.expect("message"); answer.Kind != string(bot.Answer) {
		t.Errorf("a well-behaved visitor gets %+v", answer)
	}
	_ = open[0].Close()
	for { // its place is free as soon as the server has noticed
		if c, _, _ := dialFrom(t, url, "flood"); c != nil {
			return
		}
	}
}

func TestTheVisitorsOfOneAddressShareARateAndOthersAreAnswered(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	f.clock.set(start)
	url := crowded(t, f, widget.Limits{AddressRate: 1})
	for i := range 5 {
		c, _, _ := dialFrom(t, url, "flood")
		c.hello("", 0)
		c.say("1", "Comment obtenir un extrait Kbis ?")
		if m := c.expect("message"); m.ID != "1" {
			t.Fatalf("message %d gives %+v", i, m)
		}
	}
	late, _, _ := dialFrom(t, url, "flood")
	late.hello("", 0)
	late.say("1", "Comment obtenir un extrait Kbis ?")
	if e := late.refused("busy", "1"); !strings.Contains(e.Text, "conservé") {
		t.Errorf("the text is %q", e.Text)
	}
	other, _, _ := dialFrom(t, url, "visitor")
	other.hello("", 0)
	other.say("1", "Comment obtenir un extrait Kbis ?")
	if m := other.expect("message"); m.ID != "1" {
		t.Errorf("a visitor from elsewhere gets %+v", m)
	}
	f.clock.set(start.Add(time.Second))
	late.say("1", "Comment obtenir un extrait Kbis ?")
	if m := late.expect("message"); m.ID != "1" {
		t.Errorf("a second later came %+v", m)
	}
}

func TestTheVisitorsOfOneSiteShareARateAndThoseOfAnotherAreAnswered(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.clock.set(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	url := crowded(t, f, widget.Limits{SiteRate: 1})
	speak := func(site string) frame {
		c, _, _ := dialFrom(t, url, "")
		c.send(map[string]any{"type": "hello", "v": 1, "site": site})
		c.expect("welcome")
		c.say("1", "Bonjour")
		return c.next()
	}
	for range 5 {
		if m := speak("micro"); m.Type != "message" {
			t.Fatalf("within the rate: %+v", m)
		}
	}
	if m := speak("micro"); m.Code != "busy" {
		t.Errorf("beyond it: %+v", m)
	}
	if m := speak("alma"); m.Type != "message" {
		t.Errorf("on another site: %+v", m)
	}
}

func TestAHugeFrameEndsItsSocketAndNoOther(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	visitor, _ := f.visitor()
	for range 10 {
		huge := f.dial()
		_ = huge.WriteMessage(websocket.TextMessage, bytes.Repeat([]byte("x"), 1<<20)) // the server need not read it all
		if _, _, err := huge.ReadMessage(); err == nil {
			t.Error("a huge frame is answered")
		}
	}
	visitor.say("1", "Comment obtenir un extrait Kbis ?")
	if m := visitor.expect("message"); m.ID != "1" {
		t.Errorf("the visitor beside it gets %+v", m)
	}
}
