package bottest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"guichet/bot"
)

// StaffThreadStore is what staff threads are tested on: tickets are opened by turns and worked on by agents.
type StaffThreadStore interface {
	bot.Store
	bot.Tickets
	bot.Accounts
	bot.StaffThreads
	bot.Passages
}

// TestStaffThreads checks an implementation of bot.StaffThreads. open gives an empty one, and ends it with the test.
func TestStaffThreads(t *testing.T, open func(t *testing.T) StaffThreadStore) {
	run(t, open, []testCase[StaffThreadStore]{
		{"a new ticket is told in each room, once", tellsRooms},
		{"an old ticket is told from when something happens to it", tellsOld},
		{"what an agent typed in a thread is its own there only", tellsOwn},
		{"a conversation that goes on elsewhere is told from where it stood", tellsOnElsewhere},
		{"people are told by name", tellsNames},
		{"what happens meanwhile is told too", tellsMeanwhile},
		{"the files of a message are told with it", tellsFiles},
		{"work whose poster died is given out again", diedPoster},
		{"work that rests, fails or goes on", restingWork},
		{"a closed ticket is silent, and catches up when it is reopened", tellsReopened},
		{"a thread leads to its ticket", threadOfTicket},
		{"many posters tell each thing once and in order", manyPosters},
	})
}

const (
	room = "telegram:-1001"
	ref2 = "G-0000-0002"
)

// openRooms opens some, twice: only the first counts.
func openRooms(t *testing.T, s bot.StaffThreads, names ...string) {
	t.Helper()
	for _, name := range names {
		ok(t, s.OpenStaffRoom(t.Context(), name))
		ok(t, s.OpenStaffRoom(t.Context(), name))
	}
}

// claimWork holds what is to be told next in a room, which there has to be.
func claimWork(t *testing.T, s bot.StaffThreads, room string) bot.StaffWork {
	t.Helper()
	held, err := s.ClaimStaffWork(t.Context(), room, longLease)
	if err != nil {
		t.Fatalf("ClaimStaffWork: %v", err)
	}
	return held
}

func noWork(t *testing.T, s bot.StaffThreads, room string) {
	t.Helper()
	if held, err := s.ClaimStaffWork(t.Context(), room, longLease); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("there is still %+v, %v", held, err)
	}
}

// tellAll settles held work as told.
func tellAll(t *testing.T, s bot.StaffThreads, held bot.StaffWork) {
	t.Helper()
	ok(t, s.SettleStaffWork(t.Context(), held, toldAll(held)))
}

func toldAll(held bot.StaffWork) bot.StaffStep {
	step := bot.StaffStep{Thread: "topic " + held.Ticket.Reference, Told: held.Told, Done: true}
	if n := len(held.Facts); n > 0 {
		step.Told = held.Facts[n-1].Told
	}
	return step
}

// facts are those of held work as "who: text" or "who kind detail"; own ones in parentheses.
func facts(held bot.StaffWork) (all []string) {
	for _, f := range held.Facts {
		line := fmt.Sprintf("%s %s %s", f.Who, f.Kind, f.Detail)
		if f.Message != nil {
			line = fmt.Sprintf("%s: %s", f.Message.From, f.Message.Text)
		}
		if f.Own {
			line = "(" + line + ")"
		}
		all = append(all, line)
	}
	return all
}

func wantFacts(t *testing.T, held bot.StaffWork, want ...string) {
	t.Helper()
	if got := facts(held); !slices.Equal(got, want) {
		t.Errorf("to be told: %q, want %q", got, want)
	}
}

func tellsRooms(t *testing.T, s StaffThreadStore) {
	openRooms(t, s, room, "discord:7")
	openTicket(t, s, "ana", human(ref))
	for _, r := range []string{room, "discord:7"} {
		held := claimWork(t, s, r)
		if held.Room != r || held.Ticket.Reference != ref || held.Ticket.Channel != "web" || held.Ticket.Fields[bot.Email] == "" ||
			held.Thread != "" || held.Attempt != 1 || held.Told != (bot.StaffCursor{}) || held.Follows != "" {
			t.Errorf("to be told: %+v", held)
		}
		wantFacts(t, held, "customer: x", "bot: ok", "bot opened ")
		noWork(t, s, r)
		tellAll(t, s, held)
		noWork(t, s, r)
	}
	turn(t, s, says("ana", "", "y"), answer("z"))
	turn(t, s, says("bob", "", "y"), answer("without a ticket"))
	held := claimWork(t, s, room)
	wantFacts(t, held, "customer: question", "bot: z")
	if held.Thread != "topic "+ref || held.Attempt != 1 {
		t.Errorf("then: %+v", held)
	}
	noWork(t, s, "telegram:other")
}

func tellsFiles(t *testing.T, s StaffThreadStore) {
	openRooms(t, s, room)
	openTicket(t, s, "ana", human(ref))
	turn(t, s, says("ana", "", ""), brings(attachment("a", "a.pdf"), attachment("b", "b.pdf")))
	held := claimWork(t, s, room)
	for _, f := range held.Facts {
		if m := f.Message; m != nil && len(m.Attachments) != map[int64]int{3: 2}[m.Seq] {
			t.Errorf("message %d is told with %+v", m.Seq, m.Attachments)
		}
	}
	if len(held.Facts) != 5 {
		t.Errorf("to be told: %q", facts(held))
	}
}

func tellsOld(t *testing.T, s StaffThreadStore) {
	openTicket(t, s, "ana", human(ref))
	openTicket(t, s, "bob", human(ref2))
	openRooms(t, s, room)
	noWork(t, s, room)
	ok(t, s.NoteTicket(t.Context(), ref2, marie, "n", ""))
	held := claimWork(t, s, room)
	wantFacts(t, held, "customer: x", "bot: ok", "bot opened ", marie.Email+" note n")
	tellAll(t, s, held)
	turn(t, s, says("ana", "", "y"), answer("z"))
	if held := claimWork(t, s, room); held.Ticket.Reference != ref || len(held.Facts) != 5 {
		t.Errorf("then: %q", facts(held))
	}
}

func tellsOwn(t *testing.T, s StaffThreadStore) {
	openRooms(t, s, room, "telegram:-10011")
	openTicket(t, s, "ana", human(ref))
	for _, r := range []string{room, "telegram:-10011"} {
		tellAll(t, s, claimWork(t, s, r))
	}
	here := toldAll(bot.StaffWork{Ticket: bot.Ticket{Reference: ref}}).Thread
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "here", Once: bot.StaffOnce(room, here, "1")}))
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "here", Once: bot.StaffOnce(room, here, "1")}))
	ok(t, s.NoteTicket(t.Context(), ref, marie, "note here", bot.StaffOnce(room, here, "2")))
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "desk", Once: "form"}))
	said := []string{"agent: here", marie.Email + " reply ", marie.Email + " note note here", "agent: desk", marie.Email + " reply "}
	wantFacts(t, claimWork(t, s, "telegram:-10011"), said...)
	for i := range 3 {
		said[i] = "(" + said[i] + ")"
	}
	held := claimWork(t, s, room)
	wantFacts(t, held, said...)
	// The thread is gone: another is told all.
	ok(t, s.SettleStaffWork(t.Context(), held, bot.StaffStep{Renewed: true}))
	for i, f := range facts(claimWork(t, s, room)) {
		if f[0] == '(' {
			t.Errorf("fact %d is taken for typed in the new thread: %s", i, f)
		}
	}
}

func tellsNames(t *testing.T, s StaffThreadStore) {
	openRooms(t, s, room)
	ok(t, s.AddUser(t.Context(), bot.User{Email: marie.Email, Name: marie.Name, Role: bot.RoleAgent}))
	openTicket(t, s, "ana", human(ref))
	tellAll(t, s, claimWork(t, s, room))
	ok(t, s.AssignTicket(t.Context(), ref, marie, marie.Email))
	ok(t, s.AssignTicket(t.Context(), ref, marie, "gone@example.fr"))
	ok(t, s.AssignTicket(t.Context(), ref, marie, marie.Email))
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Waiting))
	held := claimWork(t, s, room)
	wantFacts(t, held, marie.Name+" assigned "+marie.Name, marie.Name+" assigned gone@example.fr", marie.Name+" assigned "+marie.Name, marie.Name+" status waiting")
	if held.Follows != marie.Name || held.Ticket.Status != bot.Waiting {
		t.Errorf("it stands as %+v", held)
	}
}

func tellsMeanwhile(t *testing.T, s StaffThreadStore) {
	openRooms(t, s, room)
	openTicket(t, s, "ana", human(ref))
	held := claimWork(t, s, room)
	turn(t, s, says("ana", "", "y"), answer("meanwhile"))
	noWork(t, s, room)
	tellAll(t, s, held)
	held = claimWork(t, s, room)
	wantFacts(t, held, "customer: question", "bot: meanwhile")
	tellAll(t, s, held)
	noWork(t, s, room)
}

func diedPoster(t *testing.T, s StaffThreadStore) {
	openRooms(t, s, room)
	openTicket(t, s, "ana", human(ref))
	claim := func() (bot.StaffWork, error) { return s.ClaimStaffWork(t.Context(), room, shortLease) }
	first, err := claim()
	ok(t, err)
	second := eventually(t, func() (bot.StaffWork, error) { return s.ClaimStaffWork(t.Context(), room, longLease) })
	if second.Attempt != 2 || len(second.Facts) != 3 {
		t.Errorf("given out again: %+v", second)
	}
	if err := s.SettleStaffWork(t.Context(), first, toldAll(first)); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the first, late: %v", err)
	}
	tellAll(t, s, second)
	if err := s.SettleStaffWork(t.Context(), second, toldAll(second)); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("settled twice: %v", err)
	}
	noWork(t, s, room)
}

func restingWork(t *testing.T, s StaffThreadStore) {
	openRooms(t, s, room)
	openTicket(t, s, "ana", human(ref))
	openTicket(t, s, "bob", human(ref2))
	held := claimWork(t, s, room)
	first := held.Ticket.Reference
	ok(t, s.SettleStaffWork(t.Context(), held, bot.StaffStep{Thread: "1:1", Renewed: true, Told: held.Facts[0].Told}))
	held = claimWork(t, s, room)
	if held.Ticket.Reference != first || held.Thread != "1:1" || !held.Renewed || held.Shut || len(held.Facts) != 2 || held.Attempt != 1 {
		t.Errorf("it goes on with %+v", held)
	}
	ok(t, s.SettleStaffWork(t.Context(), held, bot.StaffStep{Thread: "1:1", Shut: true, Told: held.Told, Failed: true, Reason: "é\x00\nx"}))
	held = claimWork(t, s, room)
	if held.Ticket.Reference != first || held.Attempt != 2 || !held.Shut || held.Renewed {
		t.Errorf("after a failure: %+v", held)
	}
	ok(t, s.SettleStaffWork(t.Context(), held, bot.StaffStep{Told: held.Told, After: time.Hour}))
	held = claimWork(t, s, room)
	if held.Ticket.Reference == first {
		t.Error("it does not rest")
	}
	noWork(t, s, room)
}

func tellsReopened(t *testing.T, s StaffThreadStore) {
	openRooms(t, s, room)
	openTicket(t, s, "ana", human(ref))
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Closed))
	tellAll(t, s, claimWork(t, s, room))
	turn(t, s, says("ana", "", "y"), answer("another question"))
	noWork(t, s, room)
	ok(t, s.SetTicketStatus(t.Context(), ref, marie, bot.Open))
	wantFacts(t, claimWork(t, s, room), "customer: question", "bot: another question", marie.Email+" status open")
}

func threadOfTicket(t *testing.T, s StaffThreadStore) {
	openRooms(t, s, room, "discord:7")
	openTicket(t, s, "ana", human(ref))
	held := claimWork(t, s, room)
	find := func(room, thread string) error {
		_, err := s.StaffTicket(t.Context(), room, thread)
		return err
	}
	if err := find(room, ""); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("no thread leads to %v", err)
	}
	step := toldAll(held)
	ok(t, s.SettleStaffWork(t.Context(), held, step))
	if found, err := s.StaffTicket(t.Context(), room, step.Thread); err != nil || found != ref {
		t.Errorf("the thread leads to %q, %v", found, err)
	}
	for _, other := range [][2]string{{"discord:7", step.Thread}, {room, step.Thread + "0"}, {room, "\xff\x00"}} {
		if err := find(other[0], other[1]); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%q leads to %v", other, err)
		}
	}
}

func manyPosters(t *testing.T, s StaffThreadStore) {
	const tickets, later = 6, 5
	openRooms(t, s, room)
	for i := range tickets {
		openTicket(t, s, fmt.Sprint(i), human(fmt.Sprintf("G-0000-000%d", i)))
	}
	var mu sync.Mutex
	told, done := map[string][]int64{}, make(chan struct{})
	deadline := time.Now().Add(patience)
	go func() {
		defer close(done)
		for range later {
			for i := range tickets {
				if _, err := s.Turn(t.Context(), says(fmt.Sprint(i), "", "y"), answer("z")); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	together(4, func(int) {
		for {
			held, err := s.ClaimStaffWork(t.Context(), room, longLease)
			if errors.Is(err, bot.ErrNotFound) {
				mu.Lock()
				n := 0
				for _, seqs := range told {
					n += len(seqs)
				}
				mu.Unlock()
				if n >= tickets*2*(1+later) || time.Now().After(deadline) {
					return
				}
				continue
			}
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			for _, f := range held.Facts {
				if f.Message != nil {
					told[held.Ticket.Reference] = append(told[held.Ticket.Reference], f.Message.Seq)
				}
			}
			mu.Unlock()
			if err := s.SettleStaffWork(t.Context(), held, toldAll(held)); err != nil {
				t.Error(err)
			}
		}
	})
	<-done
	for reference, seqs := range told {
		if len(seqs) != 2*(1+later) || !slices.IsSorted(seqs) {
			t.Errorf("of %s was told %v", reference, seqs)
		}
	}
}

func tellsOnElsewhere(t *testing.T, s StaffThreadStore) {
	openRooms(t, s, room)
	openTicket(t, s, "ana", human(ref))
	tellAll(t, s, claimWork(t, s, room))
	turn(t, s, chats("42", "m1"), answer("before"))
	ok(t, s.NewPassage(t.Context(), "web", "ana", hash("x"), life))
	_, err := s.TakePassage(t.Context(), hash("x"), chats("42", "m2"), over)
	ok(t, err)
	wantFacts(t, claimWork(t, s, room), "customer: /start", "bot: ici", "customer carried telegram")
}
