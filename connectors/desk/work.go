package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/bot"
)

// checklist is the list of a category's steps on the page of a ticket.
type checklist []step

type step struct {
	Label string
	Value string // what its button sends: the step and what becomes of it
	Done  bool
	Who   string
	At    moment
}

func (d *desk) checklist(file bot.TicketFile, people people) checklist {
	var all checklist
	for _, c := range file.Checks() {
		s := step{Label: d.say(french(c.Label)), Value: c.ID + ":yes", Done: c.By != ""}
		if s.Done {
			s.Value, s.Who, s.At = c.ID+":no", people.name(c.By), d.clock.moment(c.At)
		}
		all = append(all, s)
	}
	return all
}

// register is the state's register of companies. Only a number whose key is right is looked up there: nothing else of the customer
// leaves.
const register = "https://annuaire-entreprises.data.gouv.fr/"

// lookUp is the page of the register about a number; empty for a number that is none.
func lookUp(f bot.Field, number string) string {
	switch {
	case f == bot.Siren && bot.ValidSIREN(number):
		return register + "entreprise/" + number
	case f == bot.Siret && bot.ValidSIRET(number):
		return register + "etablissement/" + number
	}
	return ""
}

// check ticks a step, or takes the tick away.
func (d *desk) check(w http.ResponseWriter, r *http.Request, user bot.User) {
	id, do, _ := strings.Cut(r.PostFormValue("step"), ":")
	if do != "yes" && do != "no" {
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	reference := r.PathValue("reference")
	if err := d.work.CheckStep(r.Context(), reference, user, id, do == "yes"); err != nil {
		d.broken(w, r, "tick a step", err)
		return
	}
	done(w, r, reference, "checked")
}

// hold takes the conversation over from the bot, or hands it back.
func (d *desk) hold(w http.ResponseWriter, r *http.Request, user bot.User) {
	reference := r.PathValue("reference")
	var err error
	result := "held"
	switch r.PostFormValue("do") {
	case "take":
		err = d.work.TakeOver(r.Context(), reference, user)
	case "back":
		result, err = "handed", d.work.HandBack(r.Context(), reference, user)
	default:
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	if err != nil {
		d.broken(w, r, "take a conversation over or hand it back", err)
		return
	}
	done(w, r, reference, result)
}

// classing is the form of what a ticket is and how much it presses.
type classing struct {
	Categories []option
	Priorities []option
	Tags       string // as they are typed
	Known      []string
	Shown      bot.Ticket // what the form showed: what was left as it was is not changed, whatever a colleague did meanwhile
}

func (d *desk) classing(ctx context.Context, t bot.Ticket) (classing, error) {
	tags, err := d.work.TagsInUse(ctx)
	c := classing{Tags: strings.Join(t.Tags, ", "), Known: tags, Shown: t}
	for _, known := range bot.Definitions() {
		c.Categories = append(c.Categories, option{string(known.Category), d.say(categoryTitle(known.Category)), known.Category == t.Category})
	}
	for _, p := range bot.Priorities() {
		c.Priorities = append(c.Priorities, option{string(p), d.say(priorityName(p)), p == t.Priority})
	}
	return c, err
}

// class changes category, priority and tags, those of them that the form brings.
func (d *desk) class(w http.ResponseWriter, r *http.Request, user bot.User) {
	_, file, ok := d.open(w, r)
	if !ok {
		return
	}
	category, priority := bot.Category(r.PostFormValue("category")), bot.Priority(r.PostFormValue("priority"))
	if _, known := bot.Define(category); category != "" && !known || priority != "" && !slices.Contains(bot.Priorities(), priority) {
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	tags, err := bot.ReadTags(r.PostFormValue("tags"))
	if err != nil {
		done(w, r, file.Reference, "tags")
		return
	}
	changed := func(name string) bool {
		return r.PostForm.Has(name) && r.PostFormValue(name) != r.PostFormValue("shown-"+name)
	}
	if category != "" && changed("category") {
		err = errors.Join(err, d.work.SetCategory(r.Context(), file.Reference, user, category, d.retime))
	}
	if priority != "" && changed("priority") {
		err = errors.Join(err, d.work.SetPriority(r.Context(), file.Reference, user, priority))
	}
	if changed("tags") {
		err = errors.Join(err, d.work.SetTags(r.Context(), file.Reference, user, tags))
	}
	if err != nil {
		d.broken(w, r, "class a ticket", err)
		return
	}
	done(w, r, file.Reference, "classed")
}

// snoozeMost is how long a ticket may be set aside.
const snoozeMost = 366 * 24 * time.Hour

// snoozeChoices are after how many days of opening a ticket may come back.
var snoozeChoices = []int{1, 2, 5, 10}

// snoozing is the form that sets a ticket aside.
type snoozing struct {
	Until   moment // when it comes back; zero when it is in the queue
	Set     bool
	Day     string // "jeudi 3 décembre 2026 à 09:00"
	Choices []option
	Least   string // ISO date
	Can     bool   // what is done is not set aside
}

func (d *desk) snoozing(t bot.Ticket) snoozing {
	now := d.clock.now()
	s := snoozing{Can: !t.Status.Done(), Set: t.Snoozed.After(now), Least: now.In(d.clock.zone).AddDate(0, 0, 1).Format(time.DateOnly)}
	if s.Set {
		s.Until, s.Day = d.clock.moment(t.Snoozed), d.clock.moment(t.Snoozed).Exact
	}
	for _, days := range snoozeChoices {
		s.Choices = append(s.Choices, option{Value: strconv.Itoa(days), Label: d.clock.day(d.opens(t, now, days)), Selected: days == 1})
	}
	return s
}

// opens is when the ticket's site opens on the nth day of opening after a moment.
func (d *desk) opens(t bot.Ticket, after time.Time, n int) time.Time {
	hours, err := bot.ReadHours(t.Clock.Opening)
	if err != nil {
		hours, _ = bot.ReadHours(bot.Opening{})
	}
	at := after
	for range n {
		at = hours.Add(midnight(at.In(d.clock.zone)).AddDate(0, 0, 1), time.Minute).Add(-time.Minute)
	}
	return at
}

// snooze sets a ticket aside until a day of opening, or has it back.
func (d *desk) snooze(w http.ResponseWriter, r *http.Request, user bot.User) {
	_, file, ok := d.open(w, r)
	if !ok {
		return
	}
	now := d.clock.now()
	until, result := time.Time{}, "awake"
	if r.PostFormValue("do") != "wake" {
		result = "snoozed"
		day, err := time.ParseInLocation(time.DateOnly, r.PostFormValue("day"), d.clock.zone)
		days, problem := strconv.Atoi(r.PostFormValue("days"))
		switch {
		case r.PostFormValue("day") != "" && err == nil && day.After(now) && day.Before(now.Add(snoozeMost)):
			until = d.opens(file.Ticket, day.Add(-time.Minute), 1)
		case r.PostFormValue("day") != "":
			done(w, r, file.Reference, "past")
			return
		case problem == nil && days > 0 && days <= 60:
			until = d.opens(file.Ticket, now, days)
		default:
			d.failed(w, r, http.StatusBadRequest)
			return
		}
	}
	if err := d.work.Snooze(r.Context(), file.Reference, user, until); err != nil {
		d.broken(w, r, "snooze a ticket", err)
		return
	}
	done(w, r, file.Reference, result)
}

func priorityName(p bot.Priority) french {
	switch p {
	case bot.PriorityLow:
		return "Basse"
	case bot.PriorityNormal:
		return "Normale"
	case bot.PriorityHigh:
		return "Haute"
	case bot.PriorityUrgent:
		return "Urgente"
	}
	return french(p)
}

// worked tells an event of bot.TicketWork, without its subject; ok is false for any other.
func (d *desk) worked(e bot.Event, category bot.Category) (text string, ok bool) {
	switch e.Kind {
	case bot.EventChecked, bot.EventUnchecked:
		label := d.say(stepName(e.Detail, category))
		if e.Kind == bot.EventChecked {
			return d.say("coché «\u202f%s\u202f»", label), true
		}
		return d.say("décoché «\u202f%s\u202f»", label), true
	case bot.EventPriority:
		return d.say("donné au ticket la priorité %s", strings.ToLower(d.say(priorityName(bot.Priority(e.Detail))))), true
	case bot.EventTagged:
		if e.Detail == "" {
			return d.say("retiré les étiquettes"), true
		}
		return d.say("étiqueté le ticket\u202f: %s", e.Detail), true
	case bot.EventCategory:
		return d.say("changé la demande en «\u202f%s\u202f»", d.say(categoryTitle(bot.Category(e.Detail)))), true
	case bot.EventTakenOver:
		return d.say("repris la conversation à l’assistant"), true
	case bot.EventHandedBack:
		return d.say("rendu la conversation à l’assistant"), true
	case bot.EventSnoozed:
		if at, err := time.Parse(time.RFC3339, e.Detail); err == nil {
			return d.say("reporté le ticket au %s", d.clock.day(at)), true
		}
		return d.say("remis le ticket dans la file"), true
	}
	return "", false
}

// stepName is the label of a step, also of one that another category had.
func stepName(id string, category bot.Category) french {
	definition, _ := bot.Define(category)
	if s, ok := definition.Step(id); ok {
		return french(s.Label)
	}
	for _, other := range bot.Definitions() {
		if s, ok := other.Step(id); ok {
			return french(s.Label)
		}
	}
	return french(id)
}

// tagLinks are the tags of a ticket, each with the list of the tickets that bear it.
func tagLinks(tags []string) []tab {
	var all []tab
	for _, t := range tags {
		all = append(all, tab{Label: t, Href: "/desk/?" + url.Values{"tag": {t}}.Encode()})
	}
	return all
}

// other is another ticket of what may be the same person.
type other struct {
	Href, Title, Reference string
	State                  string
	Same                   string // what both have in common: "même adresse e-mail"
	Opened                 moment
	Tied                   bool   // it is linked or merged already
	Action                 string // the address below which the actions of the ticket shown are
	Query                  string
}

func (d *desk) otherTickets(ctx context.Context, t bot.Ticket, tied tied, f filter) ([]other, error) {
	found, err := d.work.Related(ctx, t)
	var all []other
	for _, r := range found {
		href := filter{}.ticket(r.Reference)
		if r.MergedInto != "" {
			href = alone(r.Reference)
		}
		all = append(all, other{
			Href: href, Title: d.say(categoryTitle(r.Category)), Reference: r.Reference, State: d.say(stateWord(r.Status)),
			Same: d.say(inCommon(t, r)), Opened: d.clock.moment(r.CreatedAt),
			Tied: r.MergedInto != "" || t.MergedInto != "" || tied.isTied(r.Reference), Action: "/desk/ticket/" + t.Reference, Query: f.query(),
		})
	}
	return all, err
}

// inCommon says why two tickets may be of one person; empty when nothing says that they are.
func inCommon(a, b bot.Ticket) french {
	same := func(f bot.Field) bool { return a.Fields[f] != "" && strings.EqualFold(a.Fields[f], b.Fields[f]) }
	switch {
	case a.ConversationID == b.ConversationID:
		return "même conversation"
	case same(bot.Email):
		return "même adresse e-mail"
	case same(bot.Siren):
		return "même SIREN"
	case same(bot.AttestationNumber):
		return "même attestation"
	}
	return ""
}
