package widget_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"guichet/bot"
	"guichet/widget"
)

// from is a number that the environment may raise for a long run.
func from(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return usual
}

// replicas are servers over one database behind a proxy, of which one after another is restarted.
type replicas struct {
	f     *fixture
	proxy *proxy
	web   *http.Server
	chat  *widget.Server
}

func newReplicas(t *testing.T, f *fixture, seed uint64) *replicas {
	t.Helper()
	r := &replicas{f: f}
	r.proxy = newProxy(t, r.start(), seed)
	t.Cleanup(r.stop)
	return r
}

func (r *replicas) start() (address string) {
	r.f.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.f.t.Fatal(err)
	}
	r.chat = r.f.newServer()
	r.chat.Hurry(200*time.Millisecond, 3*time.Second, 50*time.Millisecond)
	web := &http.Server{Handler: r.chat.Handler()}
	r.web = web
	go func() { _ = web.Serve(listener) }()
	return listener.Addr().String()
}

// stop drains as the program does: the chat first, then the requests.
func (r *replicas) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.chat.Close(ctx); err != nil {
		r.f.t.Error(err)
	}
	_ = r.web.Close()
}

func (r *replicas) restart() {
	chat, web := r.chat, r.web
	r.proxy.target.Store(r.start())
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := chat.Close(ctx); err != nil {
		r.f.t.Error(err)
	}
	_ = web.Close()
}

// TestNothingIsLostDoubledOrMovedOnABadNetwork sends messages each way in many sessions over sockets and over plain
// HTTP, while connections are delayed, cut in the middle of frames, forgotten, and servers restarted. By default it is
// small; GUICHET_TORTURE_SESSIONS and GUICHET_TORTURE_MESSAGES (of a session, each way) make it long.
func TestNothingIsLostDoubledOrMovedOnABadNetwork(t *testing.T) {
	t.Parallel()
	sessions, messages := from("GUICHET_TORTURE_SESSIONS", 12), from("GUICHET_TORTURE_MESSAGES", 5)
	r := newReplicas(t, newFixture(t), 1)
	over := make(chan struct{})
	var chaos sync.WaitGroup
	chaos.Add(1)
	go func() {
		defer chaos.Done()
		r.trouble(over, time.Duration(from("GUICHET_TORTURE_DEAD_SECONDS", 1))*time.Second)
	}()
	var all sync.WaitGroup
	people := make([]*person, sessions)
	for i := range people {
		people[i] = &person{t: t, address: r.proxy.address(), name: fmt.Sprintf("p%d", i), http: i%3 == 2}
		all.Add(1)
		go func() {
			defer all.Done()
			people[i].converse(messages)
		}()
	}
	all.Wait()
	close(over)
	chaos.Wait()
	for _, p := range people {
		p.check(r.f, messages)
	}
	r.proxy.mu.Lock()
	defer r.proxy.mu.Unlock()
	t.Logf("%d messages each way in %d sessions; connections: %v", sessions*messages, sessions, r.proxy.count)
	for _, bad := range []fate{isCut, isClosed, isLost, isDeaf} {
		if r.proxy.count[bad] == 0 {
			t.Errorf("no connection %s: the network was too good", bad)
		}
	}
}

// trouble restarts a server, then kills the network for a while, and so on until the sessions are over.
func (r *replicas) trouble(over <-chan struct{}, dead time.Duration) {
	for turn := 0; ; turn++ {
		select {
		case <-over:
			return
		case <-time.After(1500 * time.Millisecond):
		}
		if turn%2 == 0 {
			r.restart()
			continue
		}
		r.proxy.dead.Store(true)
		select {
		case <-over:
		case <-time.After(dead):
		}
		r.proxy.dead.Store(false)
		r.proxy.cutAll()
	}
}

// person keeps the rules of docs/chat-protocol.md for clients: a message is sent again until it comes back, a number is
// shown once.
type person struct {
	t       *testing.T
	address string
	name    string
	http    bool
	token   string
	last    int64
	shown   []frame
}

// answerTime is how long a person's client waits before it takes a connection for dead.
const answerTime = time.Second

func (p *person) converse(messages int) {
	for i := range messages {
		id, deadline := fmt.Sprintf("%s-%d", p.name, i), time.Now().Add(3*time.Minute)
		for !p.answered(id) {
			if time.Now().After(deadline) {
				p.t.Errorf("%s: message %d is not through", p.name, i)
				return
			}
			if p.http {
				p.overHTTP(id)
			} else {
				p.overSocket(id)
			}
		}
	}
}

// answered tells whether a message has come back and something after it.
func (p *person) answered(id string) bool {
	at := slices.IndexFunc(p.shown, func(f frame) bool { return f.ID == id })
	return at >= 0 && at < len(p.shown)-1
}

func (p *person) take(f frame) {
	switch f.Type {
	case "welcome":
		p.token = f.Token
		for _, m := range f.Messages {
			p.take(m)
		}
	case "message":
		if f.Seq > p.last {
			p.last = f.Seq
			p.shown = append(p.shown, f)
		}
	}
}

func (p *person) hello() map[string]any {
	return map[string]any{"type": "hello", "v": 1, "site": "micro", "token": p.token, "after": p.last}
}

func (p *person) message(id string) map[string]any {
	return map[string]any{"type": "message", "id": id, "text": "Comment obtenir un extrait Kbis ?"}
}

// overSocket opens a socket and stays until the message is answered or the connection seems dead.
func (p *person) overSocket(id string) {
	dialer := websocket.Dialer{HandshakeTimeout: answerTime}
	conn, _, err := dialer.Dial("ws://"+p.address+"/ws", nil)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	for _, out := range []any{p.hello(), p.message(id)} {
		_ = conn.SetWriteDeadline(time.Now().Add(answerTime))
		if conn.WriteJSON(out) != nil {
			return
		}
	}
	for !p.answered(id) {
		_ = conn.SetReadDeadline(time.Now().Add(answerTime))
		var f frame
		if conn.ReadJSON(&f) != nil {
			return
		}
		p.take(f)
		if f.Type == "error" {
			return
		}
	}
}

// overHTTP does the same with a stream and posts.
func (p *person) overHTTP(id string) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	dead := time.AfterFunc(answerTime, cancel)
	defer dead.Stop()
	res, err := client.Do(p.post(ctx, "/stream", p.hello()))
	if err != nil {
		return
	}
	defer func() { _ = res.Body.Close() }()
	sent := false
	for lines := bufio.NewScanner(res.Body); !p.answered(id) && lines.Scan(); {
		dead.Reset(answerTime)
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		var f frame
		if !ok || json.Unmarshal([]byte(data), &f) != nil {
			continue
		}
		p.take(f)
		if f.Type == "error" {
			return
		}
		if !sent {
			sent = true
			body := p.hello()
			body["frame"] = p.message(id)
			answer, err := client.Do(p.post(ctx, "/send", body))
			if err != nil {
				return
			}
			_ = answer.Body.Close()
		}
	}
}

func (p *person) post(ctx context.Context, path string, body any) *http.Request {
	data, err := json.Marshal(body)
	if err != nil {
		p.t.Error(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.address+path, bytes.NewReader(data))
	if err != nil {
		p.t.Error(err)
	}
	return r
}

// check compares what the person saw with what the team sees, and both with what was sent.
func (p *person) check(f *fixture, messages int) {
	kept := f.transcript(p.token)
	if len(kept) != 2*messages || len(p.shown) != len(kept) {
		p.t.Errorf("%s: %d shown, %d kept, want %d", p.name, len(p.shown), len(kept), 2*messages)
		return
	}
	for i, m := range kept {
		seen := p.shown[i]
		if m.Seq != int64(i+1) || seen.Seq != m.Seq || seen.From != string(m.From) {
			p.t.Errorf("%s: place %d holds number %d from %s, shown as number %d from %s", p.name, i, m.Seq, m.From, seen.Seq, seen.From)
		}
		want := bot.FromCustomer
		if i%2 == 1 {
			want = bot.FromBot
		}
		if m.From != want || want == bot.FromCustomer && seen.ID != fmt.Sprintf("%s-%d", p.name, i/2) {
			p.t.Errorf("%s: place %d is %s %q", p.name, i, m.From, seen.ID)
		}
	}
}

// TestTheBrowsersClientLosesNothingOnABadNetwork has the real client write through the same network. The browser's own
// patience makes it slow: GUICHET_TORTURE_TABS and GUICHET_TORTURE_TAB_MESSAGES make it long.
func TestTheBrowsersClientLosesNothingOnABadNetwork(t *testing.T) {
	t.Parallel()
	tabs, messages := from("GUICHET_TORTURE_TABS", 2), from("GUICHET_TORTURE_TAB_MESSAGES", 6)
	for n := range tabs {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			r := newReplicas(t, f, uint64(10+n))
			r.proxy.faults.Store(false)
			b := openTab(t, "http://"+r.proxy.address()+"/chat/micro", 1024, 768)
			b.until(`$('.greeting')`)
			r.proxy.faults.Store(true)
			r.proxy.cutAll()
			for i := range messages {
				b.run(fmt.Sprintf(`chat.say('Comment obtenir un extrait Kbis ? n° %d')`, i))
				if i == messages/2 {
					r.restart()
				}
			}
			b.eventually(fmt.Sprintf(`$$('.m.pending').length === 0 && $$('.m.customer').length === %d && $$('.m.bot:not(.greeting)').length === %[1]d`, messages))
			token := text(b, `JSON.parse(localStorage.getItem('guichet.micro')).token`)
			var shown, kept []string
			for i := range messages {
				shown = append(shown, text(b, fmt.Sprintf(`$$('.m.customer .bubble')[%d].textContent`, i)))
			}
			for _, m := range f.transcript(token) {
				if m.From == bot.FromCustomer {
					kept = append(kept, m.Text)
				}
			}
			if !slices.Equal(shown, kept) || !slices.IsSortedFunc(kept, func(a, b string) int { return number(a) - number(b) }) || len(kept) != messages {
				t.Errorf("shown %q, kept %q", shown, kept)
			}
		})
	}
}

// number is what a message of this test ends with.
func number(text string) int {
	n, _ := strconv.Atoi(text[strings.LastIndex(text, " ")+1:])
	return n
}
