package gate

import (
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Limits are how many connections may be open.
type Limits struct {
	All        int // 0 for any number
	PerAddress int // of one Address; 0 for any number

	// Address names whose connections are counted together, "" for somebody whose are not. [Address] when nil.
	Address func(remote string) string
}

// Address names the public address that a connection or a request comes from, an IPv6 network of one customer (/64) as one.
// It is "" for this machine and private networks: a proxy is there, which speaks for many.
func Address(remote string) string {
	from, err := netip.ParseAddrPort(remote)
	if err != nil {
		return ""
	}
	ip := from.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return ""
	}
	if ip.Is6() {
		network, _ := ip.WithZone("").Prefix(64)
		return network.String()
	}
	return ip.String()
}

// Listen returns a listener that turns away what is beyond the limits.
func Listen(inner net.Listener, limits Limits) net.Listener {
	if limits.Address == nil {
		limits.Address = Address
	}
	return &listener{Listener: inner, limits: limits, open: map[string]int{}, refusals: make(chan struct{}, refusedAtOnce)}
}

type listener struct {
	net.Listener
	limits   Limits
	refusals chan struct{} // holds a value for each connection that is being told why

	mu   sync.Mutex
	all  int
	open map[string]int // by address
}

func (l *listener) Accept() (net.Conn, error) {
	for {
		inner, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		address := l.limits.Address(inner.RemoteAddr().String())
		if l.enter(address) {
			return &conn{Conn: inner, leave: sync.OnceFunc(func() { l.leave(address) })}, nil
		}
		l.refuse(inner)
	}
}

func (l *listener) enter(address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.limits.All > 0 && l.all >= l.limits.All || address != "" && l.limits.PerAddress > 0 && l.open[address] >= l.limits.PerAddress {
		return false
	}
	l.all++
	if address != "" {
		l.open[address]++
	}
	return true
}

func (l *listener) leave(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.open[address]--; l.open[address] <= 0 {
		delete(l.open, address)
	}
}

const (
	refusedAtOnce = 64          // are told why; in a flood of more, the rest are just closed
	refusalTime   = time.Second // for telling one
	refusal       = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Type: text/plain; charset=utf-8\r\n" +
		"Content-Length: 0\r\nConnection: close\r\n\r\n"
)

func (l *listener) refuse(c net.Conn) {
	select {
	case l.refusals <- struct{}{}:
	default:
		_ = c.Close()
		return
	}
	go func() {
		defer func() { <-l.refusals }()
		defer func() { _ = c.Close() }()
		_ = c.SetDeadline(time.Now().Add(refusalTime))
		if _, err := io.WriteString(c, refusal); err != nil {
			return
		}
		// Closing with unread bytes would reset the connection, and the answer could be lost on its way.
		if half, ok := c.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
			_, _ = io.CopyN(io.Discard, c, 64<<10)
		}
	}()
}

// conn tells when it is closed.
type conn struct {
	net.Conn
	leave func()
}

func (c *conn) Close() error {
	c.leave()
	return c.Conn.Close()
}
