package postgres_test

import (
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
)

// TestWhatAnEarlierReleaseWritesSaysWhoHoldsByName: it knows the columns of names alone, and may still run.
func TestWhatAnEarlierReleaseWritesSaysWhoHoldsByName(t *testing.T) {
	t.Parallel()
	url := postgrestest.URL(t)
	db := postgrestest.OpenAt(t, url)
	const reference = "G-0000-0001"
	in := from("ana")
	_, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: in.Text, Reply: bot.Reply{Kind: bot.Silent}, State: c.State, Ticket: &bot.Ticket{Reference: reference, Category: bot.Human}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	marie, paul := bot.User{Email: "marie@example.fr", Name: "Marie"}, bot.User{Email: "paul@example.fr", Name: "Paul"}
	read := func() bot.TicketFile {
		t.Helper()
		file, err := db.Ticket(t.Context(), reference)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	if err := db.ReplyTicket(t.Context(), reference, marie, bot.AgentReply{Text: "bonjour", Once: "1"}); err != nil {
		t.Fatal(err)
	}
	if file := read(); file.Holder != marie.Email || file.Transcript[1].By != marie.Email {
		t.Errorf("%q holds the ticket, %q wrote", file.Holder, file.Transcript[1].By)
	}
	execute(t, url, `update tickets set held_by = 'Paul'`)
	execute(t, url, `insert into messages (conversation_id, seq, author, text, agent, at) select conversation_id, 3, 'agent', 'bonjour', 'Paul', now() from tickets`)
	execute(t, url, `update conversations set last_seq = 3`)
	if file := read(); file.HeldBy != "Paul" || file.Holder != "" || !file.Holds(paul) || file.Holds(marie) || !file.Transcript[2].Wrote(paul) || file.Transcript[2].Wrote(marie) {
		t.Errorf("after Paul took it on an earlier release, %q (%q) holds the ticket, %q wrote", file.HeldBy, file.Holder, file.Transcript[2].By)
	}
	if err := db.TakeOver(t.Context(), reference, marie); err != nil {
		t.Fatal(err)
	}
	if file := read(); !file.Holds(marie) || file.Holder != marie.Email {
		t.Errorf("after Marie took it, %q (%q) holds the ticket", file.HeldBy, file.Holder)
	}
	execute(t, url, `update tickets set held_by = ''`)
	if file := read(); file.Holder != "" || file.Holds(marie) || file.Holds(paul) {
		t.Errorf("given back on an earlier release, %q holds the ticket", file.Holder)
	}
}
