// Package courier carries messages between a platform and the counter: what every connector to a chat does in the same
// way, whatever the platform.
//
//	Inbox -> Handle -> the connector reads and answers one update, several at once, a thread in its order
//	Outbox -> Deliver -> the connector sends one part, one after another, a conversation in its order
//	StaffThreads -> Tell -> the connector posts for the agents what happened to a ticket, one post after another
//
// What it promises:
//   - an update that fails is tried again; one that cannot be handled, or ends the program each time, is set aside and
//     its person is told; a panic in one conversation does not end the others;
//   - a message is tried until it left, is refused, or has failed for hours; a limit of the platform does not count as an
//     attempt, and what became of a message that was sent is noted for as long as the database takes;
//   - no log and no error holds a word of what people write.
package courier

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guichet/bot"
)

// Pace is how long what waits or is tried again.
type Pace struct {
	Look    time.Duration // between two looks for work that nobody announced: what is due again, a lease that ended
	Lease   time.Duration // longer than handling one update or sending one part may take
	Again   time.Duration // before the second attempt at an update; doubled each time, up to a minute
	Resend  time.Duration // before the second attempt at a message; doubled each time
	Trouble time.Duration // after the first failure in a row of the platform; doubled each time

	LongestResend, LongestTrouble time.Duration // up to which the two above are doubled
}

// UsualPace is that of a program that serves.
func UsualPace() Pace {
	return Pace{
		Look: time.Second, Lease: 2 * time.Minute, Again: 2 * time.Second, Resend: time.Second,
		LongestResend: 30 * time.Minute, Trouble: time.Second, LongestTrouble: 30 * time.Second,
	}
}

// How often something is tried.

const (
	UpdateTries  = 5  // attempts at an update, after which it is parked
	MessageTries = 16 // attempts at a message: three hours and more

	// They end within the lease (UsualPace).
	handleLimit  = 80 * time.Second // for one update, the file it brings with it
	apologyLimit = 10 * time.Second // for telling its person that it could not be handled
	settleLimit  = 20 * time.Second // for noting what became of an update, or of a message that was sent
)

// Store is what is worked on.
type Store interface {
	bot.Inbox
	bot.Outbox
}

// Courier works for one channel. It is safe for concurrent use.
type Courier struct {
	Channel string
	Store   Store
	Changes *bot.Changes
	Pace    Pace
	Log     *slog.Logger
	Base    string // public address of this counter, for links to the desk; empty when it is not known
}

// each claims and handles what there is to do, one after another, until ctx ends. With nothing to do it waits for a change
// to be announced on a channel, on any when it is empty, and looks now and then for what nobody announces.
func each[T any](ctx context.Context, c *Courier, channel, what string, claim func() (T, error), handle func(T)) {
	signals, end := c.Changes.Subscribe(channel, "")
	defer end()
	look := time.NewTicker(c.Pace.Look)
	defer look.Stop()
	trouble := Complaint{Log: c.Log, What: what}
	for ctx.Err() == nil {
		held, err := claim()
		if err == nil {
			trouble.About(nil)
			handle(held)
			continue
		}
		if !errors.Is(err, bot.ErrNotFound) && ctx.Err() == nil {
			trouble.About(err)
		}
		select {
		case <-ctx.Done():
		case <-signals:
		case <-look.C:
		}
	}
}

// Rest waits, and tells whether ctx is still alive.
func Rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// Doubled is the n-th pause (from 1) that begins with first and doubles up to most.
func Doubled(first time.Duration, n int, most time.Duration) time.Duration {
	for ; n > 1 && first < most; n-- {
		first *= 2
	}
	return min(first, most)
}

// Complaint logs a trouble once, however often it comes back, and its end. It is for one goroutine.
type Complaint struct {
	Log  *slog.Logger
	What string // what fails: "receive updates"
	last string
}

// About notes an attempt: its error, or nil when it went well.
func (c *Complaint) About(err error) {
	switch {
	case err == nil && c.last != "":
		c.Log.Info(c.What + " works again")
		c.last = ""
	case err != nil && err.Error() != c.last:
		c.last = err.Error()
		c.Log.Error(c.What, "error", err)
	}
}
