package main

import (
	"strings"
	"testing"

	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/telegram/telegramtest"
)

func TestAccountsAreLinkedToPeopleOnChats(t *testing.T) {
	t.Parallel()
	database := "--database-url=" + postgrestest.URL(t)
	for i, step := range []struct {
		args string
		in   string
		code int
		says string
	}{
		{"user add --name Inès ines@example.fr", "une phrase bien longue\n", 0, ""},
		{"user link ines@example.fr", "", 1, "name the person"},
		{"user link ines@example.fr --telegram @ines", "", 1, "digits only"},
		{"user link eve@example.fr --telegram 42", "", 1, "eve@example.fr has no account"},
		{"user link Ines@example.fr --telegram 42 --discord 7", "", 0, "ines@example.fr answers on telegram as number 42\nines@example.fr answers on discord as number 7\n"},
		{"user list", "", 0, "Inès discord:7 telegram:42\n"},
		{"user unlink ines@example.fr --telegram", "", 0, ""},
		{"user list", "", 0, "Inès discord:7\n"},
		{"user unlink ines@example.fr", "", 0, ""},
		{"user unlink ines@example.fr", "", 1, "is linked to nobody"},
	} {
		code, out, errs := guichet(t, step.in, append(strings.Fields(step.args), database)...)
		if code != step.code || !strings.Contains(out+errs, step.says) {
			t.Errorf("step %d, %s: exit %d, said %s%s", i, step.args, code, out, errs)
		}
	}
}

func TestCheckTelegramLooksAtTheStaffGroup(t *testing.T) {
	messenger := telegramtest.NewServer()
	defer messenger.Close()
	t.Setenv("GUICHET_TELEGRAM_TOKEN", messenger.Token)
	const group = -1001234567890
	for _, step := range []struct {
		prepare func()
		says    string
	}{
		{func() {}, "wrong the bot is in no staff group -1001234567890"},
		{func() { messenger.Group(group, "Équipe", false) }, "wrong the staff group has no topics"},
		{func() { messenger.Group(group, "Équipe", true) }, "wrong in the staff group the bot is no administrator"},
		{func() { messenger.Promote(group, false) }, "wrong in the staff group the bot lacks the right to manage topics"},
		{func() { messenger.Promote(group, true) }, "ok    the staff group has topics, and the bot may manage them"},
		{func() { messenger.Block(group) }, "wrong the bot is in no staff group"},
	} {
		step.prepare()
		_, out, errs := guichet(t, "", "check", "telegram", "--telegram-api="+messenger.URL, "--telegram-staff=-1001234567890")
		if !strings.Contains(out, step.says) {
			t.Errorf("want %q, said %s%s", step.says, out, errs)
		}
	}
}
