package desk_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"
)

const accountsPath = "/desk/admin/accounts"

func change(email, do string) url.Values { return url.Values{"email": {email}, "do": {do}} }

func tokenOf(path string) string { return strings.TrimPrefix(path, "/desk/link?token=") }

func TestAnInvitedPersonChoosesAPasswordOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	admin := h.signInAs("ana@exemple.fr", bot.RoleAdmin)
	got := admin.post(accountsPath, url.Values{"email": {" Bruno@exemple.fr"}, "role": {"editor"}})
	wantStatus(t, got, http.StatusOK)
	link := linkShown(t, got.body)
	wantContains(t, got.body, "Invitation pour bruno@exemple.fr", h.server.URL+"/desk/link?token=")
	if again := admin.get(accountsPath).body; strings.Contains(again, tokenOf(link)) {
		t.Error("the link is shown again")
	}
	wantStatus(t, admin.post(accountsPath, url.Values{"email": {"bruno@exemple.fr"}, "role": {"agent"}}), http.StatusUnprocessableEntity)
	wantStatus(t, admin.post(accountsPath, url.Values{"email": {"x@exemple.fr"}, "role": {"king"}}), http.StatusBadRequest)
	wantStatus(t, h.browser().post("/desk/login", credentials("bruno@exemple.fr", "")), http.StatusUnprocessableEntity)

	b := h.browser()
	wantContains(t, b.get(link).body, "Bienvenue", "bruno@exemple.fr")
	form := url.Values{"token": {tokenOf(link)}, "name": {"Bruno  Petit"}, "password": {"motdepasse123"}}
	refused := b.post("/desk/link", form)
	wantStatus(t, refused, http.StatusUnprocessableEntity)
	wantContains(t, refused.body, "trop facile", `value="Bruno Petit"`)
	form.Set("password", password)
	wantStatus(t, b.post("/desk/link", form), http.StatusSeeOther)
	wantStatus(t, b.get("/desk/"), http.StatusOK)
	if user, err := h.db.User(t.Context(), "bruno@exemple.fr"); err != nil || user.Name != "Bruno Petit" || user.Role != bot.RoleEditor {
		t.Errorf("the account is %+v, %v", user, err)
	}
	wantStatus(t, h.browser().get(link), http.StatusGone)
	wantStatus(t, h.browser().post("/desk/link", form), http.StatusGone)
	h.signIn("bruno@exemple.fr")
}

func TestALinkIsSentByEmailWhereEmailLeaves(t *testing.T) {
	t.Parallel()
	var sent []bot.Mail
	var fails error
	h := openWith(t, func(o *desk.Options) {
		o.Mail = func(_ context.Context, m bot.Mail) error { sent = append(sent, m); return fails }
	})
	admin := h.signInAs("ana@exemple.fr", bot.RoleAdmin)
	page := admin.post(accountsPath, url.Values{"email": {"bruno@exemple.fr"}, "role": {"agent"}})
	wantContains(t, page.body, "part par e-mail")
	if len(sent) != 1 || sent[0].To != "bruno@exemple.fr" || !strings.Contains(sent[0].Text, linkShown(t, page.body)) {
		t.Fatalf("sent %+v", sent)
	}
	fails = errors.New("away")
	page = admin.post(accountsPath+"/change", change("bruno@exemple.fr", "link"))
	wantContains(t, page.body, "Copiez ce lien", linkShown(t, page.body))
}

func TestAResetLinkIsNoWayAroundTheSecondFactor(t *testing.T) {
	t.Parallel()
	h := open(t)
	admin := h.signInAs("ana@exemple.fr", bot.RoleAdmin)
	h.addUser("claire@exemple.fr", "Claire")
	claire := h.signIn("claire@exemple.fr")
	secret, _ := claire.setFactor()
	link := linkShown(t, admin.post(accountsPath+"/change", change("claire@exemple.fr", "link")).body)
	wantStatus(t, claire.get("/desk/"), http.StatusOK) // not before it is used
	b := h.browser()
	got := b.post("/desk/link", url.Values{"token": {tokenOf(link)}, "name": {"Autre"}, "password": {"la pluie sur le marché"}})
	if to := got.header.Get("Location"); to != "/desk/login/code" {
		t.Fatalf("the link leads to %d %q", got.status, to)
	}
	wantStatus(t, b.get("/desk/"), http.StatusSeeOther)
	wantStatus(t, claire.get("/desk/"), http.StatusSeeOther)
	if user, _ := h.db.User(t.Context(), "claire@exemple.fr"); user.Name != "Claire" {
		t.Error("a reset changes the name")
	}
	h.clock.Add(int64(time.Minute))
	wantStatus(t, b.post("/desk/login/code", h.code(secret, 0)), http.StatusSeeOther)

	wantStatus(t, admin.post(accountsPath+"/change", change("claire@exemple.fr", "factor")), http.StatusSeeOther)
	wantStatus(t, b.get("/desk/"), http.StatusSeeOther)
	wantStatus(t, h.browser().post("/desk/login", credentials("claire@exemple.fr", "la pluie sur le marché")), http.StatusSeeOther)
}

func TestLinksExpireAndANewOneReplacesTheOld(t *testing.T) {
	t.Parallel()
	h := open(t)
	admin := h.signInAs("ana@exemple.fr", bot.RoleAdmin)
	h.addUser("claire@exemple.fr", "Claire")
	first := linkShown(t, admin.post(accountsPath+"/change", change("claire@exemple.fr", "link")).body)
	second := linkShown(t, admin.post(accountsPath+"/change", change("claire@exemple.fr", "link")).body)
	got := h.browser().get(first)
	wantStatus(t, got, http.StatusGone)
	wantContains(t, got.body, "ne fonctionne plus")
	wantStatus(t, h.browser().get(second), http.StatusOK)
	h.clock.Add(int64(25 * time.Hour))
	wantStatus(t, h.browser().get(second), http.StatusGone)
	wantStatus(t, h.browser().post("/desk/link", url.Values{"token": {tokenOf(second)}, "password": {"la pluie sur le marché"}}), http.StatusGone)
}

func TestTheLastAdministratorStaysAndOthersAreChanged(t *testing.T) {
	t.Parallel()
	h := open(t)
	admin := h.signInAs("ana@exemple.fr", bot.RoleAdmin)
	bruno := h.signInAs("bruno@exemple.fr", bot.RoleAgent)
	for _, form := range []url.Values{change("ana@exemple.fr", "disable"), {"email": {"ana@exemple.fr"}, "do": {"role"}, "role": {"agent"}}} {
		got := admin.post(accountsPath+"/change", form)
		wantStatus(t, got, http.StatusConflict)
		wantContains(t, got.body, "dernier compte qui peut administrer")
	}
	wantStatus(t, admin.post(accountsPath+"/change", change("personne@exemple.fr", "disable")), http.StatusNotFound)
	wantStatus(t, admin.post(accountsPath+"/change", change("personne@exemple.fr", "link")), http.StatusNotFound)
	wantStatus(t, admin.post(accountsPath+"/change", change("bruno@exemple.fr", "delete")), http.StatusBadRequest)
	promote := url.Values{"email": {"bruno@exemple.fr"}, "do": {"role"}, "role": {"admin"}}
	wantStatus(t, admin.post(accountsPath+"/change", promote), http.StatusSeeOther)
	wantStatus(t, bruno.get(accountsPath), http.StatusOK)
	wantStatus(t, bruno.post(accountsPath+"/change", change("ana@exemple.fr", "disable")), http.StatusSeeOther)
	wantStatus(t, admin.get("/desk/"), http.StatusSeeOther)
	page := bruno.get(accountsPath + "?done=disable").body
	wantContains(t, page, "Désactivé", "Réactiver", "Ses appareils sont déconnectés")
	wantStatus(t, bruno.post(accountsPath+"/change", change("ana@exemple.fr", "link")), http.StatusNotFound)
	wantStatus(t, bruno.post(accountsPath+"/change", change("ana@exemple.fr", "enable")), http.StatusSeeOther)
	h.signIn("ana@exemple.fr")
}

func TestNamesAndAddressesOfAccountsAreShownAsText(t *testing.T) {
	t.Parallel()
	h := open(t)
	const name = `<script>alert(1)</script>"onx='`
	admin := h.signInAs("ana@exemple.fr", bot.RoleAdmin)
	h.addUser("x'<b>@exemple.fr", name)
	if err := h.db.Record(bot.ActAs(t.Context(), bot.Actor{Who: name, Address: name}), "sign_out", name, name); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{accountsPath, "/desk/admin/audit", "/desk/admin/audit?who=" + url.QueryEscape(name) + "&object=" + url.QueryEscape(name)} {
		got := admin.get(path)
		wantStatus(t, got, http.StatusOK)
		wantContains(t, got.body, "&lt;script&gt;")
		if strings.Contains(got.body, "<script>a") || strings.Contains(got.body, "<b>@") {
			t.Errorf("%s holds it as HTML", path)
		}
	}
}
