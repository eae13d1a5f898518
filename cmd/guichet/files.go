package main

import (
	"context"
	"encoding/hex"
	"path/filepath"
	"slices"
	"time"

	"guichet/bot"
	"guichet/connectors/files"
	"guichet/connectors/postgres"
	"guichet/connectors/spool"
)

// filesFlags say where the files of conversations are. The keys come from the environment: what stands on a command line
// can be read by everybody on the machine.
type filesFlags struct {
	Files       string `help:"Where the files of conversations are: a folder, or s3://BUCKET/PREFIX?endpoint=URL&region=NAME. The folder \"files\" of --data when not given." env:"GUICHET_FILES" placeholder:"PLACE"`
	S3AccessKey string `hidden:"" env:"GUICHET_S3_ACCESS_KEY"`
	S3SecretKey string `hidden:"" env:"GUICHET_S3_SECRET_KEY"`
}

// open opens the place of files; data is the folder that holds it by default. claim asks whose they are.
func (f filesFlags) open(ctx context.Context, data string) (*files.Store, error) {
	place := f.Files
	if place == "" {
		place = filepath.Join(data, "files")
	}
	return files.Open(ctx, files.Options{Place: place, AccessKey: f.S3AccessKey, SecretKey: f.S3SecretKey})
}

// claim refuses files that belong to another database. Nothing may be swept before it.
func claim(ctx context.Context, store *files.Store, db *postgres.DB) error {
	owner, err := db.Secret(ctx, "files")
	if err != nil {
		return err
	}
	return store.Claim(ctx, hex.EncodeToString(owner[:min(8, len(owner))]))
}

// sparing are the files without those whose message waits in the spool: the database does not know of it yet.
type sparing struct {
	bot.Files
	spool *spool.Spool
}

// Each implements bot.Files.
func (s sparing) Each(ctx context.Context, before time.Time, page func(ids []string) error) error {
	return s.Files.Each(ctx, before, func(ids []string) error {
		return page(slices.DeleteFunc(slices.Clone(ids), s.spool.Holds))
	})
}
