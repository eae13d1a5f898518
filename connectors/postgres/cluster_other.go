//go:build unix && !linux

package postgres

import (
	"os/exec"
	"strconv"
	"syscall"
)

// childAttributes puts PostgreSQL in a process group of its own, so that Ctrl-C in a terminal reaches us alone and we
// stop it last. Only Linux can tie its life to ours; here a server left behind is stopped by the next start.
func childAttributes(credential *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: credential, Setpgid: true}
}

// commandLine returns the words of a process's command line, "" when it has ended.
func commandLine(pid int) string {
	output, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	return string(output)
}

// workingFolder is known on Linux only.
func workingFolder(int) string { return "" }

// processesIn is known on Linux only: elsewhere the remains of a crashed server are waited for.
func processesIn(string) []int { return nil }
