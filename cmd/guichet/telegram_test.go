package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/connectors/telegram/telegramtest"
)

func TestServeAnswersOnTelegram(t *testing.T) {
	messenger := telegramtest.NewServer()
	defer messenger.Close()
	t.Setenv("GUICHET_TELEGRAM_TOKEN", messenger.Token)
	t.Setenv("GUICHET_TELEGRAM_API", messenger.URL)
	t.Setenv("GUICHET_TELEGRAM_SITE", "micro")
	messenger.Write(42, "g besoin d1 kbis koman fair")
	startServer(t)
	messenger.Wait(t, "the answer", func() bool { return len(messenger.Said(42)) > 0 })
	if said := messenger.Said(42)[0].Text; !strings.Contains(said, "Infogreffe") || !strings.Contains(said, "assistant automatique") {
		t.Errorf("said %q", said)
	}
	code, out, errs := guichet(t, "", "check", "telegram")
	if code != 0 || !strings.Contains(out, "ok    the token is that of @"+telegramtest.BotUsername) {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}

func TestCheckTelegramSaysWhatIsWrongInOneLine(t *testing.T) {
	messenger := telegramtest.NewServer()
	defer messenger.Close()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("1:another-token\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	api := "--telegram-api=" + messenger.URL
	for name, c := range map[string]struct {
		token string
		args  []string
		says  string
	}{
		"no token":            {"", []string{api}, "there is no token: set GUICHET_TELEGRAM_TOKEN"},
		"an unknown token":    {"", []string{api, "--telegram-token-file=" + file}, "wrong Telegram does not know this token"},
		"two tokens":          {"1:x", []string{api, "--telegram-token-file=" + file}, "keep one"},
		"no file":             {"", []string{api, "--telegram-token-file=" + file + "x"}, "read the Telegram token"},
		"nothing registered":  {messenger.Token, []string{api}, "wrong the commands are not registered"},
		"a webhook, no https": {messenger.Token, []string{api, "--telegram-webhook", "--url=http://guichet.example"}, "needs the public address in --url, with https"},
		"no webhook":          {messenger.Token, []string{api, "--telegram-webhook", "--url=https://guichet.example"}, "wrong the webhook is not the one configured"},
	} {
		t.Setenv("GUICHET_TELEGRAM_TOKEN", c.token)
		code, out, errs := guichet(t, "", append([]string{"check", "telegram"}, c.args...)...)
		if code != 1 || !strings.Contains(out+errs, c.says) || strings.Contains(out+errs, "another-token") || strings.Contains(out+errs, "TEST-token") {
			t.Errorf("%s: exit %d, said %s%s", name, code, out, errs)
		}
	}
}
