package widget_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"guichet/bot"
)

// marker stands in everything a hostile client sends: it must be in no log.
const marker = "zxqv-confidentiel"

func TestAHostileClientLearnsNothingAndDisturbsNobody(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	victim, w := f.visitor()
	victim.ask("private-1", "Comment obtenir un extrait Kbis ?")
	before := len(f.transcript(w.Token))

	t.Run("another visitor's message id", func(t *testing.T) {
		c := dial(t, f.http.URL)
		mine := c.hello("", 0)
		c.say("private-1", "Comment obtenir un extrait Kbis ? "+marker)
		if m := c.expect("message"); m.Seq != 1 {
			t.Errorf("got %+v", m)
		}
		c.expect("message")
		if n := len(f.transcript(mine.Token)); n != 2 {
			t.Errorf("the hostile client's own conversation has %d messages", n)
		}
	})
	t.Run("another visitor's key under a signature of one's own", func(t *testing.T) {
		key, _, _ := strings.Cut(w.Token, ".")
		_, signature, _ := strings.Cut(dial(t, f.http.URL).hello("", 0).Token, ".")
		for _, token := range []string{key, key + "." + signature, key + "."} {
			c := dial(t, f.http.URL)
			c.send(map[string]any{"type": "hello", "v": 1, "site": "micro", "token": token})
			c.refused("bad_token", "")
			s := &follower{t: t, base: f.http.URL, token: token}
			if got := s.send(map[string]any{"type": "erase", "id": "e"}); len(got) != 1 || got[0].Code != "bad_token" && token != "" {
				t.Errorf("erasing over HTTP with %q: %+v", token, got)
			}
			res := postForm(t, f.http.URL+"/chat/micro", url.Values{"token": {token}, "id": {"a"}, "text": {marker}})
			if body := readAll(t, res); res.StatusCode != http.StatusForbidden || strings.Contains(body, "Infogreffe") {
				t.Errorf("the plain form with %q: status %d", token, res.StatusCode)
			}
		}
	})
	t.Run("ten thousand frames", func(t *testing.T) {
		c := dial(t, f.http.URL)
		c.hello("", 0)
		var refused, handled atomic.Int64
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				_, data, err := c.ReadMessage()
				if err != nil {
					return
				}
				var got frame
				if json.Unmarshal(data, &got) == nil && got.Code == "too_fast" {
					refused.Add(1)
				} else {
					handled.Add(1)
				}
			}
		}()
		sent := 0
		for ; sent < 10_000; sent++ {
			if c.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"type":"check","id":"c%d","field":"siren","category":"claim","value":%q}`, sent, marker)) != nil {
				break // dropped: it sends faster than it is answered
			}
		}
		dropped := false
		for late := time.After(patience); refused.Load()+handled.Load() < int64(sent); { // unless it is dropped, all are answered
			select {
			case <-done:
				dropped = true
			case <-time.After(10 * time.Millisecond):
				continue
			case <-late:
			}
			break
		}
		_ = c.Close()
		<-done
		if handled.Load() > 1000 || sent == 10_000 && !dropped && refused.Load() < 5_000 {
			t.Errorf("of %d frames %d were handled and %d refused", sent, handled.Load(), refused.Load())
		}
	})
	t.Run("huge bodies", func(t *testing.T) {
		huge := `{"v":1,"site":"micro","frame":{"type":"message","id":"a","text":"` + strings.Repeat(marker, 1<<16) + `"}}`
		for _, path := range []string{"/stream", "/send", "/transcript"} {
			res, err := http.Post(f.http.URL+path, "text/plain", strings.NewReader(huge))
			if err != nil {
				continue // cut while it was sending: as good
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
			if res.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("%s: status %d", path, res.StatusCode)
			}
		}
		res := postForm(t, f.http.URL+"/chat/micro", url.Values{"id": {"a"}, "text": {strings.Repeat(marker, 1<<14)}})
		if _ = readAll(t, res); res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("the plain form: status %d", res.StatusCode)
		}
	})
	t.Run("strange values", func(t *testing.T) {
		for _, sent := range []string{
			`{"type":"message","id":"v","choice":"intake:form","values":{"siren":"` + strings.Repeat("1", 4001) + `"}}`,
			`{"type":"message","id":"v","choice":"intake:form","values":{` + manyFields(30) + `}}`,
			`{"type":"message","id":"v","values":"` + marker + `"}`,
			`{"type":"rate","id":"v","score":-1}`, `{"type":"rate","id":"v","score":1e99}`, `{"type":"check","id":"v","value":["` + marker + `"]}`,
			`{"type":"erase"}`, `{"type":"message","id":"v","identity":{"id":5}}`, `[]`, `null`, `"` + marker + `"`,
		} {
			c := dial(t, f.http.URL)
			c.hello("", 0)
			c.sendText(sent)
			if e := c.expect("error"); e.Text == "" || strings.Contains(e.Text, marker) {
				t.Errorf("%.60s: got %+v", sent, e)
			}
		}
	})

	victim.say("private-2", "Je souhaite renouveler mon contrat")
	if m := victim.expect("message"); m.ID != "private-2" || m.Seq != int64(before+1) {
		t.Errorf("the victim's next message came back as %+v", m)
	}
	victim.expect("message")
	if n := len(f.transcript(w.Token)); n != before+2 {
		t.Errorf("the victim's conversation has %d messages, want %d", n, before+2)
	}
	if strings.Contains(f.logs.String(), marker) {
		t.Errorf("what was sent is in the log: %s", f.logs)
	}
}

func manyFields(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`"f%d":"x"`, i))
	}
	return strings.Join(list, ",")
}

func postForm(t *testing.T, address string, values url.Values) *http.Response {
	t.Helper()
	res, err := http.PostForm(address, values)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestScriptsInEveryFieldRunNowhere(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const attack = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>[x](javascript:window.pwned=1)`
	c, w := f.visitor()
	c.ask("a", attack)
	c.request()
	c.fill("f", map[string]string{"attestation_number": "20417", "subscription_date": "", "siren": "732829320", "email": "c@example.fr", attack: attack})
	c.send(map[string]any{"type": "message", "id": "n", "choice": attack, "label": attack})
	c.expect("message")
	c.expect("message")
	c.send(map[string]any{"type": "message", "id": "ok", "choice": "intake:confirm", "label": "oui"})
	c.expect("message")
	done := c.expect("message")
	if done.Reference == "" {
		t.Fatalf("no ticket: %+v", done)
	}
	agent := bot.User{Email: "m@example.fr", Name: attack}
	if err := f.db.ReplyTicket(t.Context(), done.Reference, agent, bot.AgentReply{Text: attack, Once: "1"}); err != nil {
		t.Fatal(err)
	}
	c.expect("message")

	b := openTab(t, f.http.URL, 1024, 768)
	b.run(fmt.Sprintf(`localStorage.setItem('guichet.micro', JSON.stringify({ token: %q })); sessionStorage.setItem('guichet.micro', JSON.stringify({ open: true, draft: %q }))`, w.Token, attack))
	b.open(f.http.URL + "/chat/micro")
	b.until(`$('.m.agent .who')`)
	if got := text(b, `$('.m.agent .who').textContent`); got != attack {
		t.Errorf("the agent's name shows as %q", got)
	}
	if got := text(b, `String(window.pwned) + $$('.list img, .list script, .list [href^="javascript"]').length`); got != "undefined0" {
		t.Errorf("a script ran, or could: %s", got)
	}
	plain := readAll(t, postForm(t, f.http.URL+"/chat/micro", url.Values{"token": {w.Token}, "refresh": {"1"}}))
	s := &follower{t: t, base: f.http.URL}
	copied := readAll(t, s.post("/transcript", map[string]any{"v": 1, "site": "micro", "token": w.Token}))
	for name, page := range map[string]string{"plain": plain, "transcript": copied} {
		if strings.Contains(page, "<img src=x") || strings.Contains(page, "<script>window") || strings.Contains(page, `href="javascript`) || !strings.Contains(page, "&lt;img src=x") {
			t.Errorf("the %s page has the attack in it:\n%s", name, page)
		}
	}
}
