package postgres_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"guichet/connectors/postgres"
)

// TestClusterChild is no test: it is what clusterChild starts, a program that runs a cluster.
func TestClusterChild(t *testing.T) {
	folder := os.Getenv(childVariable)
	if folder == "" {
		return
	}
	cluster, err := postgres.StartCluster(t.Context(), folder, noLog)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(childReady, cluster.URL())
	_, _ = io.Copy(io.Discard, os.Stdin) // until the parent closes it
	stopCluster(t, cluster)
}

const (
	childVariable = "GUICHET_TEST_CLUSTER_CHILD"
	childReady    = "cluster ready:"
)

// clusterChild prepares another process of this test program that starts a cluster on the folder.
func clusterChild(t *testing.T, folder string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "-test.run=^TestClusterChild$", "-test.count=1")
	command.Env = append(os.Environ(), childVariable+"="+folder)
	command.Dir = "/"
	command.Stderr = os.Stderr
	return command
}

// clusterProgram is another process that runs a cluster.
type clusterProgram struct {
	command *exec.Cmd
	stdin   io.Closer
	stdout  *bufio.Reader
	url     string
}

// startClusterChild returns when the child's cluster answers.
func startClusterChild(t *testing.T, command *exec.Cmd) *clusterProgram {
	t.Helper()
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	c := &clusterProgram{command: command, stdin: stdin, stdout: bufio.NewReader(stdout)}
	for {
		line, err := c.stdout.ReadString('\n')
		if err != nil {
			t.Fatalf("the child ended without a cluster: %v, %s", err, line)
		}
		if url, found := strings.CutPrefix(line, childReady); found {
			c.url = strings.TrimSpace(url)
			return c
		}
	}
}

func (c *clusterProgram) endInOrder(t *testing.T) {
	t.Helper()
	_ = c.stdin.Close()
	rest, _ := io.ReadAll(c.stdout)
	if err := c.command.Wait(); err != nil {
		t.Errorf("the child: %v\n%s", err, rest)
	}
}
