package widget_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestWhoHasARequestIsSeenWriting types in a chat before and after a request is open.
func TestWhoHasARequestIsSeenWriting(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	link := f.mailedLink("ana-writes")
	writing, stop := f.changes.SubscribeWriting("G-ANA-WRITES")
	t.Cleanup(stop)
	b := openTab(t, f.http.URL+"/chat/micro", 390, 844)
	b.do(chromedp.Navigate(link), chromedp.Click(chromedp.CSS("form button")))
	b.until(`window.Guichet && $$('.m.agent').length === 1`)
	b.run(`$('textarea').focus()`)
	for late := time.After(patience); ; { // the listener may need a moment to be there
		b.keys("m")
		select {
		case <-writing:
			return
		case <-time.After(100 * time.Millisecond):
		case <-late:
			t.Fatal("nobody is told")
		}
	}
}

func TestWritingIsToldNowAndThenAndNeverWhat(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.clock.set(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)) // all at once, however slow this machine is
	c := f.dial()
	c.send(map[string]any{"type": "typing"})
	if got := c.next(); got.Code != "hello_missing" {
		t.Errorf("before hello it is answered %+v", got)
	}
	c.send(map[string]any{"type": "hello", "v": 1, "site": "micro"})
	c.next()
	for range 10 {
		c.send(map[string]any{"type": "typing", "text": "un secret"})
	}
	c.send(map[string]any{"type": "ping"})
	if got := c.next(); got.Type != "pong" {
		t.Errorf("typing is answered %+v", got)
	}
	if n := f.writes.Load(); n != 2 {
		t.Errorf("10 frames at once were told %d times", n)
	}
}
