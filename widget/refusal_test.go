package widget_test

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"guichet/widget"
)

func TestWhatIsNoMessageIsRefusedInWordsAndTheSocketLives(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, test := range []struct{ name, sent, code, id string }{
		{"not JSON", `{"type":`, "not_json", ""},
		{"JSON of another shape", `{"type":5}`, "not_json", ""},
		{"unknown type", `{"type":"dance","id":"a"}`, "unknown_type", "a"},
		{"empty text", `{"type":"message","id":"a","text":" \n "}`, "empty", "a"},
		{"choice without a label", `{"type":"message","id":"a","choice":"topic:micro.kbis"}`, "empty", "a"},
		{"too long", `{"type":"message","id":"a","text":"` + strings.Repeat("é", 4001) + `"}`, "too_long", "a"},
		{"too long a choice", `{"type":"message","id":"a","label":"x","choice":"` + strings.Repeat("x", 201) + `"}`, "bad_choice", "a"},
		{"no id", `{"type":"message","text":"Bonjour"}`, "bad_id", ""},
		{"strange id", `{"type":"message","id":"<a b>","text":"Bonjour"}`, "bad_id", ""},
		{"second hello", `{"type":"hello","v":1,"site":"micro"}`, "hello_repeated", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, f.http.URL)
			c.hello("", 0)
			c.sendText(test.sent)
			c.refused(test.code, test.id)
			c.say("after", "Comment obtenir un extrait Kbis ?")
			if m := c.expect("message"); m.ID != "after" {
				t.Errorf("after the refusal came %+v", m)
			}
		})
	}
}

func TestAHelloThatCannotOpenAConversationSaysWhy(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, test := range []struct{ name, sent, code string }{
		{"unknown site", `{"type":"hello","v":1,"site":"nulle-part"}`, "unknown_site"},
		{"another version", `{"type":"hello","v":2,"site":"micro"}`, "bad_version"},
		{"message before hello", `{"type":"message","id":"a","text":"Bonjour"}`, "hello_missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, f.http.URL)
			c.sendText(test.sent)
			if e := c.expect("error"); e.Code != test.code || e.Text == "" {
				t.Errorf("got %+v, want %s", e, test.code)
			}
			c.hello("", 0) // the socket is still good
		})
	}
}

func TestFourThousandCharactersPass(t *testing.T) {
	t.Parallel()
	c := newFixture(t).dial()
	c.hello("", 0)
	c.say("long", strings.Repeat("é", 4000))
	if m := c.expect("message"); m.ID != "long" {
		t.Errorf("got %+v", m)
	}
}

func TestATokenTheServerDidNotSignIsRefusedAndANewConversationOpens(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	mine := f.dial().hello("", 0).Token
	key, _, _ := strings.Cut(mine, ".")
	for name, token := range map[string]string{
		"no signature":     key,
		"another secret":   widget.SignToken([]byte("another secret, also long enough"), "micro", key),
		"another key":      "x" + mine,
		"cut":              mine[:len(mine)-1],
		"of another site":  widget.SignToken(secret, "alma", key),
		"not base64":       key + ".é",
		"only a separator": ".",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, f.http.URL)
			c.send(map[string]any{"type": "hello", "v": 1, "site": "micro", "token": token})
			if e := c.refused("bad_token", ""); !strings.Contains(e.Text, "votre texte est conservé") {
				t.Errorf("the text is %q", e.Text)
			}
			if w := c.hello("", 0); w.Token == mine || w.Token == token {
				t.Error("the new conversation has an old token")
			}
		})
	}
}

func TestFramesThatNoBrowserSendsCloseTheSocket(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, test := range []struct {
		name  string
		kind  int
		data  []byte
		error string
		close int
	}{
		{"over 32 KB", websocket.TextMessage, []byte(strings.Repeat("x", 32<<10+1)), "", websocket.CloseMessageTooBig},
		{"far over", websocket.TextMessage, []byte(strings.Repeat("x", 1<<20)), "", websocket.CloseMessageTooBig},
		{"binary", websocket.BinaryMessage, []byte(`{"type":"ping"}`), "not_text", websocket.CloseUnsupportedData},
		{"not UTF-8", websocket.TextMessage, []byte("{\"type\":\"\xff\"}"), "not_utf8", websocket.CloseInvalidFramePayloadData},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, f.http.URL)
			c.hello("", 0)
			if err := c.WriteMessage(test.kind, test.data); err != nil {
				t.Fatal(err)
			}
			if test.error != "" {
				c.refused(test.error, "")
			}
			if code := c.closed(); code != test.close {
				t.Errorf("closed with %d, want %d", code, test.close)
			}
		})
	}
}

func TestTooManyFramesAreRefusedUntilTimeHasPassed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	f.clock.set(start)
	c, _ := f.visitor()
	for range 19 {
		c.send(map[string]any{"type": "ping"})
		c.expect("pong")
	}
	c.say("fast", "Comment obtenir un extrait Kbis ?")
	if e := c.refused("too_fast", "fast"); !strings.Contains(e.Text, "conservé") {
		t.Errorf("the text is %q", e.Text)
	}
	f.clock.set(start.Add(time.Second))
	c.say("fast", "Comment obtenir un extrait Kbis ?")
	if m := c.expect("message"); m.ID != "fast" {
		t.Errorf("a second later came %+v", m)
	}
}

func TestOnlyTheOwnHostAndTheSitesOriginsOpenASocket(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, test := range []struct {
		origin string
		status int
	}{
		{"", 101},
		{f.http.URL, 101},
		{"https://www.marchand.fr", 101},
		{"https://WWW.marchand.fr:443", 101},
		{"https://alma.example:8443", 101},
		{"http://www.marchand.fr", 403},
		{"https://marchand.fr", 403},
		{"https://www.marchand.fr.voleur.example", 403},
		{"https://alma.example", 403},
		{"null", 403},
		{"file://", 403},
	} {
		header := http.Header{}
		if test.origin != "" {
			header.Set("Origin", test.origin)
		}
		conn, res, _ := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(f.http.URL, "http")+"/ws", header)
		if conn != nil {
			_ = conn.Close()
		}
		if res == nil || res.StatusCode != test.status {
			t.Errorf("origin %q: %+v, want status %d", test.origin, res, test.status)
		}
	}
}

func TestTheOriginOfOneSiteDoesNotSpeakForAnother(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(f.http.URL, "http")+"/ws", http.Header{"Origin": {"https://www.marchand.fr"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	c := &client{t, conn}
	c.send(map[string]any{"type": "hello", "v": 1, "site": "alma"})
	c.refused("bad_origin", "")
	c.hello("", 0)
}

func TestAPlainRequestIsNoSocket(t *testing.T) {
	t.Parallel()
	res, _ := get(t, newFixture(t).http.URL+"/ws", nil)
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestAClientThatDoesNotReadIsDropped(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	dialer := websocket.Dialer{NetDial: func(network, address string) (net.Conn, error) {
		conn, err := net.Dial(network, address)
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(4096)
		}
		return conn, err
	}}
	conn, _, err := dialer.Dial("ws"+strings.TrimPrefix(f.http.URL, "http")+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetWriteDeadline(time.Now().Add(5 * patience)) // there is much room between the two
	for {                                                   // each frame is answered, and nobody reads the answers
		if err := conn.WriteMessage(websocket.TextMessage, []byte(`?`)); err != nil {
			if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
				t.Fatal("the server kept a client that reads nothing")
			}
			return
		}
	}
}
