package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestTheClientsAddressIsReadThroughTrustedProxiesOnly(t *testing.T) {
	t.Parallel()
	trusted, err := readProxies([]string{"10.0.0.0/8", "192.0.2.1", "2001:db8::/32"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, remote string
		headers      []string
		want         string
	}{
		{"no proxy", "203.0.113.5:1234", nil, "203.0.113.5:1234"},
		{"a client that claims to be a proxy", "203.0.113.5:1234", []string{"198.51.100.1"}, "203.0.113.5:1234"},
		{"one proxy", "10.1.2.3:80", []string{"203.0.113.5"}, "203.0.113.5:0"},
		{"a client that wrote the header itself", "10.1.2.3:80", []string{"127.0.0.1, 203.0.113.5"}, "203.0.113.5:0"},
		{"a client that wrote a trusted address", "10.1.2.3:80", []string{"10.9.9.9, 203.0.113.5"}, "203.0.113.5:0"},
		{"two proxies", "10.1.2.3:80", []string{"6.6.6.6, 203.0.113.5, 192.0.2.1"}, "203.0.113.5:0"},
		{"two headers are one list", "10.1.2.3:80", []string{"6.6.6.6", "203.0.113.5,10.0.0.7"}, "203.0.113.5:0"},
		{"nothing but proxies", "10.1.2.3:80", []string{"10.0.0.8, 10.0.0.7"}, "10.0.0.8:0"},
		{"a proxy without the header", "10.1.2.3:80", nil, "10.1.2.3:80"},
		{"nonsense at the right", "10.1.2.3:80", []string{"203.0.113.5, unknown"}, "10.1.2.3:80"},
		{"nonsense behind a proxy", "10.1.2.3:80", []string{"<script>, 10.0.0.7"}, "10.0.0.7:0"},
		{"with ports", "10.1.2.3:80", []string{"203.0.113.5:4711"}, "203.0.113.5:0"},
		{"IPv6", "[2001:db8::1]:80", []string{"2a01:cb00::5"}, "[2a01:cb00::5]:0"},
		{"IPv6 with a port", "[2001:db8::1]:80", []string{"[2a01:cb00::5]:99"}, "[2a01:cb00::5]:0"},
		{"IPv4 inside IPv6", "[::ffff:10.1.2.3]:80", []string{"::ffff:203.0.113.5"}, "203.0.113.5:0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			handler := trusted.client(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = c.remote
			for _, value := range c.headers {
				r.Header.Add("X-Forwarded-For", value)
			}
			handler.ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want {
				t.Errorf("the address is %q, want %q", got, c.want)
			}
		})
	}
	if _, err := readProxies([]string{"10.0.0.0/99"}); err == nil {
		t.Error("nonsense is taken for a network")
	}
}

func FuzzForwardedFor(f *testing.F) {
	f.Add("6.6.6.6, 203.0.113.5,10.0.0.7")
	f.Add("[::1]:80,,")
	trusted, err := readProxies([]string{"10.0.0.0/8"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, header string) {
		// Whatever a client sends, what the trusted proxy appended wins.
		if ip, ok := trusted.find("10.1.2.3:80", []string{header + ", 203.0.113.5"}); !ok || ip.String() != "203.0.113.5" {
			t.Errorf("%q gives %v, %v", header, ip, ok)
		}
	})
}
