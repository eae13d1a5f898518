package widget_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"guichet/bot"
)

const familySecret = "mon secret de famille"

// wantFallen checks what the log says of a panic: what was done, and where, and nothing that anybody wrote.
func (f *fixture) wantFallen(kind string) {
	f.t.Helper()
	log := f.logs.String()
	for _, want := range []string{"panic while", kind, "panic=string", "faultyStore"} {
		if !strings.Contains(log, want) {
			f.t.Errorf("the log lacks %q: %s", want, log)
		}
	}
	if strings.Contains(log, familySecret) {
		f.t.Errorf("the log has what a customer wrote: %s", log)
	}
}

// settled is a visitor for whom nothing is read until something new is said: what follows a welcome has been.
func (f *fixture) settled() (*client, frame) {
	f.t.Helper()
	c, w := f.visitor()
	c.ask("settled", "Comment obtenir un extrait Kbis ?")
	return c, w
}

func TestAPanicInAFrameEndsItsSocketAndNoOther(t *testing.T) {
	t.Parallel()
	for kind, frame := range map[string]map[string]any{
		"hello": nil,
		"rate":  {"type": "rate", "id": "r1", "score": 4, "label": familySecret},
		"erase": {"type": "erase", "id": "e1", "label": familySecret},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			beside, w := f.settled()
			c := f.dial()
			id := ""
			if frame == nil {
				f.store.panicRead.Store(true)
				c.send(map[string]any{"type": "hello", "v": 1, "site": "micro", "token": w.Token, "label": familySecret})
			} else {
				c.hello("", 0)
				f.store.panicVisit.Store(true)
				c.send(frame)
				id, _ = frame["id"].(string)
			}
			c.refused("failed", id)
			if code := c.closed(); code != websocket.CloseInternalServerErr {
				t.Errorf("closed with %d", code)
			}
			f.wantFallen("frame=" + kind)
			f.store.panicRead.Store(false)
			f.store.panicVisit.Store(false)
			beside.say("one", "Comment obtenir un extrait Kbis ?")
			if m := beside.expect("message"); m.ID != "one" {
				t.Errorf("beside it comes %+v", m)
			}
		})
	}
}

func TestAPanicOfTheWriterEndsItsSocketAndNoOther(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.settled()
	beside, _ := f.settled()
	key, _, _ := strings.Cut(w.Token, ".")
	f.store.panicRead.Store(true)
	if _, err := f.db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: key, Site: "micro", Text: familySecret}, func(bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: familySecret, Reply: bot.Reply{Kind: bot.Silent}}, nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, data, err := c.ReadMessage(); err == nil {
		t.Errorf("the socket goes on: %s", data)
	}
	f.wantFallen("written to")
	f.store.panicRead.Store(false)
	beside.say("one", "Comment obtenir un extrait Kbis ?")
	if m := beside.expect("message"); m.ID != "one" {
		t.Errorf("beside it comes %+v", m)
	}
}

func TestAPanicInARequestIsAnsweredAndLoggedWithoutItsWords(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	token := f.dial().hello("", 0).Token
	hello := `{"type":"hello","v":1,"site":"micro","token":"` + token + `"}`
	f.store.panicRead.Store(true)
	res, err := http.Post(f.http.URL+"/transcript", "text/plain", strings.NewReader(hello))
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, res); res.StatusCode != http.StatusInternalServerError || !strings.Contains(body, "réessayez") {
		t.Errorf("a transcript: %d %s", res.StatusCode, body)
	}
	f.wantFallen("a request was answered")
	if res, err = http.Post(f.http.URL+"/stream", "text/plain", strings.NewReader(hello)); err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, res); !strings.Contains(body, `"code":"failed"`) {
		t.Errorf("a stream: %s", body)
	}
	f.wantFallen("frame=hello")
}
