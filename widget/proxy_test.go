package widget_test

import (
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// proxy is a bad network between clients and a server: it delays, cuts at any byte, forgets connections without a word,
// and is dead for a while. Without faults it is a good one.
type proxy struct {
	listener net.Listener
	target   atomic.Value // string: where the server is now
	faults   atomic.Bool
	dead     atomic.Bool
	away     atomic.Bool // nobody is behind it: connections end at once

	mu    sync.Mutex
	dice  *rand.Rand
	conns map[net.Conn]struct{}
	count map[fate]int
	ended sync.WaitGroup
}

// fate is what becomes of a connection.
type fate string

const (
	lives    fate = "lives"
	isCut    fate = "is cut"         // between two bytes, mostly in the middle of a frame, with a reset
	isClosed fate = "is closed"      // in the middle too, as by a server that ends
	isLost   fate = "is lost"        // nothing passes any more, and neither side is told
	isDeaf   fate = "is lost upward" // what the client sends arrives nowhere; the server's pings do
)

func newProxy(t *testing.T, target string, seed uint64) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, dice: rand.New(rand.NewPCG(seed, 1)), conns: map[net.Conn]struct{}{}, count: map[fate]int{}}
	p.target.Store(target)
	p.faults.Store(true)
	p.ended.Add(1)
	go p.accept()
	t.Cleanup(func() {
		_ = listener.Close()
		p.cutAll()
		p.ended.Wait()
	})
	return p
}

func (p *proxy) address() string { return p.listener.Addr().String() }

func (p *proxy) accept() {
	defer p.ended.Done()
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.ended.Add(1)
		go p.carry(client)
	}
}

// roll decides a connection's fate, and after how many bytes in either direction it comes.
func (p *proxy) roll() (what fate, after int64, delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.faults.Load() {
		return lives, 0, 0
	}
	what = []fate{lives, isCut, isCut, isClosed, isClosed, isLost, isDeaf}[p.dice.IntN(7)]
	p.count[what]++
	return what, 200 + p.dice.Int64N(6000), time.Duration(p.dice.IntN(15)) * time.Millisecond
}

func (p *proxy) keep(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[c] = struct{}{}
}

// cutAll ends every connection, as a network does that changes.
func (p *proxy) cutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
		delete(p.conns, c)
	}
}

func (p *proxy) carry(client net.Conn) {
	defer p.ended.Done()
	p.keep(client)
	if p.away.Load() {
		_ = client.Close()
		return
	}
	server, err := net.Dial("tcp", p.target.Load().(string))
	if err != nil {
		_ = client.Close()
		return
	}
	p.keep(server)
	what, after, delay := p.roll()
	var passed atomic.Int64
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		both.Add(1)
		up := way[0] == client
		go func() {
			defer both.Done()
			p.pump(way[0], way[1], up, what, after, delay, &passed)
			if what == isCut {
				for _, c := range way {
					if tcp, ok := c.(*net.TCPConn); ok {
						_ = tcp.SetLinger(0) // a reset
					}
				}
			}
			_ = way[0].Close()
			_ = way[1].Close()
		}()
	}
	both.Wait()
}

// pump carries bytes one way until the connection's fate.
func (p *proxy) pump(from, to net.Conn, up bool, what fate, after int64, delay time.Duration, passed *atomic.Int64) {
	buffer := make([]byte, 512)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		time.Sleep(delay)
		total := passed.Add(int64(n))
		if p.dead.Load() || total > after && (what == isLost || what == isDeaf && up) {
			continue // swallowed
		}
		if total > after && (what == isCut || what == isClosed) {
			_, _ = to.Write(buffer[:n/2])
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
