package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

// oneAgent is a store with one ticket, in the thread "7", and one account. Every action fails the test.
type oneAgent struct {
	bot.StaffStore // nil: what is not below must not be called
	user           bot.User
	replied        *[]bot.AgentReply // nil: replying fails the test
}

func (o oneAgent) ReplyTicket(_ context.Context, _ string, _ bot.User, reply bot.AgentReply) error {
	*o.replied = append(*o.replied, reply)
	return nil
}

func (o oneAgent) StaffTicket(context.Context, string, string) (string, error) {
	return "G-0000-0001", nil
}

func (o oneAgent) StaffUser(context.Context, string, string) (bot.User, error) { return o.user, nil }

func TestAnAccountThatMayNotAnswerReachesNobody(t *testing.T) {
	t.Parallel()
	for _, role := range []bot.Role{"", "reader"} {
		staff := bot.NewStaff(oneAgent{user: bot.User{Email: "a@example.fr", Role: role}}, bot.Discord, "1", time.Now)
		for _, act := range []bot.StaffAct{
			{Thread: "7", Person: "1", ID: "1", Text: "bonjour"}, {Thread: "7", Person: "1", ID: "1", Text: "!note x"},
			{Thread: "7", Person: "1", Button: "staff:take:G-0000-0001"},
		} {
			answer, err := staff.Do(t.Context(), act)
			if err != nil || answer.Done || !strings.Contains(answer.Text, "ne permet pas de répondre") {
				t.Errorf("%q, %+v: %+v, %v", role, act, answer, err)
			}
		}
	}
}

func TestATextThatIsTooLongIsNotCut(t *testing.T) {
	t.Parallel()
	staff := bot.NewStaff(oneAgent{user: bot.User{Email: "a@example.fr", Role: bot.RoleAgent}}, bot.Discord, "1", time.Now)
	for _, text := range []string{strings.Repeat("é", 10_001), "!note " + strings.Repeat("é", 10_001)} {
		answer, err := staff.Do(t.Context(), bot.StaffAct{Thread: "7", Person: "1", ID: "1", Text: text})
		if err != nil || answer.Done || !strings.Contains(answer.Text, "rien n’a été envoyé") {
			t.Errorf("%+v, %v", answer, err)
		}
	}
}

func TestAFileGoesWithAReplyOrAloneAndWithNothingElse(t *testing.T) {
	t.Parallel()
	var replied []bot.AgentReply
	staff := bot.NewStaff(oneAgent{user: bot.User{Email: "a@example.fr", Role: bot.RoleAgent}, replied: &replied}, bot.Discord, "1", time.Now)
	fetches := 0
	act := func(text string, err error) bot.StaffAct {
		return bot.StaffAct{Thread: "7", Person: "1", ID: "1", Text: text, Fetch: func(context.Context) ([]bot.Attachment, error) {
			fetches++
			return []bot.Attachment{{ID: "x"}}, err
		}}
	}
	for _, text := range []string{"", " \u200b", "voici"} {
		if answer, err := staff.Do(t.Context(), act(text, nil)); err != nil || !answer.Done {
			t.Errorf("%q: %+v, %v", text, answer, err)
		}
	}
	if len(replied) != 3 || replied[1].Text != "" || replied[2].Text != "voici" || len(replied[0].Attachments) != 1 || len(replied[2].Attachments) != 1 {
		t.Errorf("replied %+v", replied)
	}
	fetches = 0
	for _, text := range []string{"!note la voici", "!clore", "!aide", "!nte"} {
		if answer, err := staff.Do(t.Context(), act(text, nil)); err != nil || answer.Done || answer.Text == "" {
			t.Errorf("%q: %+v, %v", text, answer, err)
		}
	}
	stranger := bot.NewStaff(noAgent{}, bot.Discord, "1", time.Now)
	if answer, err := stranger.Do(t.Context(), act("", nil)); err != nil || answer.Done || fetches > 0 {
		t.Errorf("a stranger: %+v, %v; %d files were fetched for nothing", answer, err, fetches)
	}
	for failure, says := range map[error]string{bot.ErrFileTooLarge: "20 Mo", bot.ErrFileType: "ni un PDF"} {
		if answer, err := staff.Do(t.Context(), act("voici", failure)); err != nil || answer.Done || !strings.Contains(strings.ReplaceAll(answer.Text, "\u00a0", " "), says) {
			t.Errorf("%v: %+v, %v", failure, answer, err)
		}
	}
	if _, err := staff.Do(t.Context(), act("voici", bot.ErrUnavailable)); !errors.Is(err, bot.ErrUnavailable) || len(replied) != 3 {
		t.Errorf("%v, replied %+v", err, replied)
	}
}

func TestAStrangerIsToldOnceInAWhile(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 3, 14, 0, 0, 0, time.UTC)
	staff := bot.NewStaff(noAgent{}, bot.Discord, "1", func() time.Time { return now })
	told := 0
	for range 25 {
		answer, err := staff.Do(t.Context(), bot.StaffAct{Thread: "7", Person: "99", ID: "1", Text: "bonjour"})
		if err != nil || answer.Done {
			t.Fatalf("%+v, %v", answer, err)
		}
		if strings.Contains(answer.Text, "guichet user link ADRESSE --discord 99") {
			told++
		}
		now = now.Add(time.Minute)
	}
	if told != 3 {
		t.Errorf("told %d times in 25 minutes, want 3", told)
	}
}

type noAgent struct{ oneAgent }

func (noAgent) StaffUser(context.Context, string, string) (bot.User, error) {
	return bot.User{}, bot.ErrNotFound
}
