package webhook

import (
	"net"
	"net/netip"
	"time"
)

// Public tells whether an address is taken for one of the internet.
func Public(ip netip.Addr) bool { return public(ip) }

// NewTestSender waits at most limit for an answer, and asks resolver for addresses when it is not nil.
func NewTestSender(limit time.Duration, resolver *net.Resolver) *Sender {
	s := newSender(net.Dialer{Resolver: resolver})
	s.limit = limit
	return s
}
