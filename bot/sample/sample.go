package sample

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"guichet/bot"
)

// Plan says what is made up.
type Plan struct {
	Tickets  int
	Messages int       // at least two a ticket
	Seed     uint64    // the same seed and plan make the same, but for the moments
	Now      time.Time // the newest ticket is of a few minutes before; the oldest of two and a half years
	Words    []string  // what people write with, the commonest first; at least a hundred
	Sites    []bot.Site
	Agents   []bot.User // to whom tickets belong; at least one
}

// span is how far back the oldest ticket is: within what retention keeps.
const span = 30 * 30 * 24 * time.Hour

// Tickets are made up one by one, the oldest first. The Reference, the moments and the numbers of messages are set; the
// number of the conversation is not, since the store gives it. The error says what is wrong with the plan.
func Tickets(plan Plan) (iter.Seq[bot.TicketFile], error) {
	switch {
	case plan.Tickets < 1:
		return nil, errors.New("there has to be at least one ticket")
	case plan.Messages < 2*plan.Tickets:
		return nil, fmt.Errorf("a ticket has at least two messages: ask for %d or more", 2*plan.Tickets)
	case len(plan.Words) < 100 || len(plan.Sites) == 0 || len(plan.Agents) == 0:
		return nil, errors.New("words, sites or agents are missing")
	}
	return func(yield func(bot.TicketFile) bool) {
		r := rand.New(rand.NewPCG(plan.Seed, 1))
		m := maker{Plan: plan, r: r, rank: rand.NewZipf(r, 1.07, 3, uint64(len(plan.Words)-1)), used: map[string]bool{}}
		left := plan.Messages
		for i := range plan.Tickets {
			if n := m.share(left, plan.Tickets-i); !yield(m.ticket(i, n)) {
				return
			} else {
				left -= n
			}
		}
	}, nil
}

// maker makes tickets up.
type maker struct {
	Plan
	r    *rand.Rand
	rank *rand.Zipf // of words, as unevenly spread as in a language
	used map[string]bool
}

// share is how many of the messages that are left the next of the tickets that are left has: around the mean, two at least.
func (m *maker) share(left, tickets int) int {
	spare := left - 2*tickets
	if tickets == 1 {
		return left
	}
	return 2 + min(spare, m.r.IntN(2*spare/tickets+1))
}

func (m *maker) ticket(i, messages int) bot.TicketFile {
	newest := m.Tickets - 1 - i // 0 for the newest
	created := m.Now.Add(-5*time.Minute - time.Duration(float64(span)*(float64(newest)+m.r.Float64()*0.8)/float64(m.Tickets))).UTC().Truncate(time.Microsecond)
	t := bot.Ticket{
		Reference: m.reference(), Channel: m.channel(), Site: pick(m.r, m.Sites).ID, Category: m.category(), Status: m.status(newest),
		Priority: m.priority(), Tags: m.tags(), CreatedAt: created,
	}
	if t.Status.Done() || m.r.IntN(10) < 6 {
		t.Assignee = pick(m.r, m.Agents).Email
	}
	t.Fields = m.fields(t.Category, newPerson(m.r), created)
	file := bot.TicketFile{Ticket: t}
	m.talk(&file, messages)
	m.finish(&file)
	return file
}

func (m *maker) reference() string {
	for {
		var random [8]byte
		for i := range random {
			random[i] = byte(m.r.UintN(256))
		}
		// Reading from memory does not fail.
		reference, _ := bot.NewReference(strings.NewReader(string(random[:])))
		if !m.used[reference] {
			m.used[reference] = true
			return reference
		}
	}
}

func (m *maker) channel() string {
	switch n := m.r.IntN(20); {
	case n < 13:
		return bot.Web
	case n < 18:
		return bot.Telegram
	}
	return bot.Discord
}

func (m *maker) category() bot.Category {
	switch n := m.r.IntN(100); {
	case n < 35:
		return bot.AttestationCopy
	case n < 60:
		return bot.AttestationCorrection
	case n < 80:
		return bot.Human
	case n < 96:
		return bot.Claim
	}
	return bot.Complaint
}

// status has the team work on the newest: of all tickets about one in twenty-five is in progress.
func (m *maker) status(newest int) bot.Status {
	n := m.r.IntN(100)
	switch recent := newest*100 < m.Plan.Tickets*6; {
	case recent && n < 42:
		return bot.Open
	case recent && n < 67:
		return bot.Waiting
	case n < 72 && recent, n < 2:
		return bot.Resolved
	}
	return bot.Closed
}

func (m *maker) priority() bot.Priority {
	switch n := m.r.IntN(100); {
	case n < 2:
		return bot.PriorityUrgent
	case n < 9:
		return bot.PriorityHigh
	case n < 15:
		return bot.PriorityLow
	}
	return bot.PriorityNormal
}

var allTags = []string{"à rappeler", "fraude", "vip", "expertise", "marché", "doublon", "juridique", "paiement", "traduction", "urgence vol"}

func (m *maker) tags() []string {
	var tags []string
	for i, tag := range allTags {
		if m.r.IntN(8+12*i) == 0 {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	return tags
}

func (m *maker) fields(category bot.Category, p person, created time.Time) map[bot.Field]string {
	day := created.AddDate(0, 0, -1-m.r.IntN(30)).Format(time.DateOnly)
	all := map[bot.Field]string{
		bot.Name: p.name, bot.Email: p.email, bot.Phone: p.phone, bot.Siren: p.siren, bot.Place: pick(m.r, places),
		bot.AttestationNumber: fmt.Sprintf("RC-%06d", m.r.IntN(1e6)), bot.ContractNumber: fmt.Sprintf("C%07d", m.r.IntN(1e7)),
		bot.SubscriptionDate: day, bot.IncidentDate: day, bot.Description: m.sentence(6 + m.r.IntN(12)),
		bot.Correction: fmt.Sprintf("le SIREN est %s et non %s", p.siren, newSIREN(m.r)),
	}
	definition, _ := bot.Define(category)
	fields := map[bot.Field]string{}
	for _, f := range definition.Required {
		fields[f] = all[f]
	}
	for _, f := range definition.Optional {
		if value := all[f]; value != "" && m.r.IntN(5) < 3 {
			fields[f] = value
		}
	}
	return fields
}

// sentence is made of words that mean nothing together.
func (m *maker) sentence(words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(m.Words[m.rank.Uint64()])
	}
	return b.String() + "."
}
