package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/secret"
	"guichet/connectors/desk"
	"guichet/connectors/postgres"
)

// secretly is what the variable of a secret is called.
var secretly = regexp.MustCompile(`(TOKEN|PASSWORD|SECRET_KEY|CLIENT_SECRET)$`)

func TestEverySecretOfTheEnvironmentIsOfTheTypeThatNothingPrints(t *testing.T) {
	t.Parallel()
	found := 0
	var look func(reflect.Type)
	look = func(of reflect.Type) {
		for i := range of.NumField() {
			field := of.Field(i)
			if field.Anonymous && field.Type.Kind() == reflect.Struct {
				look(field.Type)
			}
			if !secretly.MatchString(field.Tag.Get("env")) {
				continue
			}
			found++
			if field.Type != reflect.TypeFor[secret.Text]() {
				t.Errorf("%s, of %s, is a %s", field.Name, field.Tag.Get("env"), field.Type)
			}
		}
	}
	look(reflect.TypeFor[serveCommand]())
	if found < 5 {
		t.Errorf("%d variables hold a secret: the pattern is not theirs", found)
	}
}

func TestASecretComesFromItsVariableOrItsFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(" from the file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		value, file, want, says string
	}{
		{want: ""},
		{value: "given", want: "given"},
		{file: file, want: "from the file"},
		{value: "given", file: file, says: "both GUICHET_X and GUICHET_X_FILE are set: keep one"},
		{file: os.DevNull, says: "the file of the password, " + os.DevNull + ", is empty"},
		{file: file + ".none", says: "read the password: "},
	} {
		got, err := secretSetting{"the password", "GUICHET_X", secret.Text(c.value), c.file}.read()
		if string(got) != c.want || (err == nil) != (c.says == "") || err != nil && !strings.HasPrefix(err.Error(), c.says) {
			t.Errorf("%+v gives %q, %v", c, string(got), err)
		}
	}
}

func TestAnEmptyFileOfAnyOfThemIsAnError(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func() error{
		"Telegram": func() error { _, err := telegramFlags{TelegramTokenFile: os.DevNull}.token(); return err },
		"Discord":  func() error { _, err := discordFlags{DiscordTokenFile: os.DevNull}.token(); return err },
		"mail": func() error {
			_, err := mailFlags{SMTP: "localhost:25", SMTPTLS: "none", MailFrom: "a@example.fr", SMTPPasswordFile: os.DevNull}.sender()
			return err
		},
		"the figures": func() error { _, err := metricsFlags{MetricsTokenFile: os.DevNull}.metricsToken(); return err },
		"the desk": func() error {
			_, err := deskFlags{SecretKeyFile: os.DevNull}.prepareDesk(desk.Options{}, &postgres.DB{}, "")
			return err
		},
		"the provider": func() error {
			_, err := deskFlags{OIDCIssuer: "https://x", OIDCClientID: "guichet", OIDCSecretFile: os.DevNull}.provider("https://y")
			return err
		},
	} {
		if err := read(); err == nil || !strings.Contains(err.Error(), "is empty") {
			t.Errorf("%s takes an empty file: %v", name, err)
		}
	}
}

func TestASitesIdentitySecretIsShownToNobody(t *testing.T) {
	t.Parallel()
	site := bot.Site{ID: "marchand", IdentitySecret: "a secret of the merchant"}
	encoded, err := json.Marshal(site)
	if err != nil {
		t.Fatal(err)
	}
	if shown := fmt.Sprintf("%v %+v %#v %s", site, &site, site, encoded); strings.Contains(shown, "merchant") || strings.Count(shown, "***") != 4 {
		t.Errorf("shown as %s", shown)
	}
}
