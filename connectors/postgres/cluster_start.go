package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	pollEvery = 20 * time.Millisecond

	// leaveLimit is how long the remains of an earlier server may take to leave the data, and retryEvery how often
	// to see whether they have, each time with a few lines in the log.
	leaveLimit = time.Minute
	retryEvery = 200 * time.Millisecond

	// askToLeave and makeLeave are how long such remains are left alone before they are told to end at once, and killed. They notice
	// that their server has died within moments, unless they wait for a lock that nobody will give back.
	askToLeave = 3 * time.Second
	makeLeave  = 6 * time.Second
)

// clusterStart is one start of a cluster, from a folder that is locked and was found fit for it.
type clusterStart struct {
	folder   *clusterFolder
	account  account
	programs programs
	log      *slog.Logger

	stale int // the process number in a postmaster.pid that a crash left, 0 without
}

// command prepares one of PostgreSQL's programs. The environment is not ours: it holds tokens, which the other user
// could read, and PG* variables, which would change the server.
func (s *clusterStart) command(ctx context.Context, name string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, s.programs.path(name), arguments...)
	command.Dir = s.folder.path
	command.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C"}
	command.SysProcAttr = childAttributes(s.account.credential)
	return command
}

// initialise makes a cluster beside its final place and then renames it, so that an interrupted one is never mistaken
// for data.
func (s *clusterStart) initialise(ctx context.Context) error {
	s.log.Info("making a private PostgreSQL cluster", "folder", s.folder.path, "version", s.programs.version)
	unfinished := s.folder.data + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return fmt.Errorf("remove an unfinished database: %w", err)
	}
	if err := makePrivate(unfinished, s.account); err != nil {
		return fmt.Errorf("make the database folder: %w", err)
	}
	arguments := []string{"-D", unfinished, "-U", clusterRole, "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
		"--auth-local=peer", "--auth-host=reject"}
	if runtime.GOOS == "darwin" { // which has no C.UTF-8
		arguments = append(arguments, "--locale=C", "--lc-ctype=UTF-8")
	}
	command := s.command(ctx, "initdb", arguments...)
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) } // and its helpers
	command.WaitDelay = 5 * time.Second

	runtime.LockOSThread() // as in launch
	output, err := command.CombinedOutput()
	runtime.UnlockOSThread()
	if ctx.Err() != nil {
		err = ctx.Err() // which says more than "killed"
	}
	if err != nil {
		return fmt.Errorf("make a PostgreSQL cluster in %s: %w; initdb said:\n%s",
			s.folder.path, err, lastLines(string(output)))
	}
	if err := os.Rename(unfinished, s.folder.data); err != nil {
		return fmt.Errorf("put the database in its place: %w", err)
	}
	return syncFolder(s.folder.path) // or a power cut could undo the renaming, and the next start remove the data
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	return folder.Sync()
}

// endOrphan stops the server of an earlier guichet that died without stopping it, and refuses to touch one that
// somebody else started on our data.
func (s *clusterStart) endOrphan(ctx context.Context) error {
	pid, _ := s.folder.postmaster()
	if pid <= 0 || !isServerOf(pid, s.folder.data) {
		s.stale = pid
		return nil
	}
	if !strings.Contains(commandLine(pid), "hba_file="+s.folder.hbaFile) {
		return inUse(s.folder.path, strconv.Itoa(pid)+", a PostgreSQL that guichet did not start")
	}
	ctx, cancel := context.WithTimeout(ctx, leaveLimit)
	defer cancel()
	s.log.Warn("stopping the PostgreSQL that an earlier guichet left running", "pid", pid)
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop the PostgreSQL that an earlier guichet left running, process %d: %w", pid, err)
	}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for isServerOf(pid, s.folder.data) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL process %d, left running by an earlier guichet, does not end: %w", pid, ctx.Err())
		}
	}
	s.stale, _ = s.folder.postmaster()
	return nil
}

// isServerOf tells a live server on the data from whatever process has its number by now.
func isServerOf(pid int, data string) bool {
	if workingFolder(pid) == data {
		return true
	}
	line := strings.TrimSpace(commandLine(pid)) + " "
	program, arguments, _ := strings.Cut(line, " -D ")
	return strings.Contains(program, "post") && strings.HasPrefix(arguments, data+" ")
}

// launchUntilReady starts the server and waits until it accepts connections. After a crash of the postmaster alone its
// other processes may take a moment to notice and leave, and meanwhile no new one may touch the data. Those that do not
// leave are ended: nothing they hold is of use to anybody, and what they had committed is in the write-ahead log.
func (s *clusterStart) launchUntilReady(ctx context.Context) (*clusterServer, error) {
	remains, cancel := context.WithTimeout(ctx, leaveLimit)
	defer cancel()
	began := time.Now()
	for attempt := 1; ; attempt++ {
		log, err := openLog(s.folder.logFile)
		if err != nil {
			return nil, err
		}
		command := s.serverCommand()
		command.Stdout, command.Stderr = log.file, log.file
		server, err := launch(command)
		_ = log.file.Close() // the server has its own copy
		if err != nil {
			return nil, fmt.Errorf("start PostgreSQL: %w", err)
		}
		if err = s.waitReady(ctx, server); err == nil {
			return server, nil
		}
		_ = server.stop()
		said := log.sinceOpened()
		// PostgreSQL has one exit status for every failure; its messages are in English because we set lc_messages.
		if strings.Contains(said, "pre-existing shared memory block") {
			if attempt == 1 {
				s.log.Warn("waiting for the processes of a crashed PostgreSQL to leave", "folder", s.folder.path)
			}
			s.endRemains(time.Since(began))
			select {
			case <-time.After(retryEvery):
				continue
			case <-remains.Done():
			}
		}
		return nil, fmt.Errorf("start PostgreSQL: %w; the end of %s:\n%s", err, s.folder.logFile, lastLines(said))
	}
}

// endRemains ends what is left of a crashed server once it has had its time. It is called while no server of ours runs, and endOrphan has
// seen that nobody else's does.
func (s *clusterStart) endRemains(waited time.Duration) {
	signal := syscall.SIGQUIT // a backend leaves at once, and writes nothing more
	switch {
	case waited < askToLeave:
		return
	case waited >= makeLeave:
		signal = syscall.SIGKILL
	}
	for _, pid := range processesIn(s.folder.data) {
		if strings.HasPrefix(commandLine(pid), "postgres: ") {
			s.log.Warn("ending a process of the crashed PostgreSQL that does not leave", "pid", pid, "signal", signal)
			_ = syscall.Kill(pid, signal) // fails only on one that has just ended
		}
	}
}

// serverCommand is the server's command line. What it sets wins over postgresql.conf, which thus stays as initdb wrote
// it: a socket and no network, our own rules of access, and the size of a small machine.
func (s *clusterStart) serverCommand() *exec.Cmd {
	arguments := []string{"-D", s.folder.data}
	for _, setting := range []string{
		"hba_file=" + s.folder.hbaFile,
		"ident_file=" + s.folder.identFile,
		"listen_addresses=",
		"port=" + socketPort,
		"unix_socket_directories=" + s.folder.run,
		"unix_socket_permissions=0700",
		"shared_buffers=64MB",
		"max_connections=100",
		// After each checkpoint the first change of a page writes the whole page to the log, and nearly each turn changes
		// pages of its own. A third as many checkpoints; what a crash has replayed is bounded by max_wal_size.
		"checkpoint_timeout=15min",
		"log_destination=stderr",
		"logging_collector=off",
		"log_checkpoints=off", // one a quarter of an hour, for ever
		"lc_messages=C",
	} {
		arguments = append(arguments, "-c", setting)
	}
	command := s.command(context.Background(), "postgres", arguments...) // it outlives the start's context
	if s.stale > 0 {
		// After a crash and a reboot another process of that user may have the number in postmaster.pid, and
		// PostgreSQL would refuse to start. By this variable, pg_ctl's own, it disregards that one number and yet,
		// unlike with the file removed, makes sure that no process still has the data open.
		command.Env = append(command.Env, "PG_GRANDPARENT_PID="+strconv.Itoa(s.stale))
	}
	return command
}

// waitReady waits until our own child says, in the file, that it accepts connections. Merely connecting could reach an
// earlier server's socket while our child has already ended.
func (s *clusterStart) waitReady(ctx context.Context, server *clusterServer) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		select {
		case <-server.done:
			return fmt.Errorf("it ended at once (%v)", server.command.ProcessState)
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			if pid, state := s.folder.postmaster(); pid == server.pid() && state == "ready" {
				return nil
			}
		}
	}
}
