package main

import (
	"context"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guichet/bot"
	"guichet/bot/secret"
	"guichet/connectors/files"
	"guichet/connectors/postgres"
	"guichet/connectors/spool"
)

// filesFlags say where the files of conversations are. The keys come from the environment: what stands on a command line
// can be read by everybody on the machine.
type filesFlags struct {
	Files       string      `help:"Where the files of conversations are: a folder, or s3://BUCKET/PREFIX?endpoint=URL&region=NAME. The folder \"files\" of --data when not given." env:"GUICHET_FILES" placeholder:"PLACE"`
	S3AccessKey string      `hidden:"" env:"GUICHET_S3_ACCESS_KEY"`
	S3SecretKey secret.Text `hidden:"" env:"GUICHET_S3_SECRET_KEY"`
}

// open opens the place of files; data is the folder that holds it by default, largest the limit in megabytes, 0 for the usual. claim asks whose they are.
func (f filesFlags) open(ctx context.Context, data string, largest int) (*files.Store, error) {
	place := f.Files
	if place == "" {
		place = filepath.Join(data, "files")
	}
	return files.Open(ctx, files.Options{Place: place, AccessKey: f.S3AccessKey, SecretKey: f.S3SecretKey, LargestInBytes: int64(largest) << 20})
}

// uploads is the folder of files on their way: beside those that have come, so that the servers that share these share it
// too; in the data folder where they go into an S3-compatible store.
func (f filesFlags) uploads(data string) string {
	switch {
	case f.Files == "":
		return filepath.Join(data, "files", "uploads")
	case strings.HasPrefix(f.Files, "s3:"):
		return filepath.Join(data, "uploads")
	}
	return filepath.Join(f.Files, "uploads")
}

// largestUpload is how many megabytes the largest file may have that a site takes; 0 for the usual limit.
func largestUpload(sites []bot.Site) (mb int) {
	for _, s := range sites {
		mb = max(mb, s.UploadMB)
	}
	if mb<<20 < files.Largest { // other channels keep the usual limit
		return 0
	}
	return mb
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
