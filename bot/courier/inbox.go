package courier

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"guichet/bot"
)

// Reader is a connector's part of receiving. It is called by several goroutines at once.
type Reader interface {
	// Read reads an update and does what it asks for. It is called again when it failed: a second time must change
	// nothing (bot.Inbound.ExternalID).
	Read(ctx context.Context, held bot.HeldUpdate) error

	// Apologise tells the person of an update that could not be handled, where that can be done in private. It must not
	// trust the payload: reading it may be what fails.
	Apologise(ctx context.Context, held bot.HeldUpdate)
}

// ErrUnreadable: an update that no attempt will read.
var ErrUnreadable = errors.New("the update is not what the platform describes")

// Away is an error of a platform that does not answer, or not now: no fault of the update that needed it.
type Away interface {
	error
	Pause() time.Duration // how long the platform wants to be left alone; 0 when it did not say
}

// errDies: the attempts before ended without a word.
var errDies = errors.New("the program ended at each attempt")

// Handle handles updates, one after another, until ctx ends; the one at hand is handled to its end.
func (c *Courier) Handle(ctx context.Context, r Reader) {
	each(ctx, c, c.Channel, "take an update", func() (bot.HeldUpdate, error) {
		return c.Store.ClaimUpdate(ctx, c.Channel, c.Pace.Lease)
	}, func(held bot.HeldUpdate) { c.handle(ctx, r, held) })
}

// handle handles an update to its end, also when the program is being stopped, and says what became of it.
func (c *Courier) handle(ctx context.Context, r Reader, held bot.HeldUpdate) {
	ctx = context.WithoutCancel(ctx)
	err := errDies
	if held.Attempt <= UpdateTries {
		err = c.attempt(ctx, r, held)
	}
	// An attempt may have used up all its time. What becomes of the update is noted all the same, and its person told.
	as := bot.Settlement{Fate: bot.Handled}
	var away Away
	switch {
	case err == nil:
	case errors.Is(err, bot.ErrUnavailable), errors.As(err, &away): // not the update's fault
		as = bot.Settlement{Fate: bot.Later, After: PauseAfter(err, c.Pace.Again), Reason: err.Error()}
	case errors.Is(err, ErrUnreadable), held.Attempt >= UpdateTries:
		c.Log.Error("an update is parked", "update", held.ID, "attempts", held.Attempt, "error", err)
		apologise(ctx, r, held)
		as = bot.Settlement{Fate: bot.Parked, Reason: err.Error()}
	default:
		c.Log.Warn("an update failed and is tried again", "update", held.ID, "attempt", held.Attempt, "error", err)
		as = bot.Settlement{Fate: bot.Again, After: Doubled(c.Pace.Again, held.Attempt, time.Minute), Reason: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, settleLimit)
	defer cancel()
	if err := c.Store.SettleUpdate(ctx, held, as); err != nil && !errors.Is(err, bot.ErrNotFound) {
		c.Log.Warn("what became of an update is not noted: it is handled again when its lease has ended", "update", held.ID, "error", err)
	}
}

func apologise(ctx context.Context, r Reader, held bot.HeldUpdate) {
	ctx, cancel := context.WithTimeout(ctx, apologyLimit)
	defer cancel()
	r.Apologise(ctx, held)
}

// attempt reads one update. A panic in one conversation does not end the others.
func (c *Courier) attempt(ctx context.Context, r Reader, held bot.HeldUpdate) (err error) {
	ctx, cancel := context.WithTimeout(ctx, handleLimit)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			// The value may hold what the person wrote; a stack holds addresses only.
			what := fmt.Sprintf("%T", p)
			if e, ok := p.(runtime.Error); ok {
				what = e.Error()
			}
			c.Log.Error("panic while an update was handled", "update", held.ID, "panic", what, "stack", string(debug.Stack()))
			err = errors.New("panic: " + what)
		}
	}()
	return r.Read(ctx, held)
}

// PauseAfter is how long to wait after an error: as long as the platform says, or else the usual.
func PauseAfter(err error, usual time.Duration) time.Duration {
	var away Away
	if errors.As(err, &away) && away.Pause() > 0 {
		return away.Pause()
	}
	return usual
}
