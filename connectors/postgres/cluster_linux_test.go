package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"
)

func TestTheServerDiesWithAKilledProgram(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
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
	folder := usedClusterFolder(t)
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
