package bot

import (
	"slices"
	"strings"
	"time"

	"guichet/knowledge"
)

// Aim is what is due.
type Aim string

// The aims of a deadline.
const (
	ToReply   Aim = "reply"
	ToResolve Aim = "resolve"
)

// Deadline is a moment before which something has to be done. The zero value is none.
type Deadline struct {
	Aim  Aim
	Term Term
	Due  time.Time
	Warn time.Time // from then on it is soon: when a quarter of the term is left
}

// Urgency is where a deadline stands.
type Urgency string

// The urgencies.
const (
	NotDue  Urgency = ""
	OnTime  Urgency = "ok"
	Soon    Urgency = "soon"
	Overdue Urgency = "overdue"
)

// Urgency tells where a deadline stands at a moment.
func (d Deadline) Urgency(now time.Time) Urgency {
	switch {
	case d.Due.IsZero():
		return NotDue
	case now.After(d.Due):
		return Overdue
	case now.Before(d.Warn):
		return OnTime
	}
	return Soon
}

// String is what is due and when, as the detail of an event: "reply 2026-02-03T14:00:00Z".
func (d Deadline) String() string { return string(d.Aim) + " " + d.Due.UTC().Format(time.RFC3339) }

// Deadlines are those that a ticket still has, the next first. There is none for what was done, nor, in hours of
// opening, while the customer is waited for. Of each aim it is the earliest of all that were promised (Join).
func (c Clock) Deadlines() []Deadline {
	all := c.own()
	for _, j := range c.Joined {
		for _, d := range j.own() {
			at := slices.IndexFunc(all, func(known Deadline) bool { return known.Aim == d.Aim })
			switch {
			case at < 0:
				all = append(all, d)
			case d.Due.Before(all[at].Due):
				all[at] = d
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Deadline) int { return a.Due.Compare(b.Due) })
	return all
}

// own are the deadlines without those that were joined.
func (c Clock) own() []Deadline {
	pause, paused := c.Pause()
	if c.Started.IsZero() || paused && pause.Status != Waiting {
		return nil
	}
	hours, err := ReadHours(c.Opening)
	if err != nil {
		return nil // the settings were checked at the start: a clock that somebody edited by hand
	}
	var all []Deadline
	add := func(aim Aim, term Term) {
		if term.N == 0 || paused && term.Unit == OpeningHours {
			return
		}
		if d := c.deadline(hours, aim, term); !d.Due.IsZero() {
			all = append(all, d)
		}
	}
	if c.Answered.IsZero() {
		add(ToReply, c.First)
	}
	add(ToResolve, c.Resolve)
	return all
}

// Next is the deadline that comes first, the zero one when there is none.
func (c Clock) Next() Deadline {
	if all := c.Deadlines(); len(all) > 0 {
		return all[0]
	}
	return Deadline{}
}

// Alarm is the first moment, not before from, from which a deadline is soon or after which it is overdue; the zero time when
// there is none.
func (c Clock) Alarm(from time.Time) time.Time {
	var first time.Time
	for _, d := range c.Deadlines() {
		for _, at := range []time.Time{d.Warn, d.Due} {
			if !at.Before(from) && (first.IsZero() || at.Before(first)) {
				first = at
			}
		}
	}
	return first
}

func (c Clock) deadline(hours Hours, aim Aim, term Term) Deadline {
	d := Deadline{Aim: aim, Term: term}
	if term.Unit == OpeningHours {
		var stopped time.Duration
		for _, s := range c.Stops {
			if !s.To.IsZero() {
				stopped += hours.Between(s.From, s.To)
			}
		}
		total := time.Duration(term.N) * time.Hour
		d.Due, d.Warn = hours.Add(c.Started, stopped+total), hours.Add(c.Started, stopped+total-total/4)
		return d
	}
	unit := term.Unit
	if unit == Months {
		unit = WorkingDays // what is counted within it
	}
	d.Due = hours.AddDays(c.Started, term.N, term.Unit)
	// Waiting for the customer does not stop it; that the complaint was answered does, until it is taken up again.
	stopped := 0
	for _, s := range c.Stops {
		if s.Status != Waiting && !s.To.IsZero() {
			stopped += hours.DaysBetween(s.From, s.To, unit)
		}
	}
	if stopped > 0 {
		d.Due = hours.AddDays(d.Due, stopped, unit)
	}
	total := hours.DaysBetween(c.Started, d.Due, unit) - stopped
	left := max(1, total/4)
	d.Warn = hours.AddDays(c.Started, total+stopped-left, unit)
	return d
}

// Retimed is what is due, as the detail of an event: "reply 2026-02-03T14:00:00Z,resolve 2026-02-05T14:00:00Z".
func (c Clock) Retimed() string {
	var all []string
	for _, d := range c.Deadlines() {
		all = append(all, d.String())
	}
	return strings.Join(all, ",")
}

// ReadRetimed reads it; Term is not known.
func ReadRetimed(detail string) []Deadline {
	var all []Deadline
	for part := range strings.SplitSeq(detail, ",") {
		aim, moment, _ := strings.Cut(part, " ")
		if due, err := time.Parse(time.RFC3339, moment); err == nil {
			all = append(all, Deadline{Aim: Aim(aim), Due: due})
		}
	}
	return all
}

// Late is how long a deadline has been missed, in its own unit: time of opening, and how many whole days of opening that is;
// or days of work for a term in days, and no time.
func (c Clock) Late(d Deadline, now time.Time) (opening time.Duration, days int) {
	return c.distance(d, d.Due, now)
}

// Left is how long there is until a deadline, as Late is.
func (c Clock) Left(d Deadline, now time.Time) (opening time.Duration, days int) {
	return c.distance(d, now, d.Due)
}

func (c Clock) distance(d Deadline, from, to time.Time) (opening time.Duration, days int) {
	hours, err := ReadHours(c.Opening)
	if err != nil {
		return 0, 0
	}
	switch d.Term.Unit {
	case OpeningHours:
		return hours.elapsed(from, to)
	case Months:
		return 0, hours.DaysBetween(from, to, WorkingDays)
	}
	return 0, hours.DaysBetween(from, to, d.Term.Unit)
}

// startClock starts the clock of a ticket being opened. Settings that cannot be read were refused at the start; here they
// give a clock without deadlines rather than no ticket.
func (t *turn) startClock(category Category) Clock {
	terms, err := TermsOf(t.site, category, t.complaintTerm())
	if err != nil {
		return Clock{}
	}
	return Clock{Terms: terms, Started: t.now}
}

// complaintTerm is what the contract that the conversation is about says of complaints.
func (t *turn) complaintTerm() string { return complaintTerm(t.base, t.site, t.state.Collection) }

// complaintTerm reads it of the site's only collection, else of the one talked about.
func complaintTerm(base *knowledge.Base, site Site, collection string) string {
	if len(site.Collections) == 1 {
		collection = site.Collections[0]
	}
	c, _ := base.Collection(collection)
	return c.Complaint
}

// Retime gives the terms of a category of request on a site, in a conversation about a collection (which may be empty). ok is
// false when the site is not served any more: then a ticket keeps its terms.
type Retime func(site, collection string, category Category) (terms Terms, ok bool)

// Terms is a Retime by the sites and the knowledge of now.
func (c *Counter) Terms(site, collection string, category Category) (terms Terms, ok bool) {
	s, ok := c.sites[site]
	if !ok {
		return Terms{}, false
	}
	terms, err := TermsOf(s, category, complaintTerm(c.Engine().base, s, collection))
	return terms, err == nil
}
