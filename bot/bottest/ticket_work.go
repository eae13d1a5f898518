package bottest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"guichet/bot"
)

var paul = bot.User{Email: "paul@example.fr", Name: "Paul"}

// checked are the IDs of the steps that are ticked, each with who did it.
func checked(t *testing.T, s bot.Tickets, reference string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, c := range file(t, s, reference).Checks() {
		if c.By != "" {
			all[c.ID] = c.By
		}
	}
	return all
}

func checksSteps(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", bot.Ticket{Reference: ref, Category: bot.AttestationCorrection})
	ok(t, s.CheckStep(t.Context(), ref, marie, "verified", false)) // as it stands
	together(5, func(int) {
		if err := s.CheckStep(t.Context(), ref, marie, "verified", true); err != nil {
			t.Error(err)
		}
	})
	ok(t, s.CheckStep(t.Context(), ref, paul, "corrected", true))
	ok(t, s.CheckStep(t.Context(), ref, paul, "corrected", false))
	wantEvents(t, s, ref, "bot opened ", "marie@example.fr checked verified", "paul@example.fr checked corrected", "paul@example.fr unchecked corrected")
	if got, want := checked(t, s, ref), map[string]string{"verified": marie.Email}; !reflect.DeepEqual(got, want) {
		t.Errorf("ticked are %v, want %v", got, want)
	}
	for _, unknown := range []string{"", "declared", "' or true --"} { // the second is of a claim
		if err := s.CheckStep(t.Context(), ref, marie, unknown, true); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("the step %q gives %v", unknown, err)
		}
	}
	files := []bot.Attachment{{ID: "abcdefghijklmnopqrstuvwxyz", Name: "attestation.pdf", Type: "application/pdf", Size: 4}}
	ok(t, s.ReplyTicket(t.Context(), ref, paul, bot.AgentReply{Text: "la voici", Once: "1", Attachments: files}))
	if got, want := checked(t, s, ref), map[string]string{"verified": marie.Email, "sent": paul.Email}; !reflect.DeepEqual(got, want) {
		t.Errorf("after the PDF %v are ticked, want %v", got, want)
	}
}

func changesTicket(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	changes := listen(t, s)
	for _, priority := range []bot.Priority{bot.PriorityNormal, bot.PriorityUrgent, bot.PriorityUrgent} {
		ok(t, s.SetPriority(t.Context(), ref, marie, priority))
	}
	if got := wait(t, changes); got != (thread{"web", "ana"}) {
		t.Errorf("a priority is reported as %q", got)
	}
	for range 2 {
		ok(t, s.SetTags(t.Context(), ref, marie, []string{"Rappeler", "attestation"}))
		ok(t, s.SetCategory(t.Context(), ref, marie, bot.Complaint, nil))
	}
	wantEvents(t, s, ref, "bot opened ", "marie@example.fr priority urgent", "marie@example.fr tagged attestation, rappeler", "marie@example.fr category complaint")
	got := file(t, s, ref)
	if got.Priority != bot.PriorityUrgent || got.Category != bot.Complaint || !reflect.DeepEqual(got.Tags, []string{"attestation", "rappeler"}) {
		t.Errorf("the ticket is %+v", got.Ticket)
	}
	ok(t, s.SetTags(t.Context(), ref, marie, nil))
	if got := file(t, s, ref); got.Tags != nil {
		t.Errorf("the tags are %q", got.Tags)
	}
	if s.SetPriority(t.Context(), ref, marie, "yesterday") == nil || s.SetCategory(t.Context(), ref, marie, "gossip", nil) == nil ||
		s.SetTags(t.Context(), ref, marie, []string{"a,b,c,d,e,f", "g,h,i,j,k"}) == nil {
		t.Error("a priority, a category or tags that cannot be are taken")
	}
}

func filtersWork(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	openTicket(t, s, "bob", human("G-0000-0002"))
	ok(t, s.SetPriority(t.Context(), ref, marie, bot.PriorityHigh))
	ok(t, s.SetTags(t.Context(), ref, marie, []string{"fraude", "à rappeler"}))
	ok(t, s.SetTags(t.Context(), "G-0000-0002", marie, []string{"à rappeler"}))
	for _, c := range []struct {
		filter bot.TicketFilter
		want   int
	}{
		{bot.TicketFilter{Priority: bot.PriorityHigh}, 1}, {bot.TicketFilter{Priority: bot.PriorityNormal}, 1},
		{bot.TicketFilter{Tag: "fraude"}, 1}, {bot.TicketFilter{Tag: "à rappeler"}, 2}, {bot.TicketFilter{Tag: "fraude", Priority: bot.PriorityLow}, 0},
		{bot.TicketFilter{Tag: "'}' or true --"}, 0}, {bot.TicketFilter{Tag: `{"a"}`}, 0}, {bot.TicketFilter{Priority: "' or '1'='1"}, 0},
	} {
		got, err := s.Tickets(t.Context(), c.filter)
		if err != nil || len(got) != c.want {
			t.Errorf("%+v lists %d, %v; want %d", c.filter, len(got), err, c.want)
		}
		if count, err := s.CountViews(t.Context(), c.filter); err != nil || count[bot.ViewAll] != c.want {
			t.Errorf("%+v counts %v, %v; want %d", c.filter, count, err, c.want)
		}
	}
	if tags, err := s.TagsInUse(t.Context()); err != nil || !reflect.DeepEqual(tags, []string{"fraude", "à rappeler"}) && !reflect.DeepEqual(tags, []string{"à rappeler", "fraude"}) {
		t.Errorf("the tags are %q, %v", tags, err)
	}
	for _, done := range []string{ref, "G-0000-0002"} {
		ok(t, s.SetTicketStatus(t.Context(), done, marie, bot.Closed))
	}
	if tags, err := s.TagsInUse(t.Context()); err != nil || len(tags) != 0 {
		t.Errorf("of closed tickets the tags are %q, %v", tags, err)
	}
}

func snoozes(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	now := time.Now().UTC().Truncate(time.Second)
	until := now.Add(48 * time.Hour)
	in := func(at time.Time, view bot.View) bool {
		t.Helper()
		filter := bot.TicketFilter{View: view, Now: at, Awake: true, Viewer: marie.Email}
		list, err := s.Tickets(t.Context(), filter)
		if err != nil {
			t.Fatal(err)
		}
		if counts, err := s.CountViews(t.Context(), filter); err != nil || counts[view] != len(list) {
			t.Errorf("the view %s counts %d and lists %d, %v", view, counts[view], len(list), err)
		}
		return len(list) == 1
	}
	ok(t, s.AssignTicket(t.Context(), ref, marie, marie.Email))
	ok(t, s.Snooze(t.Context(), ref, marie, until))
	ok(t, s.Snooze(t.Context(), ref, marie, until))
	if in(now, bot.ViewAll) || in(now, bot.ViewMine) || !in(now, bot.ViewSnoozed) {
		t.Error("a ticket that was set aside is in the queue")
	}
	if !in(until.Add(time.Second), bot.ViewAll) || !in(until.Add(time.Second), bot.ViewMine) || in(until.Add(time.Second), bot.ViewSnoozed) {
		t.Error("a ticket is not back when its time has come")
	}
	if list, err := s.Tickets(t.Context(), bot.TicketFilter{View: bot.ViewAll, Now: now}); err != nil || len(list) != 1 {
		t.Errorf("whoever asks for all gets %d, %v", len(list), err)
	}
	turn(t, s, says("ana", "m9", "merci"), reply(bot.Reply{Kind: bot.Smalltalk, Text: "De rien"}))
	if in(now, bot.ViewAll) {
		t.Error("a thank-you wakes the ticket")
	}
	turn(t, s, says("ana", "m10", "et alors"), answer("y"))
	if !in(now, bot.ViewAll) || !file(t, s, ref).Snoozed.IsZero() {
		t.Error("the customer's message does not wake the ticket")
	}
	for name, wakes := range map[string]func() error{
		"the agent":   func() error { return s.Snooze(t.Context(), ref, marie, time.Time{}) },
		"a reply":     func() error { return s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "x"}) },
		"its closing": func() error { return s.SetTicketStatus(t.Context(), ref, marie, bot.Closed) },
	} {
		ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Open))
		ok(t, s.Snooze(t.Context(), ref, marie, until))
		ok(t, wakes())
		if got := file(t, s, ref); !got.Snoozed.IsZero() {
			t.Errorf("%s does not wake the ticket", name)
		}
	}
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Resolved))
	ok(t, s.Snooze(t.Context(), ref, marie, until))
	if got := file(t, s, ref); !got.Snoozed.IsZero() {
		t.Error("a resolved ticket is set aside")
	}
	got := events(t, s, ref)
	if got[2] != "marie@example.fr snoozed "+until.Format(time.RFC3339) {
		t.Errorf("the events are %q", got)
	}
}

func takesOver(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	openTicket(t, s, "ana", human("G-0000-0002"))
	ok(t, s.HandBack(t.Context(), ref, marie)) // nobody has it
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Resolved))
	together(5, func(int) {
		if err := s.TakeOver(t.Context(), ref, marie); err != nil {
			t.Error(err)
		}
	})
	messages := transcript(t, s, "ana")
	got := messages[len(messages)-1]
	if len(messages) != 6 || got.From != bot.FromBot || got.Seq != 6 || got.Text != bot.ReplyTakenOver(marie.Name, "").Text || got.Reply == nil || got.Reply.Kind != bot.Escalate {
		t.Errorf("the customer is told %+v", got)
	}
	if agent := state(t, s, "ana").Agent; agent != marie.Name {
		t.Errorf("the conversation is with %q", agent)
	}
	if f := file(t, s, ref); f.HeldBy != marie.Name || f.Status != bot.Open {
		t.Errorf("the ticket is %+v", f.Ticket)
	}
	ok(t, s.TakeOver(t.Context(), "G-0000-0002", paul))
	ok(t, s.HandBack(t.Context(), "G-0000-0002", paul)) // Marie goes on
	if agent := state(t, s, "ana").Agent; agent != marie.Name {
		t.Errorf("the conversation is with %q", agent)
	}
	if n := len(transcript(t, s, "ana")); n != 7 {
		t.Errorf("there are %d messages: the bot said that it is back while Marie answers", n)
	}
	ok(t, s.HandBack(t.Context(), ref, paul))
	ok(t, s.HandBack(t.Context(), ref, paul))
	messages = transcript(t, s, "ana")
	if got := messages[len(messages)-1]; len(messages) != 8 || got.From != bot.FromBot || got.Text != bot.ReplyHandedBack("").Text {
		t.Errorf("the customer is told %+v", got)
	}
	if agent := state(t, s, "ana").Agent; agent != "" || file(t, s, ref).HeldBy != "" {
		t.Errorf("the conversation is still with %q", agent)
	}
	wantEvents(t, s, ref, "bot opened ", "marie@example.fr status resolved", "marie@example.fr status open", "marie@example.fr taken_over ", "paul@example.fr handed_back ")
}

func namesakes(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", human(ref))
	other := bot.User{Email: "marie.b@example.fr", Name: marie.Name}
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "bonjour", Once: "1"}))
	if f := file(t, s, ref); !f.Holds(marie) || f.Holds(other) || !f.Transcript[2].Wrote(marie) || f.Transcript[2].Wrote(other) {
		t.Errorf("%s holds the ticket, %s wrote its reply", f.Holder, f.Transcript[2].By)
	}
	ok(t, s.TakeOver(t.Context(), ref, other))
	if f := file(t, s, ref); f.Holds(marie) || !f.Holds(other) || f.HeldBy != other.Name {
		t.Errorf("after a namesake took it, %s holds the ticket", f.Holder)
	}
	other.Name = "Marie Brun"
	ok(t, s.TakeOver(t.Context(), ref, other)) // it is theirs
	if f := file(t, s, ref); !f.Holds(other) || f.Holds(marie) {
		t.Errorf("after %s has another name, %s holds the ticket", other.Email, f.Holder)
	}
	wantEvents(t, s, ref, "bot opened ", "marie@example.fr reply ", "marie.b@example.fr taken_over ")
	ok(t, s.HandBack(t.Context(), ref, other))
	if f := file(t, s, ref); f.Holder != "" || f.Holds(marie) || f.Holds(other) {
		t.Errorf("handed back, %q holds the ticket", f.Holder)
	}
}

func findsRelated(t *testing.T, s TicketStore) {
	open := func(key, reference string, fields map[bot.Field]string) {
		openTicket(t, s, key, bot.Ticket{Reference: reference, Category: bot.Human, Fields: fields})
	}
	open("ana", ref, map[bot.Field]string{bot.Email: "Ana@example.fr", bot.Siren: "732829320", bot.AttestationNumber: "A1"})
	open("b", "G-MAIL", map[bot.Field]string{bot.Email: "ana@EXAMPLE.fr"})
	open("c", "G-SIREN", map[bot.Field]string{bot.Siren: "732829320"})
	open("d", "G-NUMBER", map[bot.Field]string{bot.AttestationNumber: "A1", bot.Email: "ana@example.fr"})
	open("ana", "G-SAME", nil)
	open("e", "G-OTHER", map[bot.Field]string{bot.Email: "eve@example.fr", bot.Siren: "443061841"})
	open("f", "G-NOTHING", nil)
	references := func(of string) (all []string) {
		t.Helper()
		found, err := s.Related(t.Context(), file(t, s, of).Ticket)
		ok(t, err)
		for _, f := range found {
			all = append(all, f.Reference)
		}
		return all
	}
	if got, want := references(ref), []string{"G-SAME", "G-NUMBER", "G-SIREN", "G-MAIL"}; !reflect.DeepEqual(got, want) {
		t.Errorf("related are %q, want %q", got, want)
	}
	for _, alone := range []string{"G-NOTHING", "G-OTHER"} {
		if got := references(alone); got != nil {
			t.Errorf("to %s related are %q", alone, got)
		}
	}
}
