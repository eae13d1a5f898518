package discordtest_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"guichet/connectors/discord/discordtest"
)

const messagesRoute = "/channels/{channel}/messages"

func TestABucketIsOfARouteAndAChannel(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Route: discordtest.Rate{Requests: 2, Per: time.Hour}, Global: fast})
	market := s.Guild("Marché")
	first, second := market.Channel("un"), market.Channel("deux")
	send := func(c *discordtest.Channel) (int, http.Header) {
		request := must(http.NewRequestWithContext(soon(t), http.MethodPost, s.URL+"/api/v9/channels/"+c.ID+"/messages", strings.NewReader(`{"content":"a"}`)))
		request.Header = http.Header{"Authorization": {"Bot token"}, "User-Agent": {"DiscordBot (a, 1)"}, "Content-Type": {"application/json"}}
		response := must((&http.Client{Transport: s.Transport()}).Do(request))
		_ = response.Body.Close()
		return response.StatusCode, response.Header
	}
	for _, want := range []string{"1", "0"} {
		status, headers := send(first)
		if status != http.StatusOK || headers.Get("X-RateLimit-Remaining") != want || headers.Get("X-RateLimit-Limit") != "2" {
			t.Errorf("status %d, %v", status, headers)
		}
	}
	status, limited := send(first)
	if status != http.StatusTooManyRequests || limited.Get("Retry-After") != "3600" || limited.Get("X-RateLimit-Scope") != "user" || limited.Get("X-RateLimit-Global") != "" {
		t.Errorf("status %d, %v", status, limited)
	}
	status, other := send(second)
	if status != http.StatusOK || other.Get("X-RateLimit-Bucket") != limited.Get("X-RateLimit-Bucket") {
		t.Errorf("status %d, %v", status, other)
	}
	if n := s.Counts().Limited; n != 1 {
		t.Errorf("%d limits broken", n)
	}
}

func TestTheWholeAPIHasARateThatInteractionsDoNotCountFor(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Global: discordtest.Rate{Requests: 4, Per: time.Hour}})
	marie := s.Guild("Marché").Member("marie")
	b := connect(t, s, least) // GET gateway
	must(b.ApplicationCommandBulkOverwrite(s.AppID, "", question))
	must(b.User("@me"))
	must(b.User("@me"))
	run := must(marie.Command(marie.Direct(), "question", map[string]any{"texte": "a"}))
	i := next(t, b.pressed)
	_, err := b.User("@me", discordgo.WithRetryOnRatelimit(false))
	var limited *discordgo.RateLimitError
	if !errors.As(err, &limited) || limited.RetryAfter < time.Minute {
		t.Errorf("the fifth request gave %v", err)
	}
	// By hand: discordgo would now hold everything back for an hour.
	if status, _, answer := call(t, s, "POST", "/interactions/"+i.ID+"/"+i.Token+"/callback", `{"type":4,"data":{"content":"Oui."}}`); status != http.StatusNoContent {
		t.Errorf("status %d, %s", status, answer)
	}
	must(run.Reply(soon(t)))
}

func TestTheLibraryKeepsToTheLimitsThatItIsTold(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Route: discordtest.Rate{Requests: 3, Per: 100 * time.Millisecond}})
	help := s.Guild("Marché").Channel("aide")
	b := newBot(t, s, least)
	for range 10 {
		must(b.ChannelMessageSend(help.ID, "a"))
	}
	if c := s.Counts(); c.Limited != 0 || c.Requests != 10 {
		t.Errorf("counts %+v", c)
	}
}

func TestARequestFailsAsOftenAsTheTestWants(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	help := s.Guild("Marché").Channel("aide")
	b := newBot(t, s, least)
	send := func() error {
		_, err := b.ChannelMessageSend(help.ID, "a", discordgo.WithRestRetries(0), discordgo.WithRetryOnRatelimit(false))
		return err
	}
	s.FailNext(1, "POST", messagesRoute, discordtest.Fault{Status: 429, RetryAfter: 30 * time.Millisecond})
	var limited *discordgo.RateLimitError
	if err := send(); !errors.As(err, &limited) || limited.RetryAfter < 30*time.Millisecond || limited.RetryAfter > 40*time.Millisecond {
		t.Errorf("%v", err)
	}
	s.FailNext(1, "POST", messagesRoute, discordtest.Fault{Status: 503})
	if status, _ := refusedWith(send()); status != 503 {
		t.Errorf("status %d", status)
	}
	s.FailNext(1, "POST", messagesRoute, discordtest.Fault{Status: 403, Code: 50007})
	if status, code := refusedWith(send()); status != 403 || code != 50007 {
		t.Errorf("refused with %d, %d", status, code)
	}
	s.FailNext(1, "POST", messagesRoute, discordtest.Fault{Status: 429, HTML: true})
	if err := send(); err == nil {
		t.Error("a page of a proxy passed for an answer")
	}
	s.FailNext(1, "POST", messagesRoute, discordtest.Fault{Cut: true})
	if err := send(); err == nil {
		t.Error("no answer passed for one")
	}
	if n := len(help.Messages()); n != 0 {
		t.Errorf("%d messages", n)
	}
	s.FailNext(1, "POST", messagesRoute, discordtest.Fault{Status: 502, Done: true})
	if err := send(); err == nil || len(help.Messages()) != 1 {
		t.Errorf("%v, %d messages", err, len(help.Messages()))
	}
	if err := send(); err != nil {
		t.Error(err)
	}
	if c := s.Counts(); c.Faults != 6 || c.Limited != 0 {
		t.Errorf("counts %+v", c)
	}
	log := s.Requests()
	if last := log[len(log)-1]; last.Route != messagesRoute || last.Status != 200 || last.Fault || !strings.Contains(string(last.Body), `"content":"a"`) {
		t.Errorf("log %+v", last)
	}
}

func TestALibraryLeftAloneSendsTwiceAfterA502(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	help := s.Guild("Marché").Channel("aide")
	s.FailNext(1, "POST", messagesRoute, discordtest.Fault{Status: 502, Done: true})
	must(newBot(t, s, least).ChannelMessageSend(help.ID, "a"))
	if n := len(help.Messages()); n != 2 {
		t.Errorf("%d messages", n)
	}
}

func TestFaultsMayFollowARule(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Fault: func(r discordtest.Request) discordtest.Fault {
		if r.Method == "POST" && r.Number%2 == 1 {
			return discordtest.Fault{Status: 500}
		}
		return discordtest.Fault{}
	}})
	help := s.Guild("Marché").Channel("aide")
	for i := range 4 {
		if status, _, _ := call(t, s, "POST", "/channels/"+help.ID+"/messages", `{"content":"a"}`); (status == 500) != (i%2 == 0) {
			t.Errorf("request %d gave %d", i+1, status)
		}
	}
}
