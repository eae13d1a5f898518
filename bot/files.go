package bot

import (
	"context"
	"errors"
	"io"
	"time"
)

// Why a file is not taken.
var (
	ErrFileTooLarge = errors.New("the file is too large")
	ErrFileType     = errors.New("the file is of a kind that is not taken")
)

// Files keeps the bytes of attachments. Implementations are safe for concurrent use, also by several replicas over the
// same place.
//
// A file is put before the message that holds it is committed, so that no message names a file that is not there. One
// whose message never came, or went with its conversation, is found and deleted later: SweepFiles. A place belongs to
// one database, or the one would sweep away what the other needs.
type Files interface {
	// Put keeps what r gives and says what it is: its type by its content, its name made safe. Once it returns, the
	// file is on disk. ErrFileTooLarge, ErrFileType (also for a picture that does not decode); nothing is kept then.
	Put(ctx context.Context, name string, r io.Reader) (Attachment, error)

	// Open reads a file. ErrNotFound when there is none, or the id is no id.
	Open(ctx context.Context, id string) (io.ReadSeekCloser, error)

	// Delete deletes a file; one that is not there is no error.
	Delete(ctx context.Context, id string) error

	// Each calls page with the ids of the files put before a moment, some at a time, until it returns an error, which is
	// returned. page may delete them.
	Each(ctx context.Context, before time.Time, page func(ids []string) error) error
}

// Attachments finds what messages hold.
type Attachments interface {
	// Attachment finds a file that a message holds by its id. ErrNotFound.
	Attachment(ctx context.Context, id string) (Attachment, error)
	// HeldFiles tells which of the ids a message holds.
	HeldFiles(ctx context.Context, ids []string) ([]string, error)
}

// fileGrace is how long a file may wait for its message: longer than any message is tried again.
const fileGrace = 24 * time.Hour

// SweepFiles deletes the files that no message holds, but those of the last day, whose message may be on its way. What
// was deleted before an error stays deleted.
func SweepFiles(ctx context.Context, files Files, held Attachments, now time.Time) (deleted int, err error) {
	err = files.Each(ctx, now.Add(-fileGrace), func(ids []string) error {
		kept, err := held.HeldFiles(ctx, ids)
		if err != nil {
			return err
		}
		known := map[string]bool{}
		for _, id := range kept {
			known[id] = true
		}
		for _, id := range ids {
			if known[id] {
				continue
			}
			if err := files.Delete(ctx, id); err != nil {
				return err
			}
			deleted++
		}
		return nil
	})
	return deleted, err
}
