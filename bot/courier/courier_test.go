package courier_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"guichet/bot/courier"
)

func TestPausesDoubleUpToTheLongest(t *testing.T) {
	t.Parallel()
	for n, want := range []time.Duration{1: 2, 2: 4, 3: 8, 4: 10, 5: 10, 1000: 10} {
		if want == 0 {
			continue
		}
		if got := courier.Doubled(2, n, 10); got != want {
			t.Errorf("pause %d is %d, want %d", n, got, want)
		}
	}
	if got := courier.Doubled(20, 1, 10); got != 10 {
		t.Errorf("a first pause over the longest is %d", got)
	}
}

// away is a platform's error with a pause.
type away time.Duration

func (away) Error() string          { return "away" }
func (a away) Pause() time.Duration { return time.Duration(a) }

func TestAPauseIsAsLongAsThePlatformSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want time.Duration
	}{{away(7), 7}, {fmt.Errorf("send: %w", away(7)), 7}, {away(0), 3}, {errors.New("x"), 3}} {
		if got := courier.PauseAfter(c.err, 3); got != c.want {
			t.Errorf("after %v: %d, want %d", c.err, got, c.want)
		}
	}
}

func TestARestEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	if !courier.Rest(ctx, 0) {
		t.Error("a rest that was not disturbed says it was")
	}
	cancel()
	if courier.Rest(ctx, time.Hour) {
		t.Error("a rest that was ended says it was not")
	}
}

func TestATroubleIsLoggedOnceAndItsEndToo(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := courier.Complaint{Log: slog.New(slog.NewTextHandler(&log, nil)), What: "receive"}
	for _, err := range []error{nil, errors.New("a"), errors.New("a"), errors.New("b"), nil, nil, errors.New("b")} {
		c.About(err)
	}
	for words, want := range map[string]int{"error=a": 1, "error=b": 2, "receive works again": 1} {
		if n := strings.Count(log.String(), words); n != want {
			t.Errorf("%q stands %d times in the log, want %d:\n%s", words, n, want, log.String())
		}
	}
}
