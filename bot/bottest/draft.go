package bottest

import (
	"reflect"
	"testing"
	"time"

	"guichet/bot"
)

// DraftStore is what drafts and attendance are tested on.
type DraftStore interface {
	TicketStore
	bot.Accounts
	bot.Drafts
	bot.Attendance
}

// TestDrafts checks an implementation of bot.Drafts and bot.Attendance.
func TestDrafts(t *testing.T, open func(t *testing.T) DraftStore) {
	run(t, open, []testCase[DraftStore]{
		{"a draft is kept for its author until it is sent", keepsDrafts},
		{"a draft that comes after its sending is not kept", lateDraft},
		{"who has a ticket open is known for a while", attends},
	})
}

func account(t *testing.T, s bot.Accounts, user bot.User) {
	t.Helper()
	user.Role = bot.RoleAgent
	ok(t, s.AddUser(t.Context(), user))
}

func drafts(t *testing.T, s bot.Drafts, by bot.User) map[bot.DraftMode]string {
	t.Helper()
	got, err := s.Drafts(t.Context(), ref, by)
	ok(t, err)
	all := map[bot.DraftMode]string{}
	for mode, d := range got {
		if d.At.IsZero() || d.Once == "" {
			t.Errorf("the draft is %+v", d)
		}
		all[mode] = d.Text
	}
	return all
}

func wantDrafts(t *testing.T, s bot.Drafts, by bot.User, want map[bot.DraftMode]string) {
	t.Helper()
	if got := drafts(t, s, by); !reflect.DeepEqual(got, want) {
		t.Errorf("the drafts of %s are %q, want %q", by.Name, got, want)
	}
}

func keepsDrafts(t *testing.T, s DraftStore) {
	account(t, s, marie)
	account(t, s, paul)
	openTicket(t, s, "ana", human(ref))
	none := map[bot.DraftMode]string{}
	wantDrafts(t, s, marie, none)
	for _, text := range []string{"Bon", "Bonjour"} {
		ok(t, s.KeepDraft(t.Context(), ref, marie, bot.DraftReply, bot.Draft{Text: text, Once: "1", Seen: 2}))
	}
	ok(t, s.KeepDraft(t.Context(), ref, marie, bot.DraftNote, bot.Draft{Text: "à rappeler", Once: "2"}))
	ok(t, s.KeepDraft(t.Context(), ref, paul, bot.DraftReply, bot.Draft{Text: "Bonsoir", Once: "3"}))
	ok(t, s.KeepDraft(t.Context(), "' or true --", paul, bot.DraftReply, bot.Draft{Text: "x", Once: "4"}))
	wantDrafts(t, s, marie, map[bot.DraftMode]string{bot.DraftReply: "Bonjour", bot.DraftNote: "à rappeler"})
	if got, err := s.Drafts(t.Context(), ref, marie); err != nil || got[bot.DraftReply].Seen != 2 || got[bot.DraftReply].Once != "1" {
		t.Errorf("the draft is %+v, %v", got, err)
	}
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "autre", Once: "9"})) // from another tab
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "Bonjour", Once: "1"}))
	wantDrafts(t, s, marie, map[bot.DraftMode]string{bot.DraftNote: "à rappeler"})
	ok(t, s.NoteTicket(t.Context(), ref, marie, "à rappeler", "2"))
	wantDrafts(t, s, marie, none)
	wantDrafts(t, s, paul, map[bot.DraftMode]string{bot.DraftReply: "Bonsoir"})
	ok(t, s.KeepDraft(t.Context(), ref, paul, bot.DraftReply, bot.Draft{}))
	wantDrafts(t, s, paul, none)
}

func lateDraft(t *testing.T, s DraftStore) {
	account(t, s, marie)
	openTicket(t, s, "ana", human(ref))
	together(10, func(i int) { // what is typed and what is sent race, as in a browser
		var err error
		if i == 4 {
			err = s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "Bonjour", Once: "1"})
		} else {
			err = s.KeepDraft(t.Context(), ref, marie, bot.DraftReply, bot.Draft{Text: "Bonj", Once: "1"})
		}
		if err != nil {
			t.Error(err)
		}
	})
	wantDrafts(t, s, marie, map[bot.DraftMode]string{})
}

func attends(t *testing.T, s DraftStore) {
	account(t, s, marie)
	account(t, s, paul)
	openTicket(t, s, "ana", human(ref))
	changes := listen(t, s)
	there := func(want ...bot.Attendant) {
		t.Helper()
		got, err := s.Attending(t.Context(), ref)
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("at the ticket are %+v, %v; want %+v", got, err, want)
		}
	}
	there()
	ok(t, s.Attend(t.Context(), ref, marie, bot.Looking, time.Hour))
	if got := wait(t, changes); got != (thread{"web", "ana"}) {
		t.Errorf("somebody who comes is reported as %q", got)
	}
	ok(t, s.Attend(t.Context(), ref, marie, bot.Looking, time.Hour)) // not news
	ok(t, s.Attend(t.Context(), "G-0000-0009", marie, bot.Looking, time.Hour))
	ok(t, s.Attend(t.Context(), ref, paul, bot.Writing, time.Hour))
	there(bot.Attendant{Email: marie.Email, Doing: bot.Looking}, bot.Attendant{Email: paul.Email, Doing: bot.Writing})
	ok(t, s.Attend(t.Context(), ref, paul, bot.Looking, -time.Second)) // its time is over
	there(bot.Attendant{Email: marie.Email, Doing: bot.Looking})
	ok(t, s.Attend(t.Context(), ref, marie, bot.Leaving, 0))
	there()
}
