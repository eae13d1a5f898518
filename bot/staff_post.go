package bot

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guichet/bot/prose"
)

// StaffPost is one post in the thread of a ticket.
type StaffPost struct {
	Text    string   // Markdown
	Buttons []Choice // as the ticket stands now
	Told    StaffCursor
	Shut    bool // the thread is closed, and stays so
}

const (
	// longestStaffPost is when a post is full, in characters of Markdown: with its signs it stays under what a post may
	// hold on Telegram. One message that is longer has a post for itself, which the platform's side cuts.
	longestStaffPost = 3400

	// mostStaffMessages is how many messages of the time before a ticket's thread are told in it: the rest stands at the desk.
	mostStaffMessages = 30

	// longestThreadTitle is what both platforms take, or less, in characters.
	longestThreadTitle = 100
)

// StaffThreadTitle names the thread of a ticket: "G-4F7K-2MQ9 · Déclaration de sinistre · Ana Île".
func StaffThreadTitle(t Ticket) string {
	title := t.Reference
	if d, known := Define(t.Category); known {
		title += " · " + capital(d.Label)
	}
	for _, f := range []Field{Name, Email} {
		if who := strings.Join(strings.Fields(t.Fields[f]), " "); who != "" {
			title += " · " + who
			break
		}
	}
	return shorten(title, longestThreadTitle)
}

// Done tells whether a ticket's thread is to be closed on its platform.
func (s Status) Done() bool { return s == Resolved || s == Closed }

// NextPost gives the next post that tells of held work as much as fits into one, and the work that is left. ok is false
// when there is nothing to say; then left.Told is how far there was nothing. zone is where the agents are, base the public
// address of this counter, under which their desk stands; empty when it is not known.
func (w StaffWork) NextPost(zone *time.Location, base string) (post StaffPost, left StaffWork, ok bool) {
	opening := w.Told == StaffCursor{}
	facts := w.Facts
	var parts []string
	length := 0
	add := func(part string) {
		parts = append(parts, part)
		length += utf8.RuneCountInString(part) + 2
	}
	link := ""
	if base != "" {
		link = strings.TrimSuffix(base, "/") + "/desk/ticket/" + w.Ticket.Reference
	}
	buttons := opening
	if opening {
		if w.Renewed {
			add(Typeset(staffRenewed))
		}
		add(staffHeader(w, zone))
		var skipped int
		if facts, skipped = latest(facts); skipped > 0 {
			add(Typeset(staffSkipped(skipped)))
		}
	}
	left = w
	for len(facts) > 0 {
		f := facts[0]
		if told := f.tell(zone, link); told != "" && !f.Own {
			if left.Told != w.Told && length+utf8.RuneCountInString(told) > longestStaffPost {
				break
			}
			add(told)
			buttons = buttons || slices.Contains([]EventKind{EventStatus, EventAssigned, EventDueSoon, EventOverdue}, f.Kind)
		}
		left.Told, facts = f.Told, facts[1:]
	}
	left.Facts = facts
	post = StaffPost{Text: strings.Join(parts, "\n\n"), Told: left.Told}
	if buttons {
		post.Buttons = staffButtons(w.Ticket)
	}
	return post, left, len(parts) > 0 && left.Told != w.Told
}

// latest leaves out the oldest messages when there are too many, and no event.
func latest(facts []StaffFact) (kept []StaffFact, skipped int) {
	messages := 0
	for _, f := range facts {
		if f.Message != nil {
			messages++
		}
	}
	skip := max(0, messages-mostStaffMessages)
	for _, f := range facts {
		if f.Message != nil && skipped < skip {
			skipped++
			continue
		}
		kept = append(kept, f)
	}
	return kept, skipped
}

// staffHeader says what a ticket is about: category, reference, who, channel, the checked fields.
func staffHeader(w StaffWork, zone *time.Location) string {
	t := w.Ticket
	label := string(t.Category)
	d, known := Define(t.Category)
	if known {
		label = capital(d.Label)
	}
	where := staffChannel(t.Channel)
	if t.Site != "" {
		where += " (" + prose.Escape(t.Site) + ")"
	}
	lines := []string{
		"**" + prose.Escape(label) + "** · " + prose.Escape(t.Reference),
		Typeset(fmt.Sprintf(staffOpened, where, staffMoment(t.CreatedAt, zone)) + " " + staffState(t.Status) + ", " + staffFollowed(w.Follows) + "."),
	}
	head := strings.Join(lines, "  \n")
	var fields []string
	for _, f := range staffFields(d, t.Fields) {
		value := strings.Join(strings.Fields(t.Fields[f]), " ")
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			value = staffDay(day)
		}
		if value == "" {
			value = staffMissing
		}
		fields = append(fields, "- "+prose.Escape(capital(f.Label()))+Typeset(" : ")+prose.Escape(value))
	}
	if len(fields) > 0 {
		head += "\n\n" + strings.Join(fields, "\n")
	}
	return head
}

// staffFields are the required fields, given or not, and all others that were given.
func staffFields(d Definition, given map[Field]string) []Field {
	var all []Field
	for _, f := range d.Fields() {
		if strings.TrimSpace(given[f]) != "" || slices.Contains(d.Required, f) {
			all = append(all, f)
		}
	}
	for _, f := range slices.Sorted(maps.Keys(given)) {
		if strings.TrimSpace(given[f]) != "" && !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	return all
}

// tell is one fact as Markdown, empty when it need not be told: a reply is told as its message. link leads to the ticket at
// the desk.
func (f StaffFact) tell(zone *time.Location, link string) string {
	if m := f.Message; m != nil {
		who, text := staffCustomer, KeepLines(prose.Escape(strings.TrimSpace(m.Text)))
		switch m.From {
		case FromBot:
			who, text = staffAssistant, strings.TrimSpace(m.Text)
		case FromAgent:
			who, text = prose.Escape(m.Agent), strings.TrimSpace(m.Text)
		}
		parts := []string{"**" + who + "** · " + staffTime(f.At, zone)}
		if text != "" {
			parts = append(parts, text)
		}
		for _, a := range m.Attachments {
			parts = append(parts, Typeset(staffFile(a, link)))
		}
		if len(parts) == 1 {
			return ""
		}
		return strings.Join(parts, "\n\n")
	}
	switch {
	case f.Kind == EventNote:
		return Typeset("**"+staffNoteOf+" "+prose.Escape(f.who())+"** · "+staffTime(f.At, zone)) + "\n\n" + KeepLines(prose.Escape(strings.TrimSpace(f.Detail)))
	case DefineEvent(f.Kind).Rooms:
		return Typeset("*" + prose.Escape(f.sentence()) + "*")
	}
	return ""
}

func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// shorten cuts a text that is too long, after whole characters.
func shorten(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return strings.TrimRight(string(runes[:most-1]), " ·,;:") + "…"
}
