package bottest

import (
	"reflect"
	"testing"
	"time"

	"guichet/bot"
)

// ages gives a clock that began so long ago, in a house that never closes: its deadlines are hours after it.
func ages(ago time.Duration, first, resolve int) bot.Clock {
	clock := bot.Clock{Started: time.Now().Add(-ago).Truncate(time.Millisecond).UTC()}
	clock.Hours, clock.Holidays = map[string]string{"monday-sunday": "0:00-24:00"}, bot.HolidaysNone
	clock.First, clock.Resolve = bot.Term{N: first, Unit: bot.OpeningHours}, bot.Term{N: resolve, Unit: bot.OpeningHours}
	return clock
}

func next(t *testing.T, s bot.Tickets, reference string) bot.Deadline {
	t.Helper()
	return file(t, s, reference).Clock.Next()
}

// overdue are the tickets in the view of overdue ones at a moment.
func overdue(t *testing.T, s bot.Tickets, at time.Time) []string {
	t.Helper()
	return list(t, s, bot.TicketFilter{View: bot.ViewOverdue, Now: at, ByDeadline: true})
}

func keepsDeadlines(t *testing.T, s TicketStore) {
	clock := ages(2*time.Hour, 1, 5)
	opened := human(ref)
	opened.Clock = clock
	openTicket(t, s, "ana", opened)
	if got := file(t, s, ref).Clock; !reflect.DeepEqual(got, clock) {
		t.Fatalf("the clock is kept as %+v, want %+v", got, clock)
	}
	if got := next(t, s, ref); got.Aim != bot.ToReply || !got.Due.Equal(clock.Started.Add(time.Hour)) {
		t.Errorf("the first deadline is %+v", got)
	}
	now := time.Now()
	if got := overdue(t, s, now); !reflect.DeepEqual(got, []string{ref}) {
		t.Errorf("overdue are %v", got)
	}
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "bonjour", Once: "1"}))
	if got := next(t, s, ref); got.Aim != bot.ToResolve || !got.Due.Equal(clock.Started.Add(5*time.Hour)) {
		t.Errorf("after the reply the deadline is %+v", got)
	}
	if got := overdue(t, s, now); len(got) != 0 {
		t.Errorf("after the reply, overdue are %v", got)
	}
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Waiting))
	if got := overdue(t, s, now.Add(1000*time.Hour)); len(got) != 0 {
		t.Errorf("while the customer is waited for, overdue are %v", got)
	}
	turn(t, s, says("ana", "m2", "me voici"), answer("ok"))
	got := file(t, s, ref).Clock
	if len(got.Stops) != 1 || got.Stops[0].Status != bot.Waiting || got.Stops[0].To.Before(got.Stops[0].From) || got.Answered.IsZero() {
		t.Errorf("after the customer's answer the clock is %+v", got)
	}
	waited := got.Stops[0].To.Sub(got.Stops[0].From)
	if due := got.Next().Due; !due.Equal(clock.Started.Add(5*time.Hour + waited)) {
		t.Errorf("it is due at %s, %s was waited", due, waited)
	}
	if late := overdue(t, s, got.Next().Due.Add(time.Second)); !reflect.DeepEqual(late, []string{ref}) {
		t.Errorf("just after it, overdue are %v", late)
	}
	if late := overdue(t, s, got.Next().Due.Add(-time.Second)); len(late) != 0 {
		t.Errorf("just before it, overdue are %v", late)
	}
	for _, done := range []bot.Status{bot.Resolved, bot.Closed} {
		ok(t, s.SetTicketStatus(t.Context(), ref, marie, done))
		if late := overdue(t, s, now.Add(1000*time.Hour)); len(late) != 0 {
			t.Errorf("%s, overdue are %v", done, late)
		}
	}
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "encore", Once: "2"})) // reopens
	if late := overdue(t, s, now.Add(1000*time.Hour)); len(late) != 1 {
		t.Errorf("reopened by a reply, overdue are %v", late)
	}
}

func nextDeadlineFirst(t *testing.T, s TicketStore) {
	same := ages(0, 5, 10) // of a night: all are due in the same moment
	for i, ticket := range []struct {
		reference string
		clock     bot.Clock
	}{{"A", ages(time.Hour, 9, 10)}, {"B", bot.Clock{}}, {"C", ages(0, 1, 10)}, {"D", bot.Clock{}}, {"E", ages(0, 4, 10)}, {"F", same}, {"G", same}} {
		opened := human(ticket.reference)
		opened.Clock = ticket.clock
		openTicket(t, s, string(rune('a'+i)), opened)
	}
	if got, want := list(t, s, bot.TicketFilter{ByDeadline: true}), []string{"C", "E", "F", "G", "A", "D", "B"}; !reflect.DeepEqual(got, want) {
		t.Errorf("by deadline %v, want %v", got, want)
	}
	if got, want := list(t, s, bot.TicketFilter{ByDeadline: true, Limit: 3, Offset: 1}), []string{"E", "F", "G"}; !reflect.DeepEqual(got, want) {
		t.Errorf("a page of it %v, want %v", got, want)
	}
}

// viewsAreTheirLists compares each count with its list, for filters of every kind.
func viewsAreTheirLists(t *testing.T, s TicketStore) {
	categories := bot.Definitions()
	for i := range 40 {
		reference := "G-" + string(rune('A'+i%26)) + string(rune('A'+i/26))
		ticket := bot.Ticket{Reference: reference, Category: categories[i%len(categories)].Category, Site: []string{"micro", "alma"}[i%2],
			Fields: map[bot.Field]string{bot.Name: []string{"Élodie", "Hervé"}[i/3%2]}, Clock: ages(time.Duration(i%3)*time.Hour, 2-i%2, 5)}
		openTicket(t, s, reference, ticket)
		ok(t, s.AssignTicket(t.Context(), reference, marie, []string{marie.Email, "paul@example.fr", "", ""}[i%4]))
		ok(t, s.SetTicketStatus(t.Context(), reference, marie, bot.Statuses()[i%7%4]))
		if i%5 == 0 {
			ok(t, s.Snooze(t.Context(), reference, marie, time.Now().Add(time.Hour)))
		}
	}
	progress := []bot.Status{bot.Open, bot.Waiting}
	sums := map[bot.View]int{}
	for _, filter := range []bot.TicketFilter{
		{}, {Statuses: progress}, {Statuses: []bot.Status{bot.Closed}}, {Category: bot.Claim}, {Channel: "web"}, {Channel: "telegram"},
		{Site: "alma", Statuses: progress}, {Text: "elodie"}, {Text: "herve G-", Category: bot.Human, Site: "micro"}, {Text: "nobody"},
		{Statuses: []bot.Status{"asleep"}}, {Statuses: progress, Awake: true}, {Awake: true, Site: "micro"},
	} {
		filter.Viewer, filter.Now = marie.Email, time.Now()
		counts, err := s.CountViews(t.Context(), filter)
		ok(t, err)
		for _, view := range bot.Views() {
			filter.View, filter.ByDeadline = view, true
			listed := list(t, s, filter)
			if counts[view] != len(listed) {
				t.Errorf("%+v: the count is %d, the list has %d", filter, counts[view], len(listed))
			}
			sums[view] += len(listed)
		}
	}
	for view, sum := range sums {
		if sum == 0 {
			t.Errorf("the view %s was never anything but empty", view)
		}
	}
	if counts, err := s.CountViews(t.Context(), bot.TicketFilter{}); err != nil || counts[bot.ViewMine] != 0 || counts[bot.ViewAll] != 40 {
		t.Errorf("without a viewer: %v, %v", counts, err)
	}
}

func searchesConversations(t *testing.T, s TicketStore) {
	openTicket(t, s, "ana", bot.Ticket{Reference: "G-0000-0001", Category: bot.Claim, Fields: map[bot.Field]string{bot.Name: "Hervé"}})
	openTicket(t, s, "bob", bot.Ticket{Reference: "G-0000-0002", Category: bot.Claim})
	saying := func(key, text string) {
		turn(t, s, says(key, text, text), func(c bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Text: text, Reply: bot.Reply{Kind: bot.Answer, Text: "Voilà"}, State: c.State}, nil
		})
	}
	saying("ana", "Ma CAISSE a été volée à l’Île-Saint-Denis, cœur brisé, écrivez à Zoé.Noël@example.fr ; c:\\dossier 'n°5'")
	saying("bob", "Le chèque, « impayé », date de février")
	ok(t, s.ReplyTicket(t.Context(), "G-0000-0002", marie, bot.AgentReply{Text: "J’ai transmis votre **réclamation** à Wakam", Once: "1"}))
	first, second, none := []string{"G-0000-0001"}, []string{"G-0000-0002"}, []string{}
	for text, want := range map[string][]string{
		"volee": first, "VOLÉE caisse": first, "vol": first, "coeur": first, "CŒUR": first, "l'ile": first, "l’île": first, "saint-denis": first,
		"zoe.noel@example.fr": first, "herve volee": first, "herve cheque": none, "fevrier": second, "impaye": second, "«impayé»": second,
		"reclam": second, "wakam": second, "réclamation": second, "voila": {"G-0000-0002", "G-0000-0001"}, "aisse": none, // no beginning of a word
		"volée & chèque": none, "volée | chèque": none, "!volée": first, "chèque:*": second, "'": none, "\\": none, "example.fr": first, "'n°5'": first, "a'b\\'c": none,
		"g-0000-0002 cheque": second,
	} {
		if got := list(t, s, bot.TicketFilter{Text: text}); !reflect.DeepEqual(got, want) {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
	}
}
