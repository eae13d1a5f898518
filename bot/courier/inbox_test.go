package courier_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guichet/bot"
	"guichet/bot/courier"
)

// oneUpdate is an inbox with one update, which answers as long as it is asked in time.
type oneUpdate struct {
	courier.Store
	attempt int
	given   time.Time
	settled []bot.Settlement
	after   time.Duration // from when it was given out until it was settled
	end     func()
}

func (s *oneUpdate) ClaimUpdate(context.Context, string, time.Duration) (bot.HeldUpdate, error) {
	if !s.given.IsZero() {
		return bot.HeldUpdate{}, bot.ErrNotFound
	}
	s.given = time.Now()
	return bot.HeldUpdate{Update: bot.Update{ID: "1"}, Attempt: s.attempt}, nil
}

func (s *oneUpdate) SettleUpdate(ctx context.Context, _ bot.HeldUpdate, as bot.Settlement) error {
	defer s.end()
	if err := ctx.Err(); err != nil {
		return err
	}
	s.settled, s.after = append(s.settled, as), time.Since(s.given)
	return nil
}

// endless reads until its time is over, and apologises until that time is over too.
type endless struct {
	apologies int
	inTime    bool
}

func (*endless) Read(ctx context.Context, _ bot.HeldUpdate) error {
	<-ctx.Done()
	return errors.New("the platform never ended its answer")
}

func (e *endless) Apologise(ctx context.Context, _ bot.HeldUpdate) {
	e.apologies++
	e.inTime = ctx.Err() == nil
	<-ctx.Done()
}

// An attempt that used up all its time is noted like any other, before somebody else gets the update, and the last has the person told.
func TestWhatBecameOfAnUpdateIsNotedAlsoWhenItsTimeIsUsedUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		attempt, apologies int
		fate               bot.Fate
	}{{1, 0, bot.Again}, {courier.UpdateTries, 1, bot.Parked}} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			ctx, stop := context.WithCancel(t.Context())
			store, reader := &oneUpdate{attempt: c.attempt, end: stop}, &endless{}
			counter := courier.Courier{
				Channel: "x", Store: store, Changes: bot.NewChanges(nil), Pace: courier.UsualPace(), Log: slog.New(slog.NewTextHandler(&log, nil)),
			}
			counter.Handle(ctx, reader)
			if len(store.settled) != 1 || store.settled[0].Fate != c.fate || !strings.Contains(store.settled[0].Reason, "never ended") ||
				store.after >= counter.Pace.Lease {
				t.Errorf("attempt %d is settled as %+v after %v\n%s", c.attempt, store.settled, store.after, log.String())
			}
			if reader.apologies != c.apologies || c.apologies > 0 && !reader.inTime {
				t.Errorf("attempt %d: %d apologies, in time: %v", c.attempt, reader.apologies, reader.inTime)
			}
		})
	}
}
