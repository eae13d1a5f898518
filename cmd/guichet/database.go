package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"

	"guichet/connectors/postgres"
)

// databaseFlags say which database holds what lasts.
type databaseFlags struct {
	DatabaseURL string `help:"The PostgreSQL to use; without it, a private one is started in the data folder." env:"DATABASE_URL" placeholder:"URL"`
	Data        string `help:"Folder of the private database." default:"${data}" env:"GUICHET_DATA" placeholder:"DIR"`
}

// clusterDir is where the private cluster lives.
func (f databaseFlags) clusterDir() string { return filepath.Join(f.Data, "postgres") }

// serve opens the database for a server: the one named, or a private cluster of its own. stop ends what was started.
func (f databaseFlags) serve(ctx context.Context, log *slog.Logger) (db *postgres.DB, lost <-chan struct{}, stop func(), err error) {
	if f.DatabaseURL != "" {
		db, err = postgres.Open(ctx, f.DatabaseURL)
		if err != nil {
			return nil, nil, nil, err
		}
		return db, nil, db.Close, nil
	}
	cluster, err := postgres.StartCluster(ctx, f.clusterDir(), log)
	if err != nil {
		return nil, nil, nil, err
	}
	db, err = postgres.Open(ctx, cluster.URL())
	if err != nil {
		return nil, nil, nil, errors.Join(err, cluster.Stop())
	}
	stop = func() {
		db.Close()
		if err := cluster.Stop(); err != nil {
			log.Error("stop the private database", "error", err)
		}
	}
	return db, cluster.Done(), stop, nil
}

// use opens the database for one command: the one named, else the private cluster, started for the time of the command
// unless a server runs it already.
func (f databaseFlags) use(ctx context.Context, do func(db *postgres.DB) error) error {
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
