package main

import (
	"math/rand/v2"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// cutter stands between a server and its PostgreSQL, and cuts each connection in the middle of what it says.
type cutter struct {
	url     string
	target  string
	cutting atomic.Bool
	cuts    atomic.Int64
}

func newCutter(t *testing.T, database *ownPostgres) *cutter {
	t.Helper()
	dir := openFolder(t)
	listener, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	c := &cutter{url: "host=" + dir + " port=5432 user=guichet dbname=guichet", target: filepath.Join(database.dir, "run", ".s.PGSQL.5432")}
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("unix", c.target)
			if err != nil {
				from.Close()
				continue
			}
			go c.copy(to, from)
			go c.copy(from, to)
		}
	}()
	return c
}

// copy passes bytes on; while it cuts, it stops anywhere in the next few thousand.
func (c *cutter) copy(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if c.cutting.Load() && rand.IntN(8) == 0 {
			c.cuts.Add(1)
			_, _ = to.Write(buffer[:rand.IntN(n+1)])
			return
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

func TestConnectionsCutInTheMiddleLoseNothing(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := newPostgres(t, dir)
	between := newCutter(t, database)
	server := newProcess(t, between.url, dir)
	server.start()
	server.serves()
	server.ready()
	people := newCrowd(t, 5, server.base)
	people.talk()
	for range kills(t, 4) {
		before := between.cuts.Load()
		between.cutting.Store(true)
		time.Sleep(700 * time.Millisecond)
		wantTrue(t, "a connection is cut", func() bool { return between.cuts.Load() > before })
		between.cutting.Store(false)
		time.Sleep(300 * time.Millisecond)
	}
	server.ready()
	people.quiet()
	server.ready()
	messages, tickets := people.check(checked(t, database))
	t.Logf("%d connections were cut; %d messages and %d tickets were acknowledged", between.cuts.Load(), messages, tickets)
	if between.cuts.Load() == 0 || messages == 0 {
		t.Error("this shows nothing")
	}
}
