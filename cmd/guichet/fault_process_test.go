package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"guichet/connectors/postgres"
	"guichet/connectors/spool"
)

// childEnv makes this test's program be guichet itself: the fault tests run, and kill, real processes.
const childEnv = "GUICHET_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// process is a guichet serve in a process of its own.
type process struct {
	t     *testing.T
	base  string // http://127.0.0.1:port, the same after a restart
	args  []string
	cmd   *exec.Cmd
	log   *journal
	ended chan struct{}
	code  int
}

// journal collects what a process says.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// newProcess prepares a server over a database and a data folder; start starts it.
func newProcess(t *testing.T, database, data string, args ...string) *process {
	t.Helper()
	address := ownAddress(t)
	p := &process{t: t, base: "http://" + address, log: &journal{}}
	p.args = append([]string{"serve", "--addr=" + address, "--data=" + data, cacheFlag()}, args...)
	if database != "" { // else a private one
		p.args = append(p.args, "--database-url="+database)
	}
	t.Cleanup(p.kill)
	return p
}

// ownAddress is one of this machine's loopback addresses with a port. Nobody else is given them while the server is away: of
// 127.0.0.1 any connection of any program may get the port meanwhile.
func ownAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", fmt.Sprintf("127.%d.%d.%d:0", 1+rand.IntN(254), rand.IntN(256), 1+rand.IntN(254)))
	if err != nil { // a system that has 127.0.0.1 only
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func (p *process) start() {
	p.t.Helper()
	p.cmd = exec.Command(os.Args[0], p.args...)
	p.cmd.Env = append(os.Environ(), childEnv+"=1", "DATABASE_URL=", "GUICHET_TELEGRAM_TOKEN=")
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	cmd, ended := p.cmd, make(chan struct{})
	p.ended = ended
	go func() {
		_ = cmd.Wait()
		p.code = cmd.ProcessState.ExitCode()
		close(ended)
	}()
}

// kill ends it as a power cut does.
func (p *process) kill() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// terminate asks it to stop and returns its exit code.
func (p *process) terminate() int {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	<-p.ended
	return p.code
}

// get returns a page's status, 0 when there is no answer, and its text.
func (p *process) get(path string, cookies ...*http.Cookie) (status int, body string) {
	request, err := http.NewRequest(http.MethodGet, p.base+path, nil)
	if err != nil {
		return 0, err.Error()
	}
	for _, c := range cookies {
		request.AddCookie(c)
	}
	res, err := (&http.Client{Timeout: 20 * time.Second}).Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(text)
}

// serves waits until it answers.
func (p *process) serves() {
	p.t.Helper()
	p.until("it serves", func() bool { status, _ := p.get("/healthz"); return status == http.StatusOK })
}

// ready waits until nothing waits for the database any more.
func (p *process) ready() {
	p.t.Helper()
	p.until("it is ready", func() bool { _, body := p.get("/readyz"); return strings.HasPrefix(body, "ready\n") })
}

func (p *process) says(what string) {
	p.t.Helper()
	p.until("it says "+what, func() bool { return strings.Contains(p.log.String(), what) })
}

// openSpool opens a spool of its own around a database.
func openSpool(t *testing.T, db *postgres.DB) *spool.Spool {
	t.Helper()
	kept, err := spool.Open(spool.Options{Store: db, Path: filepath.Join(t.TempDir(), "spool", "turns.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kept.Close(); err != nil {
			t.Error(err)
		}
	})
	return kept
}

// until waits for something that only a failure delays for long.
func (p *process) until(what string, is func() bool) {
	p.t.Helper()
	if !comesTrue(is) {
		_, body := p.get("/readyz")
		p.t.Fatalf("it never came to this: %s; /readyz: %s\n%s", what, body, lastOf(p.log.String()))
	}
}

// lastOf is what a log ends with, from the first data race on if there is one.
func lastOf(log string) string {
	at := max(0, len(log)-4000)
	if race := strings.Index(log, "WARNING: DATA RACE"); race >= 0 {
		at = min(at, race)
	}
	return log[at:]
}

func comesTrue(is func() bool) bool {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	deadline := time.After(5 * time.Minute)
	for !is() {
		select {
		case <-again.C:
		case <-deadline:
			return false
		}
	}
	return true
}

// ownPostgres is a PostgreSQL of the test's own, that it may harm.
type ownPostgres struct {
	t       *testing.T
	dir     string
	cluster *postgres.Cluster
}

// openFolder is one that PostgreSQL's own user may pass through; t.TempDir is not.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "guichet-fault-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func newPostgres(t *testing.T, dir string) *ownPostgres {
	t.Helper()
	p := &ownPostgres{t: t, dir: filepath.Join(dir, "postgres")}
	p.start()
	t.Cleanup(func() { _ = p.cluster.Stop() })
	return p
}

func (p *ownPostgres) start() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cluster, err := postgres.StartCluster(ctx, p.dir, slog.New(slog.DiscardHandler))
	if err != nil {
		p.t.Fatal(err)
	}
	p.cluster = cluster
}

func (p *ownPostgres) url() string { return p.cluster.URL() }

// main is the process that all others of the server descend from.
func (p *ownPostgres) main() int {
	p.t.Helper()
	pid := p.pid()
	if pid == 0 {
		p.t.Fatal("the server has no postmaster.pid")
	}
	return pid
}

// pid is that of the main process; 0 when the server does not say it.
func (p *ownPostgres) pid() int {
	for _, file := range []string{"postmaster.pid", "data/postmaster.pid"} {
		if text, err := os.ReadFile(filepath.Join(p.dir, file)); err == nil {
			line, _, _ := strings.Cut(string(text), "\n")
			if pid, err := strconv.Atoi(line); err == nil && pid > 0 {
				return pid
			}
		}
	}
	return 0
}

// kill ends every process of the server as a power cut does.
func (p *ownPostgres) kill() {
	p.t.Helper()
	for _, pid := range p.family() {
		killProcess(pid)
	}
	<-p.cluster.Done()
}

func killProcess(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) }

// signal sends a signal to every process of the server.
func (p *ownPostgres) signal(what syscall.Signal) {
	for _, pid := range p.family() {
		_ = syscall.Kill(pid, what)
	}
}

// family is the server's processes, the first of them first. That one is stopped, so that it starts no other meanwhile:
// one that nobody kills may wait for ever for a lock of one that was. Whoever asks sends all of them a signal.
func (p *ownPostgres) family() []int {
	main := p.main()
	_ = syscall.Kill(main, syscall.SIGSTOP)
	for range 1000 {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", main))
		if err != nil || bytes.HasPrefix(text[bytes.LastIndexByte(text, ')')+1:], []byte(" T")) {
			break // it has ended, or stands still
		}
		time.Sleep(time.Millisecond)
	}
	all := []int{main}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if len(fields) > 1 && fields[1] == fmt.Sprint(main) {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
				all = append(all, pid)
			}
		}
	}
	return all
}
