package main

import (
	"net"
	"syscall"

	"guichet/connectors/gate"
	"guichet/widget"
)

// limitFlags bound what the network may ask of a server.
type limitFlags struct {
	MaxConnections int `help:"Connections at a time, in all; 0 for what the limit of open files leaves." default:"0" env:"GUICHET_MAX_CONNECTIONS" placeholder:"N"`
	MaxPerAddress  int `help:"Connections and open chats at a time of one public address; 0 for any number." default:"200" env:"GUICHET_MAX_PER_ADDRESS" placeholder:"N"`
	AddressRate    int `help:"Messages a second of the visitors of one public address; 0 for any number." default:"20" env:"GUICHET_ADDRESS_RATE" placeholder:"N"`
	SiteRate       int `help:"Messages a second of the visitors of one site; 0 for any number." default:"0" env:"GUICHET_SITE_RATE" placeholder:"N"`
}

// otherFiles are what a server opens besides the connections of visitors: the database, the index, files given out.
const otherFiles = 256

// gate bounds the connections of a listener.
func (f limitFlags) gate(listener net.Listener, proxies proxies) net.Listener {
	all := f.MaxConnections
	if all == 0 {
		all = openFiles() - otherFiles
	}
	return gate.Listen(listener, gate.Limits{All: max(all, 1), PerAddress: f.MaxPerAddress, Address: proxies.address})
}

// address is gate.Address, but that a proxy speaks for many.
func (p proxies) address(remote string) string {
	if p.isProxy(remote) {
		return ""
	}
	return gate.Address(remote)
}

func (f limitFlags) chat() widget.Limits {
	return widget.Limits{Address: gate.Address, OpenPerAddress: f.MaxPerAddress, AddressRate: f.AddressRate, SiteRate: f.SiteRate}
}

// openFiles is how many the system lets this process have.
func openFiles() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return 1024
	}
	return int(min(limit.Cur, 1<<20))
}
