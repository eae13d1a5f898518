package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/bot"
)

const (
	perPage   = 25
	listed    = 50   // tickets beside a conversation
	pageMost  = 1000 // pages anybody can ask for
	searchMax = 200  // characters
	// searchMost is of how many tickets a search shows the newest: nobody reads further, they add a word.
	searchMost = 500
	siteMax    = 100 // characters of a site's id
)

// anyStatus is the choice of tickets whatever their status.
const anyStatus bot.Status = "any"

// inProgress is what a list holds when no status is chosen and nothing is searched.
var inProgress = []bot.Status{bot.Open, bot.Waiting}

// filter is what of the queue is shown. It travels in the address, so that a view can be kept and shared.
type filter struct {
	View     bot.View
	Status   bot.Status // "" is in progress; any when words are searched
	Category bot.Category
	Channel  string
	Site     string
	Priority bot.Priority
	Tag      string
	Text     string
	Newest   bool // the newest first instead of the next deadline
	Page     int  // from 1
}

// readFilter takes what it understands and ignores the rest.
func readFilter(r *http.Request) filter {
	q := r.URL.Query()
	f := filter{View: bot.ViewAll, Page: 1, Newest: q.Get("sort") == "newest"}
	if v := bot.View(q.Get("view")); slices.Contains(bot.Views(), v) {
		f.View = v
	}
	if s := bot.Status(q.Get("status")); s == anyStatus || slices.Contains(bot.Statuses(), s) {
		f.Status = s
	}
	if _, ok := bot.Define(bot.Category(q.Get("category"))); ok {
		f.Category = bot.Category(q.Get("category"))
	}
	if c := q.Get("channel"); slices.Contains(channels, c) {
		f.Channel = c
	}
	if p := bot.Priority(q.Get("priority")); slices.Contains(bot.Priorities(), p) {
		f.Priority = p
	}
	f.Tag = readText(strings.ReplaceAll(q.Get("tag"), "\x00", ""), bot.LongestTag)
	f.Site, f.Text = readText(q.Get("site"), siteMax), readText(q.Get("q"), searchMax)
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 1 && n <= pageMost {
		f.Page = n
	}
	return f
}

func readText(text string, most int) string {
	text = strings.TrimSpace(strings.ToValidUTF8(text, ""))
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// query is the filter as it stands in an address, with its "?"; empty for the one the desk opens with.
func (f filter) query() string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	if f.View != bot.ViewAll {
		set("view", string(f.View))
	}
	set("status", string(f.Status))
	set("category", string(f.Category))
	set("channel", f.Channel)
	set("site", f.Site)
	set("priority", string(f.Priority))
	set("tag", f.Tag)
	set("q", f.Text)
	if f.Newest {
		v.Set("sort", "newest")
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

func (f filter) ticket(reference string) string { return ticketPath(reference) + f.query() }

// ticketPath is the address of a ticket beside the list that the desk opens with.
func ticketPath(reference string) string { return "/desk/ticket/" + url.PathEscape(reference) }

// Narrowed tells whether less is shown than a view holds.
func (f filter) Narrowed() bool { return f.Text != "" || f.Chosen() > 0 }

// Chosen counts the filters that are set, besides the words searched for.
func (f filter) Chosen() int {
	n := 0
	for _, set := range []bool{f.Status != "", f.Category != "", f.Channel != "", f.Site != "", f.Priority != "", f.Tag != "", f.Newest} {
		if set {
			n++
		}
	}
	return n
}

// with returns the first page of another view, whatever first page of whatever status.
func (f filter) with(v bot.View) filter {
	f.View, f.Page = v, 1
	return f
}

func (f filter) whatever() filter {
	f.Status, f.Page = anyStatus, 1
	return f
}

// store is the filter as the store takes it.
func (f filter) store(user bot.User, now time.Time) bot.TicketFilter {
	t := bot.TicketFilter{
		View: f.View, Viewer: user.Email, Now: now, Category: f.Category, Channel: f.Channel, Site: f.Site, Text: f.Text,
		Priority: f.Priority, Tag: f.Tag, ByDeadline: !f.Newest,
	}
	// What is set aside is found by its words, and by whoever asks for more than what is in progress.
	t.Awake = f.Text == "" && f.Status == ""
	switch {
	case f.Status == anyStatus, f.Status == "" && f.Text != "":
	case f.Status == "":
		t.Statuses = inProgress
	default:
		t.Statuses = []bot.Status{f.Status}
	}
	return t
}

// listName says which list it is.
func (l language) listName(f filter) string {
	title := l.say(viewName(f.View))
	if f.View == bot.ViewAll {
		title = l.say("Tous les tickets")
	}
	switch {
	case f.Status == "" && f.Text == "" && f.View == bot.ViewAll:
		title = l.say("Tickets en cours")
	case f.Status != "" && f.Status != anyStatus:
		title += ", " + strings.ToLower(l.say(statusTab(f.Status)))
	}
	if c, ok := bot.Define(f.Category); ok {
		title += ", " + l.say(french(c.Label))
	}
	if f.Priority != "" {
		title += ", " + strings.ToLower(l.pressing(f.Priority))
	}
	if f.Tag != "" {
		title += ", " + l.quoted(f.Tag)
	}
	if f.Channel != "" {
		title += ", " + l.say(channelName(f.Channel))
	}
	if f.Text != "" {
		title += ", " + l.quoted(f.Text)
	}
	return title
}

// quoted sets a text between quotation marks.
func (l language) quoted(text string) string { return l.say("«\u202f%s\u202f»", text) }
