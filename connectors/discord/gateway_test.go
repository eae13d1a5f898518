package discord_test

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
	"guichet/connectors/postgres/postgrestest"
)

func TestALostConnectionIsResumedAndLosesNothing(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana := c.guild.Member("ana")
	for i := range 3 {
		switch i {
		case 0:
			c.discord.Drop()
		case 1:
			c.discord.Reconnect()
		case 2:
			c.discord.CloseGateway(4000)
		}
		must(ana.Say(ana.Direct(), kbis))
		c.await("the session back", func() bool { return c.discord.Counts().Resumed == i+1 })
		c.answers(ana.Direct(), i+1)
	}
	if n := c.discord.Counts().Identifies; n != 1 {
		t.Errorf("identified %d times", n)
	}
}

func TestWhatWasSaidWhileNobodyListenedIsAnsweredOnce(t *testing.T) {
	c := newCounter(t)
	first := c.connected()
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	must(ana.Say(ana.Direct(), "bonjour"))
	must(ana.Say(hall, c.discord.Bot.Mention()+" bonjour"))
	c.answers(ana.Direct(), 1)
	c.answers(hall, 1)
	first.stop()
	for i := range 3 {
		must(ana.Say(ana.Direct(), fmt.Sprintf("%s question %d", kbis, i)))
		must(ana.Say(hall, "ceci n'est pas pour le bot"))
		must(ana.Say(hall, fmt.Sprintf("%s %s question %d", c.discord.Bot.Mention(), kbis, i)))
	}
	second := c.connected()
	c.answers(ana.Direct(), 4)
	c.answers(hall, 4)
	second.stop()
	c.connected()
	must(ana.Say(ana.Direct(), "merci"))
	c.answers(ana.Direct(), 5)
	c.settled()
	c.answers(hall, 4)
}

func TestWhoOnlyUsedCommandsIsHeardToo(t *testing.T) {
	c := newCounter(t)
	first := c.listening()
	ana, bob := c.guild.Member("ana"), c.guild.Member("bob")
	reply(t, must(ana.Command(ana.Direct(), "question", map[string]any{"texte": kbis})))
	c.reply(c.ticketOf(bob.ID), "Bonjour Bob") // who has not written a word
	c.answers(bob.Direct(), 1)
	c.settled()
	first.stop()
	must(ana.Say(ana.Direct(), "merci"))
	must(bob.Say(bob.Direct(), "merci"))
	c.connected()
	c.answers(ana.Direct(), 2)
	c.eventually("it stands with the agent", func() (int, bool) {
		n := postgrestest.Query[int](t, c.url, "select count(*) from messages where text = 'merci'")
		return n, n == 2
	})
}

func TestAfterASessionThatCannotBeResumedItIsFetched(t *testing.T) {
	for name, lose := range map[string]func(s *discordtest.Server){
		"forgotten":      func(s *discordtest.Server) { s.Forget(); s.Drop() },
		"invalid":        func(s *discordtest.Server) { s.Invalidate(false) },
		"sequence wrong": func(s *discordtest.Server) { s.CloseGateway(4007) },
		"timed out":      func(s *discordtest.Server) { s.CloseGateway(4009) },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCounter(t)
			c.connected()
			ana := c.guild.Member("ana")
			must(ana.Say(ana.Direct(), "bonjour"))
			c.answers(ana.Direct(), 1)
			c.discord.Unreachable(true)
			lose(c.discord)
			must(ana.Say(ana.Direct(), kbis))
			c.discord.Unreachable(false)
			wants(t, c.answers(ana.Direct(), 2)[1], "Infogreffe")
			must(ana.Say(ana.Direct(), "merci"))
			c.answers(ana.Direct(), 3)
			c.settled()
			c.answers(ana.Direct(), 3)
		})
	}
}

func TestToldToReconnectBeforeItIsReadyItDoes(t *testing.T) {
	c := newCounter(t)
	c.discord.ReconnectBeforeReady(3)
	c.connected()
	ana := c.guild.Member("ana")
	must(ana.Say(ana.Direct(), kbis))
	c.answers(ana.Direct(), 1)
	if n := c.discord.Counts().Identifies; n > 8 {
		t.Errorf("identified %d times", n)
	}
}

func TestAConnectionThatIsSilentIsGivenUp(t *testing.T) {
	c := newCounter(t, func(o *discordtest.Config) { o.Heartbeat = 100 * time.Millisecond })
	before := c.discord.Counts()
	c.startWith(c.db, func(s *discord.Server) { s.Impatient(3 * time.Second) }) // a busy machine is silent for a while, too
	c.listens(before)
	before = c.discord.Counts()
	c.discord.WithholdAcks(true)
	c.await("another connection", func() bool { return c.discord.Counts().Connections > before.Connections })
	c.discord.WithholdAcks(false)
	c.listens(before)
	ana := c.guild.Member("ana")
	must(ana.Say(ana.Direct(), kbis))
	c.answers(ana.Direct(), 1)
}

func TestIdentifyingIsNotRepeatedWithoutAPause(t *testing.T) {
	// After each identify the next is refused for a long while. The library would identify again at once, for ever.
	c := newCounter(t, func(o *discordtest.Config) { o.IdentifyEvery = time.Hour })
	first := c.connected()
	first.stop()
	c.start(c.db)
	c.await("some refusals", func() bool { return c.discord.Counts().Identifies > 3 })
	counts := c.discord.Counts()
	if counts.Identifies > counts.Connections {
		t.Errorf("identified %d times on %d connections", counts.Identifies, counts.Connections)
	}
}

func TestConnectionsThatEndAtOnceAreTriedLessOften(t *testing.T) {
	c := newCounter(t)
	c.connected()
	for range 12 { // the library would identify once a second for ever
		before := c.discord.Counts()
		c.discord.Drop()
		c.listens(before)
	}
	counts := c.discord.Counts()
	if counts.Identifies > 4 {
		t.Errorf("identified %d times on %d connections", counts.Identifies, counts.Connections)
	}
	if !strings.Contains(c.log.String(), "ends connections soon after they began") {
		t.Error("the session was not abandoned")
	}
}

func TestAWrongTokenIsSaidOnceAndTriedSeldom(t *testing.T) {
	c := newCounter(t)
	c.start(c.db, func(o *discord.Options) { o.Token = "other-" + token })
	c.await("some tries", func() bool { return c.discord.Counts().Closes[4004] > 2 })
	if n := strings.Count(c.log.String(), "the gateway does not know the token"); n != 1 {
		t.Errorf("said %d times", n)
	}
}

func TestOneReplicaListensAndAnotherTakesOverWhenItDies(t *testing.T) {
	c := newCounter(t)
	first := c.connected()
	ana := c.guild.Member("ana")
	must(ana.Say(ana.Direct(), "bonjour"))
	c.answers(ana.Direct(), 1)
	second := c.start(postgrestest.OpenAt(t, c.url))
	third := c.start(postgrestest.OpenAt(t, c.url))
	first.stop()
	must(ana.Say(ana.Direct(), kbis))
	c.answers(ana.Direct(), 2)
	// The database forgets the leader: it has lost the lock, and another has it.
	began := time.Now()
	terminated := postgrestest.Query[bool](t, c.url, `select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a on a.pid = l.pid
		where l.locktype = 'advisory' and l.granted and a.datname = current_database()`)
	if !terminated {
		t.Fatal("there is no leader")
	}
	before := c.discord.Counts().Ready
	c.await("another session", func() bool { return c.discord.Counts().Ready > before })
	t.Logf("moved in %v", time.Since(began).Round(100*time.Millisecond))
	for range 3 {
		must(ana.Say(ana.Direct(), kbis))
	}
	c.answers(ana.Direct(), 5)
	second.stop()
	third.stop()
	c.await("nobody who stopped still leads", func() bool { // the database notices a closed connection when it comes to it
		return postgrestest.Query[int](t, c.url, `select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid
			where l.locktype = 'advisory' and a.datname = current_database()`) == 0
	})
}

// TestConnectingAgainAndAgainLeavesNothingBehind does so a few times, for the library takes a second to disconnect;
// GUICHET_TEST_CYCLES=200 is the long run.
func TestConnectingAgainAndAgainLeavesNothingBehind(t *testing.T) {
	cycles := 6
	if n, err := strconv.Atoi(os.Getenv("GUICHET_TEST_CYCLES")); err == nil {
		cycles = n
	}
	c := newSerialCounter(t)
	ana := c.guild.Member("ana")
	warm := c.connected()
	must(ana.Say(ana.Direct(), kbis))
	c.answers(ana.Direct(), 1)
	warm.stop()
	c.guild.Channel("x") // every socket of the server's is idle now
	http.DefaultClient.CloseIdleConnections()
	before := runtime.NumGoroutine()
	r := c.connected()
	for i := range cycles {
		counts := c.discord.Counts()
		if i%5 == 4 {
			r.stop()
			r = c.connected()
			continue
		}
		if i%2 == 0 {
			c.discord.Drop()
		} else {
			c.discord.Reconnect()
		}
		c.listens(counts)
	}
	must(ana.Say(ana.Direct(), "merci"))
	c.answers(ana.Direct(), 2)
	r.stop()
	c.eventually("the end of every goroutine", func() (int, bool) {
		http.DefaultClient.CloseIdleConnections()
		n := runtime.NumGoroutine()
		return n, n <= before
	})
}
