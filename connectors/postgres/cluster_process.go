package postgres

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const (
	largestLog   = 10 << 20 // bytes, looked at when the server starts
	quotedLines  = 10
	quotedLength = 4 << 10
)

// clusterServer is a server process of ours.
type clusterServer struct {
	command *exec.Cmd
	done    chan struct{}
	exit    error // how it ended, to be read after done
}

// launch starts a server process. Its parent, which the kernel watches on Linux, is the system thread that forked it
// and not the program: the goroutine keeps that thread until the server has ended.
func launch(command *exec.Cmd) (*clusterServer, error) {
	server := &clusterServer{command: command, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			server.exit = command.Wait()
			close(server.done)
		}
	}()
	return server, <-started
}

func (s *clusterServer) pid() int { return s.command.Process.Pid }

// stop asks with growing insistence: the fast shutdown writes everything out, the immediate one leaves that to the
// next start's recovery. The plain SIGTERM would wait for the last client to leave.
func (s *clusterServer) stop() error {
	for _, step := range []struct {
		signal   syscall.Signal
		patience time.Duration
	}{{syscall.SIGINT, 30 * time.Second}, {syscall.SIGQUIT, 10 * time.Second}, {syscall.SIGKILL, 5 * time.Second}} {
		_ = s.command.Process.Signal(step.signal) // fails only on a process that has ended
		select {
		case <-s.done:
			return s.exit
		case <-time.After(step.patience):
		}
	}
	return fmt.Errorf("process %d does not end", s.pid())
}

// openedLog is the server's log and where its new part begins.
type openedLog struct {
	file  *os.File
	path  string
	start int64
}

// openLog opens the log for appending, after setting aside one that has grown large.
func openLog(path string) (openedLog, error) {
	if info, err := os.Stat(path); err == nil && info.Size() > largestLog {
		if err := os.Rename(path, path+".1"); err != nil {
			return openedLog{}, fmt.Errorf("set the database's old log aside: %w", err)
		}
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return openedLog{}, fmt.Errorf("open the database's log: %w", err)
	}
	start, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		_ = file.Close()
		return openedLog{}, fmt.Errorf("open the database's log: %w", err)
	}
	return openedLog{file: file, path: path, start: start}, nil
}

func (l openedLog) sinceOpened() string {
	file, err := os.Open(l.path)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.NewSectionReader(file, l.start, 1<<20))
	if err != nil {
		return err.Error()
	}
	return string(content)
}

// lastLines returns the end of a program's output, short enough for an error.
func lastLines(output string) string {
	output = strings.TrimSpace(output)
	if len(output) > quotedLength {
		output = strings.ToValidUTF8(output[len(output)-quotedLength:], "")
	}
	lines := strings.Split(output, "\n")
	return strings.Join(lines[max(0, len(lines)-quotedLines):], "\n")
}
