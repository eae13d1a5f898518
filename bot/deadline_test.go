package bot_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
)

func clockOf(t *testing.T, site bot.Site, category bot.Category, complaint, started string) bot.Clock {
	t.Helper()
	terms, err := bot.TermsOf(site, category, complaint)
	if err != nil {
		t.Fatal(err)
	}
	return bot.Clock{Terms: terms, Started: at(t, started)}
}

// A change is what happens to a ticket: a status, or "reply".
type change struct{ at, what string }

func TestDeadlinesOfATicket(t *testing.T) {
	t.Parallel()
	fast := bot.Site{Deadlines: map[bot.Category]bot.Target{bot.Human: {First: "1h", Resolve: "none"}}}
	for _, test := range []struct {
		name      string
		site      bot.Site
		category  bot.Category
		complaint string
		started   string
		steps     []change
		want      []string // aim, due, warning from
	}{
		{"a correction", bot.Site{}, bot.AttestationCorrection, "", "2026-02-02 09:00", nil,
			[]string{"reply 2026-02-02 18:00 2026-02-02 16:00", "resolve 2026-02-04 18:00 2026-02-04 11:00"}},
		{"a claim on a Friday evening", bot.Site{}, bot.Claim, "", "2026-02-06 19:00", nil,
			[]string{"reply 2026-02-09 14:00 2026-02-09 12:00", "resolve 2026-02-13 18:00 2026-02-12 16:00"}},
		{"a correction over Easter Monday", bot.Site{}, bot.AttestationCorrection, "", "2026-04-03 15:00", nil, // 3 hours on the Friday
			[]string{"reply 2026-04-07 15:00 2026-04-07 12:00", "resolve 2026-04-09 15:00 2026-04-08 17:00"}},
		{"a correction over 15 August, a Friday", bot.Site{}, bot.AttestationCorrection, "", "2025-08-14 17:00", nil,
			[]string{"reply 2025-08-18 17:00 2025-08-18 15:00", "resolve 2025-08-20 17:00 2025-08-20 10:00"}},
		{"a correction over Ascension and the bridge that the team takes", bot.Site{Opening: bot.Opening{Closed: []string{"2026-05-15"}}}, bot.AttestationCorrection, "", "2026-05-13 16:30", nil,
			[]string{"reply 2026-05-18 16:30 2026-05-18 14:30", "resolve 2026-05-20 16:30 2026-05-20 09:30"}},
		{"the same when the bridge is worked", bot.Site{}, bot.AttestationCorrection, "", "2026-05-13 16:30", nil,
			[]string{"reply 2026-05-15 16:30 2026-05-15 14:30", "resolve 2026-05-19 16:30 2026-05-19 09:30"}},
		{"a correction over Good Friday in Strasbourg", bot.Site{Opening: bot.Opening{Holidays: bot.HolidaysAlsace}}, bot.AttestationCorrection, "", "2026-04-02 16:30", nil,
			[]string{"reply 2026-04-07 16:30 2026-04-07 14:30", "resolve 2026-04-09 16:30 2026-04-09 09:30"}},
		{"waiting for the customer over Easter", bot.Site{}, bot.AttestationCorrection, "", "2026-04-02 09:00", // 9 hours before, 15 after
			[]change{{"2026-04-02 10:00", "reply"}, {"2026-04-03 10:00", "waiting"}, {"2026-04-07 10:00", "open"}},
			[]string{"resolve 2026-04-08 18:00 2026-04-08 11:00"}},
		{"a site's own terms", fast, bot.Human, "", "2026-02-02 12:00", nil, []string{"reply 2026-02-02 14:00 2026-02-02 13:45"}},
		{"a reply", bot.Site{}, bot.AttestationCorrection, "", "2026-02-02 09:00", []change{{"2026-02-02 10:00", "reply"}},
			[]string{"resolve 2026-02-04 18:00 2026-02-04 11:00"}},
		{"waiting for the customer stops it", bot.Site{}, bot.AttestationCorrection, "", "2026-02-02 09:00",
			[]change{{"2026-02-02 10:00", "reply"}, {"2026-02-03 10:00", "waiting"}}, nil},
		{"and it goes on after", bot.Site{}, bot.AttestationCorrection, "", "2026-02-02 09:00", // 7 + 5 hours
			[]change{{"2026-02-02 10:00", "reply"}, {"2026-02-03 10:00", "waiting"}, {"2026-02-04 15:00", "open"}},
			[]string{"resolve 2026-02-06 14:00 2026-02-05 16:00"}},
		{"waiting over a weekend costs nothing", bot.Site{}, bot.AttestationCopy, "", "2026-02-06 16:00",
			[]change{{"2026-02-06 18:00", "reply"}, {"2026-02-06 18:00", "waiting"}, {"2026-02-09 08:59", "open"}},
			[]string{"resolve 2026-02-10 16:00 2026-02-10 11:00"}},
		{"resolved, then closed", bot.Site{}, bot.Human, "", "2026-02-02 09:00",
			[]change{{"2026-02-02 11:00", "resolved"}, {"2026-02-03 09:00", "closed"}}, nil},
		{"reopened", bot.Site{}, bot.Human, "", "2026-02-02 09:00",
			[]change{{"2026-02-02 10:00", "reply"}, {"2026-02-02 11:00", "resolved"}, {"2026-02-03 09:00", "closed"}, {"2026-02-04 11:00", "open"}},
			[]string{"resolve 2026-02-06 18:00 2026-02-06 11:00"}},
		{"a complaint without a clause", bot.Site{}, bot.Complaint, "", "2026-02-02 09:00", nil,
			[]string{"reply 2026-02-13 23:59 2026-02-11 23:59", "resolve 2026-04-02 23:59 2026-03-19 23:59"}},
		{"a complaint to Alma", bot.Site{}, bot.Complaint, "60 working days", "2026-02-02 09:00", nil,
			[]string{"reply 2026-02-13 23:59 2026-02-11 23:59", "resolve 2026-04-14 23:59 2026-03-26 23:59"}},
		{"a contract's term does not wait for the customer", bot.Site{}, bot.Complaint, "60 working days", "2026-02-02 09:00",
			[]change{{"2026-02-03 09:00", "reply"}, {"2026-02-03 09:00", "waiting"}},
			[]string{"resolve 2026-04-14 23:59 2026-03-26 23:59"}},
		{"a complaint that was answered and came back", bot.Site{}, bot.Complaint, "60 working days", "2026-02-02 09:00", // six days off
			[]change{{"2026-02-03 09:00", "reply"}, {"2026-02-03 09:00", "resolved"}, {"2026-02-10 09:00", "open"}},
			[]string{"resolve 2026-04-21 23:59 2026-04-02 23:59"}},
	} {
		clock := clockOf(t, test.site, test.category, test.complaint, test.started)
		for _, s := range test.steps {
			if s.what == "reply" {
				clock.Answer(at(t, s.at))
			} else {
				clock.Turn(bot.Status(s.what), at(t, s.at))
			}
		}
		var got []string
		for _, d := range clock.Deadlines() {
			got = append(got, string(d.Aim)+" "+d.Due.In(paris).Format("2006-01-02 15:04")+" "+d.Warn.In(paris).Format("2006-01-02 15:04"))
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		kept, err := json.Marshal(clock)
		var back bot.Clock
		if err != nil || json.Unmarshal(kept, &back) != nil || !back.Next().Due.Equal(clock.Next().Due) {
			t.Errorf("%s: kept as %s it is due at %s", test.name, kept, back.Next().Due)
		}
	}
}

func TestWhereADeadlineStands(t *testing.T) {
	t.Parallel()
	clock := clockOf(t, bot.Site{}, bot.Human, "", "2026-02-02 09:00")
	next := clock.Next()
	for moment, want := range map[string]bot.Urgency{
		"2026-02-02 09:00": bot.OnTime, "2026-02-02 15:59": bot.OnTime, "2026-02-02 16:00": bot.Soon, "2026-02-02 18:00": bot.Soon,
		"2026-02-02 18:01": bot.Overdue, "2026-02-09 09:00": bot.Overdue,
	} {
		if got := next.Urgency(at(t, moment)); got != want {
			t.Errorf("at %s it is %q, want %q", moment, got, want)
		}
	}
	if got := (bot.Clock{}).Next().Urgency(at(t, "2026-02-02 09:00")); got != bot.NotDue {
		t.Errorf("without terms it is %q", got)
	}
	if late, days := clock.Late(next, at(t, "2026-02-03 11:00")); late != 2*time.Hour || days != 0 {
		t.Errorf("the next morning at 11 it is %s late, %d days", late, days)
	}
	short := bot.Site{Opening: bot.Opening{Hours: map[string]string{"monday-thursday": "9:00-12:30, 13:30-18:00", "friday": "9:00-13:00"}}}
	clock = clockOf(t, short, bot.Human, "", "2026-02-03 13:30") // due on the Wednesday at 12:30
	for moment, want := range map[string]struct {
		opening time.Duration
		days    int
	}{
		"2026-02-05 12:29": {8*time.Hour - time.Minute, 0}, "2026-02-05 12:30": {8 * time.Hour, 1},
		"2026-02-06 11:00": {14*time.Hour + 30*time.Minute, 2}, "2026-02-07 12:00": {16*time.Hour + 30*time.Minute, 2}, // a short Friday is a day too
		"2026-02-09 12:30": {20 * time.Hour, 3}, "2026-03-11 12:30": {5 * 36 * time.Hour, 25},
	} {
		if opening, days := clock.Late(clock.Next(), at(t, moment)); opening != want.opening || days != want.days {
			t.Errorf("at %s it is %s late, %d days of opening, want %s and %d", moment, opening, days, want.opening, want.days)
		}
	}
	complaint := clockOf(t, bot.Site{}, bot.Complaint, "", "2026-02-02 09:00")
	if _, days := complaint.Late(complaint.Next(), at(t, "2026-02-16 11:00")); days != 2 { // Saturday and Monday
		t.Errorf("the complaint is %d days late", days)
	}
	if _, days := complaint.Left(complaint.Next(), at(t, "2026-02-11 11:00")); days != 2 {
		t.Errorf("the complaint has %d days left", days)
	}
}

func TestWhenThereIsSomethingToTellOfDeadlines(t *testing.T) {
	t.Parallel()
	clock := clockOf(t, bot.Site{}, bot.Human, "", "2026-02-02 09:00") // warned at 16:00, and on the Wednesday at 11:00
	for _, test := range []struct{ from, want string }{
		{"2026-02-02 09:00", "2026-02-02 16:00"}, {"2026-02-02 16:00", "2026-02-02 16:00"}, {"2026-02-02 16:01", "2026-02-02 18:00"},
		{"2026-02-02 18:00", "2026-02-02 18:00"}, // a deadline is overdue only after it
		{"2026-02-02 18:01", "2026-02-04 11:00"}, {"2026-02-04 11:01", "2026-02-04 18:00"},
	} {
		if got := clock.Alarm(at(t, test.from)); !got.Equal(at(t, test.want)) {
			t.Errorf("from %s on it is %s, want %s", test.from, got, test.want)
		}
	}
	if got := clock.Alarm(at(t, "2026-02-04 18:01")); !got.IsZero() {
		t.Errorf("after all of them it is %s", got)
	}
	clock.Turn(bot.Resolved, at(t, "2026-02-02 10:00"))
	if got := clock.Alarm(time.Time{}); !got.IsZero() {
		t.Errorf("of what is resolved it is %s", got)
	}
}

func TestAMistakeInTheDeadlinesIsNamed(t *testing.T) {
	t.Parallel()
	for want, site := range map[string]bot.Site{
		`deadlines.claims: there is no such category of request`: {Deadlines: map[bot.Category]bot.Target{"claims": {}}},
		`deadlines.claim.first: "4 heures" is no term: write it as 8h (hours of opening), 5 business days (Monday to Friday), 10 working days (Monday to Saturday), 2 months, or none`: {
			Deadlines: map[bot.Category]bot.Target{bot.Claim: {First: "4 heures"}}},
		`deadlines.human.resolve: "0h" is no term: write it as 8h (hours of opening), 5 business days (Monday to Friday), 10 working days (Monday to Saturday), 2 months, or none`: {
			Deadlines: map[bot.Category]bot.Target{bot.Human: {Resolve: "0h"}}},
	} {
		err := bot.CheckSite(site)
		var setting *bot.SettingError
		if !errors.As(err, &setting) || err.Error() != want {
			t.Errorf("it gives %v, want %s", err, want)
		}
	}
	if err := bot.CheckSite(bot.Site{}); err != nil {
		t.Errorf("a site that says nothing: %v", err)
	}
}

func TestTheTermsOfTheShippedContractsCanBeRead(t *testing.T) {
	t.Parallel()
	terms := map[string]string{}
	for _, c := range bottest.Engine(t).Base().Contents().Collections {
		if _, err := bot.ReadTerm(c.Complaint); err != nil {
			t.Errorf("%s: %v", c.File, err)
		}
		terms[c.ID] = c.Complaint
	}
	if terms["alma"] != "60 working days" || terms["micro"] != "" {
		t.Errorf("the terms are %v", terms)
	}
}

func TestATicketIsOpenedWithItsDeadlines(t *testing.T) {
	t.Parallel()
	confirming := func(c bot.Category) bot.State {
		return bot.State{Collection: "alma", Intake: &bot.Intake{Category: c, Confirming: true, Fields: map[bot.Field]string{
			bot.Description: "retard", bot.ContractNumber: "12345", bot.Email: "ana@example.fr"}}}
	}
	for _, test := range []struct {
		collections []string
		category    bot.Category
		want        bot.Term
		says        string
	}{
		{[]string{"alma"}, bot.Complaint, bot.Term{N: 60, Unit: bot.WorkingDays}, "sous 10 jours ouvrables (jusqu’au 21 février 2026)"},
		{nil, bot.Complaint, bot.Term{N: 60, Unit: bot.WorkingDays}, "sous 10 jours ouvrables (jusqu’au 21 février 2026)"}, // what was talked about
		{[]string{"micro"}, bot.Complaint, bot.Term{N: 2, Unit: bot.Months}, "sous 10 jours ouvrables (jusqu’au 21 février 2026)"},
		{[]string{"alma"}, bot.Human, bot.Term{N: 24, Unit: bot.OpeningHours}, "d’ici le mercredi 11 février 2026 à 11:30"},
	} {
		site := siteFor(test.collections...)
		site.Delay = ""
		turn := say(t, confirming(test.category), site, "oui")
		if turn.Ticket == nil || turn.Ticket.Clock.Resolve != test.want || !turn.Ticket.Clock.Started.Equal(today) {
			t.Errorf("%v %s: the ticket is %+v", test.collections, test.category, turn.Ticket)
		}
		if !strings.Contains(loose(turn.Reply.Text), loose(test.says)) {
			t.Errorf("%v %s: it says %q", test.collections, test.category, turn.Reply.Text)
		}
	}
}
