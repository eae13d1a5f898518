package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

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

func TestATerminalObeysNoCustomer(t *testing.T) {
	t.Parallel()
	address := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, address)
	const reference, evil = "G-0000-0001", "avant\x1b]0;titre\x07\x1b[2J\u009b31m\rfaux\tfin"
	_, err := db.Turn(t.Context(), bot.Inbound{Channel: bot.Web, Key: "a", Site: "micro"}, func(bot.Conversation) (bot.Turn, error) {
		ticket := &bot.Ticket{Reference: reference, Category: bot.Claim, Fields: map[bot.Field]string{bot.Description: evil}}
		return bot.Turn{Text: evil, Reply: bot.Reply{Kind: bot.Escalate, Text: evil}, Ticket: ticket}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"ticket", "show", "--database-url=" + address, reference}, {"ticket", "list", "--database-url=" + address}} {
		code, out, errs := guichet(t, "", command...)
		if code != 0 || !strings.Contains(out, reference) {
			t.Fatalf("exit %d: %s%s", code, out, errs)
		}
		if strings.ContainsFunc(out, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			t.Errorf("it prints %q", out)
		}
		if command[1] == "show" && strings.Count(out, "avant]0;titre[2J31m\nfaux\tfin") != 3 {
			t.Errorf("it prints %q", out)
		}
	}
}
