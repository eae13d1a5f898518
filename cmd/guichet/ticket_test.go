package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/postgres/postgrestest"
)

func TestAReplyWithAFileFromTheCommandLine(t *testing.T) {
	t.Parallel()
	address := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, address)
	const reference = "G-0000-0001"
	if err := db.AddUser(t.Context(), bot.User{Email: "ines@example.org", Name: "Inès", Role: bot.RoleAgent}); err != nil {
		t.Fatal(err)
	}
	_, err := db.Turn(t.Context(), bot.Inbound{Channel: bot.Web, Key: "a", Site: "micro"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Escalate, Text: "ok"}, Ticket: &bot.Ticket{Reference: reference, Category: bot.Human}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	document, page := write("Attestation été.pdf", bottest.PDF("x")), write("page.pdf", []byte("<html></html>"))
	where := []string{"--database-url=" + address, "--data=" + t.TempDir()}
	reply := func(more ...string) (int, string) {
		code, _, errs := guichet(t, "", append(append([]string{"ticket", "reply", "--as=ines@example.org"}, where...), more...)...)
		return code, errs
	}
	for _, wrong := range []struct{ says, args string }{
		{"neither a picture", "--file=" + page + "\n" + reference},
		{"there is no ticket", "--file=" + document + "\nG-0000-0404"},
		{"the reply is empty", reference},
	} {
		if code, errs := reply(strings.Split(wrong.args, "\n")...); code != 1 || !strings.Contains(errs, wrong.says) {
			t.Errorf("%q: exit %d, said %q, want %q", wrong.args, code, errs, wrong.says)
		}
	}
	if code, errs := reply("--file="+document, reference); code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	code, out, errs := guichet(t, "", "ticket", "show", "--database-url="+address, strings.ToLower(reference))
	if code != 0 || strings.Count(out, "file Attestation été.pdf (application/pdf,") != 1 || strings.Contains(out, "page.pdf") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}
