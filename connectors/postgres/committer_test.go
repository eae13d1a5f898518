package postgres

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guichet/bot"
)

func TestSlowGroupsLeaveConnectionsToWhoeverReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most, people = 3, 10
		release := make(chan struct{})
		var c *committer
		c = newCommitter(most, func(group []*pending) {
			<-release // the disk is slow
			for _, p := range group {
				c.end(p, bot.Outcome{}, nil)
			}
		})
		var all sync.WaitGroup
		for i := range people {
			all.Go(func() {
				in := bot.Inbound{Channel: "web", Key: fmt.Sprint(i)}
				if _, err := c.keep(newPending(t.Context(), in, nil, nil)); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(10 * slowGroup) // by the time of the test, and so no group waits for the one before
		}
		synctest.Wait()
		c.mu.Lock()
		groups, waiting := c.groups, len(c.waiting)
		c.mu.Unlock()
		if groups != most || waiting != people-most {
			t.Errorf("%d groups hold a connection and %d turns wait, want %d and %d", groups, waiting, most, people-most)
		}
		close(release)
		all.Wait()
		synctest.Wait()
		if c.groups != 0 || c.running != 0 || len(c.busy) != 0 {
			t.Errorf("%d groups, %d lanes and %d conversations are left", c.groups, c.running, len(c.busy))
		}
	})
}
