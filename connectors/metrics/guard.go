package metrics

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strings"

	"guichet/bot/secret"
)

// Guard says who may read the figures. The zero Guard lets in this machine alone.
//
// Without a token a private address is not enough: a proxy, a container's gateway or a load balancer lends its own to
// everybody. A proxy on this machine does so too, which is told by what it adds to a request, or not at all: whoever
// runs one says so with Proxied.
type Guard struct {
	Token   secret.Text // when there is one, it is asked of everybody: Authorization: Bearer …
	Proxied bool        // a proxy stands before: without a token nobody is let in
}

// admit lets a request in, or answers it.
func (g Guard) admit(w http.ResponseWriter, r *http.Request) bool {
	if g.Token != "" {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		given, wanted := sha256.Sum256([]byte(strings.TrimSpace(token))), sha256.Sum256([]byte(g.Token))
		if strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(given[:], wanted[:]) == 1 {
			return true
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="guichet metrics"`)
		http.Error(w, "the figures need the token of GUICHET_METRICS_TOKEN, as Authorization: Bearer …", http.StatusUnauthorized)
		return false
	}
	if !g.Proxied && local(r) {
		return true
	}
	http.Error(w, "the figures are for programs on the server itself; for others set GUICHET_METRICS_TOKEN and send it as Authorization: Bearer …",
		http.StatusForbidden)
	return false
}

// local tells whether a request comes from this machine, and not through a proxy on it.
func local(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via", "Cf-Connecting-Ip"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback()
}
