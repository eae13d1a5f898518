package widget_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"guichet/bot"
)

// frame is any frame of the server.
type frame struct {
	Type      string
	Code      string
	Text      string
	ID        string
	Token     string
	After     int64
	Messages  []frame
	Greeting  string
	Privacy   string
	Starters  []choice
	Person    choice
	Site      struct{ Name, Colour string }
	Seq       int64
	From      string
	Agent     string
	At        time.Time
	HTML      string
	Kind      string
	Choices   []choice
	Citations []bot.Citation
	Reference string
	Ticket    string
	Rated     bool
	Upload    int64
	Form      []field
	Field     string
	Kept      []string

	Title string
	Mail  string

	Attachments []attached
	Elsewhere   []string
	Channel     string
	URL         string
}

type attached struct {
	Name, Type, URL string
	Size            int64
}

type field struct {
	Name, Label, Hint, Value string
	Long, Skip               bool
}

type choice struct{ Label, Value string }

// client is a browser's end of a socket.
type client struct {
	t testing.TB
	*websocket.Conn
}

func (f *fixture) dial() *client {
	f.t.Helper()
	return dial(f.t, f.http.URL)
}

func dial(t testing.TB, address string) *client {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(address, "http")+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &client{t, conn}
}

// ReadMessage is the connection's, for as long as a test waits for anything.
func (c *client) ReadMessage() (kind int, data []byte, err error) {
	_ = c.SetReadDeadline(time.Now().Add(patience))
	return c.Conn.ReadMessage()
}

func (c *client) send(frame any) {
	c.t.Helper()
	if err := c.WriteJSON(frame); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) sendText(text string) {
	c.t.Helper()
	if err := c.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) next() frame {
	c.t.Helper()
	_, data, err := c.ReadMessage()
	if err != nil {
		c.t.Fatal(err)
	}
	var f frame
	if err := json.Unmarshal(data, &f); err != nil {
		c.t.Fatalf("%s: %v", data, err)
	}
	return f
}

func (c *client) expect(kind string) frame {
	c.t.Helper()
	f := c.next()
	if f.Type != kind {
		c.t.Fatalf("got %+v, want a frame of type %s", f, kind)
	}
	return f
}

func (c *client) refused(code, id string) frame {
	c.t.Helper()
	f := c.expect("error")
	if f.Code != code || f.ID != id || len(f.Text) < 20 {
		c.t.Fatalf("got error %q about %q: %q, want %q about %q with a sentence", f.Code, f.ID, f.Text, code, id)
	}
	return f
}

func (c *client) hello(token string, after int64) frame {
	c.t.Helper()
	c.send(map[string]any{"type": "hello", "v": 1, "site": "micro", "token": token, "after": after})
	return c.expect("welcome")
}

// visitor is a client that has said hello for the first time, and its welcome.
func (f *fixture) visitor() (*client, frame) {
	f.t.Helper()
	c := f.dial()
	return c, c.hello("", 0)
}

func (c *client) say(id, text string) {
	c.t.Helper()
	c.send(map[string]any{"type": "message", "id": id, "text": text})
}

// ask says something and waits for the message as it was kept, and for what the bot replies.
func (c *client) ask(id, text string) (mine, reply frame) {
	c.t.Helper()
	c.say(id, text)
	return c.expect("message"), c.expect("message")
}

// closed reads to the end of the connection and returns its close code.
func (c *client) closed() int {
	c.t.Helper()
	for {
		_, data, err := c.ReadMessage()
		var gone *websocket.CloseError
		switch {
		case errors.As(err, &gone):
			return gone.Code
		case err != nil:
			c.t.Fatal(err)
		default:
			c.t.Logf("before the close: %s", data)
		}
	}
}
