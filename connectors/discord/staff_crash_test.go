package discord_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/discord/discordtest"
	"guichet/connectors/postgres/postgrestest"
)

// TestAgentsAreHeardOnceThroughKills: agents answer in threads, also while nobody listens, and the program is killed again
// and again. Each answer reaches its visitor once and in order, and each message of a visitor is posted.
func TestAgentsAreHeardOnceThroughKills(t *testing.T) {
	kills, tickets := 3, 4
	if n, err := strconv.Atoi(os.Getenv("GUICHET_TEST_KILLS")); err == nil { // the long run
		kills, tickets = n, 10
	}
	m := newTeam(t)
	k := &killed{counter: m.counter, staff: m.channel.ID}
	k.start()
	t.Cleanup(k.kill)
	threads := map[string]*discordtest.Channel{}
	for i := range tickets {
		reference := fmt.Sprintf("G-0000-%04d", i)
		m.turn(bot.Web, fmt.Sprint(i), "bonjour", "noté", reference)
		threads[reference] = m.thread(reference)
	}
	random := rand.New(rand.NewPCG(3, 4))
	answers := 0
	say := func() {
		for reference, thread := range threads {
			must(m.ines.Say(thread, fmt.Sprintf("réponse %d", answers)))
			m.turn(bot.Web, strconv.Itoa(int(reference[len(reference)-1]-'0')), fmt.Sprintf("message %d", answers), "", "")
		}
		answers++
	}
	for range kills {
		say()
		<-time.After(time.Duration(random.IntN(200_000)) * time.Microsecond)
		k.kill()
		say() // while nobody listens
		k.start()
	}
	say()
	m.told()
	m.eventually("every answer heard", func() (int, bool) {
		n := postgrestest.Query[int](t, m.url, `select count(*) from messages where author = 'agent'`)
		return n, n >= tickets*answers
	})
	m.told()
	posts := 0
	for i := range tickets {
		var want []string
		for n := range answers {
			want = append(want, fmt.Sprintf("Inès: réponse %d", n))
		}
		if heard := m.heard(bot.Web, fmt.Sprint(i)); !slices.Equal(heard, want) {
			t.Errorf("visitor %d has %q", i, heard)
		}
		all := strings.Join(m.said(threads[fmt.Sprintf("G-0000-%04d", i)]), "\n") + "\n"
		for n := range answers {
			found := strings.Count(all, fmt.Sprintf("message %d\n", n))
			posts += found
			if found == 0 {
				t.Errorf("message %d of visitor %d is not told", n, i)
			}
		}
	}
	if extra := posts - tickets*answers; extra > kills {
		t.Errorf("%d messages are told again after %d kills", extra, kills)
	} else {
		t.Logf("%d answers of agents in %d threads, %d kills; %d messages of visitors told again", tickets*answers, tickets, kills, extra)
	}
}
