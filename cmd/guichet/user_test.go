package main

import (
	"net/url"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
)

func TestAccountsAreManagedFromTheCommandLine(t *testing.T) {
	t.Parallel()
	address := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, address)
	user := func(in string, args ...string) (int, string, string) {
		t.Helper()
		return guichet(t, in, append(append([]string{"user"}, args...), "--database-url="+address)...)
	}
	works := func(in string, args ...string) string {
		t.Helper()
		code, out, errs := user(in, args...)
		if code != 0 {
			t.Fatalf("%v: exit %d, %s", args, code, errs)
		}
		return out
	}
	refused := func(says, in string, args ...string) {
		t.Helper()
		if code, _, errs := user(in, args...); code != 1 || !strings.Contains(errs, says) {
			t.Errorf("%v: exit %d, said %q; want %q", args, code, errs, says)
		}
	}
	const pass = "la pluie sur le marché\n"
	works(pass, "add", "--name=Ana", "--role=admin", "ana@exemple.fr")
	refused("guessed", "motdepasse123\n", "add", "--name=Bob", "bob@exemple.fr")
	refused("last administrator", "", "disable", "ana@exemple.fr")
	refused("last administrator", "", "role", "ana@exemple.fr", "agent")
	link := strings.TrimSpace(works("", "invite", "--role=editor", "--url=https://exemple.fr/", "bob@exemple.fr"))
	if u, err := url.Parse(link); err != nil || u.Host != "exemple.fr" || u.Path != "/desk/link" || len(u.Query().Get("token")) < 40 {
		t.Errorf("the link is %q, %v", link, err)
	}
	if again := works("", "invite", "--url=https://exemple.fr", "bob@exemple.fr"); strings.TrimSpace(again) == link {
		t.Error("a second invitation gives the same link")
	}
	works("", "role", "bob@exemple.fr", "admin")
	refused("last administrator", "", "disable", "ana@exemple.fr") // bob cannot sign in yet
	works(pass, "passwd", "bob@exemple.fr")
	works("", "disable", "ana@exemple.fr")
	if err := db.EnableSecondFactor(t.Context(), "bob@exemple.fr", []byte("sealed"), 0, nil, ""); err != nil {
		t.Fatal(err)
	}
	list := works("", "list")
	if lines := strings.Split(strings.TrimSpace(list), "\n"); len(lines) != 2 || !strings.Contains(lines[0], "admin   disabled") || !strings.Contains(lines[1], "active    totp") {
		t.Errorf("the list is\n%s", list)
	}
	works("", "totp-reset", "bob@exemple.fr")
	works("", "enable", "ana@exemple.fr")
	for _, command := range []string{"disable", "enable", "totp-reset"} {
		refused("has no account", "", command, "eve@exemple.fr")
	}
	all, err := db.Audit(t.Context(), bot.AuditFilter{Who: "guichet"})
	if err != nil || len(all) != 9 || all[0].Action != bot.AuditEnabled {
		t.Errorf("%d changes are recorded, %v", len(all), err)
	}
}

func TestTheOptionsOfTheProviderAreCheckedAtStart(t *testing.T) {
	t.Parallel()
	for says, f := range map[string]deskFlags{
		"also needs":         {OIDCIssuer: "https://id.exemple.fr"},
		"not of the form":    {OIDCIssuer: "https://id.exemple.fr", OIDCClientID: "x", OIDCSecretFile: "go.mod", OIDCRoles: []string{"chefs=king"}},
		"belong together":    {OIDCIssuer: "https://id.exemple.fr", OIDCClientID: "x", OIDCSecretFile: "go.mod", OIDCRoleClaim: "groups"},
		"read the secret of": {OIDCIssuer: "https://id.exemple.fr", OIDCClientID: "x", OIDCSecretFile: "/nowhere"},
	} {
		if f.OIDCSecretFile == "go.mod" {
			f.OIDCSecretFile = "../../go.mod" // any file with something in it
		}
		if _, err := f.provider("https://exemple.fr"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v gives %v", f, err)
		}
	}
	f := deskFlags{OIDCIssuer: "https://id.exemple.fr", OIDCClientID: "x", OIDCSecretFile: "../../go.mod", OIDCRoleClaim: "groups", OIDCRoles: []string{"chefs=admin"}}
	if p, err := f.provider("https://exemple.fr"); err != nil || p.Roles["chefs"] != bot.RoleAdmin {
		t.Errorf("right options give %+v, %v", p, err)
	}
	if p, err := (deskFlags{}).provider(""); p != nil || err != nil {
		t.Errorf("without options there is %+v, %v", p, err)
	}
}
