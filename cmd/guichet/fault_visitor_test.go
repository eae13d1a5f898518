package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"guichet/bot"
	"guichet/connectors/postgres"
)

// visitor is a person at the website's chat, whose browser does what docs/chat-protocol.md asks: it keeps what it was
// shown by number, and sends a message again, with the same id, until it comes back.
type visitor struct {
	t         *testing.T
	name      string
	addresses []string // of the replicas
	random    *rand.Rand
	conn      *websocket.Conn
	token     string
	after     int64
	shown     map[int64]fault
	sent      []said
	told      map[string]bool // references of tickets, whenever they were told
	opened    *atomic.Int64   // how many were told to anybody of the crowd
	codes     map[string]int  // of errors and closes, but for too_fast
	lastReply string
	silences  int // messages that were acknowledged and not answered while the visitor waited
}

// said is a message of the visitor's.
type said struct {
	id, text string
	acked    bool
}

// fault is a frame of the server.
type fault struct {
	Type, Code, ID, Token, From, Text, HTML, Agent, Kind, Reference string
	Seq, After                                                      int64
	Messages                                                        []fault
	Deferred                                                        bool
}

// connect opens a socket to one of the replicas and says hello; false when none answers.
func (v *visitor) connect() bool {
	v.hangUp()
	base := v.addresses[v.random.IntN(len(v.addresses))]
	dialer := websocket.Dialer{HandshakeTimeout: 3 * time.Second}
	conn, _, err := dialer.Dial("ws"+strings.TrimPrefix(base, "http")+"/ws", nil)
	if err != nil {
		return false
	}
	v.conn = conn
	if v.conn.WriteJSON(map[string]any{"type": "hello", "v": 1, "site": "micro", "token": v.token, "after": v.after}) != nil {
		return false
	}
	for {
		f, ok := v.next(10 * time.Second)
		if !ok {
			return false
		}
		if f.Type != "welcome" {
			continue
		}
		v.token = f.Token
		if f.After < v.after { // erased or renumbered: start over
			v.shown, v.after = map[int64]fault{}, f.After
		}
		for _, m := range f.Messages {
			v.show(m)
		}
		return true
	}
}

func (v *visitor) hangUp() {
	if v.conn != nil {
		_ = v.conn.Close()
		v.conn = nil
	}
}

// next reads a frame; false when the socket is no good any more.
func (v *visitor) next(patience time.Duration) (f fault, ok bool) {
	if v.conn == nil {
		return f, false
	}
	_ = v.conn.SetReadDeadline(time.Now().Add(patience))
	if err := v.conn.ReadJSON(&f); err != nil {
		if closed, is := err.(*websocket.CloseError); is {
			v.codes[fmt.Sprint(closed.Code)]++
		}
		v.hangUp()
		return f, false
	}
	switch f.Type {
	case "message":
		v.show(f)
	case "error":
		if f.Code != "too_fast" { // on a fast machine they talk faster than people do; the message is sent again
			v.codes[f.Code]++
		}
	}
	return f, true
}

// show keeps a message by its number, and ignores a number it has.
func (v *visitor) show(m fault) {
	if _, known := v.shown[m.Seq]; known {
		return
	}
	v.shown[m.Seq] = m
	v.after = max(v.after, m.Seq)
	if m.Reference != "" && !v.told[m.Reference] {
		v.told[m.Reference] = true
		v.opened.Add(1)
	}
	if m.From == "bot" {
		v.lastReply = m.HTML
	}
	for i := range v.sent {
		if m.ID == v.sent[i].id {
			v.sent[i].acked = true
		}
	}
}

// say sends a message until it comes back, then waits for the reply. stop ends it between two tries.
func (v *visitor) say(stop <-chan struct{}, text, choice string) bool {
	id := fmt.Sprintf("%s-%d", v.name, len(v.sent))
	v.sent = append(v.sent, said{id: id, text: text})
	mine := &v.sent[len(v.sent)-1]
	for !mine.acked {
		select {
		case <-stop:
			return false
		default:
		}
		if v.conn == nil && !v.connect() {
			time.Sleep(time.Duration(20+v.random.IntN(80)) * time.Millisecond)
			continue
		}
		frame := map[string]any{"type": "message", "id": id, "text": text}
		if choice != "" {
			frame = map[string]any{"type": "message", "id": id, "choice": choice, "label": text}
		}
		if mine.acked {
			break // the welcome had it
		}
		if v.conn.WriteJSON(frame) != nil {
			v.hangUp()
			continue
		}
		for !mine.acked {
			f, ok := v.next(20 * time.Second)
			if !ok {
				break
			}
			if f.Type == "error" { // to be sent again
				time.Sleep(200 * time.Millisecond)
				break
			}
		}
	}
	for v.conn != nil && !v.answered(id) {
		if _, ok := v.next(20 * time.Second); !ok {
			break
		}
	}
	if !v.answered(id) {
		v.silences++
	}
	return true
}

// answered tells whether a reply of the bot follows the message.
func (v *visitor) answered(id string) bool {
	for seq, m := range v.shown {
		if m.ID == id {
			return v.shown[seq+1].From == "bot"
		}
	}
	return false
}

// talk asks questions, and asks for a person until a request is opened, until stop.
func (v *visitor) talk(stop <-chan struct{}) {
	defer v.hangUp()
	for {
		text, choice := v.nextWords()
		if !v.say(stop, text, choice) {
			return
		}
		select {
		case <-stop:
			return
		case <-time.After(time.Duration(50+v.random.IntN(150)) * time.Millisecond):
		}
	}
}

func (v *visitor) nextWords() (text, choice string) {
	switch reply := v.lastReply; {
	case strings.Contains(reply, "Est-ce exact"):
		return "oui", ""
	case strings.Contains(reply, "De quoi s"):
		return "je souhaite une remise sur mon prochain contrat de marché", ""
	case strings.Contains(reply, "adresse e-mail"):
		return v.name + "@example.org", ""
	case len(v.sent)%3 == 1 && len(v.told) < 4: // nobody opens requests without end
		return "Parler à un conseiller", "request:human"
	}
	return []string{"comment obtenir un kbis ?", "combien coûte l’extrait", "comment renouveler mon contrat ?"}[v.random.IntN(3)], ""
}

// crowd is visitors who talk at once.
type crowd struct {
	t       *testing.T
	all     []*visitor
	opened  atomic.Int64 // tickets they were told of
	stop    chan struct{}
	talking sync.WaitGroup
}

func newCrowd(t *testing.T, people int, addresses ...string) *crowd {
	return newNamedCrowd(t, "v", people, addresses...)
}

// newNamedCrowd makes visitors whose messages' ids differ from those of other crowds.
func newNamedCrowd(t *testing.T, name string, people int, addresses ...string) *crowd {
	c := &crowd{t: t, stop: make(chan struct{})}
	for i := range people {
		c.all = append(c.all, &visitor{
			t: t, name: fmt.Sprint(name, i), addresses: addresses, random: rand.New(rand.NewPCG(uint64(i), 1)),
			shown: map[int64]fault{}, told: map[string]bool{}, opened: &c.opened, codes: map[string]int{},
		})
	}
	return c
}

func (c *crowd) talk() {
	for _, v := range c.all {
		c.talking.Go(func() { v.talk(c.stop) })
	}
}

// quiet ends the talking.
func (c *crowd) quiet() {
	close(c.stop)
	c.talking.Wait()
}

// check compares what each visitor was told with what the database holds, and returns how much that was.
func (c *crowd) check(db *postgres.DB) (messages, tickets int) {
	c.t.Helper()
	for _, v := range c.all {
		m, n := v.check(db)
		messages, tickets = messages+m, tickets+n
	}
	return messages, tickets
}

func (v *visitor) check(db *postgres.DB) (messages, tickets int) {
	v.t.Helper()
	if v.token == "" {
		return 0, 0
	}
	key, _, _ := strings.Cut(v.token, ".")
	kept, err := db.Transcript(context.Background(), "web", key, 0)
	if err != nil {
		v.t.Fatal(err)
	}
	var inOrder []string
	references := map[string]bool{}
	for i, m := range kept {
		if m.Seq != int64(i+1) {
			v.t.Errorf("%s: message %d has number %d", v.name, i+1, m.Seq)
		}
		if i > 0 && m.At.Before(kept[i-1].At) {
			v.t.Errorf("%s: message %d is older than the one before", v.name, m.Seq)
		}
		if m.From == bot.FromCustomer {
			inOrder = append(inOrder, strings.TrimPrefix(m.ExternalID, key+":"))
		}
		if m.Reply != nil && m.Reply.Reference != "" {
			references[m.Reply.Reference] = true
		}
	}
	var acked []string
	for i, m := range v.sent {
		if m.acked {
			acked = append(acked, m.id)
		} else if i == len(v.sent)-1 && slices.Contains(inOrder, m.id) {
			acked = append(acked, m.id) // the last one may have arrived without our knowing
		}
	}
	if !slices.Equal(inOrder, acked) {
		v.t.Errorf("%s: acknowledged %v, kept %v", v.name, acked, inOrder)
	}
	for reference := range v.told {
		if _, err := db.Ticket(context.Background(), reference); err != nil {
			v.t.Errorf("%s was told %s: %v", v.name, reference, err)
		}
	}
	for reference := range references {
		if !v.told[reference] && v.sent[len(v.sent)-1].acked {
			v.t.Errorf("%s has a ticket %s of which they were never told", v.name, reference)
		}
	}
	v.compare(kept)
	return len(acked), len(v.told)
}

// compare has the visitor come back once more: what their browser shows is what the database holds.
func (v *visitor) compare(kept []bot.Message) {
	v.t.Helper()
	if !comesTrue(v.connect) {
		v.t.Fatalf("%s cannot connect any more: %v", v.name, v.codes)
	}
	for v.after < int64(len(kept)) {
		if _, ok := v.next(20 * time.Second); !ok && !comesTrue(v.connect) {
			break
		}
	}
	v.hangUp()
	numbers := make([]int64, 0, len(v.shown))
	for seq := range v.shown {
		numbers = append(numbers, seq)
	}
	sort.Slice(numbers, func(i, j int) bool { return numbers[i] < numbers[j] })
	if len(numbers) != len(kept) {
		v.t.Errorf("%s is shown %d messages, the database holds %d: %v", v.name, len(numbers), len(kept), numbers)
		return
	}
	for i, seq := range numbers {
		m := kept[i]
		if seq != m.Seq || v.shown[seq].From != string(m.From) || m.From == bot.FromCustomer && v.shown[seq].Text != m.Text {
			v.t.Errorf("%s is shown %+v where the database holds number %d from %s", v.name, v.shown[seq], m.Seq, m.From)
		}
	}
}
