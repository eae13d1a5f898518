package widget_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// follower is a client's end of a stream.
type follower struct {
	t      testing.TB
	base   string
	res    *http.Response
	lines  *bufio.Scanner
	token  string
	header http.Header
}

func (f *fixture) follow(hello map[string]any, header http.Header) *follower {
	f.t.Helper()
	s := &follower{t: f.t, base: f.http.URL, header: header}
	s.res = s.post("/stream", hello)
	f.t.Cleanup(func() { _ = s.res.Body.Close() })
	s.lines = bufio.NewScanner(s.res.Body)
	return s
}

func (s *follower) post(path string, body any) *http.Response {
	s.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, s.base+path, strings.NewReader(string(data)))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, values := range s.header {
		r.Header[name] = values
	}
	client := &http.Client{Timeout: 2 * patience}
	res, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	return res
}

// next is the next frame of the stream; ok is false at its end.
func (s *follower) next() (f frame, ok bool) {
	s.t.Helper()
	for s.lines.Scan() {
		if data, is := strings.CutPrefix(s.lines.Text(), "data: "); is {
			if err := json.Unmarshal([]byte(data), &f); err != nil {
				s.t.Fatal(err)
			}
			return f, true
		}
	}
	return frame{}, false
}

func (s *follower) expect(kind string) frame {
	s.t.Helper()
	f, ok := s.next()
	if !ok || f.Type != kind {
		s.t.Fatalf("got %+v (%v), want a frame of type %s", f, ok, kind)
	}
	if f.Type == "welcome" {
		s.token = f.Token
	}
	return f
}

// send posts one frame and returns what it was answered.
func (s *follower) send(one map[string]any) []frame {
	s.t.Helper()
	res := s.post("/send", map[string]any{"v": 1, "site": "micro", "token": s.token, "frame": one})
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.t.Fatalf("status %d: %s, %v", res.StatusCode, data, err)
	}
	var answer struct{ Frames []frame }
	if err := json.Unmarshal(data, &answer); err != nil {
		s.t.Fatalf("%s: %v", data, err)
	}
	return answer.Frames
}

var hello = map[string]any{"type": "hello", "v": 1, "site": "micro"}

func TestTheSameFramesTravelOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	s := f.follow(hello, nil)
	if kind := s.res.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		t.Errorf("the stream is %s", kind)
	}
	s.expect("welcome")
	if got := s.send(map[string]any{"type": "ping"}); len(got) != 1 || got[0].Type != "pong" {
		t.Errorf("a ping is answered %+v", got)
	}
	if got := s.send(map[string]any{"type": "message", "id": "one", "text": "Comment obtenir un extrait Kbis ?"}); len(got) != 0 {
		t.Errorf("a message is answered %+v", got)
	}
	if m := s.expect("message"); m.Seq != 1 || m.ID != "one" {
		t.Errorf("it comes back as %+v", m)
	}
	if m := s.expect("message"); m.Seq != 2 || m.From != "bot" {
		t.Errorf("its answer is %+v", m)
	}
	if got := s.send(map[string]any{"type": "message", "id": "two", "text": " "}); len(got) != 1 || got[0].Code != "empty" || got[0].ID != "two" {
		t.Errorf("an empty message is answered %+v", got)
	}
	c := f.dial() // and a socket shows the same conversation
	if w := c.hello(s.token, 0); len(w.Messages) != 2 {
		t.Errorf("the socket has %d messages", len(w.Messages))
	}
	c.say("three", "Comment obtenir un extrait Kbis ?")
	if m := s.expect("message"); m.ID != "three" {
		t.Errorf("from the other tab comes %+v", m)
	}
}

func TestARefusedHelloEndsItsStream(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for code, spoil := range map[string]map[string]any{
		"bad_version":   {"type": "hello", "v": 3, "site": "micro"},
		"unknown_site":  {"type": "hello", "v": 1, "site": "nulle-part"},
		"bad_token":     {"type": "hello", "v": 1, "site": "micro", "token": "forged.token"},
		"hello_missing": {"type": "ping"},
		"bad_identity":  {"type": "hello", "v": 1, "site": "micro", "identity": map[string]any{"id": "1", "expires": 1}},
	} {
		s := f.follow(spoil, nil)
		if e := s.expect("error"); e.Code != code || e.Text == "" {
			t.Errorf("got %+v, want %s", e, code)
		}
		if more, ok := s.next(); ok {
			t.Errorf("%s: after the refusal came %+v", code, more)
		}
	}
}

func TestAStreamEndsWhenTheServerDoes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	s := f.follow(hello, nil)
	s.expect("welcome")
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := f.server.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if more, ok := s.next(); ok {
		t.Errorf("got %+v", more)
	}
	for _, path := range []string{"/stream", "/send"} {
		res := s.post(path, hello)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s: status %d", path, res.StatusCode)
		}
	}
}

func TestOnlyASitesOriginsReadWhatIsPosted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, path := range []string{"/stream", "/send", "/transcript"} {
		s := &follower{t: t, base: f.http.URL, header: http.Header{"Origin": {"https://voleur.example"}}}
		res := s.post(path, hello)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusForbidden || res.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s from elsewhere: status %d, %v", path, res.StatusCode, res.Header)
		}
	}
	s := f.follow(hello, http.Header{"Origin": {"https://www.marchand.fr"}})
	s.expect("welcome")
	if got := s.res.Header.Get("Access-Control-Allow-Origin"); got != "https://www.marchand.fr" {
		t.Errorf("the site's page may not read: %q", got)
	}
	// A page of one site does not speak for another, although some site lets it in.
	other := f.follow(map[string]any{"type": "hello", "v": 1, "site": "alma"}, http.Header{"Origin": {"https://www.marchand.fr"}})
	if e := other.expect("error"); e.Code != "bad_origin" {
		t.Errorf("got %+v", e)
	}
}

func TestTheBrowserFallsBackToHTTPWhereSocketsAreBlocked(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.server.Hurry(time.Second, time.Minute, time.Second)
	blocked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ws" {
			http.Error(w, "proxies of companies do this", http.StatusForbidden)
			return
		}
		f.server.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(blocked.CloseClientConnections)
	b := openTab(t, blocked.URL, 1024, 768)
	b.run(`Guichet.open()`)
	b.until(`$('.greeting')`)
	b.keys("Comment obtenir un extrait Kbis ?" + kb.Enter)
	b.until(`$$('.m.bot:not(.greeting)').length === 1 && $('.m.customer .meta').textContent.startsWith('Reçu')`)
	c := f.dial()
	c.hello(text(b, `JSON.parse(localStorage.getItem('guichet.micro')).token`), 0)
	c.say("elsewhere", "Je souhaite renouveler mon contrat")
	b.until(`$$('.m.customer').length === 2 && $$('.m.bot:not(.greeting)').length === 2 && $('.state').textContent === 'Assistant automatique'`)
}
