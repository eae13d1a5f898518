package telegram

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAGroupGetsTwentyAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(usualPace())
		var mu sync.Mutex
		var at []time.Time
		var group sync.WaitGroup
		for range 3 { // what is told, and the answers of two workers
			group.Go(func() {
				for range 20 {
					if err := l.take(t.Context(), -1001); err != nil {
						t.Error(err)
					}
					mu.Lock()
					at = append(at, time.Now())
					mu.Unlock()
				}
			})
		}
		group.Wait()
		for i := range len(at) - 20 {
			if span := at[i+20].Sub(at[i]); span < time.Minute {
				t.Errorf("21 messages within %v", span)
			}
		}
		if span := at[len(at)-1].Sub(at[0]); span > 3*time.Minute {
			t.Errorf("60 messages take %v", span)
		}
	})
}

func TestWaitingForAPlaceEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(usualPace())
		ctx, cancel := context.WithCancel(t.Context())
		if err := l.take(ctx, -1001); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Second, cancel)
		if err := l.take(ctx, -1001); err == nil {
			t.Error("a place is given to who has gone")
		}
	})
}
