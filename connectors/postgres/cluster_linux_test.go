package postgres_test

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"

	"guichet/connectors/postgres"
)

func TestTheServerDiesWithAKilledProgram(t *testing.T) {
	t.Parallel()
	folder := newClusterFolder(t)
	child := startClusterChild(t, clusterChild(t, folder))
	conn, err := pgx.Connect(context.Background(), child.url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(context.Background(), "CREATE TABLE kept AS SELECT 'safe' AS word"); err != nil {
		t.Fatal(err)
	}
	server, err := unix.PidfdOpen(postmasterOf(t, folder), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(server) }()

	if err := child.command.Process.Kill(); err != nil { // with a client still connected
		t.Fatal(err)
	}
	waitEnd(t, server)
	_ = conn.Close(context.Background())

	if got := queryCluster(t, startCluster(t, folder), "SELECT word FROM kept"); got != "safe" {
		t.Errorf("after the death of its program the table holds %q", got)
	}
}

func TestAStartRightAfterAKillWaitsForTheOldServer(t *testing.T) {
	t.Parallel()
	folder := newClusterFolder(t)
	child := startClusterChild(t, clusterChild(t, folder))
	old := postmasterOf(t, folder)
	if err := child.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.command.Wait()

	cluster := startCluster(t, folder)
	if running := postmasterOf(t, folder); running == old {
		t.Errorf("process %d still has the data", old)
	}
	if got := queryCluster(t, cluster, "SELECT 'answers'"); got != "answers" {
		t.Errorf("the cluster answers %q", got)
	}
}

func TestTheServerOutlivesTheThreadsOfOtherGoroutines(t *testing.T) {
	t.Parallel()
	var died atomic.Bool
	log := onMessage("private PostgreSQL ended by itself", func() { died.Store(true) })
	cluster, err := postgres.StartCluster(t.Context(), newClusterFolder(t), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })

	// Goroutines that end while they hold a thread end the thread, and were it the one that forked the server, the
	// kernel would take us for dead.
	for range 5 {
		var threads sync.WaitGroup
		allHold := make(chan struct{})
		var holding atomic.Int32
		for range 50 {
			threads.Go(func() {
				runtime.LockOSThread()
				if holding.Add(1) == 50 {
					close(allHold)
				}
				<-allHold
			})
		}
		threads.Wait()
		if got := queryCluster(t, cluster, "SELECT pg_sleep(0.05) || 'alive'"); got != "alive" {
			t.Errorf("the cluster answers %q", got)
		}
	}
	if died.Load() {
		t.Error("the server has ended")
	}
}

// waitEnd waits for the end of a process that is not our child. The minute is only there to fail at all.
func waitEnd(t *testing.T, pidfd int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}, int(time.Until(deadline).Milliseconds()))
		switch {
		case err == unix.EINTR && time.Now().Before(deadline):
		case err != nil:
			t.Fatal(err)
		case n == 0:
			t.Fatal("PostgreSQL survives the program that started it")
		default:
			return
		}
	}
}
