package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/connectors/discord/discordtest"
)

func TestServeAnswersOnDiscord(t *testing.T) {
	community := discordtest.New(t, discordtest.Config{Token: "a-token"})
	t.Setenv("GUICHET_DISCORD_TOKEN", "a-token")
	t.Setenv("GUICHET_DISCORD_API", community.URL)
	t.Setenv("GUICHET_DISCORD_SITE", "micro")
	startServer(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := community.Await(ctx, func() bool { return community.Counts().Ready > 0 && len(community.Commands(nil)) > 0 }); err != nil {
		t.Fatal(err)
	}
	ana := community.Guild("Marché").Member("ana")
	if _, err := ana.Say(ana.Direct(), "g besoin d1 kbis koman fair"); err != nil {
		t.Fatal(err)
	}
	answer, err := ana.Direct().Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if said := answer.Embeds[0].Description; !strings.Contains(said, "Infogreffe") || !strings.Contains(said, "assistant automatique") {
		t.Errorf("said %q", said)
	}
	code, out, errs := guichet(t, "", "check", "discord")
	if code != 0 || !strings.Contains(out, "ok    the token is that of guichet") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}

func TestCheckDiscordSaysWhatIsWrongInOneLine(t *testing.T) {
	community := discordtest.New(t, discordtest.Config{Token: "a-token"})
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("another-token\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	api := "--discord-api=" + community.URL
	for name, c := range map[string]struct {
		token string
		args  []string
		says  string
	}{
		"no token":           {"", []string{api}, "there is no token: set GUICHET_DISCORD_TOKEN"},
		"an unknown token":   {"", []string{api, "--discord-token-file=" + file}, "wrong Discord does not know this token"},
		"two tokens":         {"x", []string{api, "--discord-token-file=" + file}, "keep one"},
		"no file":            {"", []string{api, "--discord-token-file=" + file + "x"}, "read the Discord token"},
		"nothing registered": {"a-token", []string{api}, "wrong the commands are not registered"},
		"no such channel":    {"a-token", []string{api, "--discord-cases=123456789012345678"}, "wrong the channel for cases cannot be read"},
	} {
		t.Setenv("GUICHET_DISCORD_TOKEN", c.token)
		code, out, errs := guichet(t, "", append([]string{"check", "discord"}, c.args...)...)
		if code != 1 || !strings.Contains(out+errs, c.says) || strings.Contains(out+errs, "another-token") {
			t.Errorf("%s: exit %d, said %s%s", name, code, out, errs)
		}
	}
}
