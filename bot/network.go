package bot

import (
	"net"
	"net/netip"
)

// Network is what a remote address, with its port or without, counts as where people are counted: itself, or of IPv6 the /64
// that one household has whole. What is no address counts as itself.
func Network(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		if network, err := ip.Prefix(64); err == nil {
			return network.String()
		}
	}
	return ip.String()
}
