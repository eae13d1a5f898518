package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// smallDisk is a file system of its own, of so many bytes.
func smallDisk(t *testing.T, options string) string {
	t.Helper()
	dir := openFolder(t)
	if err := syscall.Mount("guichet-test", dir, "tmpfs", 0, "mode=0755,"+options); err != nil {
		t.Skipf("a small disk cannot be mounted here (%v): run as root where mount is allowed", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fill takes all the room there is, and returns what gives it back.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 1<<20); len(block) > 0; {
		if _, err := file.Write(block); errors.Is(err, syscall.ENOSPC) {
			block = block[:len(block)/2] // down to the last byte
		} else if err != nil {
			t.Fatal(err)
		}
	}
	file.Close()
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

// waiting is what /readyz says while some turn waits in the spool.
var waiting = regexp.MustCompile(`\b[1-9]\d* turns wait`)

func TestADatabaseWhoseDiskIsFullLosesNothing(t *testing.T) {
	t.Parallel()
	disk, dir := smallDisk(t, "size=300m"), openFolder(t)
	database := newPostgres(t, disk)
	server := newProcess(t, database.url(), dir)
	server.start()
	server.serves()
	server.ready()
	people := newCrowd(t, 4, server.base)
	people.talk()
	free := fill(t, disk)
	server.until("turns wait", func() bool { _, body := server.get("/readyz"); return waiting.MatchString(body) })
	free()
	select {
	case <-database.cluster.Done(): // it may have given up
		database.start()
	default:
	}
	server.ready()
	people.quiet()
	server.ready()
	messages, tickets := people.check(checked(t, database))
	t.Logf("%d messages and %d tickets were acknowledged", messages, tickets)
	if messages == 0 {
		t.Error("nobody said anything")
	}
	for _, v := range people.all {
		if v.codes["not_recorded"]+v.codes["no_room"] > 0 {
			t.Errorf("%s got %v", v.name, v.codes)
		}
	}
}

func TestASpoolWhoseDiskIsFullRefusesInPlainWordsAndLosesNothing(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "size=1m")
	database := newPostgres(t, openFolder(t))
	url := database.url()
	server := newProcess(t, url, disk)
	server.start()
	server.serves()
	server.ready()
	if err := database.cluster.Stop(); err != nil {
		t.Fatal(err)
	}
	people := newCrowd(t, 3, server.base)
	people.talk()
	server.until("turns wait", func() bool { _, body := server.get("/readyz"); return waiting.MatchString(body) })
	fill(t, disk)
	server.until("it refuses", func() bool {
		status, body := server.get("/readyz")
		return status == 503 && strings.Contains(body, "refusing")
	})
	server.says("the spool takes no more")
	server.kill() // what was acknowledged before is still there
	server.start()
	server.serves()
	database.start()
	server.ready()
	people.quiet()
	server.ready()
	messages, _ := people.check(checked(t, database))
	refused := 0
	for _, v := range people.all {
		refused += v.codes["no_room"]
	}
	t.Logf("%d messages were acknowledged, %d times one was refused", messages, refused)
	if messages == 0 || refused == 0 {
		t.Error("this shows nothing")
	}
}
