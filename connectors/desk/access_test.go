package desk_test

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
)

// reference is a ticket that the tests of this package open.
const reference = "G-4F7K-2MQ9"

func TestEveryRouteIsRefusedToWhoIsSignedOut(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.claim(reference, nil)
	page := "/desk/ticket/" + reference
	for _, c := range []struct{ method, path, to string }{
		{"GET", "/desk/", "/desk/login"},
		{"GET", "/desk/?status=waiting", "/desk/login?next=%2Fdesk%2F%3Fstatus%3Dwaiting"},
		{"GET", page, "/desk/login?next=%2Fdesk%2Fticket%2FG-4F7K-2MQ9"},
		{"GET", "/desk/nowhere", "/desk/login"},
		{"GET", "/desk/notices", "/desk/login?next=%2Fdesk%2Fnotices"},
		{"POST", "/desk/notices", "/desk/login?next=%2Fdesk%2Fnotices"},
		{"GET", page + "/transcript.txt", "/desk/login"},
		{"POST", page + "/reply", "/desk/login?next=%2Fdesk%2Fticket%2FG-4F7K-2MQ9"},
		{"POST", page + "/note", "/desk/login?next=%2Fdesk%2Fticket%2FG-4F7K-2MQ9"},
		{"POST", page + "/assign", "/desk/login?next=%2Fdesk%2Fticket%2FG-4F7K-2MQ9"},
		{"POST", page + "/status", "/desk/login?next=%2Fdesk%2Fticket%2FG-4F7K-2MQ9"},
		{"POST", page + "/redeliver", "/desk/login?next=%2Fdesk%2Fticket%2FG-4F7K-2MQ9"},
		{"GET", "/desk/files/" + strings.Repeat("a", 26), "/desk/login"},
		{"DELETE", page, "/desk/login?next=%2Fdesk%2Fticket"},
	} {
		var form url.Values
		if c.method == http.MethodPost {
			form = url.Values{"once": {"1"}, "status": {"closed"}, "to": {"me"}}
		}
		got := h.browser().do(c.method, c.path, form)
		if c.method == "DELETE" {
			c.to = "/desk/login" // the page above it is no ticket
		}
		if got.status != http.StatusSeeOther || got.header.Get("Location") != c.to {
			t.Errorf("%s %s gives %d to %q, want %q", c.method, c.path, got.status, got.header.Get("Location"), c.to)
		}
	}
	for _, path := range []string{"/desk/events", "/desk/?fragment=1", page + "?fragment=1"} {
		wantStatus(t, h.browser().get(path), http.StatusUnauthorized)
	}
	if file := h.file(reference); file.Status != "open" || len(file.Events) != 1 || len(file.Transcript) != 2 {
		t.Errorf("something was done: %s", pretty(file))
	}
}

func TestSigningInLeadsBackToTheDeskAndNowhereElse(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	for next, want := range map[string]string{
		"/desk/ticket/G-4F7K-2MQ9":                "/desk/ticket/G-4F7K-2MQ9",
		"/desk/ticket/G-4F7K-2MQ9?status=waiting": "/desk/ticket/G-4F7K-2MQ9?status=waiting",
		"/desk/?q=a":                   "/desk/?q=a",
		"":                             "/desk/",
		"https://evil.example/desk/":   "/desk/",
		"//evil.example/desk/ticket/x": "/desk/",
		"/\\evil.example":              "/desk/",
		"\\\\evil.example":             "/desk/",
		"/desk/../..//evil.example":    "/desk/",
		"/desk/ticket/..%2f..%2f..%2f%2fevil.example": "/desk/",
		"javascript:alert(1)":                         "/desk/",
		"/desk/logout":                                "/desk/",
		"/desk/account":                               "/desk/account",
		"/desk/macros":                                "/desk/macros",
		"/desk/notices":                               "/desk/notices",
		"/desk/knowledge/new?collection=micro":        "/desk/knowledge/new?collection=micro",
		"/desk/knowledge/edition?number=2":            "/desk/knowledge/edition?number=2",
		"/desk/knowledge/remove?file=a":               "/desk/knowledge/remove?file=a",
		"/desk/ticket/G-4F7K-2MQ9/merge?into=G-1":     "/desk/ticket/G-4F7K-2MQ9/merge?into=G-1",
		"/desk/ticket/G-4F7K-2MQ9/reply":              "/desk/",
		"/desk/ticket/":                               "/desk/",
		"/desk/admin/audit.csv":                       "/desk/",
		"/desk/files/a":                               "/desk/",
		"/desk/nowhere":                               "/desk/",
		"/desk/admin/audit?who=a":                     "/desk/admin/audit?who=a",
		"/desk/admin/accounts/change":                 "/desk/",
		"/desk/login/provider?next=//evil.example":    "/desk/",
		"/desk/account//evil.example":                 "/desk/",
		"/desk/events":                                "/desk/",
		"/desk@evil.example":                          "/desk/",
		"\t//evil.example":                            "/desk/",
		"http:/desk/ticket/x":                         "/desk/",
	} {
		got := b.get("/desk/login?" + url.Values{"next": {next}}.Encode())
		if to := got.header.Get("Location"); got.status != http.StatusSeeOther || to != want {
			t.Errorf("next %q leads to %d %q, want %q", next, got.status, to, want)
		}
	}
	form := credentials("claire@exemple.fr", password)
	form.Set("next", "//evil.example/")
	if to := h.browser().post("/desk/login", form).header.Get("Location"); to != "/desk/" {
		t.Errorf("after signing in, next leads to %q", to)
	}
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	h.claim(reference, nil)
	b := h.signIn("claire@exemple.fr")
	for _, header := range [][]string{
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
		{"Origin", "https://evil.example"},
		{"Origin", "null"},
	} {
		for _, path := range []string{
			"/desk/ticket/" + reference + "/status", "/desk/logout", "/desk/login", "/desk/login/code", "/desk/link", "/desk/account/password",
			"/desk/account/devices", factorPath, factorPath + "/codes", factorPath + "/remove", accountsPath, accountsPath + "/change",
		} {
			got := b.do(http.MethodPost, path, url.Values{"status": {"closed"}}, header...)
			wantStatus(t, got, http.StatusForbidden)
			wantContains(t, got.body, "Accès refusé")
		}
	}
	if status := h.file(reference).Status; status != "open" {
		t.Errorf("the ticket is %s", status)
	}
	got := b.do(http.MethodPost, "/desk/ticket/"+reference+"/status", url.Values{"status": {"closed"}}, "Sec-Fetch-Site", "same-origin")
	wantStatus(t, got, http.StatusSeeOther)
}

func TestAnUnknownTicketOrAddressIsADesigned404(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	for _, path := range []string{"/desk/ticket/G-0000-0000", "/desk/ticket/G-0000-0000?fragment=1", "/desk/nowhere", "/desk/assets/nothing.css", "/desk/ticket/%00"} {
		got := b.get(path)
		if got.status != http.StatusNotFound || !strings.Contains(got.body, "Page introuvable") {
			t.Errorf("%s gives %d", path, got.status)
		}
	}
	if to := b.get("/desk/ticket/G-0000-0000/reply?q=a").header.Get("Location"); to != "/desk/ticket/G-0000-0000?q=a" {
		t.Errorf("the address of an action leads to %q", to)
	}
	wantStatus(t, b.post("/desk/ticket/G-0000-0000/reply", url.Values{"text": {"a"}, "once": {"1"}}), http.StatusNotFound)
	wantStatus(t, b.post("/desk/ticket/G-0000-0000/status", url.Values{"status": {"closed"}}), http.StatusNotFound)
	wantStatus(t, b.post("/desk/ticket/G-0000-0000/assign", url.Values{"to": {"me"}}), http.StatusNotFound)
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	b := h.signIn("claire@exemple.fr")
	const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	for _, path := range []string{"/desk", "/desk/", "/desk/login", "/desk/nowhere", "/desk/setup", "/desk/ticket/x"} {
		got := b.get(path)
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cache-Control": "no-store",
		} {
			if !strings.HasPrefix(got.header.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, got.header.Get(name))
			}
		}
		if inline := regexp.MustCompile(`(?i) style=| on[a-z]+=|<style|<script(>| [^s])`).FindString(got.body); inline != "" {
			t.Errorf("%s holds inline %q", path, inline)
		}
	}
}

func TestAssetsAreNamedByTheirContentAndKept(t *testing.T) {
	t.Parallel()
	h := open(t)
	page := h.browser().get("/desk/login").body
	found := regexp.MustCompile(`/desk/assets/[a-z]+\.[0-9a-f]{12}\.(css|js|svg)`).FindAllString(page, -1)
	files, err := os.ReadDir("assets")
	if err != nil || len(found) != len(files) {
		t.Fatalf("the page uses %v, %v", found, err)
	}
	for _, path := range found {
		got := h.browser().get(path)
		wantStatus(t, got, http.StatusOK)
		if got.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || got.body == "" {
			t.Errorf("%s: Cache-Control %q, %d bytes", path, got.header.Get("Cache-Control"), len(got.body))
		}
		if got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", path)
		}
	}
}
