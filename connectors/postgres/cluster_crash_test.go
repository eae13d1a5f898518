package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/connectors/postgres"
)

func TestAKilledPostmasterIsNoticedAndTheNextStartRecovers(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
	cluster := startCluster(t, folder)
	queryCluster(t, cluster, "CREATE TABLE kept AS SELECT 'safe' AS word; SELECT word FROM kept")

	signalTo(t, postmasterOf(t, folder), syscall.SIGKILL)
	<-cluster.Done()

	if got := queryCluster(t, startCluster(t, folder), "SELECT word FROM kept"); got != "safe" {
		t.Errorf("after a crash the table holds %q", got)
	}
	if err := cluster.Stop(); err == nil {
		t.Error("Stop of a killed server reports no error")
	}
}

func TestAStartWaitsForTheLastProcessesOfACrashedServer(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
	cluster := startCluster(t, folder)
	queryCluster(t, cluster, "CREATE TABLE kept AS SELECT 'safe' AS word; SELECT word FROM kept")
	conn, err := pgx.Connect(t.Context(), cluster.URL())
	if err != nil {
		t.Fatal(err)
	}
	backend := int(conn.PgConn().PID())
	signalTo(t, backend, syscall.SIGSTOP) // it has the data open and notices nothing
	signalTo(t, postmasterOf(t, folder), syscall.SIGKILL)
	<-cluster.Done()

	waited := false
	cluster, err = postgres.StartCluster(t.Context(), folder, onMessage("waiting for the processes", func() {
		waited = true
		signalTo(t, backend, syscall.SIGCONT)
	}))
	if err != nil {
		signalTo(t, backend, syscall.SIGKILL)
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })
	if !waited {
		t.Error("the start did not wait")
	}
	if got := queryCluster(t, cluster, "SELECT word FROM kept"); got != "safe" {
		t.Errorf("after a crash the table holds %q", got)
	}
}

// TestProcessesOfACrashedServerThatDoNotLeaveAreEnded has one that will never notice anything.
func TestProcessesOfACrashedServerThatDoNotLeaveAreEnded(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("whose data a process has open is known on Linux only")
	}
	folder := usedClusterFolder(t)
	cluster := startCluster(t, folder)
	queryCluster(t, cluster, "CREATE TABLE kept AS SELECT 'safe' AS word; SELECT word FROM kept")
	conn, err := pgx.Connect(t.Context(), cluster.URL())
	if err != nil {
		t.Fatal(err)
	}
	backend := int(conn.PgConn().PID())
	signalTo(t, backend, syscall.SIGSTOP)
	signalTo(t, postmasterOf(t, folder), syscall.SIGKILL)
	<-cluster.Done()

	if got := queryCluster(t, startCluster(t, folder), "SELECT word FROM kept"); got != "safe" {
		t.Errorf("after a crash the table holds %q", got)
	}
}

func TestAServerThatSomebodyElseStartedIsLeftAlone(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
	stopCluster(t, startCluster(t, folder))
	pid := startByHand(t, folder, "-D", filepath.Join(folder, "data"), "-c", "listen_addresses=", "-k",
		filepath.Join(folder, "run"))

	_, err := postgres.StartCluster(t.Context(), folder, noLog)
	if !errors.Is(err, postgres.ErrClusterInUse) {
		t.Fatalf("start beside it: %v, want ErrClusterInUse", err)
	}
	wantInError(t, err, "already in use by process "+strconv.Itoa(pid))
	if running := postmasterOf(t, folder); running != pid {
		t.Errorf("process %d has the data, want %d", running, pid)
	}
}

func TestAnOrphanIsStoppedAndReplaced(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
	cluster := startCluster(t, folder)
	queryCluster(t, cluster, "CREATE TABLE kept AS SELECT 'safe' AS word; SELECT word FROM kept")
	arguments := serverArguments(t, folder)
	stopCluster(t, cluster)
	orphan := startByHand(t, folder, arguments...)

	cluster = startCluster(t, folder)
	if running := postmasterOf(t, folder); running == orphan {
		t.Errorf("the orphan, process %d, still has the data", orphan)
	}
	if got := queryCluster(t, cluster, "SELECT word FROM kept"); got != "safe" {
		t.Errorf("after the orphan the table holds %q", got)
	}
}

func TestAStalePidFileThatNamesAnotherLiveProcessIsNoObstacle(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
	cluster := startCluster(t, folder)
	signalTo(t, postmasterOf(t, folder), syscall.SIGKILL)
	<-cluster.Done()

	// The number now belongs to something else of the same user, as after a reboot.
	bystander := exec.Command("sleep", "600")
	bystander.SysProcAttr = &syscall.SysProcAttr{Credential: ownerOfData(t, folder)}
	if err := bystander.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bystander.Process.Kill(); _ = bystander.Wait() })
	for _, name := range []string{"data/postmaster.pid", "run/.s.PGSQL.5432.lock"} {
		path := filepath.Join(folder, name)
		_, rest, _ := strings.Cut(readClusterFile(t, path), "\n")
		writeClusterFile(t, path, fmt.Sprintf("%d\n%s", bystander.Process.Pid, rest))
	}

	if got := queryCluster(t, startCluster(t, folder), "SELECT 'started'"); got != "started" {
		t.Errorf("the cluster answers %q", got)
	}
	if err := bystander.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the bystander was ended: %v", err)
	}
}

func TestAPidFileLeftByACrashIsNotTakenForTheNewServers(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
	cluster := startCluster(t, folder)
	queryCluster(t, cluster, "CREATE TABLE kept AS SELECT 'safe' AS word; SELECT word FROM kept")
	program := programOf(t, folder)
	signalTo(t, postmasterOf(t, folder), syscall.SIGKILL) // its file goes on saying that it is ready
	<-cluster.Done()

	slow := newClusterFolder(t)
	script := "#!/bin/sh\n[ \"$1\" = --version ] || sleep 1\nexec '" + program + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(slow, "postgres"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(filepath.Dir(program), "initdb"), filepath.Join(slow, "initdb")); err != nil {
		t.Fatal(err)
	}
	cluster, err := postgres.StartClusterOn(t.Context(), folder, noLog, []string{slow}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })
	if got := queryCluster(t, cluster, "SELECT word FROM kept"); got != "safe" {
		t.Errorf("after a crash the table holds %q", got)
	}
}

func TestAnInterruptedInitialisationIsDoneAgain(t *testing.T) {
	t.Parallel()
	folder := newClusterFolder(t)
	if err := os.Mkdir(filepath.Join(folder, "data.new"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeClusterFile(t, filepath.Join(folder, "data.new", "PG_VERSION"), "15\n")

	startCluster(t, folder)
}

func TestACancelledStartLeavesTheFolderFree(t *testing.T) {
	t.Parallel()
	folder := newClusterFolder(t)
	for _, moment := range []string{"", "making a private PostgreSQL cluster"} {
		ctx, cancel := context.WithCancel(t.Context())
		if moment == "" {
			cancel()
		}
		_, err := postgres.StartCluster(ctx, folder, onMessage(moment, cancel))
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("start cancelled at %q: %v, want context.Canceled", moment, err)
		}
	}
	startCluster(t, folder)
}
