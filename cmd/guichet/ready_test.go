package main

import (
	"context"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guichet/connectors/spool"
)

func TestReadyzAsksTheDatabaseOnceASecondHoweverManyAsk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked, up := 0, true
		r := &readiness{
			answers: func(ctx context.Context) bool {
				asked++
				for range 100 {
					runtime.Gosched() // the others come meanwhile
				}
				return up && ctx.Err() == nil
			},
			untold: func(context.Context) bool { asked++; return true },
			spool:  func() spool.Status { return spool.Status{Condition: spool.OK} },
			now:    time.Now,
		}
		crowd := func(n int, want string) {
			for range n {
				go func() {
					w, gone := httptest.NewRecorder(), make(chan struct{})
					ctx, cancel := context.WithCancel(t.Context())
					cancel() // whoever asks has gone already
					go func() { defer close(gone); r.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/readyz", nil)) }()
					<-gone
					if body := w.Body.String(); !strings.HasPrefix(body, want) {
						t.Errorf("it says %q, want %q", body, want)
					}
				}()
			}
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		crowd(50, "ready\nbut nobody is told of a new ticket: the log says why\n")
		if asked != 2 {
			t.Errorf("the database was asked %d times, want once for each of two things", asked)
		}
		up = false
		crowd(50, "ready\n")
		time.Sleep(healthLife)
		crowd(50, "spooling: the database does not answer")
		if asked != 3 {
			t.Errorf("the database was asked %d times, want 3", asked)
		}
	})
}

func TestWhyNobodyIsToldStandsInTheLogWithinAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		problem, said := "", []string(nil)
		is := func(now string) {
			mu.Lock()
			defer mu.Unlock()
			problem = now
		}
		ctx, cancel := context.WithCancel(t.Context())
		go repeat(ctx, func(context.Context) string {
			mu.Lock()
			defer mu.Unlock()
			return problem
		}, func(p string) {
			mu.Lock()
			defer mu.Unlock()
			said = append(said, p)
		})
		wait := func(d time.Duration, want string) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			if got := strings.Join(said, ","); got != want {
				t.Errorf("it says %q, want %q", got, want)
			}
		}
		wait(time.Second, "")
		is("no server")
		wait(time.Minute, "no server")
		wait(58*time.Minute, "no server")
		wait(2*time.Minute, "no server,no server") // again after an hour
		is("no account")
		wait(time.Minute, "no server,no server,no account")
		is("")
		wait(2*time.Hour, "no server,no server,no account")
		is("no account")
		wait(time.Minute, "no server,no server,no account,no account")
		cancel()
		synctest.Wait()
	})
}
