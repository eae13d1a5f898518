package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

const (
	socketPort = "5432"

	// longestSocket is the longest path of a Unix socket: 107 bytes on Linux, 103 on macOS and the BSDs.
	longestSocket = 103
)

// clusterFolder is a cluster's place on disk, locked for this process. The folder itself belongs to us, its folders
// data and run to the user that PostgreSQL runs as:
//
//	lock          held while our server runs, contains our process number
//	data/         PostgreSQL's own; data.new while initdb is at work
//	run/          the socket; elsewhere when the path would be too long for one, see runPath
//	pg_hba.conf   who may connect, and as whom: written at each start
//	pg_ident.conf
//	postgres.log
type clusterFolder struct {
	path, data, run, logFile, hbaFile, identFile string

	lock *os.File
}

// openClusterFolder makes the folder where it is missing and locks it. The lock, unlike PostgreSQL's own, tells a
// server that somebody looks after from one that its guichet left behind.
func openClusterFolder(dir string) (*clusterFolder, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the database folder: %w", err)
	}
	if err := makeFolder(absolute); err != nil {
		return nil, fmt.Errorf("make the database folder: %w", err)
	}
	path, err := canonicalPath(absolute)
	if err != nil {
		return nil, fmt.Errorf("find the database folder: %w", err)
	}
	lock, err := lockFolder(path)
	if err != nil {
		return nil, err
	}
	return &clusterFolder{
		path:      path,
		data:      filepath.Join(path, "data"),
		run:       runPath(path),
		logFile:   filepath.Join(path, "postgres.log"),
		hbaFile:   filepath.Join(path, "pg_hba.conf"),
		identFile: filepath.Join(path, "pg_ident.conf"),
		lock:      lock,
	}, nil
}

// canonicalPath is the one path of an existing folder, whatever links lead to it, since the socket's place and the
// recognition of an orphan depend on it.
func canonicalPath(dir string) (string, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(absolute)
}

// makeFolder makes a folder and its missing parents so that any user may pass through, whatever the umask, but not
// look around: PostgreSQL's user has to reach the data, and nobody has to list it.
func makeFolder(path string) error {
	if info, err := os.Stat(path); err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s is not a folder", path)
		}
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o711); err != nil {
		if errors.Is(err, fs.ErrExist) { // another start was faster
			return nil
		}
		return err
	}
	return os.Chmod(path, 0o711)
}

func lockFolder(path string) (*os.File, error) {
	lock, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrPermission) {
		owner, _ := ownerOf(path)
		return nil, fmt.Errorf("user %s may not use the database folder %s, which belongs to user %s: "+
			"run guichet as that user or choose another folder", userName(os.Geteuid()), path, userName(owner))
	}
	if err != nil {
		return nil, fmt.Errorf("lock the database folder: %w", err)
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := io.ReadAll(io.LimitReader(lock, 20))
		_ = lock.Close()
		return nil, inUse(path, strings.TrimSpace(string(holder)))
	}
	if err == nil {
		err = lock.Truncate(0)
	}
	if err == nil {
		_, err = fmt.Fprintln(lock, os.Getpid())
	}
	if err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("lock the database folder: %w", err)
	}
	return lock, nil
}

func inUse(path, process string) error {
	if process == "" {
		process = "that has just started" // it has the lock and has not yet written its number
	}
	return fmt.Errorf("%w by process %s: %s", ErrClusterInUse, process, path)
}

// unlock releases the lock explicitly: closing is not enough while a child that any goroutine is just forking still
// has a copy of the descriptor.
func (f *clusterFolder) unlock() {
	_ = syscall.Flock(int(f.lock.Fd()), syscall.LOCK_UN)
	_ = f.lock.Close()
}

// dataVersion returns the version of PostgreSQL that made the data, "" when there is none yet.
func (f *clusterFolder) dataVersion() (string, error) {
	content, err := os.ReadFile(filepath.Join(f.data, "PG_VERSION"))
	if err == nil {
		return strings.TrimSpace(string(content)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the version of the database: %w", err)
	}
	entries, err := os.ReadDir(f.data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the database folder: %w", err)
	}
	if len(entries) > 0 {
		return "", fmt.Errorf("%s has files but no PG_VERSION, so it is no PostgreSQL database: move it away", f.data)
	}
	return "", nil
}

// checkReachable says which parent keeps PostgreSQL's user out. It tries rather than reads permissions, which would
// miss access lists.
func (f *clusterFolder) checkReachable(ctx context.Context, as account, with programs) error {
	if as.credential == nil {
		return nil // what we can create we can reach
	}
	enter := func(folder string) error {
		command := exec.CommandContext(ctx, with.path("postgres"), "--version")
		command.Dir, command.SysProcAttr = folder, &syscall.SysProcAttr{Credential: as.credential}
		return command.Run()
	}
	if err := enter("/"); err != nil {
		return fmt.Errorf("run PostgreSQL as user %s: %w", as.name, err)
	}
	for end := 1; end <= len(f.path); end++ {
		if end < len(f.path) && f.path[end] != filepath.Separator {
			continue
		}
		folder := f.path[:end]
		err := enter(folder)
		if errors.Is(err, fs.ErrPermission) {
			return fmt.Errorf("PostgreSQL runs as user %s, who may not enter %s: choose a data folder elsewhere, "+
				"such as /var/lib/guichet, or run `chmod o+x %s`", as.name, folder, folder)
		}
		if err != nil {
			return fmt.Errorf("run PostgreSQL as user %s in %s: %w", as.name, folder, err)
		}
	}
	return nil
}

// prepare makes the socket's folder and the two files that say who may connect. These stand outside data so that they
// follow the users of each start, even in a folder restored from another machine.
func (f *clusterFolder) prepare(as account) error {
	if err := makePrivate(f.run, as); err != nil {
		return fmt.Errorf("make the folder of the database's socket: %w", err)
	}
	ident := fmt.Sprintf("guichet \"%s\" %s\nguichet \"%s\" %s\n",
		userName(os.Geteuid()), clusterRole, as.name, clusterRole)
	if err := os.WriteFile(f.identFile, []byte(ident), 0o644); err != nil {
		return fmt.Errorf("write who may connect: %w", err)
	}
	if err := os.WriteFile(f.hbaFile, []byte("local all "+clusterRole+" peer map=guichet\n"), 0o644); err != nil {
		return fmt.Errorf("write who may connect: %w", err)
	}
	return errors.Join(os.Chmod(f.identFile, 0o644), os.Chmod(f.hbaFile, 0o644)) // whatever the umask
}

// makePrivate makes a folder that only the user and root may enter. One that exists may stand in /tmp, where anybody
// could have laid it in wait for our password-less socket, so it has to be theirs or ours.
func makePrivate(path string, as account) error {
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	owner, err := ownerOf(path)
	if err != nil {
		return err
	}
	if !info.IsDir() || owner != as.uid && owner != os.Geteuid() {
		return fmt.Errorf("%s is in the way and belongs to user %s: remove it", path, userName(owner))
	}
	if err := os.Lchown(path, as.uid, as.gid); err != nil {
		return err
	}
	return os.Chmod(path, 0o700)
}

// plainPath matches what needs no quoting, neither in a list of folders in PostgreSQL's settings nor in a URL.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9/._-]+$`)

// runPath returns where the socket of the cluster in the folder path stands: run inside it, or, where that makes no
// valid socket, a short folder that depends on path alone, so that other commands find it.
func runPath(path string) string {
	run := filepath.Join(path, "run")
	if len(run)+len("/.s.PGSQL."+socketPort) <= longestSocket && plainPath.MatchString(run) {
		return run
	}
	base := "/tmp"
	if info, err := os.Stat("/run"); err == nil && info.IsDir() && os.Geteuid() == 0 {
		base = "/run" // no other user can write there
	}
	sum := sha256.Sum256([]byte(path))
	return fmt.Sprintf("%s/guichet-%x", base, sum[:8])
}

// forgetRun removes a socket's folder that stands outside, which is empty once the server has ended in good order.
func (f *clusterFolder) forgetRun() {
	if filepath.Dir(f.run) != f.path {
		_ = os.Remove(f.run)
	}
}

// postmaster returns the process number and the state in the file that the server keeps, 0 when there is none.
func (f *clusterFolder) postmaster() (pid int, state string) {
	content, err := os.ReadFile(filepath.Join(f.data, "postmaster.pid"))
	if err != nil {
		return 0, ""
	}
	lines := strings.Split(string(content), "\n")
	pid, _ = strconv.Atoi(strings.TrimSpace(lines[0]))
	if len(lines) > 7 {
		state = strings.TrimSpace(lines[7])
	}
	return pid, state
}
