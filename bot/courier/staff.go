package courier

import (
	"context"
	"errors"
	"time"

	"guichet/bot"
)

// StaffRoom is a connector's part of telling the agents what happens to tickets. It keeps the platform's limits by itself,
// waiting where it has to, and does not cut a request short when ctx ends: it would not be known whether it arrived.
// It is called by one goroutine.
type StaffRoom interface {
	Open(ctx context.Context, title string) (thread string, err error)
	Post(ctx context.Context, thread string, post bot.StaffPost) error
	// Shut closes a thread on the platform, or opens it again; somebody may have done so by hand already.
	Shut(ctx context.Context, thread string, shut bool) error
	// Judge says what an error of these means.
	Judge(err error) StaffFault
}

// StaffFault is why something could not be done in a staff room.
type StaffFault int

// The faults.
const (
	RoomTroubled StaffFault = iota // the platform fails or does not answer
	RoomLimited                    // it says that it is too much (Away)
	RoomBarred                     // it does not let the bot, in this thread or at all: somebody has to put something right
	ThreadGone                     // somebody deleted the thread
	PostRefused                    // the platform will never take this post
)

// Tell tells the agents in a room what happens to tickets, until ctx ends. One post at a time, for a group may get few; each
// tells all that has happened to its ticket by then.
func (c *Courier) Tell(ctx context.Context, store bot.StaffThreads, room string, r StaffRoom) {
	t := teller{Courier: c, store: store, room: r, trouble: Complaint{Log: c.Log, What: "post in the room of the agents"}}
	t.zone = bot.Paris()
	for n := 1; ctx.Err() == nil; n++ {
		err := store.OpenStaffRoom(ctx, room)
		if err == nil {
			break
		}
		t.trouble.About(err)
		Rest(ctx, Doubled(c.Pace.Trouble, n, c.Pace.LongestTrouble))
	}
	t.trouble.About(nil)
	each(ctx, c, "", "take what is to be told to the agents", func() (bot.StaffWork, error) {
		return store.ClaimStaffWork(ctx, room, c.Pace.Lease)
	}, func(w bot.StaffWork) {
		if pause := t.tell(ctx, w); pause > 0 {
			Rest(ctx, pause)
		}
	})
}

// teller is Tell with what it remembers from one post to the next.
type teller struct {
	*Courier
	store    bot.StaffThreads
	room     StaffRoom
	zone     *time.Location
	trouble  Complaint
	refusing bool   // a ticket is refused: another that is told is no end of that
	refused  string // the ticket that was refused last, with nothing told since
	failures int    // in a row; refusals of one ticket alone count once: more, and it is the room and not a thread
}

// longestRefusal is how long a ticket rests at most that the platform refuses: whoever has put it right sees so soon.
const longestRefusal = 5 * time.Minute

// tell does one thing for a ticket (opens, reopens or closes its thread, or posts there) and notes it. pause is how long
// the room has to wait.
func (t *teller) tell(ctx context.Context, w bot.StaffWork) (pause time.Duration) {
	step, err := t.next(ctx, w)
	switch {
	case err == nil:
		if w.Attempt > 1 || !t.refusing {
			t.trouble.About(nil)
			t.refusing = false
		}
		t.failures, t.refused = 0, ""
	case ctx.Err() != nil: // the program stops, and may have stopped waiting for a place
		step = where(w)
	default:
		step, pause = t.failed(w, err)
	}
	t.settle(ctx, w, step)
	return pause
}

// where is held work as it stands.
func where(w bot.StaffWork) bot.StaffStep {
	return bot.StaffStep{Thread: w.Thread, Shut: w.Shut, Renewed: w.Renewed, Told: w.Told}
}

func (t *teller) next(ctx context.Context, w bot.StaffWork) (step bot.StaffStep, err error) {
	step = where(w)
	shut := w.Ticket.Status.Done()
	if w.Thread == "" {
		step.Thread, err = t.room.Open(ctx, bot.StaffThreadTitle(w.Ticket))
		return step, err
	}
	if w.Shut && !shut {
		step.Shut = false
		return step, t.room.Shut(ctx, w.Thread, false)
	}
	post, left, ok := w.NextPost(t.zone, t.Base)
	step.Told = left.Told
	if ok {
		step.Done = len(left.Facts) == 0 && shut == w.Shut
		post.Shut = w.Shut && shut
		return step, t.post(ctx, w, post)
	}
	step.Shut, step.Done = shut, true
	if shut != w.Shut {
		err = t.room.Shut(ctx, w.Thread, true)
	}
	return step, err
}

// post posts. In place of what the platform refuses it says so, and where it is to be read.
func (t *teller) post(ctx context.Context, w bot.StaffWork, post bot.StaffPost) error {
	err := t.room.Post(ctx, w.Thread, post)
	if err == nil || t.room.Judge(err) != PostRefused {
		return err
	}
	t.Log.Error("the platform refuses a post for the agents", "ticket", w.Ticket.Reference, "error", err)
	return t.room.Post(ctx, w.Thread, bot.StaffPost{Text: bot.Typeset(textUnshown), Buttons: post.Buttons, Told: post.Told, Shut: post.Shut})
}

// failed decides what a failure comes to. Nothing is ever given up: meanwhile the ticket stands at the desk.
func (t *teller) failed(w bot.StaffWork, err error) (step bot.StaffStep, pause time.Duration) {
	step = where(w)
	step.Reason = err.Error()
	switch t.room.Judge(err) {
	case RoomLimited:
		return step, PauseAfter(err, t.Pace.LongestTrouble)
	case ThreadGone:
		if w.Thread != "" {
			t.Log.Warn("the thread of a ticket is gone: another is opened", "ticket", w.Ticket.Reference)
			return bot.StaffStep{Renewed: true}, 0 // told from the beginning
		}
	case RoomTroubled:
		t.trouble.About(err)
		t.failures++
		t.refused = ""
		step.Failed = true
		return step, Doubled(t.Pace.Trouble, t.failures, t.Pace.LongestTrouble)
	}
	return t.refuse(w, step, err)
}

// refuse has a ticket rest that the platform refuses, so that others are told meanwhile. The room pauses when another was refused
// just before.
func (t *teller) refuse(w bot.StaffWork, step bot.StaffStep, err error) (bot.StaffStep, time.Duration) {
	t.trouble.About(err)
	if w.Attempt == 1 {
		t.Log.Warn("a ticket cannot be told to the agents and is tried again", "ticket", w.Ticket.Reference)
	}
	step.Failed, t.refusing = true, true
	step.After = Doubled(t.Pace.Resend, w.Attempt, min(t.Pace.LongestResend, longestRefusal))
	if t.refused != w.Ticket.Reference {
		t.failures++
		t.refused = w.Ticket.Reference
	}
	if t.failures < 2 {
		return step, 0
	}
	return step, Doubled(t.Pace.Trouble, t.failures-1, t.Pace.LongestTrouble)
}

// settle notes how far a ticket has been told, trying for a while: what was posted and not noted is posted again.
func (t *teller) settle(ctx context.Context, w bot.StaffWork, as bot.StaffStep) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
	defer cancel()
	for n := 1; ; n++ {
		err := t.store.SettleStaffWork(ctx, w, as)
		if err == nil || errors.Is(err, bot.ErrNotFound) {
			return
		}
		if !errors.Is(err, bot.ErrUnavailable) || !Rest(ctx, Doubled(t.Pace.Trouble, n, t.Pace.LongestTrouble)) {
			t.Log.Error("note what the agents were told", "ticket", w.Ticket.Reference, "error", err)
			return
		}
	}
}
