package webhook

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"syscall"
)

// longestURL is more than anybody needs, and fits a line of a list.
const longestURL = 500

// CheckURL refuses an address that cannot be posted to, saying why. private is Webhook.Private.
func CheckURL(address string, private bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return errors.New("the address should read https://host/path")
	case len(address) > longestURL:
		return fmt.Errorf("the address has more than %d characters", longestURL)
	case u.User != nil:
		return errors.New("the address holds a user or a password: the signature says who calls, so leave them out")
	case u.Scheme != "https" && (u.Scheme != "http" || !private):
		return errors.New("the address has to begin with https://; http:// is taken for a private address only")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !private && !public(ip) {
		return errPrivate
	}
	return nil
}

var errPrivate = errors.New("its address is one of this machine or of a private network, which this webhook is not allowed")

// notPublic are the blocks that the registries of special addresses (RFC 6890) keep from the internet, besides those
// that netip names.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"),          // IPv4 in an old form
	netip.MustParsePrefix("64:ff9b::/96"),   // an IPv4 address behind a translator (RFC 6052), perhaps a private one
	netip.MustParsePrefix("64:ff9b:1::/48"), // the same (RFC 8215)
	netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), // IPv4 inside
	netip.MustParsePrefix("fec0::/10"),
}

// public tells whether an address is one of the internet.
func public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, block := range notPublic {
		if block.Contains(ip) {
			return false
		}
	}
	return true
}

var errNoMachine = errors.New("its address is none of a machine that could receive it: a link-local, multicast or unspecified one")

// machine tells whether an address may be that of a receiver on a private network. Link-local ones are not: behind them
// stand the services by which clouds give a machine its credentials.
func machine(ip netip.Addr) bool {
	ip = ip.Unmap()
	return !ip.IsLinkLocalUnicast() && !ip.IsMulticast() && !ip.IsUnspecified() && ip != awsIPv6
}

// awsIPv6 is such a service at an address that looks like any other of a private network.
var awsIPv6 = netip.MustParseAddr("fd00:ec2::254")

// refuseNoMachine is refusePrivate for a webhook that may be a private one.
func refuseNoMachine(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !machine(to.Addr().WithZone("")) {
		return errNoMachine
	}
	return nil
}

// refusePrivate is called by the dialer with the address it is about to connect to, after the name was resolved: a name
// that answers differently the second time is of no use.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !public(to.Addr()) {
		return errPrivate
	}
	return nil
}
