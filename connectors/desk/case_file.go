package desk

import (
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"guichet/bot"
)

// caseFile is the right-hand area: what is known and who has it.
type caseFile struct {
	Category bot.Category
	Facts    []fact
	Channel  string
	Site     string
	Opened   moment
	Updated  moment
	Assignee string // shown name, "Vous" or ""
	Holder   string // e-mail, to notice that somebody else has taken it
	Mine     bool
	Moves    []move
	Files    []shownFile // that the customer sent
	Dues     []caseDue
	Others   []other // of the same person
	HeldBy   string  // who answers in the bot's place
	Holds    bool    // the reader does
	Steps    checklist
	Amends   *amendment // of a correction whose two values are known
	Class    classing
	Snooze   snoozing
	Tags     []tab
	Priority string // when it is not the usual one
}

// fact is a field of the request.
type fact struct {
	Label   string
	Value   string
	Href    template.URL // mailto: or tel:, made here; html/template would refuse the second
	Words   bool         // the customer's own
	Missing bool         // required, and the customer has not given it
	Valid   bool         // a number whose check digit is right
	LookUp  string       // the official register's page about it
}

// move is a change of status that an agent can make now.
type move struct {
	To    bot.Status
	Label string
}

func (d *desk) caseFile(file bot.TicketFile, people people) caseFile {
	var files []shownFile
	for _, m := range file.Transcript {
		if d.files != nil && m.From == bot.FromCustomer {
			files = append(files, d.shownFiles(m.Attachments)...)
		}
	}
	return caseFile{
		Category: file.Category, Files: files,
		Facts: d.facts(file.Ticket), Channel: d.say(channelName(file.Channel)), Site: file.Site,
		Opened: d.clock.moment(file.CreatedAt), Updated: d.clock.moment(file.UpdatedAt),
		Assignee: people.name(file.Assignee), Holder: file.Assignee,
		Mine: file.Assignee != "" && file.Assignee == people.self, Moves: d.moves(file.Status),
		Dues:   d.clock.caseDues(file.Ticket),
		HeldBy: people.holder(file.Ticket), Holds: file.Holds(people.reader()),
		Steps: d.checklist(file, people), Amends: amends(file, people), Snooze: d.snoozing(file.Ticket), Tags: tagLinks(file.Tags),
		Priority: d.pressing(file.Priority),
	}
}

// pressing names a priority that is not the usual one.
func (l language) pressing(p bot.Priority) string {
	if p == bot.PriorityNormal || p == "" {
		return ""
	}
	return l.say("Priorité %s", strings.ToLower(l.say(priorityName(p))))
}

// facts lists the fields in the order of the category's definition, then whatever else was kept.
func (l language) facts(t bot.Ticket) []fact {
	definition, _ := bot.Define(t.Category)
	var all []fact
	for _, f := range definition.Fields() {
		value := strings.TrimSpace(t.Fields[f])
		required := slices.Contains(definition.Required, f)
		if value != "" || required {
			shown := l.newFact(f, value)
			if slices.Contains(definition.Verified, f) {
				shown.LookUp = lookUp(f, value)
				shown.Valid = shown.LookUp != ""
			}
			all = append(all, shown)
		}
	}
	for _, f := range slices.Sorted(maps.Keys(t.Fields)) {
		if value := strings.TrimSpace(t.Fields[f]); value != "" && !slices.Contains(definition.Fields(), f) {
			all = append(all, l.newFact(f, value))
		}
	}
	return all
}

// newFact shows a value as it is read: the stored form is for machines.
func (l language) newFact(f bot.Field, value string) fact {
	shown := fact{Label: l.say(french(capital(f.Label()))), Value: value, Missing: value == ""}
	switch f {
	case bot.Correction, bot.Description, bot.Place:
		shown.Words = true
	case bot.SubscriptionDate, bot.IncidentDate:
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			shown.Value = l.date(day)
		}
	case bot.Siren:
		if isDigits(value, 9) {
			shown.Value = inGroups(value, 3, 3)
		}
	case bot.Siret:
		if isDigits(value, 14) {
			shown.Value = inGroups(value[:9], 3, 3) + nb + value[9:]
		}
	case bot.Email:
		if strings.Contains(value, "@") && !strings.ContainsAny(value, " \n\t,;?&") {
			shown.Href = template.URL("mailto:" + url.PathEscape(value)) //nolint:gosec // escaped
		}
	case bot.Phone:
		if digits := strings.Map(dialled, value); len(digits) >= 8 {
			shown.Href = template.URL("tel:" + digits) //nolint:gosec // digits and +
		}
	}
	return shown
}

func isDigits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}

// dialled keeps the characters of a telephone link.
func dialled(r rune) rune {
	if r == '+' || r >= '0' && r <= '9' {
		return r
	}
	return -1
}

func (l language) moves(from bot.Status) []move {
	reopen, wait := move{bot.Open, l.say("Rouvrir")}, move{bot.Waiting, l.say("Mettre en attente")}
	resolve, end := move{bot.Resolved, l.say("Résoudre")}, move{bot.Closed, l.say("Clore")}
	switch from {
	case bot.Open:
		return []move{wait, resolve, end}
	case bot.Waiting:
		return []move{reopen, resolve, end}
	case bot.Resolved:
		return []move{reopen, end}
	case bot.Closed:
		return []move{reopen}
	}
	return []move{reopen, wait, resolve, end}
}
