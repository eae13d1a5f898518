package bottest

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"guichet/bot"
)

// AttachmentStore is what attachments are tested on: turns and agents' replies bring them.
type AttachmentStore interface {
	bot.Store
	bot.Tickets
	bot.Outbox
	bot.Attachments
}

// TestAttachments checks an implementation of bot.Attachments, and that a store keeps files with their messages. open
// gives an empty one, and ends it with the test.
func TestAttachments(t *testing.T, open func(t *testing.T) AttachmentStore) {
	run(t, open, []testCase[AttachmentStore]{
		{"a customer's files stand with their message", customerFiles},
		{"an agent's files leave with their reply", agentFiles},
		{"a reply sent again with other files is another reply", otherFiles},
		{"a file is found by its id, and nothing else is", findsFiles},
	})
}

func attachment(id, name string) bot.Attachment {
	return bot.Attachment{ID: id, Name: name, Type: "application/pdf", Size: 1 << 33, SHA256: strings.Repeat("ab", 32)}
}

// brings decides a turn that keeps files.
func brings(files ...bot.Attachment) func(bot.Conversation) (bot.Turn, error) {
	return func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Reply: bot.Reply{Kind: bot.Escalate, Text: "reçu"}, State: c.State, Attachments: files}, nil
	}
}

func customerFiles(t *testing.T, s AttachmentStore) {
	files := []bot.Attachment{attachment("a", "l’été \"1\".pdf"), attachment("b", "b.pdf")}
	in := says("ana", "m1", "")
	outcome := turn(t, s, in, brings(files...))
	if !reflect.DeepEqual(outcome.Customer.Attachments, files) || outcome.Bot.Attachments != nil {
		t.Errorf("acknowledged %+v", outcome)
	}
	if kept := transcript(t, s, "ana"); !reflect.DeepEqual(kept, []bot.Message{outcome.Customer, *outcome.Bot}) {
		t.Errorf("kept %+v", kept)
	}
	if again := turn(t, s, in, brings()); !again.Duplicate || !reflect.DeepEqual(again.Customer, outcome.Customer) {
		t.Errorf("the message once more gives %+v", again)
	}
	ticket := human(ref)
	turn(t, s, says("ana", "", "x"), func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Escalate, Text: "ok"}, State: c.State, Ticket: &ticket}, nil
	})
	if got := file(t, s, ref).Transcript; !reflect.DeepEqual(got[0].Attachments, files) || got[2].Attachments != nil {
		t.Errorf("the ticket opened afterwards shows %+v", got)
	}
}

func agentFiles(t *testing.T, s AttachmentStore) {
	chatTicket(t, s, "42", ref)
	files := []bot.Attachment{attachment("a", "a.pdf")}
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Attachments: files, Once: "1"}))
	if m := claimDelivery(t, s).Message; m.Text != "" || m.From != bot.FromAgent || !reflect.DeepEqual(m.Attachments, files) {
		t.Errorf("to be delivered: %+v", m)
	}
}

func otherFiles(t *testing.T, s AttachmentStore) {
	chatTicket(t, s, "42", ref)
	send := func(files ...bot.Attachment) error {
		return s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Text: "x", Attachments: files, Once: "1"})
	}
	ok(t, send(attachment("a", "a.pdf")))
	ok(t, send(attachment("stored once more", "a.pdf")))
	changed := attachment("a", "a.pdf")
	changed.SHA256 = strings.Repeat("cd", 32)
	for name, files := range map[string][]bot.Attachment{
		"none": nil, "another content": {changed}, "another name": {attachment("a", "b.pdf")},
		"one more": {attachment("a", "a.pdf"), attachment("b", "b.pdf")},
	} {
		if err := send(files...); !errors.Is(err, bot.ErrExists) {
			t.Errorf("the form sent again with %s gives %v", name, err)
		}
	}
	if n := len(file(t, s, ref).Transcript); n != 3 {
		t.Errorf("%d messages, want 3", n)
	}
}

func findsFiles(t *testing.T, s AttachmentStore) {
	a, b := attachment("aa", "a.pdf"), attachment("bb", "b.pdf")
	turn(t, s, says("ana", "", ""), brings(a, b))
	chatTicket(t, s, "42", ref)
	c := attachment("cc", "c.pdf")
	ok(t, s.ReplyTicket(t.Context(), ref, marie, bot.AgentReply{Attachments: []bot.Attachment{c}}))
	for _, want := range []bot.Attachment{b, c} {
		if got, err := s.Attachment(t.Context(), want.ID); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("found %+v, %v, want %+v", got, err, want)
		}
	}
	for _, id := range []string{"", "a", "zz", "aa%", "\x00", "\xff", `"}`} {
		if got, err := s.Attachment(t.Context(), id); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%q finds %+v, %v", id, got, err)
		}
	}
	held, err := s.HeldFiles(t.Context(), []string{"zz", "cc", "aa", "dd"})
	ok(t, err)
	slices.Sort(held)
	if !slices.Equal(held, []string{"aa", "cc"}) {
		t.Errorf("held: %q", held)
	}
}
