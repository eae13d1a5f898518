package postgres_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/connectors/postgres"
)

var noLog = slog.New(slog.DiscardHandler)

// onMessage is a log that calls do when a line begins with the message.
func onMessage(message string, do func()) *slog.Logger {
	return slog.New(logFunc(func(line string) {
		if strings.HasPrefix(line, message) {
			do()
		}
	}))
}

type logFunc func(message string)

func (h logFunc) Enabled(context.Context, slog.Level) bool { return true }
func (h logFunc) WithAttrs([]slog.Attr) slog.Handler       { return h }
func (h logFunc) WithGroup(string) slog.Handler            { return h }
func (h logFunc) Handle(_ context.Context, record slog.Record) error {
	h(record.Message)
	return nil
}

// newClusterFolder makes a folder that PostgreSQL's user can reach, which it cannot in t.TempDir.
func newClusterFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "guichet-cluster-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o711); err != nil {
		t.Fatal(err)
	}
	folder, err = filepath.EvalSymlinks(folder)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// madeCluster is a folder with a cluster that was made once, and stopped. The next test process removes it, as it does with
// what postgrestest leaves.
var madeCluster = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", fmt.Sprintf("guichet-test-postgres-%d-", os.Getpid()))
	if err != nil {
		return "", err
	}
	if err := os.Chmod(folder, 0o711); err != nil {
		return "", err
	}
	cluster, err := postgres.StartCluster(context.Background(), folder, noLog)
	if err != nil {
		return "", err
	}
	return folder, cluster.Stop()
})

// usedClusterFolder is one in which a cluster has run before: a copy, since making one takes seconds.
func usedClusterFolder(t *testing.T) string {
	t.Helper()
	made, err := madeCluster()
	if err != nil {
		t.Fatal(err)
	}
	folder := newClusterFolder(t)
	if output, err := exec.Command("cp", "-a", filepath.Join(made, "data"), folder).CombinedOutput(); err != nil {
		t.Fatalf("copy a cluster: %v: %s", err, output)
	}
	return folder
}

func startCluster(t *testing.T, folder string) *postgres.Cluster {
	t.Helper()
	cluster, err := postgres.StartCluster(t.Context(), folder, noLog)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })
	return cluster
}

func stopCluster(t *testing.T, cluster *postgres.Cluster) {
	t.Helper()
	if err := cluster.Stop(); err != nil {
		t.Fatalf("stop: %v", err)
	}
}

// queryCluster runs one or more statements and returns the last one's only value.
func queryCluster(t *testing.T, cluster *postgres.Cluster, statements string) string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, cluster.URL())
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	results, err := conn.PgConn().Exec(ctx, statements).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
	return string(results[len(results)-1].Rows[0][0])
}

// postmasterOf returns the number of the server process of a folder's cluster.
func postmasterOf(t *testing.T, folder string) int {
	t.Helper()
	first, _, _ := strings.Cut(readClusterFile(t, filepath.Join(folder, "data", "postmaster.pid")), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// programOf returns the path of the program that last served a folder, from the file it keeps for that.
func programOf(t *testing.T, folder string) string {
	t.Helper()
	return strings.Fields(readClusterFile(t, filepath.Join(folder, "data", "postmaster.opts")))[0]
}

// serverArguments returns what the running server was started with, from the same file.
func serverArguments(t *testing.T, folder string) []string {
	t.Helper()
	line := strings.TrimSpace(readClusterFile(t, filepath.Join(folder, "data", "postmaster.opts")))
	words := strings.Split(line, ` "`)
	for i, word := range words {
		words[i] = strings.TrimSuffix(word, `"`)
	}
	return words[1:]
}

// startByHand starts PostgreSQL as somebody at a terminal would, and waits until it is ready.
func startByHand(t *testing.T, folder string, arguments ...string) int {
	t.Helper()
	pgCtl := filepath.Join(filepath.Dir(programOf(t, folder)), "pg_ctl")
	data := filepath.Join(folder, "data")
	quoted := make([]string, 0, len(arguments))
	for _, argument := range arguments[2:] { // pg_ctl adds -D itself
		quoted = append(quoted, "'"+argument+"'")
	}
	run := func(arguments ...string) error {
		command := exec.Command(pgCtl, arguments...)
		command.Dir = "/"
		command.SysProcAttr = &syscall.SysProcAttr{Credential: ownerOfData(t, folder)}
		return command.Run()
	}
	err := run("start", "-w", "-D", data, "-l", filepath.Join(data, "by-hand.log"), "-o", strings.Join(quoted, " "))
	if err != nil {
		t.Fatalf("pg_ctl start: %v", err)
	}
	t.Cleanup(func() { _ = run("stop", "-w", "-m", "fast", "-D", data) })
	return postmasterOf(t, folder)
}

// ownerOfData is nil when the data is our own.
func ownerOfData(t *testing.T, folder string) *syscall.Credential {
	t.Helper()
	info, err := os.Stat(filepath.Join(folder, "data"))
	if err != nil {
		t.Fatal(err)
	}
	status := info.Sys().(*syscall.Stat_t)
	if int(status.Uid) == os.Geteuid() {
		return nil
	}
	return &syscall.Credential{Uid: status.Uid, Gid: status.Gid}
}

func signalTo(t *testing.T, pid int, signal syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, signal); err != nil {
		t.Fatalf("send %v to process %d: %v", signal, pid, err)
	}
}

func readClusterFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// writeClusterFile keeps the owner and mode of a file that exists.
func writeClusterFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func wantInError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q, want %q in it", err, part)
		}
	}
}

func wantOneLine(t *testing.T, err error) {
	t.Helper()
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q is not one line", err)
	}
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root runs PostgreSQL as another user")
	}
}
