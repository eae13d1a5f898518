package postgres

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// childAttributes puts PostgreSQL in a process group of its own, so that Ctrl-C in a terminal reaches us alone and we
// stop it last, and asks the kernel to shut it down when we die without a word, as under kill -9.
func childAttributes(credential *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: credential, Setpgid: true, Pdeathsig: syscall.SIGINT}
}

// commandLine returns the words of a process's command line, "" when it has ended.
func commandLine(pid int) string {
	content, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil {
		return ""
	}
	return string(bytes.ReplaceAll(content, []byte{0}, []byte{' '}))
}

// workingFolder returns the folder a process works in, which for a PostgreSQL server is its data however it was
// started; "" when we may not know, as root may not in most containers.
func workingFolder(pid int) string {
	folder, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/cwd")
	if err != nil {
		return ""
	}
	return folder
}

// processesIn returns the numbers of the processes that work in a folder, as far as we may know.
func processesIn(folder string) (pids []int) {
	all, _ := os.ReadDir("/proc")
	for _, entry := range all {
		if pid, err := strconv.Atoi(entry.Name()); err == nil && workingFolder(pid) == folder {
			pids = append(pids, pid)
		}
	}
	return pids
}
