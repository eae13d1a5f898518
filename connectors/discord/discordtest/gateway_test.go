package discordtest_test

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"guichet/connectors/discord/discordtest"
)

// wire is the gateway by hand, for what discordgo would not send.
type wire struct {
	t      *testing.T
	socket *websocket.Conn
}

// frame is a payload of the gateway.
type frame struct {
	Op int
	D  json.RawMessage
	S  int64
	T  string
}

func dial(t *testing.T, s *discordtest.Server, path string) wire {
	t.Helper()
	socket, response, err := websocket.DefaultDialer.DialContext(soon(t), "ws"+strings.TrimPrefix(s.URL, "http")+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	_ = response.Body.Close()
	return wire{t, socket}
}

func (w wire) send(text string) {
	w.t.Helper()
	if err := w.socket.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		w.t.Fatal(err)
	}
}

// read returns the next payload, or the code with which the connection was closed.
func (w wire) read() (f frame, code int) {
	w.t.Helper()
	_ = w.socket.SetReadDeadline(time.Now().Add(30 * time.Second))
	err := w.socket.ReadJSON(&f)
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return f, closed.Code
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return f, 0
}

// until reads payloads until one with this opcode.
func (w wire) until(op int) frame {
	w.t.Helper()
	for {
		f, code := w.read()
		if code != 0 {
			w.t.Fatalf("closed with %d before op %d", code, op)
		}
		if f.Op == op {
			return f
		}
	}
}

const identify = `{"op":2,"d":{"token":"token","intents":4609,"properties":{"os":"linux","browser":"a","device":"a"}}}`

func TestTheGatewayClosesOnWhatItDoesNotTake(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		send []string
		want int
	}{
		"an unknown opcode":           {[]string{`{"op":99,"d":null}`}, 4001},
		"no JSON":                     {[]string{`op`}, 4002},
		"a payload over 4096 bytes":   {[]string{`{"op":1,"d":null,"x":"` + strings.Repeat("x", 4096) + `"}`}, 4002},
		"an identify without intents": {[]string{`{"op":2,"d":{"token":"token","properties":{}}}`}, 4002},
		"presence before identify":    {[]string{`{"op":3,"d":{}}`}, 4003},
		"a wrong token":               {[]string{strings.Replace(identify, `"token":"token"`, `"token":"other"`, 1)}, 4004},
		"identifying twice":           {[]string{identify, identify}, 4005},
		"a shard of several":          {[]string{strings.Replace(identify, `"intents"`, `"shard":[1,2],"intents"`, 1)}, 4010},
		"an intent that is none":      {[]string{strings.Replace(identify, "4609", "1073741824", 1)}, 4013},
		"a privileged intent":         {[]string{strings.Replace(identify, "4609", "32768", 1)}, 4014},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Config{})
			w := dial(t, s, "/?v=9&encoding=json")
			w.until(10)
			for _, text := range c.send {
				w.send(text)
			}
			code := 0
			for code == 0 {
				_, code = w.read()
			}
			if code != c.want || s.Counts().Closes[code] != 1 {
				t.Errorf("closed with %d, want %d", code, c.want)
			}
		})
	}
}

func TestOnlyVersionNineIsSpoken(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	if _, code := dial(t, s, "/?v=6&encoding=json").read(); code != 4012 {
		t.Errorf("closed with %d", code)
	}
}

func TestAFatalCloseReachesTheLibraryFromOpen(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	for want, change := range map[int]func(*bot){
		4004: func(b *bot) { b.Token, b.Identify.Token = "Bot wrong", "Bot wrong" }, // the address of the gateway is for everybody
		4014: func(b *bot) { b.Identify.Intents |= discordgo.IntentMessageContent },
	} {
		b := newBot(t, s, least)
		change(b)
		var closed *websocket.CloseError
		if err := b.Open(); !errors.As(err, &closed) || closed.Code != want {
			t.Errorf("Open gave %v, want %d", err, want)
		}
	}
}

func TestHeartbeatsAreAcknowledgedAndAskedFor(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	w := dial(t, s, "/?v=9&encoding=json")
	w.until(10)
	w.send(`{"op":1,"d":null}`)
	w.until(11)
	s.RequestHeartbeat()
	w.until(1)
	s.WithholdAcks(true)
	w.send(`{"op":1,"d":null}`)
	w.send(identify)
	if f, _ := w.read(); f.T != "READY" {
		t.Errorf("read %+v", f)
	}
	if n := s.Counts().Heartbeats; n != 2 {
		t.Errorf("%d heartbeats", n)
	}
}

func TestWhoSendsNoHeartbeatIsClosedAndMayResume(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Heartbeat: 2 * time.Second}) // long enough to identify on a busy machine
	w := dial(t, s, "/?v=9&encoding=json")
	w.until(10)
	w.send(identify)
	ready := w.until(0)
	if _, code := w.read(); code != 4000 {
		t.Fatalf("closed with %d", code)
	}
	resumes(t, s, ready, "RESUMED")
}

func TestIdentifiesTooSoonAreInvalid(t *testing.T) {
	t.Parallel()
	clock := discordtest.NewClock()
	s := discordtest.New(t, discordtest.Config{IdentifyEvery: 5 * time.Second, Now: clock.Now})
	first, second := dial(t, s, "/?v=9&encoding=json"), dial(t, s, "/?v=9&encoding=json")
	first.send(identify)
	first.until(0)
	second.send(identify)
	if f := second.until(9); string(f.D) != "false" {
		t.Errorf("op 9 %s", f.D)
	}
	clock.Advance(5 * time.Second)
	second.send(identify)
	second.until(0)
}

func TestTooManyPayloadsAreClosedWith4008(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	w := dial(t, s, "/?v=9&encoding=json")
	for range 121 {
		w.send(`{"op":1,"d":null}`)
	}
	code := 0
	for code == 0 {
		_, code = w.read()
	}
	if code != 4008 {
		t.Errorf("closed with %d", code)
	}
}

func TestALargePayloadIsCompressedForWhoAsks(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	for i := range 30 {
		market.Channel(fmt.Sprint("salon-", i))
	}
	w := dial(t, s, "/?v=9&encoding=json")
	w.until(10)
	w.send(strings.Replace(identify, `"intents"`, `"compress":true,"intents"`, 1))
	w.until(0) // READY is small
	kind, data, err := w.socket.ReadMessage()
	if err != nil || kind != websocket.BinaryMessage {
		t.Fatalf("kind %d, %v", kind, err)
	}
	var f frame
	if err := json.NewDecoder(must(zlib.NewReader(bytes.NewReader(data)))).Decode(&f); err != nil || f.T != "GUILD_CREATE" || f.S != 2 {
		t.Errorf("%v, %+v", err, f)
	}
}
