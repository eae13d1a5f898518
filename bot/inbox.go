package bot

import (
	"context"
	"time"
)

// Update is what a platform delivered, as it came, before anything has read it.
type Update struct {
	Channel string
	ID      string // the platform's, unique on the channel
	Thread  string // updates of one thread are handled in the order in which they were kept: a chat's id
	Payload []byte
}

// HeldUpdate is an update that one worker handles. Nobody else gets it, nor a later one of its thread, before Until.
type HeldUpdate struct {
	Update
	Attempt int       // 1 the first time; a worker that died counts
	Until   time.Time // by the store's clock; it also tells this holder from the next
}

// Inbox keeps what platforms deliver until it is handled, so that a platform may be told "received" without a message
// being lost. Implementations are safe for concurrent use, also by several replicas.
//
// An update is handled at least once: whoever handles it makes the message's ExternalID from it, so that a second time
// changes nothing. Its payload holds what a person typed, unmasked: it is erased once it is handled, and with a parked
// update when retention says so.
type Inbox interface {
	// KeepUpdates keeps all of them in one transaction, in their order, and wakes the listeners of their channel
	// (Store.Listen, with an empty key). Those whose id is known on their channel are ignored.
	KeepUpdates(ctx context.Context, updates []Update) error

	// ClaimUpdate holds the oldest due update of the channel whose thread has no earlier one to be handled, for as long
	// as the lease says. ErrNotFound: there is none now. A parked update is not waited for.
	ClaimUpdate(ctx context.Context, channel string, lease time.Duration) (HeldUpdate, error)

	// SettleUpdate says what became of a held update. ErrNotFound: it is no longer held, and somebody else has it or
	// had it.
	SettleUpdate(ctx context.Context, held HeldUpdate, as Settlement) error
}

// Settlement is what becomes of a held update.
type Settlement struct {
	Fate   Fate
	After  time.Duration // Again, Later: how long it rests
	Reason string        // Again, Parked: what failed, without a word of what was typed
}

// Fate is what a settlement says.
type Fate string

// The fates of an update.
const (
	Handled Fate = "handled"
	Again   Fate = "again"  // it failed: another attempt
	Later   Fate = "later"  // it could not be tried: the attempt does not count
	Parked  Fate = "parked" // it is set aside for a person to look at; the thread goes on without it
)
