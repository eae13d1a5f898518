package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"guichet/connectors/postgres"
)

// targetFlags say which server is measured: one that runs, or one started for it.
type targetFlags struct {
	Serve       string   `help:"The program guichet: a server of its own is started in a temporary folder, and ended." type:"existingfile" placeholder:"PROGRAM"`
	ServeArgs   []string `help:"Further flags for guichet serve." name:"serve-arg" placeholder:"FLAG" sep:"none"`
	URL         string   `help:"A server that runs already." placeholder:"URL"`
	PID         int      `help:"Its process on this machine, to read its memory." placeholder:"PID"`
	DatabaseURL string   `help:"The PostgreSQL of the server, and of the floor; without it the started server makes a private one." env:"DATABASE_URL" placeholder:"URL"`
	Site        string   `help:"The site on which is asked." default:"micro"`
}

// target is a server to measure.
type target struct {
	base     string // http://host:port
	pid      int    // 0 when it is not known
	database string // "" when it is not known
	data     string // its data folder, "" when it is not ours
	program  string
	log      string // the file of what it says
	stop     func() // ends it when it is ours
	began    time.Time
}

// open starts the server, or finds the one that runs. extra are further variables of its environment.
func (f targetFlags) open(ctx context.Context, r *report, extra ...string) (*target, error) {
	switch {
	case f.Serve == "" && f.URL == "":
		return nil, errors.New("say what to measure: --serve bin/guichet starts a server, --url names one that runs")
	case f.Serve != "" && f.URL != "":
		return nil, errors.New("--serve starts a server and --url names one that runs: give one of them")
	case f.URL != "":
		return &target{base: strings.TrimSuffix(f.URL, "/"), pid: f.PID, database: f.DatabaseURL, stop: func() {}}, nil
	}
	t, err := f.start(ctx, extra...)
	if err != nil {
		return nil, err
	}
	if err := t.answers(ctx, "/readyz", "ready\n"); err != nil {
		t.stop()
		return nil, err
	}
	if t.database = f.DatabaseURL; t.database == "" {
		if t.database, err = postgres.ClusterURL(filepath.Join(t.data, "postgres")); err != nil {
			t.stop()
			return nil, err
		}
	}
	r.say("a server runs at %s, process %d", t.base, t.pid)
	return t, nil
}

// start runs the program and does not wait until it serves.
func (f targetFlags) start(ctx context.Context, extra ...string) (*target, error) {
	data, err := os.MkdirTemp("", "guichet-bench-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(data, 0o755); err != nil { // PostgreSQL's own user passes through
		return nil, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	t := &target{base: "http://" + address, data: data, program: f.Serve, log: filepath.Join(data, "log"), began: time.Now()}
	said, err := os.Create(t.log)
	if err != nil {
		return nil, err
	}
	arguments := []string{"serve", "--addr=" + address, "--data=" + data}
	if f.DatabaseURL != "" {
		arguments = append(arguments, "--database-url="+f.DatabaseURL)
	}
	server := exec.Command(f.Serve, append(arguments, f.ServeArgs...)...) //nolint:noctx // it is asked to stop, not killed
	server.Env = append(append(os.Environ(), "DATABASE_URL="), extra...)
	server.Stdout, server.Stderr = said, said
	if err := server.Start(); err != nil {
		return nil, errors.Join(err, said.Close(), os.RemoveAll(data))
	}
	t.pid = server.Process.Pid
	ended := make(chan struct{})
	go func() { _ = server.Wait(); close(ended) }()
	t.stop = func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(30 * time.Second):
			_ = server.Process.Kill()
			<-ended
		}
		_ = said.Close()
		_ = os.RemoveAll(data)
	}
	return t, nil
}

func freeAddress(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

// startPatience is how long a server may take until it serves: a first start learns.
const startPatience = 2 * time.Minute

// answers waits until a page begins with a text.
func (t *target) answers(ctx context.Context, path, begins string) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		if body, err := t.get(ctx, path); err == nil && strings.HasPrefix(body, begins) {
			return nil
		}
		select {
		case <-ctx.Done():
			said, _ := os.ReadFile(t.log)
			return fmt.Errorf("the server does not come to say %q at %s; it says: %s", begins, path, said)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func (t *target) get(ctx context.Context, path string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.base+path, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", path, res.Status)
	}
	return string(body), err
}

// run runs a command of the program on the server's data.
func (t *target) run(ctx context.Context, input string, arguments ...string) error {
	if t.program == "" {
		return errors.New("this needs a server of its own: use --serve")
	}
	where := "--data=" + t.data
	if t.database != "" {
		where = "--database-url=" + t.database
	}
	command := exec.CommandContext(ctx, t.program, append(arguments, where)...)
	command.Stdin = strings.NewReader(input)
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("guichet %s: %w: %s", arguments[0], err, said)
	}
	return nil
}
