package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

func TestWhatIsMappedGoesBackAndIsStillThere(t *testing.T) {
	const size = 4 << 20
	text := bytes.Repeat([]byte("Comment obtenir un extrait Kbis ? "), size/34+1)[:size]
	name := filepath.Join(t.TempDir(), "mapped")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	mapped := func(protection, flags int) []byte {
		data, err := unix.Mmap(int(file.Fd()), 0, size, protection, flags)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unix.Munmap(data) })
		return data
	}
	read := mapped(unix.PROT_READ, unix.MAP_SHARED)
	written := mapped(unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE) // as the loader does with some tables
	copy(written, "changed")
	if err := unix.Mprotect(written, unix.PROT_READ); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read, text) {
		t.Fatal("the file is mapped as something else")
	}
	if kib := residentAt(t, read); kib != size>>10 {
		t.Fatalf("%d KiB are in memory after all was read, want %d", kib, size>>10)
	}
	unmap()
	if kib := residentAt(t, read); kib != 0 {
		t.Errorf("%d KiB stay in memory", kib)
	}
	if !bytes.Equal(read, text) {
		t.Error("what was mapped has changed")
	}
	if !bytes.HasPrefix(written, []byte("changed")) {
		t.Error("what the process has written is lost")
	}
}

// residentAt is how much of a mapping is in memory, in KiB.
func residentAt(t *testing.T, data []byte) (kib int) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	begins, there := fmt.Sprintf("%x-", uintptr(unsafe.Pointer(unsafe.SliceData(data)))), false
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		there = there || strings.HasPrefix(lines.Text(), begins)
		if there && strings.HasPrefix(lines.Text(), "Rss:") {
			if _, err := fmt.Sscanf(lines.Text(), "Rss: %d kB", &kib); err != nil {
				t.Fatal(err)
			}
			return kib
		}
	}
	t.Fatal("the mapping is not listed")
	return 0
}
