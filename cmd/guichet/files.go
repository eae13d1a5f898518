package main

import (
	"context"
	"encoding/hex"
	"path/filepath"

	"guichet/connectors/files"
	"guichet/connectors/postgres"
)

// filesFlags say where the files of conversations are. The keys come from the environment: what stands on a command line
// can be read by everybody on the machine.
type filesFlags struct {
	Files       string `help:"Where the files of conversations are: a folder, or s3://BUCKET/PREFIX?endpoint=URL&region=NAME. The folder \"files\" of --data when not given." env:"GUICHET_FILES" placeholder:"PLACE"`
	S3AccessKey string `hidden:"" env:"GUICHET_S3_ACCESS_KEY"`
	S3SecretKey string `hidden:"" env:"GUICHET_S3_SECRET_KEY"`
}

// open opens the files that belong to a database; data is its folder.
func (f filesFlags) open(ctx context.Context, data string, db *postgres.DB) (*files.Store, error) {
	place := f.Files
	if place == "" {
		place = filepath.Join(data, "files")
	}
	owner, err := db.Secret(ctx, "files")
	if err != nil {
		return nil, err
	}
	return files.Open(ctx, files.Options{
		Place: place, AccessKey: f.S3AccessKey, SecretKey: f.S3SecretKey, Owner: hex.EncodeToString(owner[:min(8, len(owner))]),
	})
}
