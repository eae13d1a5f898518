package bot

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Unit is what a term is counted in.
type Unit string

// The units. Only the time of opening stops while the customer is waited for: a term in days is a contract's or a
// regulator's, and those run from the receipt of the complaint.
const (
	OpeningHours Unit = "h"             // hours in which the site is open
	BusinessDays Unit = "business days" // jours ouvrés: Monday to Friday, without public holidays
	WorkingDays  Unit = "working days"  // jours ouvrables: Monday to Saturday, without public holidays
	Months       Unit = "months"
)

// Term is how long something may take. The zero value is no term.
type Term struct {
	N    int  `json:"n,omitempty"`
	Unit Unit `json:"unit,omitempty"`
}

// ReadTerm reads "8h", "5 business days", "10 working days" or "2 months"; "" and "none" are no term.
func ReadTerm(text string) (Term, error) {
	text = strings.TrimSpace(text)
	if text == "" || text == "none" {
		return Term{}, nil
	}
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end > 0 {
		n, err := strconv.Atoi(text[:end])
		unit := Unit(strings.TrimSpace(text[end:]))
		if err == nil && n > 0 && n <= 1000 && slices.Contains([]Unit{OpeningHours, BusinessDays, WorkingDays, Months}, unit) {
			return Term{n, unit}, nil
		}
	}
	return Term{}, fmt.Errorf("%q is no term: write it as 8h (hours of opening), 5 business days (Monday to Friday), 10 working days (Monday to Saturday), 2 months, or none", text)
}

// Target is what a category of request is promised: a first reply, and the end.
type Target struct {
	First   string `yaml:"first"`   // a term (ReadTerm); "" for the default
	Resolve string `yaml:"resolve"` // the same
}

// defaultTargets are those of a site that sets none. Eight hours of opening are a day. The complaint's are the ten
// working days and the two months of the ACPR's recommendation 2022-R-01 (docs/deadlines.md).
var defaultTargets = map[Category]Target{
	AttestationCorrection: {First: "8h", Resolve: "24h"},
	AttestationCopy:       {First: "8h", Resolve: "16h"},
	Claim:                 {First: "4h", Resolve: "40h"},
	Complaint:             {First: "10 working days", Resolve: "2 months"},
	Human:                 {First: "8h", Resolve: "24h"},
}

// Terms is what one ticket was promised, with the hours it was promised in: a later change of the site's settings does
// not move a date that a customer was told.
type Terms struct {
	Opening
	First   Term `json:"first,omitzero"`
	Resolve Term `json:"resolve,omitzero"`
}

// TermsOf works out what a site promises for a category. complaint is the term that the collection's contract sets for
// answering a complaint; the site's own setting wins. Its errors are *SettingError.
func TermsOf(site Site, category Category, complaint string) (Terms, error) {
	target := defaultTargets[category]
	if category == Complaint && complaint != "" {
		target.Resolve = complaint
	}
	own := site.Deadlines[category]
	if own.First != "" {
		target.First = own.First
	}
	if own.Resolve != "" {
		target.Resolve = own.Resolve
	}
	terms := Terms{Opening: site.Opening}
	var err error
	if terms.First, err = ReadTerm(target.First); err != nil {
		return Terms{}, &SettingError{[]string{"deadlines", string(category), "first"}, err.Error()}
	}
	if terms.Resolve, err = ReadTerm(target.Resolve); err != nil {
		return Terms{}, &SettingError{[]string{"deadlines", string(category), "resolve"}, err.Error()}
	}
	return terms, nil
}

// CheckSite finds the first mistake in what a site says of its hours, deadlines and files: a *SettingError.
func CheckSite(site Site) error {
	if _, err := ReadHours(site.Opening); err != nil {
		return err
	}
	if site.UploadMB < 0 || site.UploadMB > MostUploadMB {
		return &SettingError{[]string{"upload_mb"}, fmt.Sprintf("it is %d: a number of megabytes from 1 to %d, or nothing", site.UploadMB, MostUploadMB)}
	}
	for _, category := range slices.Sorted(maps.Keys(site.Deadlines)) {
		if _, known := Define(category); !known {
			return &SettingError{[]string{"deadlines", string(category)}, "there is no such category of request"}
		}
		if _, err := TermsOf(site, category, ""); err != nil {
			return err
		}
	}
	return nil
}

// Stop is a time in which a ticket did not wait for the team.
type Stop struct {
	Status Status    `json:"status"` // Waiting, Resolved or Closed
	From   time.Time `json:"from"`
	To     time.Time `json:"to,omitzero"` // zero while it lasts
}

// Clock is the time that a ticket takes. It is kept with the ticket, as JSON, and changes in the transaction that
// changes the ticket. The zero value has no deadlines.
type Clock struct {
	Terms
	Started  time.Time `json:"started,omitzero"`
	Answered time.Time `json:"answered,omitzero"` // the first reply of an agent
	Stops    []Stop    `json:"stops,omitempty"`   // in their order; only the last may last
	Joined   []Joined  `json:"joined,omitempty"`  // of the tickets that were merged into it
}

// Answer notes a reply of an agent.
func (c *Clock) Answer(at time.Time) {
	if c.Answered.IsZero() {
		c.Answered = at
	}
	for i := range c.Joined {
		c.Joined[i].Answer(at)
	}
}

// Turn notes a change of status.
func (c *Clock) Turn(status Status, at time.Time) {
	for i := range c.Joined {
		c.Joined[i].Turn(status, at)
	}
	if n := len(c.Stops); n > 0 && c.Stops[n-1].To.IsZero() {
		c.Stops[n-1].To = at
	}
	if status != Open {
		c.Stops = append(c.Stops, Stop{Status: status, From: at})
	}
}

// Pause is the stop that lasts; ok is false while the team is waited for.
func (c Clock) Pause() (stop Stop, ok bool) {
	if n := len(c.Stops); n > 0 && c.Stops[n-1].To.IsZero() {
		return c.Stops[n-1], true
	}
	return Stop{}, false
}
