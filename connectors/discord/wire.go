package discord

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
)

// wires are the connections of one session to the gateway, watched for two things that the library gets wrong and says
// nothing of: told to reconnect before it is ready it waits for itself for ever, and told that its session is invalid it
// identifies again at once, as often as it is told. Either ends the connection here, before the library reads it.
type wires struct {
	ready   atomic.Bool // the session on the present connection
	invalid atomic.Bool // Discord has ended the session

	mu   sync.Mutex
	last net.Conn
}

func (w *wires) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return w.watch(new(net.Dialer).DialContext(ctx, network, address))
}

func (w *wires) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	return w.watch(new(tls.Dialer).DialContext(ctx, network, address))
}

func (w *wires) watch(conn net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = conn
	return &wire{Conn: conn, wires: w}, nil
}

// close cuts the present connection.
func (w *wires) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last != nil {
		_ = w.last.Close() // twice does no harm
	}
}

// wire is a connection. What the gateway sends comes as it is: compression is not asked for.
type wire struct {
	net.Conn
	wires *wires
}

// What ends a connection. No text of a message can look like it: quotes within a text are escaped.
var (
	opReconnect = []byte(`"op":7`)
	opInvalid   = []byte(`"op":9`)

	errInvalid = errors.New("the session is invalid")
	errEarly   = errors.New("the gateway is going away before it was ready")
)

// Read implements io.Reader.
func (c *wire) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	switch {
	case bytes.Contains(p[:n], opInvalid):
		c.wires.invalid.Store(true)
		err = errInvalid
	case !c.wires.ready.Load() && bytes.Contains(p[:n], opReconnect):
		err = errEarly
	default:
		return n, err
	}
	_ = c.Conn.Close()
	return 0, err
}

// proxied tells whether the gateway is reached through a proxy. What goes through it is encrypted before it gets here, and
// cannot be watched; a session that hangs is still given up in time.
func proxied() bool {
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https", Host: "gateway.discord.gg"}})
	return err != nil || proxy != nil
}

// rewriting is a client for the library, which knows no other server than Discord's.
func (a *api) rewriting() *http.Client {
	server, err := url.Parse(a.server)
	if err != nil {
		return a.client // newAPI has parsed it
	}
	return &http.Client{Transport: elsewhere{server, a.client.Transport}, Timeout: callLimit}
}

// elsewhere sends every request to another server.
type elsewhere struct {
	server *url.URL
	http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (e elsewhere) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.URL.Scheme, request.URL.Host, request.Host = e.server.Scheme, e.server.Host, e.server.Host
	return e.RoundTripper.RoundTrip(request)
}
