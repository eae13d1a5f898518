package postgres_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"guichet/connectors/postgres"
)

func TestAClusterStartsAndAnswersAQuery(t *testing.T) {
	t.Parallel()
	folder := newClusterFolder(t)
	cluster := startCluster(t, folder)

	pid := postmasterOf(t, folder)
	if group, err := syscall.Getpgid(pid); err != nil || group != pid {
		t.Errorf("the server, process %d, is in group %d, %v: Ctrl-C would reach it before us", pid, group, err)
	}
	cheapest := "off" // of a server that was built without lz4, or is older
	if queryCluster(t, cluster, "SELECT count(*) FROM pg_settings WHERE name = 'wal_compression' AND 'lz4' = ANY (enumvals)") == "1" {
		cheapest = "lz4"
	}
	for setting, want := range map[string]string{
		"server_encoding":  "UTF8",
		"lc_ctype":         "C.UTF-8",
		"data_checksums":   "on",
		"listen_addresses": "",
		"wal_compression":  cheapest,
	} {
		if got := queryCluster(t, cluster, "SELECT current_setting('"+setting+"')"); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if got := queryCluster(t, cluster, "SELECT current_database() || ' ' || current_user"); got != "guichet guichet" {
		t.Errorf("the URL leads to %q, want database and role guichet", got)
	}
	if got := queryCluster(t, cluster, "SELECT lower('ÉTÉ')"); got != "été" {
		t.Errorf("lower('ÉTÉ') is %q: the locale knows no accents", got)
	}
}

func TestTheURLOfAFolderLeadsToItsRunningCluster(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
	cluster := startCluster(t, folder)
	link := folder + "-link"
	if err := os.Symlink(folder, link); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(link) })

	url, err := postgres.ClusterURL(link)
	if err != nil || url != cluster.URL() {
		t.Errorf("ClusterURL = %q, %v, want %q", url, err, cluster.URL())
	}
}

func TestARestartKeepsTheData(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
	cluster := startCluster(t, folder)
	queryCluster(t, cluster, "CREATE TABLE kept AS SELECT 'safe' AS word; SELECT word FROM kept")
	stopCluster(t, cluster)
	select {
	case <-cluster.Done():
	default:
		t.Error("Done is open after Stop")
	}
	if err := cluster.Stop(); err != nil {
		t.Errorf("second Stop: %v", err)
	}

	if got := queryCluster(t, startCluster(t, folder), "SELECT word FROM kept"); got != "safe" {
		t.Errorf("after a restart the table holds %q", got)
	}
}

func TestAFolderInALongOrOddPathGetsAShortSocket(t *testing.T) {
	t.Parallel()
	for _, name := range []string{strings.Repeat("long", 30), "with, comma and 'quote'"} {
		folder := filepath.Join(newClusterFolder(t), name)
		cluster := startCluster(t, folder)
		if got := queryCluster(t, cluster, "SELECT 'reached'"); got != "reached" {
			t.Errorf("%s: the cluster answers %q", name, got)
		}
		run := postgres.RunPath(folder)
		if len(run) > 60 || strings.HasPrefix(run, folder) {
			t.Errorf("the socket stands in %s", run)
		}
		if info, err := os.Stat(run); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v, want mode 0700", run, info, err)
		}
		stopCluster(t, cluster)
		if _, err := os.Stat(run); err == nil {
			t.Errorf("%s stays behind", run)
		}
	}
}

func TestWithoutAUserPostgresRootTakesAnotherAndKeepsIt(t *testing.T) {
	t.Parallel()
	needRoot(t)
	folder := newClusterFolder(t)
	users := []string{"no-such-user", "root", "nobody"}
	cluster, err := postgres.StartClusterOn(t.Context(), folder, noLog, postgres.ProgramsOf(), users)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })
	queryCluster(t, cluster, "CREATE TABLE kept AS SELECT 'safe' AS word; SELECT word FROM kept")
	owner := *ownerOfData(t, folder)
	stopCluster(t, cluster)

	if got := queryCluster(t, startCluster(t, folder), "SELECT word FROM kept"); got != "safe" {
		t.Errorf("the table holds %q", got)
	}
	if again := *ownerOfData(t, folder); again.Uid != owner.Uid || owner.Uid == 0 {
		t.Errorf("the data belongs to user %d, then to %d", owner.Uid, again.Uid)
	}
}

func TestAsAnOrdinaryUserPostgreSQLRunsAsOneself(t *testing.T) {
	t.Parallel()
	folder := newClusterFolder(t)
	command := clusterChild(t, folder)
	if os.Geteuid() == 0 { // the child becomes what the tests of an ordinary user are anyway
		if err := os.Chown(folder, 65534, 65534); err != nil {
			t.Fatal(err)
		}
		copied := filepath.Join(newClusterFolder(t), "tests") // root's build folder is closed to others
		content := readClusterFile(t, command.Path)
		if err := os.WriteFile(copied, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
		command.Path = copied
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	child := startClusterChild(t, command)
	info, err := os.Stat(filepath.Join(folder, "data"))
	if err != nil {
		t.Fatal(err)
	}
	want := uint32(os.Geteuid())
	if want == 0 {
		want = 65534
	}
	if got := info.Sys().(*syscall.Stat_t).Uid; got != want {
		t.Errorf("the data belongs to user %d, want %d", got, want)
	}
	child.endInOrder(t)
}
