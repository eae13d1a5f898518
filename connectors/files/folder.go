package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guichet/bot"
)

// ownerName is where it stands whose files a place holds.
const ownerName = "owner"

// folder keeps files below a folder, in 1 024 folders by the first two letters of their ids.
type folder struct{ root string }

func openFolder(root string) (*folder, error) {
	if root == "" {
		return nil, errors.New("there is no folder for the files (--files)")
	}
	f := &folder{root: root}
	if err := os.MkdirAll(f.tmp(), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for files (--files): %w", err)
	}
	probe, err := f.spool()
	if err != nil {
		return nil, fmt.Errorf("write into the folder for files (--files): %w", err)
	}
	return f, errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func (f *folder) tmp() string { return filepath.Join(f.root, "tmp") }

func (f *folder) path(id string) string { return filepath.Join(f.root, id[:2], id) }

func (f *folder) spool() (*os.File, error) { return os.CreateTemp(f.tmp(), "put-*") }

func (f *folder) put(_ context.Context, id string, content *os.File, _ int64) error {
	if err := content.Sync(); err != nil {
		return err
	}
	to := f.path(id)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := os.Rename(content.Name(), to); err != nil {
		return err
	}
	// The name is on disk only when its folder is, and a new folder's when the one above is.
	return errors.Join(flush(filepath.Dir(to)), flush(f.root))
}

// flush writes the names in a folder to the disk.
func flush(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (f *folder) open(_ context.Context, id string) (io.ReadSeekCloser, error) {
	file, err := os.Open(f.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, bot.ErrNotFound
	}
	return file, err
}

func (f *folder) remove(_ context.Context, id string) error {
	err := os.Remove(f.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// each also removes what a program that was killed while it received a file has left.
func (f *folder) each(ctx context.Context, before time.Time, page func(ids []string) error) error {
	pages := pager{page: page}
	err := filepath.WalkDir(f.root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && entry.IsDir():
			return ctx.Err()
		case err != nil:
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !info.ModTime().Before(before) {
			return err
		}
		if filepath.Dir(path) == f.tmp() {
			_ = os.Remove(path) //nolint:gosec // nobody else writes into this folder
			return nil
		}
		if !idShape.MatchString(entry.Name()) || path != f.path(entry.Name()) {
			return nil // none of ours
		}
		return pages.add(entry.Name())
	})
	if err != nil {
		return err
	}
	return pages.flush()
}

func (f *folder) owner(_ context.Context, claim string) (string, error) {
	name := filepath.Join(f.root, ownerName)
	if owner, err := os.ReadFile(name); !errors.Is(err, fs.ErrNotExist) { // a full disk can be read
		return strings.TrimSpace(string(owner)), err
	}
	spool, err := f.spool()
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(spool.Name()) }()
	if _, err := spool.WriteString(claim); err != nil {
		return "", errors.Join(err, spool.Close())
	}
	if err := errors.Join(spool.Sync(), spool.Close()); err != nil {
		return "", err
	}
	// A link, which is there whole or not at all, and never replaces another.
	if err := os.Link(spool.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	owner, err := os.ReadFile(name)
	return strings.TrimSpace(string(owner)), err
}
