package discord_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
	"guichet/connectors/postgres/postgrestest"
)

// failing fails so many times, then never again, and counts.
func failing(times int32, failed *atomic.Int32) func(context.Context) error {
	return func(context.Context) error {
		if failed.Load() < times {
			failed.Add(1)
			return bot.ErrUnavailable
		}
		return nil
	}
}

func TestAReplicaThatDiesBetweenPostingAndNotingPostsNothingTwice(t *testing.T) {
	m := newTeam(t)
	store := &postgrestest.Faulty{DB: postgrestest.OpenAt(t, m.url)}
	reached := make(chan struct{}, 1000)
	store.BeforeStaff = func(as bot.StaffStep) error {
		if as.Told != (bot.StaffCursor{}) { // the post stands there
			reached <- struct{}{}
			return errDied
		}
		return nil
	}
	first := m.start(store, m.withStaff)
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	<-reached
	first.stop()
	m.serves()
	thread := m.thread(ref1)
	m.posted(thread, 1) // Discord recognises it
	m.turn(bot.Web, "visitor", "encore", "noté encore", "")
	wants(t, words(m.posted(thread, 2)), "encore")
}

func TestADeletedThreadIsReplacedAndSaysSo(t *testing.T) {
	m := newTeam(t)
	m.serves()
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	m.posted(thread, 1)
	thread.Delete()
	m.turn(bot.Web, "visitor", "encore moi", "oui", "")
	renewed := m.thread(ref1)
	wants(t, words(m.posted(renewed, 1)), "Le fil précédent de ce ticket n’existe plus", "Déclaration de sinistre", "bonjour", "encore moi")
	m.written(m.ines, renewed, "je suis là")
	if heard := m.heard(bot.Web, "visitor"); len(heard) != 1 {
		t.Errorf("the visitor has %q", heard)
	}
	renewed.Archive(false) // by hand, and then the ticket is closed by a colleague who does not look
	renewed.Delete()
	if err := m.db.SetTicketStatus(t.Context(), ref1, ines, bot.Closed); err != nil {
		t.Fatal(err)
	}
	third := m.thread(ref1)
	wants(t, words(m.posted(third, 1)), "Clos, suivi par Inès", "je suis là", "Inès a clos le ticket.")
	if now := third.Thread(); !now.Archived || now.Locked {
		t.Errorf("the thread of a closed ticket is %+v", now)
	}
}

func TestAChannelWithoutThePermissionIsComplainedAboutOnceAndNothingIsLost(t *testing.T) {
	var tries atomic.Int32
	m := newTeam(t, func(o *discordtest.Config) {
		o.Fault = func(r discordtest.Request) discordtest.Fault {
			if r.Route == "/channels/{channel}/threads" {
				tries.Add(1)
			}
			return discordtest.Fault{}
		}
	})
	m.channel.Deny(discordtest.CreatePublicThreads)
	m.serves()
	m.turn(bot.Web, "1", "bonjour", "noté", ref1)
	m.turn(bot.Web, "2", "bonsoir", "noté", "G-0000-0002")
	m.await("some attempts", func() bool { return tries.Load() > 5 })
	if n := strings.Count(m.log.String(), `msg="post in the room of the agents"`); n != 1 {
		t.Errorf("the log tells it %d times", n)
	}
	m.channel.Allow(discordtest.CreatePublicThreads)
	for _, reference := range []string{ref1, "G-0000-0002"} {
		m.posted(m.thread(reference), 1)
	}
	wants(t, m.log.String(), "post in the room of the agents works again")
}

// A thread that an agent has locked keeps its own ticket back and no other, and the log does not say that all is well.
func TestAThreadThatIsRefusedStopsNoOtherTicket(t *testing.T) {
	var locked atomic.Pointer[string]
	var refused atomic.Int32
	m := newTeam(t, posting(func(r discordtest.Request) discordtest.Fault {
		if path := locked.Load(); path != nil && strings.Contains(r.Path, *path) {
			refused.Add(1)
			return discordtest.Fault{Status: 403, Code: 160005}
		}
		return discordtest.Fault{}
	}))
	m.serves()
	m.turn(bot.Web, "1", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	m.posted(thread, 1)
	locked.Store(&thread.ID)
	m.turn(bot.Web, "1", "encore", "noté encore", "")
	m.await("a refusal", func() bool { return refused.Load() > 0 })
	m.turn(bot.Web, "2", "bonsoir", "noté", "G-0000-0002")
	var other *discordtest.Channel
	m.await("the other ticket to be told", func() bool {
		for _, c := range m.channel.Threads() {
			if strings.HasPrefix(c.Name, "G-0000-0002") {
				other = c
			}
		}
		return other != nil && len(m.posts(other)) == 1
	})
	tries := refused.Load()
	m.await("more refusals", func() bool { return refused.Load() > tries+3 })
	if log := m.log.String(); strings.Contains(log, "works again") || strings.Count(log, "cannot be told to the agents and is tried again") != 1 {
		t.Errorf("the log says:\n%s", log)
	}
	locked.Store(nil)
	wants(t, words(m.posted(thread, 2)), "encore")
	wants(t, m.log.String(), "post in the room of the agents works again")
}

func TestAPostThatDiscordRefusesIsReplacedByALine(t *testing.T) {
	m := newTeam(t, posting(func(r discordtest.Request) discordtest.Fault {
		if strings.Contains(string(r.Body), "bonjour") {
			return discordtest.Fault{Status: 400, Code: 50035}
		}
		return discordtest.Fault{}
	}))
	m.serves()
	m.turn(bot.Web, "1", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	post := m.posted(thread, 1)
	wants(t, words(post), "lisez-la au bureau")
	if len(post.Controls()) != 3 {
		t.Errorf("its buttons: %+v", post.Controls())
	}
	m.turn(bot.Web, "1", "encore", "noté", "")
	wants(t, words(m.posted(thread, 2)), "encore")
}

func TestWithoutReactionsAnAgentIsToldInWords(t *testing.T) {
	m := newTeam(t)
	m.channel.Deny(discordtest.AddReactions)
	m.serves()
	m.turn(bot.Web, "1", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	m.posted(thread, 1)
	said := m.written(m.ines, thread, "c’est réglé")
	m.posted(thread, 3) // the answer, and that Inès has taken the ticket: in the one order or the other
	if !slices.ContainsFunc(m.posts(thread), func(answer discordtest.Message) bool {
		return words(answer) == "Réponse envoyée au client." && answer.Reference != nil && answer.Reference.MessageID == said.ID
	}) {
		t.Errorf("answered %+v", m.said(thread))
	}
}

func TestWhatAgentsWroteWhileNobodyListenedReachesTheCustomerOnce(t *testing.T) {
	m := newTeam(t)
	first := m.serves()
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	m.turn(bot.Web, "other", "bonsoir", "noté", "G-0000-0002")
	thread, silent := m.thread(ref1), m.thread("G-0000-0002")
	m.written(m.ines, thread, "un")
	first.stop()
	must(m.ines.Say(thread, "deux"))
	must(m.ines.Say(silent, "à vous")) // where nobody has written before
	second := m.serves()
	m.eventually("what was missed", func() (int, bool) {
		n := len(m.heard(bot.Web, "visitor")) + len(m.heard(bot.Web, "other"))
		return n, n == 3
	})
	m.told()
	m.discord.Forget()
	m.discord.Drop()
	must(m.ines.Say(thread, "trois"))
	m.eventually("the third", func() (int, bool) { n := len(m.heard(bot.Web, "visitor")); return n, n == 3 })
	second.stop()
	m.serves()
	m.written(m.ines, thread, "quatre")
	m.told()
	if heard := m.heard(bot.Web, "visitor"); !slices.Equal(heard, []string{"Inès: un", "Inès: deux", "Inès: trois", "Inès: quatre"}) {
		t.Errorf("the visitor has %q", heard)
	}
	if heard := m.heard(bot.Web, "other"); !slices.Equal(heard, []string{"Inès: à vous"}) {
		t.Errorf("the other has %q", heard)
	}
}

// TestAStoreThatIsAwayLosesNoReply: whose thread a channel is cannot be read for a while, and a reply is not taken for
// what people say among themselves.
func TestAStoreThatIsAwayLosesNoReply(t *testing.T) {
	m := newTeam(t)
	first := m.serves()
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	first.stop() // what it remembers goes with it
	store := &postgrestest.Faulty{DB: postgrestest.OpenAt(t, m.url)}
	var mu sync.Mutex
	left := 5
	store.BeforeNote = func(name string) error {
		mu.Lock()
		defer mu.Unlock()
		if left > 0 && strings.HasPrefix(name, "staff:") {
			left--
			return bot.ErrUnavailable
		}
		return nil
	}
	before := m.discord.Counts()
	m.start(store, m.withStaff)
	m.listens(before)
	m.written(m.ines, thread, "c’est réglé")
	if heard := m.heard(bot.Web, "visitor"); len(heard) != 1 || left > 0 {
		t.Errorf("the visitor has %q, %d failures left", heard, left)
	}
}

func TestARedeliveredMessageOfAnAgentChangesNothing(t *testing.T) {
	m := newTeam(t)
	store := &postgrestest.Faulty{DB: postgrestest.OpenAt(t, m.url)}
	var failures atomic.Int32
	store.BeforeSettle = failing(3, &failures) // the update is handled, and that is not noted
	before := m.discord.Counts()
	m.start(store, m.withStaff)
	m.listens(before)
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	m.written(m.ines, thread, "la voici", picture("p.jpg", 30))
	m.written(m.ines, thread, "!note réglé")
	m.written(m.ines, thread, "!aide")
	if heard := m.heard(bot.Web, "visitor"); !slices.Equal(heard, []string{"Inès: la voici"}) || failures.Load() < 3 {
		t.Errorf("the visitor has %q, %d failures", heard, failures.Load())
	}
	if events := m.events(ref1); len(events) != 4 || events[1] != "ines@example.fr assigned ines@example.fr" {
		t.Errorf("the events are %q", events)
	}
	m.answers(thread, 3)
}

func TestAMessageOfAnAgentThatCannotBeHandledSaysSo(t *testing.T) {
	m := newTeam(t)
	m.serves()
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	m.posted(thread, 1)
	m.discord.FailDownloads(discord.UpdateTries, discordtest.Fault{Status: 404})
	said := sends(m.ines, thread, "la voici", picture("p.jpg", 30))
	answer := m.posted(thread, 2)
	wants(t, words(answer), "n’a pas pu être traité")
	if answer.Reference.MessageID != said.ID || len(m.heard(bot.Web, "visitor")) != 0 {
		t.Errorf("answered %+v, the visitor has %q", answer, m.heard(bot.Web, "visitor"))
	}
}

func TestAForumHasAPostForEachTicket(t *testing.T) {
	c := newCounter(t, withContent)
	m := c.teamIn(c.guild.Forum("tickets"))
	m.serves()
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	wants(t, words(m.posted(thread, 2)), "Déclaration de sinistre", "bonjour")
	m.written(m.ines, thread, "je regarde")
	if heard := m.heard(bot.Web, "visitor"); len(heard) != 1 {
		t.Errorf("the visitor has %q", heard)
	}
}

func TestManyTicketsAtOnceBreakNoLimit(t *testing.T) {
	m := newTeam(t, func(o *discordtest.Config) { o.Route = discordtest.Rate{Requests: 3, Per: 100 * time.Millisecond} })
	for i := range 20 {
		m.turn(bot.Web, fmt.Sprint(i), "bonjour", "noté", fmt.Sprintf("G-0000-%04d", i))
	}
	m.discord.FailNext(1, "POST", "/channels/{channel}/threads", discordtest.Fault{Status: 429, RetryAfter: 50 * time.Millisecond})
	m.serves()
	m.told()
	if n := len(m.channel.Threads()); n != 20 {
		t.Errorf("%d threads", n)
	}
	for _, thread := range m.channel.Threads() {
		m.answers(thread, 1)
	}
	if n := m.discord.Counts().Limited; n != 0 {
		t.Errorf("%d requests broke a limit", n)
	}
}

func TestOldTicketsHaveNoThreadUntilSomethingHappens(t *testing.T) {
	c := newCounter(t, withContent)
	channel := c.guild.Channel("équipe")
	m := &team{counter: c, channel: channel}
	m.turn(bot.Web, "old", "bonjour", "noté", ref1)
	m.turn(bot.Web, "older", "bonjour", "noté", "G-0000-0002")
	m.serves()
	c.eventually("the room to be opened", func() (int, bool) {
		n := postgrestest.Query[int](t, c.url, `select count(*) from staff_rooms`)
		return n, n == 1
	})
	m.turn(bot.Web, "old", "du nouveau ?", "non", "")
	wants(t, words(m.posted(m.thread(ref1), 1)), "bonjour", "du nouveau ?")
	if n := len(channel.Threads()); n != 1 {
		t.Errorf("%d threads", n)
	}
}

func TestAButtonOfAgentsWithoutARoomIsNobodysMessage(t *testing.T) {
	m := newTeam(t)
	first := m.serves()
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	post := m.posted(m.thread(ref1), 1)
	first.stop()
	m.connected()
	says, _ := reply(t, must(m.ines.Press(post, button(t, post, "Je prends"))))
	wants(t, says, "ne sert plus")
	if n := postgrestest.Query[int](t, m.url, `select count(*) from conversations`); n != 1 {
		t.Errorf("%d conversations", n)
	}
}
