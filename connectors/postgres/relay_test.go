package postgres_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/connectors/postgres/postgrestest"
)

// relay stands between a DB and its server, so that a test can take the server away and give it back.
type relay struct {
	url      string
	target   string
	network  string
	listener net.Listener
	refused  chan struct{} // a signal for each connection refused

	mu    sync.Mutex
	mode  mode
	conns map[net.Conn]struct{}
}

type mode int

const (
	pass   mode = iota
	refuse      // connections are closed, as by a server that has stopped
	mute        // connections stay open and nothing answers, as on a network that swallows packets
)

func newRelay(t *testing.T) *relay {
	t.Helper()
	url := postgrestest.Migrated(t)
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{conns: map[net.Conn]struct{}{}, refused: make(chan struct{}, 1000)}
	r.network, r.target = pgconnAddress(config.Host, config.Port)
	folder, err := os.MkdirTemp("", "relay") // not t.TempDir: a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if r.listener, err = net.Listen("unix", filepath.Join(folder, ".s.PGSQL.5432")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.listener.Close(); r.set(refuse) })
	r.url = fmt.Sprintf("host=%s port=5432 user=%s password='%s' dbname=%s", folder, config.User, config.Password, config.Database)
	go r.accept()
	return r
}

func pgconnAddress(host string, port uint16) (network, address string) {
	if filepath.IsAbs(host) {
		return "unix", filepath.Join(host, fmt.Sprintf(".s.PGSQL.%d", port))
	}
	return "tcp", net.JoinHostPort(host, fmt.Sprint(port))
}

// set changes what the relay does from now on, to the connections that exist as well.
func (r *relay) set(m mode) {
	r.mu.Lock()
	defer r.mu.Unlock()
	muted := r.mode == mute
	r.mode = m
	if m == refuse || muted { // what was swallowed is gone: those connections cannot go on
		for conn := range r.conns {
			_ = conn.Close()
		}
		clear(r.conns)
	}
}

func (r *relay) is() mode {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mode
}

func (r *relay) waitRefused(t *testing.T) {
	t.Helper()
	select {
	case <-r.refused:
	case <-time.After(time.Minute):
		t.Fatal("nobody connects")
	}
}

func (r *relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		r.mu.Lock()
		m := r.mode
		if m != refuse {
			r.conns[client] = struct{}{}
		}
		r.mu.Unlock()
		switch m {
		case refuse:
			_ = client.Close()
			r.refused <- struct{}{}
		case pass:
			server, err := net.Dial(r.network, r.target)
			if err != nil {
				_ = client.Close()
				continue
			}
			go r.copy(server, client)
			go r.copy(client, server)
		}
	}
}

func (r *relay) copy(to, from net.Conn) {
	defer func() { _ = to.Close(); _ = from.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if r.is() == mute && err == nil {
			continue
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
