package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
)

const (
	// startPatience is how long a start waits for a database that says nothing. Migrations go on beyond it.
	startPatience = 3 * time.Second

	// firstPatience is how long the first start over a data folder waits for one that is there and takes its time, as while a
	// replica migrates it: what is begun without the replicas' secret cannot be opened again after a restart.
	firstPatience = time.Minute

	// A database that is away at the start, or a private one that ended, is tried again after the first pause, doubled up
	// to the last.
	firstPause = 100 * time.Millisecond
	lastPause  = 5 * time.Second
)

// database is the one a server uses: the one named, or a private cluster of its own.
type database struct {
	*postgres.DB
	log       *slog.Logger
	dir       string            // of the private cluster
	cluster   *postgres.Cluster // nil when the database is not ours
	connected chan struct{}     // closed once the schema is there
	failed    chan error        // gets what waiting does not mend
}

// serve prepares the database for a server. attach connects to it; stop ends what was started.
func (f databaseFlags) serve(ctx context.Context, log *slog.Logger) (*database, error) {
	d := &database{log: log, dir: f.clusterDir(), connected: make(chan struct{}), failed: make(chan error, 1)}
	url := f.DatabaseURL
	var err error
	if url == "" {
		if d.cluster, err = postgres.StartCluster(ctx, d.dir, log); err != nil {
			return nil, err
		}
		url = d.cluster.URL()
	}
	if d.DB, err = postgres.New(url); err != nil {
		if d.cluster != nil {
			err = errors.Join(err, d.cluster.Stop())
		}
		return nil, err
	}
	return d, nil
}

// attach connects, and goes on trying while the database is away. It returns when it is clear how things are: nil also
// means that the database is away, or takes longer than patience.
func (d *database) attach(ctx context.Context, patience time.Duration) error {
	away := make(chan struct{})
	go d.connect(ctx, away)
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case <-d.connected:
		return nil
	case err := <-d.failed:
		return err
	case <-away:
	case <-enough.C:
		d.log.Warn("the database takes its time; what is said on the website is kept in the spool until it answers")
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

func (d *database) connect(ctx context.Context, away chan<- struct{}) {
	for pause, first := firstPause, true; ; pause, first = min(2*pause, lastPause), false {
		err := d.Connect(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			close(d.connected)
			return
		case !errors.Is(err, bot.ErrUnavailable), first && postgres.Misconfigured(err):
			d.failed <- err
			return
		case first:
			d.log.Warn("started without the database; what is said on the website is kept in the spool until it answers", "error", err)
			close(away)
		}
		if !sleep(ctx, pause) {
			return
		}
	}
}

// watch fails when the database turns out not to be one to serve from, and starts a private one again that has ended.
func (d *database) watch(ctx context.Context) error {
	for {
		var ended <-chan struct{} // never ready when the database is not ours
		if d.cluster != nil {
			ended = d.cluster.Done()
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-d.failed:
			return err
		case <-ended:
			if err := d.cluster.Stop(); err != nil { // it has stopped: this only collects what is left
				d.log.Warn("the private database", "error", err)
			}
			d.startAgain(ctx)
		}
	}
}

func (d *database) startAgain(ctx context.Context) {
	for pause := firstPause; sleep(ctx, pause); pause = min(2*pause, lastPause) {
		cluster, err := postgres.StartCluster(ctx, d.dir, d.log)
		if err == nil {
			d.cluster = cluster
			return
		}
		if ctx.Err() == nil {
			d.log.Error("start the private database again", "error", err)
		}
	}
}

// stop closes the connections and ends a private cluster.
func (d *database) stop() {
	d.Close()
	if d.cluster == nil {
		return
	}
	if err := d.cluster.Stop(); err != nil {
		d.log.Error("stop the private database", "error", err)
	}
}

// isConnected tells whether the schema is there.
func (d *database) isConnected() bool {
	select {
	case <-d.connected:
		return true
	default:
		return false
	}
}

// wait waits until the schema is there; false when ctx ended first.
func (d *database) wait(ctx context.Context) bool {
	select {
	case <-d.connected:
		return true
	case <-ctx.Done():
		return false
	}
}

// sleep waits; false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	pause := time.NewTimer(d)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-pause.C:
		return true
	}
}
