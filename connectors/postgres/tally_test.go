package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// miscounted are the kinds of which the tally and the tickets say different numbers.
const miscounted = `select count(*) from (
		select status, tag, category, channel, site, priority, assignee, count(*) as n
		from tickets, unnest(array_prepend('', tags)) tag group by 1, 2, 3, 4, 5, 6, 7
	) counted full join (
		select status, tag, category, channel, site, priority, assignee, sum(n) as n
		from ticket_tally group by 1, 2, 3, 4, 5, 6, 7 having sum(n) <> 0
	) tallied using (status, tag, category, channel, site, priority, assignee) where counted.n is distinct from tallied.n`

func TestTheTallyIsRightWhileTicketsChangeAndWhileItIsFolded(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	claire := bot.User{Email: "claire@example.org"}
	const tickets, hands = 12, 4
	for i := range tickets {
		in := bot.Inbound{Channel: "web", Key: fmt.Sprint("k", i), Site: "micro"}
		_, err := db.Turn(t.Context(), in, func(bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Text: "x", Ticket: &bot.Ticket{Reference: fmt.Sprint("G-", i), Category: bot.Human}}, nil
		})
		must(t, err)
	}
	stop := make(chan struct{})
	var folding, working sync.WaitGroup
	for range 2 {
		folding.Go(func() {
			for {
				if err := postgres.FoldTally(t.Context(), db); err != nil {
					t.Error(err)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for hand := range hands {
		working.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(hand)))
			for range 25 {
				reference := fmt.Sprint("G-", r.IntN(tickets))
				var err error
				switch r.IntN(6) {
				case 0:
					err = db.SetTicketStatus(t.Context(), reference, claire, bot.Statuses()[r.IntN(4)])
				case 1:
					err = db.AssignTicket(t.Context(), reference, claire, []string{"", "a@example.org", claire.Email}[r.IntN(3)])
				case 2:
					err = db.SetTags(t.Context(), reference, claire, [][]string{nil, {"vip"}, {"fraude", "vip"}}[r.IntN(3)])
				case 3:
					err = db.SetPriority(t.Context(), reference, claire, bot.Priorities()[r.IntN(4)])
				case 4:
					err = db.SetCategory(t.Context(), reference, claire, bot.Definitions()[r.IntN(5)].Category, nil)
				case 5:
					_, err = db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: "k" + reference[2:], Text: "et"}, decide)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	working.Wait()
	close(stop)
	folding.Wait()
	if n := postgrestest.Query[int](t, url, miscounted); n != 0 {
		t.Errorf("%d kinds are miscounted", n)
	}
	must(t, postgres.FoldTally(t.Context(), db))
	if n := postgrestest.Query[int](t, url, miscounted); n != 0 {
		t.Errorf("%d kinds are miscounted once folded", n)
	}
	if n := postgrestest.Query[int](t, url, `select count(*) from (select from ticket_tally group by status, tag, category, channel, site, priority, assignee having count(*) > 1) x`); n != 0 {
		t.Errorf("%d kinds have several rows once folded", n)
	}
	execute(t, url, "delete from conversations where key < 'k5'")
	if n := postgrestest.Query[int](t, url, miscounted); n != 0 {
		t.Errorf("%d kinds are miscounted once tickets were deleted", n)
	}
}
