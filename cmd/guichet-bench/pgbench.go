package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// commits is how many single-row inserts a second PostgreSQL commits, by so many connections at once, and how long one
// takes on average.
type commits struct {
	rate        float64 // a second
	latency     float64 // milliseconds
	connections int
	count       float64
	client      float64 // processor time of pgbench itself, seconds
}

// mostConnections are those of pgbench at most: the private PostgreSQL has a hundred, and the server its own.
const mostConnections = 64

var (
	errNoPgbench = errors.New("pgbench is missing: it comes with PostgreSQL's programs (Debian: postgresql-contrib)")
	tpsLine      = regexp.MustCompile(`tps = ([0-9.]+)`)
	countLine    = regexp.MustCompile(`actually processed: ([0-9]+)`)
	latencyLine  = regexp.MustCompile(`latency average = ([0-9.]+) ms`)
)

// pgbench measures what the database under the server commits, beside whatever it does else.
func pgbench(ctx context.Context, database string, connections int, span time.Duration) (c commits, err error) {
	program, err := exec.LookPath("pgbench")
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
		if len(found) == 0 {
			return c, errNoPgbench
		}
		program = found[len(found)-1]
	}
	if database == "" {
		return c, errors.New("the database of the server is not known: give --database-url")
	}
	if err := execSQL(ctx, database, "create table if not exists bench_floor (id bigserial primary key, at timestamptz not null default now(), text text not null)"); err != nil {
		return c, err
	}
	defer func() {
		err = errors.Join(err, execSQL(context.WithoutCancel(ctx), database, "drop table bench_floor"))
	}()
	script, err := os.CreateTemp("", "guichet-bench-*.sql")
	if err != nil {
		return c, err
	}
	defer func() { _ = os.Remove(script.Name()) }()
	if _, err := script.WriteString("insert into bench_floor (text) values ('Comment obtenir un extrait Kbis ?');\n"); err != nil {
		return c, err
	}
	if err := script.Close(); err != nil {
		return c, err
	}
	c.connections = min(connections, mostConnections)
	seconds := strconv.Itoa(max(1, int(span.Seconds())))
	command := exec.CommandContext(ctx, program, "-n", "-M", "prepared", "-c", strconv.Itoa(c.connections), "-j", "2", "-T", seconds, "-f", script.Name(), database)
	said, err := command.CombinedOutput()
	if err != nil {
		return c, fmt.Errorf("pgbench: %w: %s", err, said)
	}
	rate, latency, count := tpsLine.FindSubmatch(said), latencyLine.FindSubmatch(said), countLine.FindSubmatch(said)
	if rate == nil || latency == nil || count == nil {
		return c, fmt.Errorf("pgbench does not say its rate, its latency and how many it counted: %s", said)
	}
	c.count, _ = strconv.ParseFloat(string(count[1]), 64)
	c.client = (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()
	c.rate, _ = strconv.ParseFloat(string(rate[1]), 64)
	c.latency, _ = strconv.ParseFloat(string(latency[1]), 64)
	return c, nil
}

// execSQL runs a statement past the program.
func execSQL(ctx context.Context, database, statement string) error {
	conn, err := pgconn.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	_, err = conn.Exec(ctx, statement).ReadAll()
	return err
}
