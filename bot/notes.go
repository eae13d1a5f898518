package bot

import (
	"context"
	"time"
)

// Notes keeps what a connector has to remember between restarts and on every replica: a platform's short-lived token, a
// form that was filled in wrongly, how far a channel was read. Implementations are safe for concurrent use.
//
// A note may hold what a person typed; whoever keeps one masks it first and keeps it for as short a time as will do.
type Notes interface {
	// KeepNote keeps a value under a name of the channel's, in place of the one that was there. The name is at most 200
	// characters of valid UTF-8.
	KeepNote(ctx context.Context, channel, name string, value []byte, life time.Duration) error

	// Note is the value under a name; ErrNotFound when there is none, or its life has ended.
	Note(ctx context.Context, channel, name string) ([]byte, error)

	// NotesNamed are the values of all names of the channel that begin so, by name.
	NotesNamed(ctx context.Context, channel, beginning string) (map[string][]byte, error)

	// DropNote forgets a value; nothing happens when there is none.
	DropNote(ctx context.Context, channel, name string) error
}
