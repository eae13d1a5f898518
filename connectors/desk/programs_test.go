package desk_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"
)

const (
	keysPath     = "/desk/admin/keys"
	webhooksPath = "/desk/admin/webhooks"
)

var shownOnce = regexp.MustCompile(`readonly value="([^"]+)"`)

// secretShown is what the page shows once.
func secretShown(t *testing.T, page string) string {
	t.Helper()
	found := shownOnce.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no secret is shown:\n%s", page)
	}
	return strings.ReplaceAll(found[1], "&#43;", "+")
}

func TestAnAdministratorMakesAKeyOnceAndEndsIt(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.signInAs("claire@exemple.fr", bot.RoleAdmin)
	wantContains(t, b.get(keysPath).body, "Aucune clé en cours")
	made := b.post(keysPath, url.Values{"name": {" CRM-lyon "}, "days": {"90"}, "scope": {"tickets:read", "ask", "everything"}})
	wantStatus(t, made, http.StatusOK)
	key := secretShown(t, made.body)
	hash, ok := bot.HashAPIKey(key)
	if !ok {
		t.Fatalf("%q is no key", key)
	}
	found, err := h.db.UseAPIKey(t.Context(), hash)
	until := found.Expires.Sub(h.now())
	if err != nil || found.Name != "crm-lyon" || len(found.Scopes) != 2 || !found.May(bot.ScopeAsk) || found.MadeBy != "claire@exemple.fr" ||
		until < 89*24*time.Hour || until > 91*24*time.Hour {
		t.Errorf("the key is %+v, %v", found, err)
	}
	page := b.get(keysPath).body
	wantContains(t, page, "crm-lyon", "lire les tickets, poser des questions", "Valable jusqu’au", "Utilisée", "créée par vous")
	if strings.Contains(page, key) {
		t.Error("the key is shown a second time")
	}
	for want, form := range map[string]url.Values{
		"porte ou a porté ce nom":  {"name": {"crm-lyon"}, "days": {"0"}, "scope": {"ask"}},
		"des minuscules":           {"name": {"CRM Lyon é"}, "days": {"0"}, "scope": {"ask"}},
		"Cochez au moins un droit": {"name": {"autre"}, "days": {"0"}, "scope": {"everything"}},
	} {
		got := b.post(keysPath, form)
		wantStatus(t, got, http.StatusUnprocessableEntity)
		wantContains(t, got.body, want, `value="`+strings.ToLower(form.Get("name"))+`"`)
	}
	wantStatus(t, b.post(keysPath, url.Values{"name": {"autre"}, "days": {"7"}, "scope": {"ask"}}), http.StatusBadRequest)
	wantStatus(t, b.post(keysPath+"/revoke", url.Values{"name": {"crm-lyon"}}), http.StatusSeeOther)
	if _, err := h.db.UseAPIKey(t.Context(), hash); err == nil {
		t.Error("the revoked key opens something")
	}
	wantContains(t, b.get(keysPath+"?done=revoked").body, "Clé révoquée", "n’ouvrent plus rien (1)", "Révoquée le", "Aucune clé en cours")
	gone := b.post(keysPath+"/revoke", url.Values{"name": {"crm-lyon"}})
	wantStatus(t, gone, http.StatusNotFound)
	wantContains(t, gone.body, "déjà révoquée")
	log := b.get("/desk/admin/audit?object=crm-lyon").body
	wantContains(t, log, "Clé de l’API créée", "lire les tickets, poser des questions", "Clé de l’API révoquée", "claire@exemple.fr", "127.0.0.1")
	wantContains(t, b.get("/desk/admin/audit?action=key_added").body, "crm-lyon")
}

func TestAnAdministratorAddsTriesAndRemovesAWebhook(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.signInAs("claire@exemple.fr", bot.RoleAdmin)
	wantContains(t, b.get(webhooksPath).body, "Aucun webhook")
	status := http.StatusInternalServerError
	told := 0
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { told++; w.WriteHeader(status) }))
	defer receiver.Close()
	private := url.Values{"name": {"crm"}, "url": {receiver.URL + "/hook?token=SECRET"}, "told": {"some"}, "event": {"ticket.opened", "ticket.note"}, "text": {"1"}}
	got := b.post(webhooksPath, private)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantContains(t, got.body, "réseau privé", `value="some" checked`, `value="ticket.note" checked`, `name="text" value="1" checked`)
	private.Set("private", "1")
	made := b.post(webhooksPath, private)
	wantStatus(t, made, http.StatusOK)
	secret := secretShown(t, made.body)
	hook, err := h.db.Webhook(t.Context(), "crm")
	if err != nil || hook.Secret != secret || len(hook.Events) != 2 || !hook.WithText || !hook.Private || hook.MadeBy != "claire@exemple.fr" {
		t.Errorf("the webhook is %+v, %v; the secret shown %q", hook, err, secret)
	}
	page := b.get(webhooksPath).body
	wantContains(t, page, "Rien n’a encore été envoyé", "Ticket ouvert, Note interne", "avec les textes", receiver.URL+"/hook?…")
	if strings.Contains(page, "SECRET") || strings.Contains(page, secret) {
		t.Error("the list shows a secret")
	}
	for want, form := range map[string]url.Values{
		"porte déjà ce nom":            {"name": {"crm"}, "url": {"https://crm.exemple.fr/"}, "told": {"all"}},
		"des minuscules":               {"name": {"../crm"}, "url": {"https://crm.exemple.fr/"}, "told": {"all"}},
		"Donnez une adresse complète":  {"name": {"autre"}, "url": {"javascript:alert(1)"}, "told": {"all"}},
		"Cochez au moins un événement": {"name": {"autre"}, "url": {"https://crm.exemple.fr/"}, "told": {"some"}},
	} {
		got := b.post(webhooksPath, form)
		wantStatus(t, got, http.StatusUnprocessableEntity)
		wantContains(t, got.body, want)
	}

	test := url.Values{"name": {"crm"}, "do": {"test"}}
	got = b.post(webhooksPath+"/change", test)
	wantStatus(t, got, http.StatusBadGateway)
	wantContains(t, got.body, "n’est pas arrivé", "il répond 500")
	if err := h.db.WebhookFailed(t.Context(), hook.ID, bot.ErrWebhookGone, time.Hour); err != nil {
		t.Fatal(err)
	}
	wantContains(t, b.get(webhooksPath).body, "Éteint", "il répond 410", "Essayer et remettre en marche")
	status = http.StatusNoContent
	got = b.post(webhooksPath+"/change", test)
	wantStatus(t, got, http.StatusSeeOther)
	wantContains(t, b.get(got.header.Get("Location")).body, "crm\u202f» a bien reçu le message d’essai", "Dernier envoi reçu")
	if hook, err := h.db.Webhook(t.Context(), "crm"); err != nil || !hook.Off.IsZero() || told != 2 {
		t.Errorf("after %d tests the webhook is %+v, %v", told, hook, err)
	}
	wantStatus(t, b.post(webhooksPath+"/change", url.Values{"name": {"crm"}, "do": {"paint"}}), http.StatusBadRequest)
	wantStatus(t, b.post(webhooksPath+"/change", url.Values{"name": {"crm"}, "do": {"remove"}}), http.StatusSeeOther)
	gone := b.post(webhooksPath+"/change", test)
	wantStatus(t, gone, http.StatusNotFound)
	wantContains(t, gone.body, "Il n’y a pas de webhook de ce nom")
	if strings.Contains(b.get(webhooksPath+"?done=test&name="+url.QueryEscape("Appelez le 08 99")).body, "08 99") {
		t.Error("the address of the page decides what it says")
	}
	wantContains(t, b.get("/desk/admin/audit?object=crm").body, "Webhook ajouté", "avec les textes", "message non reçu", "message reçu", "Webhook supprimé")
}

func TestWhyAWebhookFailsIsSaidInFrench(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.signInAs("claire@exemple.fr", bot.RoleAdmin)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	redirects := httptest.NewServer(http.RedirectHandler("/ailleurs", http.StatusFound))
	defer redirects.Close()
	gone := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	defer gone.Close()
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer untrusted.Close()
	for name, c := range map[string]struct {
		url, says string
		public    bool
	}{
		"closed": {url: closed.URL, says: "aucune connexion"}, "redirects": {url: redirects.URL, says: "il répond 302, une redirection"},
		"gone": {url: gone.URL, says: "il répond 410"}, "untrusted": {url: untrusted.URL, says: "certificat"},
		"inside": {url: strings.Replace(untrusted.URL, "127.0.0.1", "localhost", 1), says: "réseau privé", public: true},
		"clouds": {url: "http://169.254.169.254/latest", says: "aucun destinataire"}, "nowhere": {url: "https://nulle-part.invalid/", says: "ne mène nulle part", public: true},
	} {
		add := bot.Webhook{Name: name, URL: c.url, Secret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Private: !c.public, MadeBy: "claire@exemple.fr"}
		if err := h.db.AddWebhook(t.Context(), add); err != nil {
			t.Fatal(err)
		}
		got := b.post(webhooksPath+"/change", url.Values{"name": {name}, "do": {"test"}})
		wantStatus(t, got, http.StatusBadGateway)
		wantContains(t, got.body, c.says)
	}
}

func TestADeskWithoutProgramsHasNoPagesOfThem(t *testing.T) {
	t.Parallel()
	h := openWith(t, func(o *desk.Options) { o.Programs = nil })
	b := h.signInAs("claire@exemple.fr", bot.RoleAdmin)
	for _, path := range []string{keysPath, webhooksPath} {
		wantStatus(t, b.get(path), http.StatusNotFound)
		if strings.Contains(b.get("/desk/").body, path) {
			t.Errorf("the menu leads to %s", path)
		}
	}
}

func TestTheMenuIsTheSameOnEveryPageOfAnAdministrator(t *testing.T) {
	t.Parallel()
	h := full(t)
	b := h.signIn("claire@exemple.fr")
	menu := regexp.MustCompile(`(?s)<summary class="quiet">.*?</nav>`)
	want := menu.FindString(b.get("/desk/").body)
	wantContains(t, want, `href="/desk/account"`, `href="/desk/notices"`, `href="/desk/macros"`, `href="`+accountsPath+`"`, `href="`+keysPath+`"`, `href="`+webhooksPath+`"`, `href="/desk/admin/audit"`, "Claire")
	for _, path := range []string{ticketPath, "/desk/account", factorPath, "/desk/notices", "/desk/macros", accountsPath, keysPath, webhooksPath, "/desk/admin/audit", "/desk/ticket/G-1111-1111/merge?into=" + reference} {
		if got := menu.FindString(b.get(path).body); got != want {
			t.Errorf("the menu of %s is another one:\n%s\nwant\n%s", path, got, want)
		}
	}
}
