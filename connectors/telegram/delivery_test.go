package telegram_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/telegram"
	"guichet/connectors/telegram/telegramtest"
)

// sending makes trouble for sendMessage only.
func sending(decide func(telegramtest.Call) *telegramtest.Failure) func(telegramtest.Call) *telegramtest.Failure {
	return func(c telegramtest.Call) *telegramtest.Failure {
		if c.Method != "sendMessage" {
			return nil
		}
		return decide(c)
	}
}

// ticketOf opens a ticket in a chat and gives its reference.
func (c *counter) ticketOf(person int64) string {
	c.t.Helper()
	reference, err := bot.NewReference(strings.NewReader(fmt.Sprintf("%08d", person)))
	if err != nil {
		c.t.Fatal(err)
	}
	bottest.OpenTicket(c.t, c.db, bot.Inbound{Channel: bot.Telegram, Key: fmt.Sprint(person), Site: site.ID, Text: "x"}, bot.Ticket{Reference: reference, Category: bot.Human})
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

func texts(messages []telegramtest.Message) (all []string) {
	for _, m := range messages {
		all = append(all, strings.TrimPrefix(m.Text, "Inès\n\n"))
	}
	return all
}

func TestTroubleOfTelegramsDelaysMessagesAndKeepsTheirOrder(t *testing.T) {
	c := newCounter(t)
	c.telegram.Open(ana)
	reference := c.ticketOf(ana)
	var n atomic.Int32
	c.telegram.Trouble(sending(func(telegramtest.Call) *telegramtest.Failure {
		switch n.Add(1) {
		case 1, 2:
			return &telegramtest.Failure{Code: 500, Description: "Internal Server Error"}
		case 3:
			return &telegramtest.Failure{Code: 502, Body: "<html>Bad Gateway</html>"}
		case 5:
			return &telegramtest.Failure{Code: 429, RetryAfter: 1}
		}
		return nil
	}))
	c.reply(reference, "un", "deux", "trois")
	c.start(c.db)
	if got := texts(c.said(ana, 3)); !slices.Equal(got, []string{"un", "deux", "trois"}) {
		t.Errorf("said %q", got)
	}
	log := slices.DeleteFunc(c.telegram.Log(), func(call telegramtest.Call) bool { return call.Method != "sendMessage" })
	var limited, next telegramtest.Call
	for i, call := range log {
		if call.Code == 429 {
			limited, next = call, log[i+1]
		}
	}
	if wait := next.At.Sub(limited.At).Seconds(); wait < 1 {
		t.Errorf("after a limit of one second the next message came after %.2f s", wait)
	}
	if tries := postgrestest.Query[int](t, c.url, "select attempts from outbox where seq = 3"); tries != 1 {
		t.Errorf("a rate limit counts as an attempt: %d", tries)
	}
	c.settled()
}

func TestWhoBlockedTheBotIsNotTriedAgainAndTheTicketSaysSo(t *testing.T) {
	c := newCounter(t)
	c.telegram.Open(ana)
	c.telegram.Open(bob)
	anas, bobs := c.ticketOf(ana), c.ticketOf(bob)
	c.telegram.Block(ana)
	c.reply(anas, "un", "deux", "trois")
	c.reply(bobs, "un")
	c.start(c.db)
	c.settled()
	if got := c.undelivered(anas); !slices.Equal(got, []string{bot.ReasonBlocked}) {
		t.Errorf("the ticket says %q", got)
	}
	if got := c.undelivered(bobs); got != nil || len(c.telegram.Said(bob)) != 1 {
		t.Errorf("the other's ticket says %q", got)
	}
	if n := c.telegram.Rate(ana, 1<<40); n != 1 {
		t.Errorf("%d messages were tried", n)
	}
	c.telegram.Write(ana, "comment obtenir un kbis ?") // with the agent, who answers; writing unblocks
	c.settled()
	c.reply(anas, "quatre")
	if got := texts(c.said(ana, 1)); got[0] != "quatre" {
		t.Errorf("said %q", got)
	}
}

func TestAMessageThatIsRefusedOrGivenUpDoesNotHoldUpTheNext(t *testing.T) {
	c := newCounter(t)
	c.telegram.Open(ana)
	reference := c.ticketOf(ana)
	var tries atomic.Int32
	c.telegram.Trouble(sending(func(call telegramtest.Call) *telegramtest.Failure {
		switch {
		case strings.Contains(call.Fields["text"], "refusé"):
			return &telegramtest.Failure{Code: 400, Description: "Bad Request: MESSAGE_STRANGE: «refusé»"}
		case strings.Contains(call.Fields["text"], "jamais"):
			tries.Add(1)
			return &telegramtest.Failure{Code: 500, Description: "Internal Server Error"}
		}
		return nil
	}))
	c.reply(reference, "refusé", "jamais", "enfin")
	c.start(c.db)
	if got := texts(c.said(ana, 1)); got[0] != "enfin" {
		t.Errorf("said %q", got)
	}
	c.settled()
	if got := c.undelivered(reference); !slices.Equal(got, []string{bot.ReasonRefused, bot.ReasonTries}) {
		t.Errorf("the ticket says %q", got)
	}
	if tries.Load() != telegram.MessageTries {
		t.Errorf("%d attempts, want %d", tries.Load(), telegram.MessageTries)
	}
	if strings.Contains(c.log.String(), "refusé") {
		t.Error("the message stands in the log")
	}
}

func TestALongMessageLeavesInPartsAndGoesOnWhereItStopped(t *testing.T) {
	c := newCounter(t)
	c.telegram.Open(ana)
	reference := c.ticketOf(ana)
	var n atomic.Int32
	c.telegram.Trouble(sending(func(telegramtest.Call) *telegramtest.Failure {
		if n.Add(1) == 2 {
			return &telegramtest.Failure{Code: 500, Description: "Internal Server Error"}
		}
		return nil
	}))
	long := strings.TrimSpace(strings.Repeat("Une phrase assez longue pour que le message soit coupé. ", 200))
	c.reply(reference, long, "fin")
	c.start(c.db)
	said := texts(c.said(ana, 4))
	if joined := strings.Join(said[:3], " "); joined != long || said[3] != "fin" {
		t.Errorf("said %d messages of %d letters, then %q", len(said), len(joined), said[3])
	}
	c.settled()
}

func TestAnAnswerThatWasLostOnTheWayIsSentAgain(t *testing.T) {
	c := newCounter(t)
	c.telegram.Open(ana)
	reference := c.ticketOf(ana)
	var n atomic.Int32
	c.telegram.Trouble(sending(func(telegramtest.Call) *telegramtest.Failure {
		if n.Add(1) == 1 {
			return &telegramtest.Failure{Cut: true}
		}
		return nil
	}))
	c.reply(reference, "un", "deux")
	c.start(c.db)
	if got := texts(c.said(ana, 3)); !slices.Equal(got, []string{"un", "un", "deux"}) {
		t.Errorf("said %q", got)
	}
}

func TestLimitsHoldForAChatAndForAll(t *testing.T) {
	c := newCounter(t)
	c.usualPace = true // one message a second for a chat; the others do not wait for it
	for person := range int64(5) {
		c.telegram.Open(person + 1)
		c.reply(c.ticketOf(person+1), "un", "deux")
	}
	c.start(c.db)
	c.telegram.Wait(t, "all messages", func() bool { return c.telegram.Calls("sendMessage") == 10 })
	var order []int64
	for _, call := range c.telegram.Log() {
		if call.Method == "sendMessage" {
			order = append(order, call.ChatID)
		}
	}
	first := slices.Clone(order[:5])
	slices.Sort(first)
	if !slices.Equal(first, []int64{1, 2, 3, 4, 5}) {
		t.Errorf("the messages left in the order %v", order)
	}
	for person := range int64(5) {
		if n := c.telegram.Rate(person+1, 950_000_000); n != 1 {
			t.Errorf("chat %d got %d messages within a second", person+1, n)
		}
	}
	if n := c.telegram.Rate(0, 1_000_000_000); n > 30 {
		t.Errorf("%d messages left within a second", n)
	}
}

// TestManyMessagesUnderTroubleArriveInOrder sends a thousand; GUICHET_TEST_MESSAGES=10000 is the long run.
func TestManyMessagesUnderTroubleArriveInOrder(t *testing.T) {
	c := newCounter(t)
	chats, each := 50, 20
	if n, err := strconv.Atoi(os.Getenv("GUICHET_TEST_MESSAGES")); err == nil {
		chats, each = n/100, 100
	}
	random := rand.New(rand.NewPCG(1, 2))
	blocked := map[int64]bool{}
	c.telegram.Trouble(sending(func(telegramtest.Call) *telegramtest.Failure {
		switch n := random.IntN(100); {
		case n < 5:
			return &telegramtest.Failure{Code: 429, RetryAfter: 1}
		case n < 6:
			return &telegramtest.Failure{Code: 502, Body: "<html>"}
		}
		return nil
	}))
	references := map[int64]string{}
	for chat := int64(1); chat <= int64(chats); chat++ {
		c.telegram.Open(chat)
		references[chat] = c.ticketOf(chat)
		if chat%50 == 7 {
			blocked[chat] = true
			c.telegram.Block(chat)
		}
	}
	c.start(c.db)
	for i := range each {
		for chat, reference := range references {
			c.reply(reference, fmt.Sprint(chat, " ", i))
		}
	}
	c.settled()
	for chat, reference := range references {
		if reasons := c.undelivered(reference); blocked[chat] != (len(reasons) > 0) {
			t.Errorf("chat %d: undelivered %q", chat, reasons)
		}
		if blocked[chat] {
			continue
		}
		said := texts(c.telegram.Said(chat))
		for i := range each {
			if len(said) != each || said[i] != fmt.Sprint(chat, " ", i) {
				t.Fatalf("chat %d got %q", chat, said)
			}
		}
	}
}
