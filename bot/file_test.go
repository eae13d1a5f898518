package bot_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"guichet/bot"
)

// sends is a message with one file.
func sends(text string) bot.Inbound {
	return bot.Inbound{Channel: bot.Telegram, Key: "1", Site: "test", Text: text, Attachments: []bot.Attachment{{ID: "a", Name: "photo.jpg", Type: "image/jpeg"}}}
}

func TestAFileToAnAgentIsKeptInSilence(t *testing.T) {
	t.Parallel()
	turn := next(t, bot.State{Agent: "Inès"}, siteFor("micro"), sends(""))
	if turn.Reply.Kind != bot.Silent || turn.Reply.Text != "" || len(turn.Attachments) != 1 {
		t.Errorf("the turn is %+v", turn)
	}
}

func TestAFileInPublicIsDeclinedAndNotKept(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "comment obtenir un kbis ?", "mon mail est ana@example.fr"} {
		in := sends(text)
		in.Public = true
		turn := next(t, bot.State{}, siteFor("micro"), in)
		if turn.Attachments != nil || turn.State.Files != 0 || !strings.Contains(turn.Reply.Text, "écrivez-moi en privé") || turn.Reply.Kind != bot.Escalate {
			t.Errorf("to a file with %q the turn is %+v", text, turn)
		}
		if strings.Contains(turn.Text, "ana@") {
			t.Errorf("kept: %q", turn.Text)
		}
	}
}

func TestNamesOfFilesAreMadeSafe(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"attestation.pdf":                "attestation.pdf",
		"Attestation été 2026.PDF":       "Attestation été 2026.PDF",
		"../../etc/passwd":               "passwd.pdf",
		`C:\Users\ana\facture.pdf`:       "facture.pdf",
		"facture.exe":                    "facture.exe.pdf",
		"fac\u202efdp.exe":               "facfdp.exe.pdf",
		"a\x00b\r\nSet-Cookie: x=1.pdf":  "ab Set-Cookie x=1.pdf",
		`<img src=x onerror="alert(1)">`: "img src=x onerror=alert(1).pdf",
		"":                               "fichier.pdf",
		"..":                             "fichier.pdf",
		".pdf":                           "fichier.pdf",
		"\xff\xfe.pdf":                   "fichier.pdf",
	} {
		if got := bot.CleanFileName(name, "application/pdf"); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
	if got := bot.CleanFileName("photo.JPEG", "image/jpeg"); got != "photo.JPEG" {
		t.Errorf("another usual ending becomes %q", got)
	}
}

func FuzzNamesOfFiles(f *testing.F) {
	f.Add("a/b\\c.pdf")
	f.Add(strings.Repeat("é", 300) + ".pdf")
	f.Add("a." + strings.Repeat("x", 300))
	f.Fuzz(func(t *testing.T, name string) {
		got := bot.CleanFileName(name, "image/png")
		if got == "" || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\x00\r\n\"<>") || utf8.RuneCountInString(got) > 104 ||
			!strings.HasSuffix(strings.ToLower(got), ".png") || got != bot.CleanFileName(got, "image/png") {
			t.Errorf("%q becomes %q, and then %q", name, got, bot.CleanFileName(got, "image/png"))
		}
		if d := (bot.Attachment{Name: got, Type: "image/png"}).Disposition(); !strings.HasPrefix(d, "inline; filename") {
			t.Errorf("%q is served as %q", got, d)
		}
	})
}
