package discord_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
	"guichet/connectors/postgres/postgrestest"
)

// posting makes trouble for the creation of messages only.
func posting(decide func(discordtest.Request) discordtest.Fault) func(*discordtest.Config) {
	return func(o *discordtest.Config) {
		o.Fault = func(r discordtest.Request) discordtest.Fault {
			if r.Method != "POST" || r.Route != "/channels/{channel}/messages" {
				return discordtest.Fault{}
			}
			return decide(r)
		}
	}
}

// ticketOf opens a ticket in a person's conversation and gives its reference.
func (c *counter) ticketOf(person string) string {
	c.t.Helper()
	reference, err := bot.NewReference(strings.NewReader(person[len(person)-8:]))
	if err != nil {
		c.t.Fatal(err)
	}
	bottest.OpenTicket(c.t, c.db, bot.Inbound{Channel: bot.Discord, Key: person, Site: site.ID, Text: "x"}, bot.Ticket{Reference: reference, Category: bot.Human})
	return reference
}

var ines = bot.User{Email: "ines@example.fr", Name: "Inès"}

// reply has an agent say texts to a ticket's customer.
func (c *counter) reply(reference string, texts ...string) {
	c.t.Helper()
	bottest.Reply(c.t, c.db, ines, reference, texts...)
}

// undelivered lists why messages of a ticket did not arrive.
func (c *counter) undelivered(reference string) []string {
	c.t.Helper()
	return bottest.Undelivered(c.t, c.db, reference)
}

// texts are what an agent said.
func texts(messages []string) (all []string) {
	for _, m := range messages {
		all = append(all, strings.TrimPrefix(m, "**Inès**\n\n"))
	}
	return all
}

func TestTroubleOfDiscordsDelaysMessagesAndKeepsTheirOrder(t *testing.T) {
	var n atomic.Int32
	c := newCounter(t, posting(func(discordtest.Request) discordtest.Fault {
		switch n.Add(1) {
		case 1, 2:
			return discordtest.Fault{Status: 500}
		case 3:
			return discordtest.Fault{Status: 502, HTML: true}
		case 5:
			return discordtest.Fault{Status: 429, RetryAfter: time.Second}
		}
		return discordtest.Fault{}
	}))
	ana := c.guild.Member("ana")
	reference := c.ticketOf(ana.ID)
	c.reply(reference, "un", "deux", "trois")
	c.start(c.db)
	if got := texts(c.answers(ana.Direct(), 3)); !slices.Equal(got, []string{"un", "deux", "trois"}) {
		t.Errorf("said %q", got)
	}
	c.settled()
	if tries := postgrestest.Query[int](t, c.url, "select attempts from outbox where seq = 3"); tries != 1 {
		t.Errorf("a rate limit counts as an attempt: %d", tries)
	}
}

func TestWhoTakesNoDirectMessagesIsNotTriedAgainAndTheTicketSaysSo(t *testing.T) {
	c := newCounter(t)
	ana, bob := c.guild.Member("ana"), c.guild.Member("bob")
	anas, bobs := c.ticketOf(ana.ID), c.ticketOf(bob.ID)
	ana.CloseDirect()
	c.reply(anas, "un", "deux", "trois")
	c.reply(bobs, "un")
	c.start(c.db)
	c.settled()
	if got := c.undelivered(anas); !slices.Equal(got, []string{bot.ReasonBlocked}) {
		t.Errorf("the ticket says %q", got)
	}
	if got := c.undelivered(bobs); got != nil || len(c.said(bob.Direct())) != 1 {
		t.Errorf("the other's ticket says %q", got)
	}
	if n := c.discord.Counts().Codes[50007]; n != 1 {
		t.Errorf("%d messages were tried", n)
	}
	ana.OpenDirect()
	c.reply(anas, "quatre")
	if got := texts(c.answers(ana.Direct(), 1)); got[0] != "quatre" {
		t.Errorf("said %q", got)
	}
}

func TestAMessageThatIsRefusedOrGivenUpDoesNotHoldUpTheNext(t *testing.T) {
	var tries atomic.Int32
	c := newCounter(t, posting(func(r discordtest.Request) discordtest.Fault {
		switch {
		case strings.Contains(string(r.Body), secretWord):
			return discordtest.Fault{Status: 400, Code: 50035}
		case strings.Contains(string(r.Body), "jamais"):
			tries.Add(1)
			return discordtest.Fault{Status: 500}
		}
		return discordtest.Fault{}
	}))
	ana := c.guild.Member("ana")
	reference := c.ticketOf(ana.ID)
	c.reply(reference, secretWord, "jamais", "enfin")
	c.start(c.db)
	if got := texts(c.answers(ana.Direct(), 1)); got[0] != "enfin" {
		t.Errorf("said %q", got)
	}
	c.settled()
	if got := c.undelivered(reference); !slices.Equal(got, []string{bot.ReasonRefused, bot.ReasonTries}) {
		t.Errorf("the ticket says %q", got)
	}
	if tries.Load() != discord.MessageTries {
		t.Errorf("%d attempts, want %d", tries.Load(), discord.MessageTries)
	}
}

func TestALongMessageLeavesInPartsAndGoesOnWhereItStopped(t *testing.T) {
	var n atomic.Int32
	c := newCounter(t, posting(func(discordtest.Request) discordtest.Fault {
		if n.Add(1) == 2 {
			return discordtest.Fault{Status: 500}
		}
		return discordtest.Fault{}
	}))
	ana := c.guild.Member("ana")
	reference := c.ticketOf(ana.ID)
	long := strings.TrimSpace(strings.Repeat("Une phrase assez longue pour que le message soit coupé. ", 100))
	c.reply(reference, long, "fin")
	c.start(c.db)
	said := texts(c.answers(ana.Direct(), 4))
	if joined := strings.Join(said[:3], " "); joined != long || said[3] != "fin" {
		t.Errorf("said %d messages of %d letters, then %q", len(said), len(joined), said[3])
	}
	c.settled()
}

func TestAnAnswerThatWasLostOnTheWayDoesNotComeTwice(t *testing.T) {
	var n atomic.Int32
	c := newCounter(t, posting(func(discordtest.Request) discordtest.Fault {
		switch n.Add(1) {
		case 1:
			return discordtest.Fault{Cut: true, Done: true}
		case 2:
			return discordtest.Fault{Status: 502, HTML: true, Done: true}
		}
		return discordtest.Fault{}
	}))
	ana := c.guild.Member("ana")
	c.reply(c.ticketOf(ana.ID), "un", "deux")
	c.start(c.db)
	c.settled()
	if got := texts(c.answers(ana.Direct(), 2)); !slices.Equal(got, []string{"un", "deux"}) {
		t.Errorf("said %q", got)
	}
}

func TestAWrongTokenLosesNothing(t *testing.T) {
	var wrong atomic.Bool
	wrong.Store(true)
	c := newCounter(t, posting(func(discordtest.Request) discordtest.Fault {
		if wrong.Load() {
			return discordtest.Fault{Status: 401}
		}
		return discordtest.Fault{}
	}))
	ana := c.guild.Member("ana")
	c.reply(c.ticketOf(ana.ID), "un")
	c.start(c.db)
	c.await("some tries", func() bool { return c.discord.Counts().Faults > 2 })
	wrong.Store(false)
	c.answers(ana.Direct(), 1)
}

// TestManyMessagesUnderTroubleArriveInOrder sends some hundreds; GUICHET_TEST_MESSAGES=10000 is the long run.
func TestManyMessagesUnderTroubleArriveInOrder(t *testing.T) {
	people, each := 40, 10
	if n, err := strconv.Atoi(os.Getenv("GUICHET_TEST_MESSAGES")); err == nil {
		people, each = n/50, 50
	}
	random := rand.New(rand.NewPCG(1, 2))
	c := newCounter(t, posting(func(discordtest.Request) discordtest.Fault {
		switch n := random.IntN(100); {
		case n < 5:
			return discordtest.Fault{Status: 429, RetryAfter: 200 * time.Millisecond}
		case n < 6:
			return discordtest.Fault{Status: 502, HTML: true}
		}
		return discordtest.Fault{}
	}))
	users, references, closed := map[string]*discordtest.User{}, map[string]string{}, map[string]bool{}
	for i := range people {
		u := c.guild.Member(fmt.Sprint("person", i))
		users[u.ID], references[u.ID] = u, c.ticketOf(u.ID)
		if i%100 == 7 {
			closed[u.ID] = true
			u.CloseDirect()
		}
	}
	began := time.Now()
	c.start(c.db)
	for i := range each {
		for id, reference := range references {
			c.reply(reference, fmt.Sprint(id, " ", i))
		}
	}
	c.settled()
	for id, reference := range references {
		if reasons := c.undelivered(reference); closed[id] != (len(reasons) > 0) {
			t.Errorf("person %s: undelivered %q", id, reasons)
		}
		if closed[id] {
			continue
		}
		said := texts(c.said(users[id].Direct()))
		for i := range each {
			if len(said) != each || said[i] != fmt.Sprint(id, " ", i) {
				t.Fatalf("person %s got %q", id, said)
			}
		}
	}
	counts := c.discord.Counts()
	if counts.Limited != 0 {
		t.Errorf("%d requests broke a limit", counts.Limited)
	}
	t.Logf("%d messages to %d people, %d of them unreachable, in %v; %d requests, %d faults, %d limits broken",
		people*each, people, len(closed), time.Since(began).Round(time.Second), counts.Requests, counts.Faults, counts.Limited)
}
