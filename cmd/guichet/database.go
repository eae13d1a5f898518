package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"guichet/connectors/postgres"
	"guichet/connectors/spool"
)

// databaseFlags say which database holds what lasts.
type databaseFlags struct {
	DatabaseURL string `help:"The PostgreSQL to use; without it, a private one is started in the data folder." env:"DATABASE_URL" placeholder:"URL"`
	Data        string `help:"Folder of the private database, and of what waits for a database that is away." default:"${data}" env:"GUICHET_DATA" placeholder:"DIR"`
}

// clusterDir is where the private cluster lives.
func (f databaseFlags) clusterDir() string { return filepath.Join(f.Data, "postgres") }

// spoolPath is where turns wait for a database that is away.
func (f databaseFlags) spoolPath() string { return filepath.Join(f.Data, "spool", "turns.db") }

// spoolOptions are those of every command that opens it: what is set aside there is kept no longer than in the database.
func (f databaseFlags) spoolOptions(o spool.Options) spool.Options {
	keep := postgres.DefaultRetention()
	o.Path, o.KeepTickets, o.KeepOthers = f.spoolPath(), keep.Tickets, keep.Conversations
	return o
}

// use opens the database for one command: the one named, else the private cluster, started for the time of the command
// unless a server runs it already. One that is not there is an error: the command was most likely meant for another folder.
func (f databaseFlags) use(ctx context.Context, do func(db *postgres.DB) error) error {
	if _, err := os.Stat(f.clusterDir()); f.DatabaseURL == "" && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database in %s: name its folder with --data or its address with --database-url; guichet serve makes a new one", f.Data)
	}
	return f.useOrMake(ctx, do)
}

// useOrMake is use that makes the private cluster where there is none, for what can be the first command.
func (f databaseFlags) useOrMake(ctx context.Context, do func(db *postgres.DB) error) error {
	url := f.DatabaseURL
	if url == "" {
		cluster, err := postgres.StartCluster(ctx, f.clusterDir(), slog.New(slog.DiscardHandler))
		switch {
		case errors.Is(err, postgres.ErrClusterInUse):
			if url, err = postgres.ClusterURL(f.clusterDir()); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			defer func() { _ = cluster.Stop() }()
			url = cluster.URL()
		}
	}
	db, err := postgres.Open(ctx, url)
	if err != nil {
		return err
	}
	defer db.Close()
	return do(db)
}
