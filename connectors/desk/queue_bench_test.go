package desk

import (
	"fmt"
	"io"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/sample"
)

// BenchmarkRows is what a page of the queue costs the desk besides its reading: each row is worked out and written, in French
// and in English.
func BenchmarkRows(b *testing.B) {
	d := &desk{clock: newClock(time.Now)}
	var err error
	if d.assets, err = loadAssets(); err != nil {
		b.Fatal(err)
	}
	if err = d.speak(); err != nil {
		b.Fatal(err)
	}
	var words []string
	for i := range 200 {
		words = append(words, fmt.Sprintf("mot%d", i))
	}
	user := bot.User{Email: "a@example.org", Name: "Ana", Role: bot.RoleAgent}
	made, err := sample.Tickets(sample.Plan{Tickets: 2000, Messages: 4000, Seed: 1, Now: time.Now(), Words: words, Sites: []bot.Site{{ID: "micro", Name: "Micro"}}, Agents: []bot.User{user}})
	if err != nil {
		b.Fatal(err)
	}
	var tickets []bot.Ticket
	for file := range made {
		if !file.Status.Done() && len(tickets) < perPage {
			tickets = append(tickets, file.Ticket)
		}
	}
	for _, spoken := range d.speaking {
		people := people{language: spoken.language, self: user.Email, names: map[string]string{user.Email: user.Name}}
		b.Run(spoken.Code+"/work out", func(b *testing.B) {
			for b.Loop() {
				spoken.rows(tickets, filter{Page: 1}, people, "")
			}
		})
		p := queuePage{page: spoken.insideAs("Tickets", user), Filter: filter{Page: 1}, Rows: spoken.rows(tickets, filter{Page: 1}, people, "")}
		b.Run(spoken.Code+"/write", func(b *testing.B) {
			for b.Loop() {
				if err := spoken.pages.execute(io.Discard, "queue", false, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
