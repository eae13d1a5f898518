package bot_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

func TestAReferenceIsReadAsItIsTyped(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"G-4F7K-2MQ0", "g-4f7k-2mq0", " g4f7k2mq0 ", "4F7K2MQ0", "G 4F7K 2MQO", "G–4F7K–2MQ0",
		"https://guichet.exemple.fr/desk/ticket/G-4F7K-2MQ0?view=mine", "/desk/ticket/g-4f7k-2mq0"} {
		if got := bot.ReadReference(typed); got != "G-4F7K-2MQ0" {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
	for typed, want := range map[string]string{"": "", "x": "X", "G-PEND-00001": "G-PEND-00001", "' or true --": "' OR TRUE --"} {
		if got := bot.ReadReference(typed); got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
}

// unceasing is a clock in a house that never closes.
func unceasing(started time.Time, first, resolve int) bot.Clock {
	c := bot.Clock{Started: started}
	c.Hours, c.Holidays = map[string]string{"monday-sunday": "0:00-24:00"}, bot.HolidaysNone
	c.First, c.Resolve = bot.Term{N: first, Unit: bot.OpeningHours}, bot.Term{N: resolve, Unit: bot.OpeningHours}
	return c
}

func TestAClockKeepsThePromisesThatWereJoined(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 2, 3, 12, 0, 0, 0, time.UTC)
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	due := func(c bot.Clock, aim bot.Aim) time.Time {
		for _, d := range c.Deadlines() {
			if d.Aim == aim {
				return d.Due
			}
		}
		return time.Time{}
	}
	into, from := unceasing(at(0), 10, 20), unceasing(at(-4), 8, 40)
	from.Turn(bot.Waiting, at(0))
	into.Join("G-B", from, bot.Open, at(2)) // it waited for two hours
	if got := due(into, bot.ToReply); !got.Equal(at(6)) {
		t.Errorf("a reply is due at %s", got)
	}
	if got := due(into, bot.ToResolve); !got.Equal(at(20)) {
		t.Errorf("the end is due at %s", got)
	}
	if len(from.Stops) != 1 || !from.Stops[0].To.IsZero() {
		t.Errorf("the clock that was joined has changed: %+v", from)
	}
	into.Turn(bot.Waiting, at(3))
	if got := into.Deadlines(); len(got) != 0 {
		t.Errorf("while the customer is waited for, due are %+v", got)
	}
	into.Turn(bot.Open, at(4))
	if got := due(into, bot.ToReply); !got.Equal(at(7)) {
		t.Errorf("after an hour of waiting a reply is due at %s", got)
	}
	into.Answer(at(5))
	if got := due(into, bot.ToReply); !got.IsZero() {
		t.Errorf("after the reply it is still due at %s", got)
	}
	into.Part("G-B", from)
	if got := due(into, bot.ToResolve); !got.Equal(at(21)) || len(into.Joined) != 0 {
		t.Errorf("parted, the end is due at %s", got)
	}
}

func TestAClockWithoutTermsTakesThoseThatAreJoined(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 2, 3, 12, 0, 0, 0, time.UTC)
	into, through := bot.Clock{}, bot.Clock{}
	through.Join("G-C", unceasing(noon, 3, 0), bot.Open, noon)
	into.Join("G-B", through, bot.Open, noon)
	if got := into.Next(); got.Aim != bot.ToReply || !got.Due.Equal(noon.Add(3*time.Hour)) {
		t.Errorf("due is %+v", got)
	}
	if got, want := into.Retimed(), "reply 2026-02-03T15:00:00Z"; got != want {
		t.Errorf("it is told as %q, want %q", got, want)
	}
	if got := bot.ReadRetimed(into.Retimed()); len(got) != 1 || !got[0].Due.Equal(noon.Add(3*time.Hour)) || got[0].Aim != bot.ToReply {
		t.Errorf("and read as %+v", got)
	}
	into.Part("G-B", through)
	if got := into.Deadlines(); len(got) != 0 {
		t.Errorf("parted, due are %+v", got)
	}
}

func TestTheValuesOfACorrectionAreSetByHand(t *testing.T) {
	t.Parallel()
	file := bot.TicketFile{Ticket: bot.Ticket{Category: bot.AttestationCorrection, Fields: map[bot.Field]string{bot.Correction: "Il est écrit DUPOND au lieu de DUPONT"}}}
	wants := func(wrong, right, by string, known bool) {
		t.Helper()
		if a, who, ok := file.Amendment(); a.Wrong != wrong || a.Right != right || who != by || ok != known {
			t.Errorf("the values are %+v by %q, %v", a, who, ok)
		}
	}
	wants("DUPOND", "DUPONT", "", true)
	a, err := bot.Amended(" Boulangerie\n DUPOND ", "Boulangerie DUPONT")
	if err != nil {
		t.Fatal(err)
	}
	file.Events = append(file.Events, bot.Event{Kind: "amended", Actor: "marie@example.fr", Detail: a.String()})
	wants("Boulangerie DUPOND", "Boulangerie DUPONT", "marie@example.fr", true)
	file.Events = append(file.Events, bot.Event{Kind: "amended", Actor: "marie@example.fr"})
	wants("DUPOND", "DUPONT", "", true)
	file.Category = bot.Claim
	wants("", "", "", false)
	for _, wrong := range [][2]string{{"x", ""}, {"", "x"}, {"x", " x "}, {strings.Repeat("é", 121), "x"}} {
		if _, err := bot.Amended(wrong[0], wrong[1]); !errors.Is(err, bot.ErrAmendment) {
			t.Errorf("%q gives %v", wrong, err)
		}
	}
}

func TestAStaffRoomIsToldOfTicketsThatBelongTogether(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"merged_into": "Ana a fusionné ce ticket dans G-4F7K-2MQ0", "merged_from": "Ana a fusionné G-4F7K-2MQ0 dans ce ticket",
		"separated": "Ana a séparé ce ticket de G-4F7K-2MQ0", "elsewhere": "Le client a écrit dans la conversation de G-4F7K-2MQ0",
		"linked": "Ana a lié G-4F7K-2MQ0 à ce ticket", "unlinked": "Ana a retiré le lien avec G-4F7K-2MQ0",
		"retimed": "Les échéances sont recalculées",
	} {
		detail := "G-4F7K-2MQ0"
		if kind == "retimed" {
			detail = "reply 2026-02-03T14:00:00Z"
			want += " : répondre avant le 3 février 2026 à 15:00"
		}
		w := bot.StaffWork{Told: bot.StaffCursor{Event: 1}, Facts: []bot.StaffFact{{Kind: bot.EventKind(kind), Who: "Ana", Detail: detail, Told: bot.StaffCursor{Event: 2}}}}
		post, _, ok := w.NextPost(time.UTC, "")
		if said := strings.NewReplacer(`\`, "", "\u00a0", " ", "\u202f", " ").Replace(post.Text); !ok || !strings.Contains(said, want) {
			t.Errorf("%s is told as %q, want %q", kind, said, want)
		}
	}
}
