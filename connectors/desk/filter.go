package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"guichet/bot"
)

const (
	perPage   = 25
	listed    = 50   // tickets beside a conversation
	pageMost  = 1000 // pages anybody can ask for
	searchMax = 200  // characters
)

// filter is what of the queue is shown. It travels in the address, so that a view can be kept and shared.
type filter struct {
	Status   bot.Status
	Mine     bool
	Category bot.Category
	Text     string
	Page     int // from 1
}

// readFilter takes what it understands and ignores the rest.
func readFilter(r *http.Request) filter {
	q := r.URL.Query()
	f := filter{Status: bot.Open, Mine: q.Get("mine") != "", Page: 1}
	if s := bot.Status(q.Get("status")); slices.Contains(bot.Statuses(), s) {
		f.Status = s
	}
	if _, ok := bot.Define(bot.Category(q.Get("category"))); ok {
		f.Category = bot.Category(q.Get("category"))
	}
	f.Text = strings.TrimSpace(strings.ToValidUTF8(q.Get("q"), ""))
	if runes := []rune(f.Text); len(runes) > searchMax {
		f.Text = string(runes[:searchMax])
	}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 1 && n <= pageMost {
		f.Page = n
	}
	return f
}

// query is the filter as it stands in an address, with its "?"; empty for the one the desk opens with.
func (f filter) query() string {
	v := url.Values{}
	if f.Status != bot.Open {
		v.Set("status", string(f.Status))
	}
	if f.Mine {
		v.Set("mine", "1")
	}
	if f.Category != "" {
		v.Set("category", string(f.Category))
	}
	if f.Text != "" {
		v.Set("q", f.Text)
	}
	if f.Page > 1 {
		v.Set("page", strconv.Itoa(f.Page))
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

// Queue is the address of the list, ticket that of a ticket beside the same list.
func (f filter) Queue() string { return "/desk/" + f.query() }

func (f filter) ticket(reference string) string {
	return "/desk/ticket/" + url.PathEscape(reference) + f.query()
}

func (f filter) Narrowed() bool { return f.Mine || f.Category != "" || f.Text != "" }

// with returns the first page of another status.
func (f filter) with(s bot.Status) filter {
	f.Status, f.Page = s, 1
	return f
}

// store is the filter as the store takes it, for every status.
func (f filter) store(user bot.User) bot.TicketFilter {
	narrow := bot.TicketFilter{Category: f.Category, Text: f.Text}
	if f.Mine {
		narrow.Assignee = user.Email
	}
	return narrow
}
