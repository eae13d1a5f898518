package postgres_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"guichet/connectors/postgres"
)

func TestAStartIsRefusedWhileTheClusterRuns(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
	cluster := startCluster(t, folder)

	_, err := postgres.StartCluster(t.Context(), folder, noLog)
	if !errors.Is(err, postgres.ErrClusterInUse) {
		t.Fatalf("second start: %v, want ErrClusterInUse", err)
	}
	wantInError(t, err, "already in use by process "+strconv.Itoa(os.Getpid()), folder)
	if got := queryCluster(t, cluster, "SELECT 'unharmed'"); got != "unharmed" {
		t.Errorf("the first cluster answers %q", got)
	}
}

func TestDataOfAnotherVersionIsRefusedNamingBoth(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
	cluster := startCluster(t, folder)
	version := strings.TrimSpace(queryCluster(t, cluster, "SELECT current_setting('server_version_num')::int / 10000"))
	stopCluster(t, cluster)
	file := filepath.Join(folder, "data", "PG_VERSION")
	original := readClusterFile(t, file)
	writeClusterFile(t, file, "12\n")

	_, err := postgres.StartCluster(t.Context(), folder, noLog)
	wantInError(t, err, "made by PostgreSQL 12", "PostgreSQL "+version, folder)
	wantOneLine(t, err)

	writeClusterFile(t, file, original)
	startCluster(t, folder)
}

func TestAFolderThatIsNoDatabaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	folder := newClusterFolder(t)
	file := filepath.Join(folder, "data", "photos.zip")
	if err := os.Mkdir(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	writeClusterFile(t, file, "precious")

	_, err := postgres.StartCluster(t.Context(), folder, noLog)
	wantInError(t, err, filepath.Dir(file), "move it away")
	if got := readClusterFile(t, file); got != "precious" {
		t.Errorf("the file holds %q", got)
	}
}

func TestAFailedStartQuotesTheServersLog(t *testing.T) {
	t.Parallel()
	folder := usedClusterFolder(t)
	stopCluster(t, startCluster(t, folder))
	conf := filepath.Join(folder, "data", "postgresql.conf")
	original := readClusterFile(t, conf)
	writeClusterFile(t, conf, original+"\nwork_mem = plenty\n")

	_, err := postgres.StartCluster(t.Context(), folder, noLog)
	wantInError(t, err, "invalid value for parameter \"work_mem\"", filepath.Join(folder, "postgres.log"))

	writeClusterFile(t, conf, original)
	startCluster(t, folder)
}

func TestAMachineWithoutPostgreSQLIsToldWhatToInstall(t *testing.T) {
	t.Parallel()
	folder := newClusterFolder(t)
	_, err := postgres.StartClusterOn(t.Context(), folder, noLog, []string{t.TempDir()}, nil)
	if !errors.Is(err, postgres.ErrNotInstalled) {
		t.Fatalf("start: %v, want ErrNotInstalled", err)
	}
	wantInError(t, err, "DATABASE_URL")
	wantOneLine(t, err)

	for _, c := range []struct{ system, release, want string }{
		{"linux", "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n", "`apt-get install postgresql`"},
		{"linux", "NAME=Linux Mint\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "`apt-get install postgresql`"},
		{"linux", "ID=alpine\nVERSION_ID=3.22\n", "`apk add postgresql`"},
		{"linux", "ID=fedora\n", "`dnf install postgresql-server`"},
		{"linux", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "`dnf install postgresql-server`"},
		{"darwin", "", "`brew install postgresql@17`"},
		{"linux", "ID=unheard-of\n", "https://www.postgresql.org/download/"},
		{"freebsd", "", "https://www.postgresql.org/download/"},
	} {
		if got := postgres.InstallAdvice(c.system, c.release); !strings.Contains(got, c.want) {
			t.Errorf("advice for %s with %q: %q, want %q in it", c.system, c.release, got, c.want)
		}
	}
}

func TestAnOldPostgreSQLIsToldWhatToInstall(t *testing.T) {
	t.Parallel()
	old := t.TempDir()
	for name, answer := range map[string]string{"postgres": "postgres (PostgreSQL) 13.9", "initdb": ""} {
		if err := os.WriteFile(filepath.Join(old, name), []byte("#!/bin/sh\necho '"+answer+"'\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	_, err := postgres.StartClusterOn(t.Context(), newClusterFolder(t), noLog, []string{old}, nil)
	if !errors.Is(err, postgres.ErrNotInstalled) {
		t.Fatalf("start: %v, want ErrNotInstalled", err)
	}
	wantInError(t, err, old, "PostgreSQL 13", "14 or later")
}

func TestASocketFolderThatAnotherUserLaidInWaitIsRefused(t *testing.T) {
	t.Parallel()
	needRoot(t)
	folder := newClusterFolder(t)
	run := filepath.Join(folder, "run")
	if err := os.Mkdir(run, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(run, 54321, 54321); err != nil {
		t.Fatal(err)
	}
	_, err := postgres.StartCluster(t.Context(), folder, noLog)
	wantInError(t, err, run, "54321")
}

func TestAParentThatPostgreSQLsUserMayNotEnterIsNamed(t *testing.T) {
	t.Parallel()
	needRoot(t)
	closed := filepath.Join(newClusterFolder(t), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := postgres.StartCluster(t.Context(), filepath.Join(closed, "inner", "database"), noLog)
	wantInError(t, err, "user postgres", "may not enter "+closed+":", "`chmod o+x "+closed+"`")
	wantOneLine(t, err)
}
