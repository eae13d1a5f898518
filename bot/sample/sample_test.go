package sample_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/sample"
)

func plan(tickets, messages int) sample.Plan {
	p := sample.Plan{Tickets: tickets, Messages: messages, Seed: 1, Now: time.Date(2026, 2, 3, 10, 0, 0, 0, time.UTC),
		Sites: []bot.Site{{ID: "micro"}, {ID: "alma"}}, Agents: []bot.User{{Email: "a@example.org", Name: "Ana"}, {Email: "b@example.org", Name: "Bob"}}}
	for i := range 500 {
		p.Words = append(p.Words, fmt.Sprintf("mot%d", i))
	}
	return p
}

func TestTicketsAreMadeUpAsMeantAndTheSameAgain(t *testing.T) {
	t.Parallel()
	p := plan(2000, 9001)
	made, err := sample.Tickets(p)
	if err != nil {
		t.Fatal(err)
	}
	files := slices.Collect(made)
	if again := slices.Collect(made); len(files) != p.Tickets || !reflect.DeepEqual(files, again) {
		t.Fatalf("%d tickets, the same again: %v", len(files), reflect.DeepEqual(files, again))
	}
	messages, seen, said := 0, map[string]int{}, map[string]int{}
	var before time.Time
	for _, f := range files {
		messages += len(f.Transcript)
		for _, what := range []string{string(f.Status), string(f.Category), f.Channel, f.Site, string(f.Priority), f.Reference} {
			seen[what]++
		}
		if f.CreatedAt.Before(before) || f.UpdatedAt.After(p.Now) || f.UpdatedAt.Before(f.CreatedAt) {
			t.Errorf("%s is of %s to %s, after one of %s", f.Reference, f.CreatedAt, f.UpdatedAt, before)
		}
		before = f.CreatedAt
		for i, m := range f.Transcript {
			if m.Seq != int64(i+1) || m.At.After(f.UpdatedAt) || i > 0 && m.At.Before(f.Transcript[i-1].At) {
				t.Errorf("message %d of %s: number %d, at %s", i, f.Reference, m.Seq, m.At)
			}
			if m.From == bot.FromCustomer {
				for _, word := range strings.Fields(strings.TrimSuffix(m.Text, ".")) {
					said[word]++
				}
			}
		}
		definition, _ := bot.Define(f.Category)
		for _, field := range definition.Required {
			if f.Fields[field] == "" {
				t.Errorf("%s, %s: no %s", f.Reference, f.Category, field)
			}
		}
		if siren := f.Fields[bot.Siren]; siren != "" && !bot.ValidSIREN(siren) {
			t.Errorf("the SIREN %s is wrong", siren)
		}
	}
	if messages != p.Messages {
		t.Errorf("%d messages, %d were asked for", messages, p.Messages)
	}
	for _, s := range bot.Statuses() {
		if seen[string(s)] == 0 {
			t.Errorf("no ticket is %s", s)
		}
	}
	for _, d := range bot.Definitions() {
		if seen[string(d.Category)] == 0 {
			t.Errorf("no ticket is a %s", d.Category)
		}
	}
	for _, one := range []string{bot.Web, bot.Telegram, bot.Discord, "micro", "alma", string(bot.PriorityUrgent), string(bot.PriorityLow)} {
		if seen[one] == 0 {
			t.Errorf("no ticket has %s", one)
		}
	}
	if progress := seen[string(bot.Open)] + seen[string(bot.Waiting)]; progress < p.Tickets/50 || progress > p.Tickets/15 {
		t.Errorf("%d of %d are in progress", progress, p.Tickets)
	}
	if said["mot0"] < 20*said["mot100"] || said["mot400"] == 0 {
		t.Errorf("the commonest word is said %d times, the hundredth %d, the four hundredth %d", said["mot0"], said["mot100"], said["mot400"])
	}
}

func TestAPlanThatCannotBeKeptIsRefused(t *testing.T) {
	t.Parallel()
	wordless := plan(10, 20)
	wordless.Words = nil
	for _, p := range []sample.Plan{plan(0, 10), plan(10, 19), wordless} {
		if _, err := sample.Tickets(p); err == nil {
			t.Errorf("%d tickets with %d messages and %d words are no error", p.Tickets, p.Messages, len(p.Words))
		}
	}
}
