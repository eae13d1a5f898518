package gate_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/connectors/gate"
)

// patience bounds every wait of a test: it is reached only when the test fails.
const patience = time.Minute

// serve is a real server behind the gate; it answers a request with its body. Addresses of this machine count.
func serve(t *testing.T, limits gate.Limits, p gate.Patience) (address string) {
	t.Helper()
	return serveWithin(t, patience, limits, p) // a busy machine does not send a header at once
}

// serveWithin is serve for headers that have so long to come.
func serveWithin(t *testing.T, headers time.Duration, limits gate.Limits, p gate.Patience) (address string) {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	limits.Address = func(remote string) string { host, _, _ := net.SplitHostPort(remote); return host }
	server := &http.Server{ReadHeaderTimeout: headers, Handler: p.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/endless" {
			for piece := make([]byte, 1<<20); ; {
				if _, err := w.Write(piece); err != nil {
					return
				}
			}
		}
		data, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "too slow", http.StatusRequestTimeout)
			return
		}
		_, _ = w.Write(data)
	}))}
	ended := make(chan struct{})
	go func() { _ = server.Serve(gate.Listen(inner, limits)); close(ended) }()
	t.Cleanup(func() { _ = server.Close(); <-ended })
	return inner.Addr().String()
}

// dial connects from an address of this machine.
func dial(t *testing.T, from, to string) net.Conn {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: patience}
	c, err := dialer.DialContext(t.Context(), "tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

// ask sends a request on a connection, and reads the answer.
func ask(t *testing.T, c net.Conn, text string) *http.Response {
	t.Helper()
	if _, err := fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(text), text); err != nil {
		t.Fatal(err)
	}
	return answer(t, c)
}

func answer(t *testing.T, c net.Conn) *http.Response {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// isAnswered asks from another address than a flood comes from.
func isAnswered(t *testing.T, address string) {
	t.Helper()
	response := ask(t, dial(t, "127.0.0.2", address), "bonjour")
	if said, err := io.ReadAll(response.Body); err != nil || string(said) != "bonjour" {
		t.Errorf("a well-behaved visitor gets %q, %v", said, err)
	}
}

func TestAFloodFromOneAddressIsTurnedAwayAndOthersAreAnswered(t *testing.T) {
	t.Parallel()
	address := serve(t, gate.Limits{All: 100, PerAddress: 10}, gate.Patience{})
	var kept []net.Conn
	for range 10 {
		c := dial(t, "127.0.0.1", address)
		if response := ask(t, c, "x"); response.StatusCode != http.StatusOK {
			t.Fatalf("within the limit the answer is %s", response.Status)
		}
		kept = append(kept, c)
	}
	for range 40 {
		c := dial(t, "127.0.0.1", address)
		if response := ask(t, c, "x"); response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" {
			t.Fatalf("beyond the limit the answer is %s, %v", response.Status, response.Header)
		}
	}
	isAnswered(t, address)
	_ = kept[0].Close()
	for { // the server notices that it was closed
		c := dial(t, "127.0.0.1", address)
		if ask(t, c, "x").StatusCode == http.StatusOK {
			return
		}
		_ = c.Close()
	}
}

func TestMoreConnectionsThanAllAreTurnedAway(t *testing.T) {
	t.Parallel()
	address := serve(t, gate.Limits{All: 3}, gate.Patience{})
	for i := range 3 {
		if response := ask(t, dial(t, fmt.Sprint("127.0.0.", i+3), address), "x"); response.StatusCode != http.StatusOK {
			t.Fatalf("connection %d gets %s", i, response.Status)
		}
	}
	if response := ask(t, dial(t, "127.0.0.9", address), "x"); response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one more gets %s", response.Status)
	}
}

func TestSlowHeadersAreCut(t *testing.T) {
	t.Parallel()
	address := serveWithin(t, 3*time.Second, gate.Limits{}, gate.Patience{})
	var slow []net.Conn
	for range 20 {
		c := dial(t, "127.0.0.1", address)
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nX-Wait:")
		slow = append(slow, c)
	}
	isAnswered(t, address)
	for _, c := range slow {
		if _, err := io.Copy(io.Discard, c); err != nil {
			t.Errorf("a slow one was not cut: %v", err)
		}
	}
}

func TestASlowBodyIsCutAndASteadyOneIsNot(t *testing.T) {
	t.Parallel()
	address := serve(t, gate.Limits{}, gate.Patience{Pause: 300 * time.Millisecond, Start: time.Minute})
	var slow []net.Conn
	for range 20 {
		c := dial(t, "127.0.0.1", address)
		_, _ = io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx")
		slow = append(slow, c)
	}
	isAnswered(t, address)
	for _, c := range slow {
		if response := answer(t, c); response.StatusCode != http.StatusRequestTimeout {
			t.Errorf("a slow body gets %s", response.Status)
		}
	}
}

func TestABodyThatTricklesForEverIsCut(t *testing.T) {
	t.Parallel()
	address := serve(t, gate.Limits{}, gate.Patience{Pause: patience, Start: 300 * time.Millisecond, Pace: 1 << 20})
	c := dial(t, "127.0.0.1", address)
	_, _ = io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
	stop := make(chan struct{})
	go func() {
		for tick := time.NewTicker(10 * time.Millisecond); ; {
			select {
			case <-tick.C:
				if _, err := io.WriteString(c, "x"); err != nil {
					return
				}
			case <-stop:
				return
			}
		}
	}()
	if response := answer(t, c); response.StatusCode != http.StatusRequestTimeout {
		t.Errorf("it gets %s", response.Status)
	}
	close(stop)
}

func TestALongBodyAtASteadyPaceArrives(t *testing.T) {
	t.Parallel()
	address := serve(t, gate.Limits{}, gate.Patience{})
	long := strings.Repeat("x", 4<<20)
	response, err := http.Post("http://"+address, "text/plain", strings.NewReader(long))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if said, err := io.ReadAll(response.Body); err != nil || len(said) != len(long) {
		t.Errorf("%d bytes come back, %v", len(said), err)
	}
}

func TestWhoDoesNotTakeTheAnswerIsCut(t *testing.T) {
	t.Parallel()
	address := serve(t, gate.Limits{PerAddress: 1}, gate.Patience{Answer: 3 * time.Second})
	c := dial(t, "127.0.0.1", address)
	_, _ = io.WriteString(c, "GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for ; ; <-again.C { // it takes nothing: its place is given back when the server has cut it
		other := dial(t, "127.0.0.1", address)
		if ask(t, other, "x").StatusCode == http.StatusOK {
			break
		}
		_ = other.Close()
	}
	isAnswered(t, address)
}

func TestWhoseConnectionsAreCountedTogether(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]string{
		"203.0.113.7:1234": "203.0.113.7", "[::ffff:203.0.113.7]:1": "203.0.113.7", "[2001:db8:1:2:3::4]:1": "2001:db8:1:2::/64",
		"127.0.0.1:1": "", "10.1.2.3:1": "", "192.168.0.1:1": "", "[::1]:1": "", "[fe80::1%eth0]:1": "", "[fd00::1]:1": "", "@": "", "": "",
	} {
		if got := gate.Address(remote); got != want {
			t.Errorf("%q is of %q, want %q", remote, got, want)
		}
	}
}
