package bot

import (
	"context"
	"time"
)

// Edition is the knowledge as it was published at one time. The shipped knowledge is none: it is what is answered from as long as
// nothing was published.
type Edition struct {
	Number int64 // 1, 2, …
	At     time.Time
	By     Actor
	Note   string // what changed, in the words of who published it; at most LongestEditionNote characters
	Topics int    // how many it has

	Files []byte // as knowledge.Pack packs them

	// Learned is what was learned from the files, as knowledge.Learned packs it, and Digest names it, so that the replicas need not
	// learn. Kept for the newest editions only; both empty where there is none.
	Learned []byte
	Digest  string
}

// LongestEditionNote is in characters.
const LongestEditionNote = 200

// Published is the name under which Editions announce a new edition to every replica's Changes, with its number as the key.
const Published = "knowledge"

// Editions keeps what was published. An edition is never changed or removed.
type Editions interface {
	// Publish adds an edition by the actor of the context and returns its number; Number, At and By are set by the store, which also
	// records it in the audit log. after is the newest edition that the publisher knows of, 0 for none: ErrExists when there
	// is another one since.
	Publish(ctx context.Context, e Edition, after int64) (int64, error)
	// Edition returns one by its number, with its files; 0 is the newest. ErrNotFound.
	Edition(ctx context.Context, number int64) (Edition, error)
	// LatestEdition is the newest edition's number, 0 for none.
	LatestEdition(ctx context.Context) (int64, error)
	// ListEditions lists at most that many, newest first, without files and what was learned.
	ListEditions(ctx context.Context, most int) ([]Edition, error)
}
