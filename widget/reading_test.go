package widget_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/widget"
)

// download asks for a conversation as a file.
func (f *fixture) download(token string) (status int, header http.Header) {
	res, err := http.Post(f.http.URL+"/transcript", "text/plain", strings.NewReader(helloFor(token)))
	if err != nil {
		f.t.Error(err)
		return 0, nil
	}
	_ = res.Body.Close()
	return res.StatusCode, res.Header
}

func helloFor(token string) string {
	return `{"type":"hello","v":1,"site":"micro","token":"` + token + `"}`
}

func TestALongConversationIsReadAsOftenAsItsMeasureAllows(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	f.clock.set(start)
	f.store.long.Store(1500)
	greedy, other := widget.SignToken(secret, "micro", "greedy"), widget.SignToken(secret, "micro", "other")
	for range 2 {
		if status, _ := f.download(greedy); status != http.StatusOK {
			t.Fatalf("within the measure: %d", status)
		}
	}
	if status, header := f.download(greedy); status != http.StatusTooManyRequests || header.Get("Retry-After") == "" {
		t.Errorf("beyond it: %d, %v", status, header)
	}
	res, err := http.Post(f.http.URL+"/stream", "text/plain", strings.NewReader(helloFor(greedy)))
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, res); !strings.Contains(body, `"code":"busy"`) || strings.Contains(body, "welcome") {
		t.Errorf("a stream: %s", body)
	}
	plain := postForm(t, f.http.URL+"/chat/micro", url.Values{"token": {greedy}, "refresh": {"1"}})
	if page := readAll(t, plain); plain.StatusCode != http.StatusTooManyRequests || strings.Contains(page, `class="lines">x`) {
		t.Errorf("the plain page: %d\n%s", plain.StatusCode, page)
	}
	late := f.dial()
	late.send(map[string]any{"type": "hello", "v": 1, "site": "micro", "token": greedy})
	late.refused("busy", "")
	if again := f.dial().hello(other, 0); len(again.Messages) != 1500 {
		t.Errorf("another visitor gets %d messages", len(again.Messages))
	}
	if missed := f.dial().hello(other, 1498); len(missed.Messages) != 2 {
		t.Errorf("who was cut gets %d messages", len(missed.Messages))
	}
	f.clock.set(start.Add(time.Minute))
	if again := late.hello(greedy, 0); again.Token != greedy || len(again.Messages) != 1500 {
		t.Errorf("a minute later, on the same socket, come %d messages", len(again.Messages))
	}
}

func TestALongConversationIsNotReadManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.clock.set(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	f.store.long.Store(3000)
	token := widget.SignToken(secret, "micro", "greedy")
	var all sync.WaitGroup
	answers := make(chan int, 15)
	for range cap(answers) {
		all.Go(func() {
			status, _ := f.download(token)
			answers <- status
		})
	}
	all.Wait()
	close(answers)
	given := map[int]int{}
	for status := range answers {
		given[status]++
	}
	if given[http.StatusOK] != 1 || given[http.StatusTooManyRequests] != 14 {
		t.Errorf("they are answered %v", given)
	}
}

func TestTheVisitorsOfOneAddressShareWhatIsRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.clock.set(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	f.store.long.Store(20_000)
	server := crowded(t, f, widget.Limits{AddressRate: 20})
	read := func(address string, visitor int) string {
		c, _, _ := dialFrom(t, server, address)
		c.send(map[string]any{"type": "hello", "v": 1, "site": "micro", "token": widget.SignToken(secret, "micro", fmt.Sprint(visitor))})
		got := c.next()
		return got.Type + got.Code
	}
	for i, want := range []string{"welcome", "errorbusy"} {
		if got := read("flood", i); got != want {
			t.Errorf("visitor %d of the address gets %s, want %s", i, got, want)
		}
	}
	if got := read("elsewhere", 9); got != "welcome" {
		t.Errorf("a visitor from elsewhere gets %s", got)
	}
}
