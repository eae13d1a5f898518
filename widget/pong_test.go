package widget_test

import (
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// short is a client's frame of at most 125 bytes, as it is on the wire (RFC 6455, 5.2). Its mask changes nothing.
func short(first byte, payload string) string {
	return string([]byte{first, 0x80 | byte(len(payload)), 0, 0, 0, 0}) + payload
}

const whole = 0x80 // in the first byte: not continued

// write puts bytes on the wire as they are.
func (c *client) write(data string) {
	c.t.Helper()
	if _, err := c.NetConn().Write([]byte(data)); err != nil {
		c.t.Fatal(err)
	}
}

func TestPongsAreTakenHoweverTheyArrive(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	asked := short(whole|websocket.TextMessage, `{"type":"ping"}`)
	for what, frames := range map[string][]string{
		"an empty one":                    {short(whole|websocket.PongMessage, "")},
		"the longest":                     {short(whole|websocket.PongMessage, strings.Repeat("x", 125))},
		"many at once":                    {strings.Repeat(short(whole|websocket.PongMessage, "heartbeat"), 300)}, // more than the read buffer holds
		"before a message, at once":       {short(whole|websocket.PongMessage, "") + asked},
		"in pieces":                       {"\x8a", "\x83\x00", "\x00\x00\x00a", "bc"},
		"between pieces of a message":     {"\x01\x80\x00\x00\x00\x00" + short(whole|websocket.PongMessage, "a") + "\x80\x80\x00\x00\x00\x00"},
		"after a ping, which has its own": {short(whole|websocket.PingMessage, "a") + short(whole|websocket.PongMessage, "b")},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			c := dial(t, f.http.URL)
			c.hello("", 0)
			for _, piece := range frames {
				c.write(piece)
			}
			c.write(asked)
			for c.next().Type != "pong" { // the message of two pieces is empty, which is an error of its own
			}
		})
	}
}

func TestAPongThatBreaksTheProtocolEndsTheSocket(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for what, frame := range map[string]string{
		"without a mask":        "\x8a\x00",
		"too long":              "\x8a\xfe\x00\x7e\x00\x00\x00\x00" + strings.Repeat("x", 126),
		"in parts":              short(websocket.PongMessage, ""),
		"of an extension":       short(whole|1<<6|websocket.PongMessage, ""),
		"of a type there isn't": short(whole|0xb, ""),
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			c := dial(t, f.http.URL)
			c.hello("", 0)
			c.write(frame)
			if code := c.closed(); code != websocket.CloseProtocolError {
				t.Errorf("the socket ends with %d", code)
			}
		})
	}
}
