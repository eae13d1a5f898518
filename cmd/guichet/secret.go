package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/renameio/v2"

	"guichet/bot"
	"guichet/connectors/postgres"
)

// secretPatience is how long a start waits for a secret that is kept here too.
const secretPatience = 2 * time.Second

// secrets are the server's, the same for every replica. What the database said is kept in the data folder, for a start
// while it is away.
type secrets struct {
	dir  string
	db   *database
	used map[string][]byte
}

func (f databaseFlags) secretsDir() string { return filepath.Join(f.Data, "secrets") }

func (f databaseFlags) secrets(db *database) *secrets {
	return &secrets{dir: f.secretsDir(), db: db, used: map[string][]byte{}}
}

// patience is how long a start waits for the database: longer where no secret is kept from an earlier one.
func (f databaseFlags) patience() time.Duration {
	if _, err := os.Stat(f.secretsDir()); err != nil {
		return firstPatience
	}
	return startPatience
}

func (s *secrets) file(name string) string {
	return filepath.Join(s.dir, strings.ReplaceAll(name, " ", "-"))
}

// get returns a secret. Where neither the database nor the folder has it, it is made here, and given to the database by
// settle.
func (s *secrets) get(ctx context.Context, name string) ([]byte, error) {
	kept, err := s.kept(name)
	if err != nil {
		return nil, err
	}
	proposed, patience := kept, secretPatience
	if proposed == nil {
		proposed, patience = postgres.NewSecret(), firstPatience
	}
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	secret, err := s.db.AdoptSecret(bounded, name, proposed)
	switch {
	case errors.Is(err, bot.ErrUnavailable):
		secret = proposed
	case err != nil:
		return nil, err
	}
	s.used[name] = secret
	if bytes.Equal(secret, kept) {
		return secret, nil
	}
	return secret, s.keep(name, secret)
}

// settle gives the database, when it is back, what was made while it was away.
func (s *secrets) settle(ctx context.Context) error {
	for name, used := range s.used {
		secret, err := s.db.AdoptSecret(ctx, name, used)
		if err != nil {
			return err
		}
		if bytes.Equal(secret, used) {
			continue
		}
		s.db.log.Error("this server started without the database and without its secret: conversations begun since then cannot be reopened after a restart; restart it now to use the secret of the other replicas", "secret", name)
		if err := s.keep(name, secret); err != nil {
			return err
		}
	}
	return nil
}

// kept is the secret in the folder, nil when there is none.
func (s *secrets) kept(name string) ([]byte, error) {
	text, err := os.ReadFile(s.file(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read a server secret: %w", err)
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(secret) != len(postgres.NewSecret()) {
		s.db.log.Warn("a server secret is damaged; the database's is used", "file", s.file(name))
		return nil, nil
	}
	return secret, nil
}

func (s *secrets) keep(name string, secret []byte) error {
	if err := errors.Join(os.MkdirAll(filepath.Dir(s.dir), 0o711), os.MkdirAll(s.dir, 0o700)); err != nil {
		return fmt.Errorf("keep a server secret: %w", err)
	}
	// A power cut leaves the old one or the new one.
	text := []byte(hex.EncodeToString(secret) + "\n")
	if err := renameio.WriteFile(s.file(name), text, 0o600, renameio.WithTempDir(s.dir)); err != nil {
		return fmt.Errorf("keep a server secret: %w", err)
	}
	return nil
}
