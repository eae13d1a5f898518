package widget

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestWhoComeTogetherArePingedInTurnAndNobodyTooLate(t *testing.T) {
	for _, visitors := range []int{1, 12, 13, 1000} {
		synctest.Test(t, func(t *testing.T) { // whose clock is not the world's
			s := &Server{open: map[connection]struct{}{}, pace: usualPace, turning: true}
			for range visitors {
				k := &socket{}
				s.open[k] = struct{}{}
				s.joinWheel(k)
			}
			last := map[*socket]time.Time{}
			for k := range s.open {
				last[k.(*socket)] = time.Now()
			}
			latest := usualPace.ping*3/2 + 2*usualPace.tick() // well before a proxy thinks a minute's silence is the end
			for range 10 * int(usualPace.ping/usualPace.tick()) {
				time.Sleep(usualPace.tick())
				due, more := s.dueForPing(nil)
				if !more {
					t.Fatal("the wheel stands still")
				}
				if most := visitors/12 + 1; len(due) > most {
					t.Fatalf("%d of %d are pinged at once, at most %d are wanted", len(due), visitors, most)
				}
				for _, k := range due {
					if since := time.Since(last[k]); since < usualPace.ping {
						t.Fatalf("a ping comes %s after the one before", since)
					}
					last[k] = time.Now()
					k.heard.Store(time.Now().UnixNano()) // they answer
				}
				for _, at := range last {
					if time.Since(at) > latest {
						t.Fatalf("of %d, somebody is not pinged for %s", visitors, time.Since(at))
					}
				}
			}
		})
	}
}
