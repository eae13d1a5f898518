package main

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/mail"
	"guichet/connectors/mail/mailtest"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// TestMailPutOffIsSentAgainAndMailRefusedStandsOnTheTicket goes from a ticket to an SMTP server and back.
func TestMailPutOffIsSentAgainAndMailRefusedStandsOnTheTicket(t *testing.T) {
	t.Parallel()
	db, host := postgrestest.Open(t), mailtest.Serve(t, mailtest.StartTLS)
	sender, err := mail.New(mail.Options{Server: host.Address, User: "guichet", Password: mailtest.Password, From: "guichet@example.fr", Config: host.Client})
	if err != nil {
		t.Fatal(err)
	}
	bottest.Run(t, func(ctx context.Context) error {
		return db.RunJobs(ctx, postgres.Retention{}, postgres.Mailing{Send: sender.Send}, slog.New(slog.DiscardHandler))
	})
	for _, c := range []struct {
		reference string
		code      int
		want      string // the ticket's last event
		taken     int
	}{{"G-0000-0451", 451, "mailed acknowledgement", 1}, {"G-0000-0550", 550, "unmailed refused", 1}, {"G-0000-0250", 0, "mailed acknowledgement", 2}} {
		if c.code != 0 {
			host.Refuse(c.code)
		}
		in := bot.Inbound{Channel: bot.Web, Key: c.reference, Site: "micro", Text: "oui"}
		if _, err := db.Turn(t.Context(), in, func(bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Text: "oui", Reply: bot.Reply{Kind: bot.Escalate, Text: "ok"}, Ticket: &bot.Ticket{
				Reference: c.reference, Category: bot.Human, Fields: map[bot.Field]string{bot.Email: "ana@example.fr"}}}, nil
		}); err != nil {
			t.Fatal(err)
		}
		last := ""
		for deadline := time.Now().Add(time.Minute); last != c.want && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			file, err := db.Ticket(t.Context(), c.reference)
			if err != nil {
				t.Fatal(err)
			}
			e := file.Events[len(file.Events)-1]
			last = string(e.Kind) + " " + e.Detail
		}
		if last != c.want || len(host.Taken()) != c.taken {
			t.Errorf("code %d: the ticket says %q, want %q; the server has %d, want %d", c.code, last, c.want, len(host.Taken()), c.taken)
		}
	}
	if got := host.Taken()[0]; !got.Encrypted || !strings.Contains(got.Data, "Auto-Submitted: auto-generated") {
		t.Errorf("the message is %+v", got)
	}
}

func TestReadyzSaysWhenNobodyIsToldOfNewTickets(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	kept := openSpool(t, db)
	says := func(team reach) string {
		w := httptest.NewRecorder()
		ready(db, kept, team)(w, httptest.NewRequestWithContext(t.Context(), "GET", "/readyz", nil))
		body, err := io.ReadAll(w.Body)
		if err != nil || w.Code != 200 {
			t.Fatalf("status %d, %v", w.Code, err)
		}
		return string(body)
	}
	ines := bot.User{Email: "ines@example.fr", Name: "Inès", Role: bot.RoleAgent}
	for _, step := range []struct {
		what string
		team reach
		do   func() error
		want string
	}{
		{"without a server", reach{db: db}, nil, "there is no mail server"},
		{"with a server and no account", reach{db: db, mail: true}, nil, "no account of the desk wants it"},
		{"with a staff chat", reach{db: db, staff: true}, nil, ""},
		{"with an account", reach{db: db, mail: true}, func() error { return db.AddUser(t.Context(), ines) }, ""},
		{"with an account that does not want it", reach{db: db, mail: true}, func() error { return db.SetNotices(t.Context(), ines.Email, nil) }, "no account of the desk wants it"},
	} {
		if step.do != nil {
			if err := step.do(); err != nil {
				t.Fatal(err)
			}
		}
		got, why, wanted := says(step.team), step.team.problem(t.Context()), "ready\n"
		if step.want != "" {
			wanted += "but nobody is told of a new ticket: the log says why\n" // and no more: anybody may read it
		}
		if got != wanted || (step.want == "") != (why == "") || !strings.Contains(why, step.want) {
			t.Errorf("%s: %q, because of %q, want %q", step.what, got, why, step.want)
		}
	}
}

func TestCheckMailSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("secret-word\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"there is no mail server": {},
		"should be an address":    {"--smtp=localhost:1"},
		"nothing listens there":   {"--smtp=localhost:1", "--mail-from=a@example.fr", "--smtp-user=x", "--smtp-password-file=" + file},
		"without a password":      {"--smtp=localhost:1", "--mail-from=a@example.fr", "--smtp-user=x"},
		"read the password":       {"--smtp=localhost:1", "--mail-from=a@example.fr", "--smtp-password-file=" + file + "x"},
		"starttls, tls or none":   {"--smtp=localhost:1", "--mail-from=a@example.fr", "--smtp-tls=ssl"},
	} {
		code, out, errs := guichet(t, "", append([]string{"check", "mail"}, args...)...)
		if code != 1 || !strings.Contains(out+errs, want) || strings.Contains(out+errs, "secret-word") {
			t.Errorf("%q: exit %d, said %q %q; want %q", args, code, out, errs, want)
		}
	}
}
