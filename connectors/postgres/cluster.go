package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

var (
	// ErrNotInstalled is wrapped by StartCluster's error when the machine has no usable PostgreSQL programs. The
	// error's text gives the command that installs them.
	ErrNotInstalled = errors.New("PostgreSQL is not installed on this machine")

	// ErrClusterInUse is wrapped by StartCluster's error when another process runs the cluster of that folder. The
	// error's text names the process. A command run beside `guichet serve` connects to [ClusterURL] instead.
	ErrClusterInUse = errors.New("the database folder is already in use")
)

const (
	clusterRole     = "guichet"
	clusterDatabase = "guichet"

	// startLimit bounds a start whose caller set no deadline. It is long because recovery after a crash may have a
	// gigabyte of write-ahead log to replay on a slow disk, and giving up on it would only start it again.
	startLimit = 5 * time.Minute
)

// Cluster is a running private PostgreSQL server: the machine's own programs on a folder of ours, reached through a
// Unix socket that only this user (and root) can open. Its methods may be called concurrently.
type Cluster struct {
	folder   *clusterFolder
	server   *clusterServer
	log      *slog.Logger
	stopping atomic.Bool
	done     chan struct{}
}

// StartCluster starts the cluster of the folder dir, making folder, cluster and database first where they are missing,
// and returns when the database answers. It chooses the installed version that made the data, or the newest for a new
// cluster. Started as root it runs PostgreSQL, which refuses root, as user postgres (or another unprivileged one).
//
// ctx bounds the start only, the server lives until Stop. On Linux it also ends with this process, however that dies;
// elsewhere a server left behind is stopped by the next start. Data is never deleted, whatever state it is found in.
// The error may wrap ErrNotInstalled or ErrClusterInUse.
func StartCluster(ctx context.Context, dir string, log *slog.Logger) (*Cluster, error) {
	return startCluster(ctx, dir, log, thisMachine())
}

// ClusterURL returns the connection URL of the cluster of the folder dir, running or not, for a command that works
// beside the process that started it. The folder must exist.
func ClusterURL(dir string) (string, error) {
	path, err := canonicalPath(dir)
	if err != nil {
		return "", fmt.Errorf("find the database folder: %w", err)
	}
	return socketURL(runPath(path), clusterDatabase), nil
}

// URL returns the connection URL, for pgx and for psql alike: database guichet, role guichet (a superuser of this
// cluster), no password: the server recognises the system user at the other end of the socket.
func (c *Cluster) URL() string { return socketURL(c.folder.run, clusterDatabase) }

// Done is closed when the server process has ended, by Stop or by itself.
func (c *Cluster) Done() <-chan struct{} { return c.done }

// Stop ends the server as "fast shutdown" does: open transactions are rolled back, clients are cut, everything
// committed is flushed to disk. It waits for the end and is harmless when repeated. The error says that the server did
// not end cleanly, in which case the next start recovers from the write-ahead log.
func (c *Cluster) Stop() error {
	c.stopping.Store(true)
	if err := c.server.stop(); err != nil {
		return fmt.Errorf("stop the private PostgreSQL: %w", err)
	}
	<-c.done
	return nil
}

func startCluster(ctx context.Context, dir string, log *slog.Logger, on machine) (*Cluster, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()

	installed, err := findPrograms(ctx, on.programFolders)
	if err != nil {
		return nil, err
	}
	folder, err := openClusterFolder(dir)
	if err != nil {
		return nil, err
	}
	server, err := startServer(ctx, folder, installed, on, log)
	if err != nil {
		folder.unlock()
		return nil, err
	}
	c := &Cluster{folder: folder, server: server, log: log, done: make(chan struct{})}
	go c.watch()
	if err := c.prepareDatabase(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the private database: %w", err), c.Stop())
	}
	log.Info("private PostgreSQL started", "folder", folder.path, "pid", server.pid())
	return c, nil
}

// startServer goes from a locked folder to a server that accepts connections.
func startServer(ctx context.Context, folder *clusterFolder, installed []programs, on machine,
	log *slog.Logger) (*clusterServer, error) {
	version, err := folder.dataVersion()
	if err != nil {
		return nil, err
	}
	chosen, err := choosePrograms(installed, version, folder.data)
	if err != nil {
		return nil, err
	}
	account, err := chooseAccount(folder.data, on.users)
	if err != nil {
		return nil, err
	}
	if err := folder.checkReachable(ctx, account, chosen); err != nil {
		return nil, err
	}
	start := clusterStart{folder: folder, account: account, programs: chosen, log: log}
	if version == "" {
		if err := start.initialise(ctx); err != nil {
			return nil, err
		}
	}
	if err := folder.prepare(account); err != nil {
		return nil, err
	}
	if err := start.endOrphan(ctx); err != nil {
		return nil, err
	}
	return start.launchUntilReady(ctx)
}

// watch gives the folder back when the server has ended, so that whoever waits for Done may start it again.
func (c *Cluster) watch() {
	<-c.server.done
	if !c.stopping.Load() {
		c.log.Error("private PostgreSQL ended by itself", "err", c.server.exit, "log", c.folder.logFile)
	}
	c.folder.forgetRun()
	c.folder.unlock()
	close(c.done)
}

// prepareDatabase creates the database where it is missing.
func (c *Cluster) prepareDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, socketURL(c.folder.run, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()

	var exists bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", clusterDatabase).Scan(&exists)
	if err != nil {
		return err
	}
	if !exists {
		if _, err := conn.Exec(ctx, "CREATE DATABASE "+clusterDatabase); err != nil {
			return err
		}
	}
	// A violated constraint otherwise writes the row's values, which are a customer's, into the server's log, where
	// no purge ever reaches them.
	if _, err = conn.Exec(ctx, "ALTER DATABASE "+clusterDatabase+" SET log_error_verbosity = terse"); err != nil {
		return err
	}
	// Whole pages in the log are half as long, where the server can do it at little cost.
	var able bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_settings WHERE name = 'wal_compression' AND 'lz4' = ANY (enumvals))").Scan(&able)
	if err != nil || !able {
		return err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+clusterDatabase+" SET wal_compression = lz4")
	return err
}

// socketURL names the port although it is the usual one, because PGPORT in the environment would otherwise win.
func socketURL(run, database string) string {
	address := url.URL{
		Scheme:   "postgres",
		User:     url.User(clusterRole),
		Path:     "/" + database,
		RawQuery: url.Values{"host": {run}, "port": {socketPort}}.Encode(),
	}
	return address.String()
}
