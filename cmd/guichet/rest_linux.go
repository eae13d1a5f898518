package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// unmap has the system take back the pages of files that are only read here: the program's own code and tables, of which the
// start needs far more than waiting does, the weights and the index. They stay in the system's cache, where a page is
// found again in less than a microsecond, and the system may drop them when it needs the room, without asking.
//
// A mapping of which the process has pages of its own (what the loader has written into, say) is left alone: those would
// be lost.
func unmap() {
	file, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer file.Close()
	var from, length uintptr
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) >= 5 && !strings.HasSuffix(fields[0], ":"): // address, permissions, offset, device, inode
			from, length = readOnly(fields)
		case len(fields) == 3 && fields[0] == "Anonymous:" && fields[1] == "0" && length > 0:
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, length, unix.MADV_DONTNEED) // refused, the pages stay
		}
	}
}

// readOnly gives the place of a mapping from its line; a length of 0 unless it is of a file and read only.
func readOnly(fields []string) (from, length uintptr) {
	if fields[4] == "0" || fields[1][0] != 'r' || fields[1][1] == 'w' {
		return 0, 0
	}
	first, last, _ := strings.Cut(fields[0], "-")
	a, err1 := strconv.ParseUint(first, 16, 64)
	b, err2 := strconv.ParseUint(last, 16, 64)
	if err1 != nil || err2 != nil || b <= a {
		return 0, 0
	}
	return uintptr(a), uintptr(b - a)
}
