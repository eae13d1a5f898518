package main

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// proxies are the networks of the proxies before this server, whose word for the client's address is taken.
type proxies []netip.Prefix

// readProxies reads networks (10.0.0.0/8) and single addresses.
func readProxies(texts []string) (proxies, error) {
	var all proxies
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			ip, single := netip.ParseAddr(text)
			if single != nil {
				return nil, fmt.Errorf("--trusted-proxies: %q is no network like 10.0.0.0/8 and no address", text)
			}
			prefix = netip.PrefixFrom(ip, ip.BitLen())
		}
		all = append(all, prefix.Masked())
	}
	return all, nil
}

func (p proxies) trust(ip netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(ip) {
			return true
		}
	}
	return false
}

// isProxy tells whether a connection is a trusted proxy's.
func (p proxies) isProxy(remote string) bool {
	from, err := netip.ParseAddrPort(remote)
	return err == nil && p.trust(from.Addr().Unmap())
}

// client puts the client's address in place of the proxy's, for every part of the program.
func (p proxies) client(next http.Handler) http.Handler {
	if len(p) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ip, ok := p.find(r.RemoteAddr, r.Header.Values("X-Forwarded-For")); ok {
			r = r.Clone(r.Context())
			r.RemoteAddr = net.JoinHostPort(ip.String(), "0")
		}
		next.ServeHTTP(w, r)
	})
}

// find reads X-Forwarded-For from the right, each hop's word only while the hop is trusted: whatever a client wrote into
// the header stands to the left of what the first proxy saw. What cannot be read ends the reading. ok is false when the
// connection itself is the client's.
func (p proxies) find(remote string, headers []string) (client netip.Addr, ok bool) {
	from, err := netip.ParseAddrPort(remote)
	if err != nil || !p.trust(from.Addr().Unmap()) {
		return netip.Addr{}, false
	}
	hops := strings.Split(strings.Join(headers, ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		ip, readable := hop(hops[i])
		if !readable {
			break
		}
		client, ok = ip, true
		if !p.trust(ip) {
			break
		}
	}
	return client, ok
}

// hop reads one address of the header, with or without a port: some proxies write one.
func hop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap().WithZone(""), true
	}
	ip, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return ip.Unmap().WithZone(""), err == nil
}
