package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/desk"

	"github.com/chromedp/chromedp"
)

func TestAFormOfAnotherSiteIsRefusedAtEveryAddress(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.claim(reference, nil)
	b := h.signInAs("claire@exemple.fr", bot.RoleAdmin)
	before, err := h.db.Audit(t.Context(), bot.AuditFilter{})
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, route := range everyRoute {
		method, path, _ := strings.Cut(route.pattern, " ")
		if method != http.MethodPost {
			continue
		}
		if route.path != "" {
			path = route.path
		}
		for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			if got := b.do(method, path, route.form, header...); got.status != http.StatusForbidden || !strings.Contains(got.body, "Accès refusé") {
				t.Errorf("%s with %v: %d", route.pattern, header, got.status)
			}
		}
		tried++
	}
	posts := 0
	for pattern := range desk.Routes() {
		if strings.HasPrefix(pattern, http.MethodPost) {
			posts++
		}
	}
	if tried != posts {
		t.Errorf("%d of %d forms were tried", tried, posts)
	}
	if after, err := h.db.Audit(t.Context(), bot.AuditFilter{}); err != nil || len(after) != len(before) {
		t.Errorf("something was done: %+v, %v", after, err)
	}
}

func TestNoFilterOfTheDeskReachesTheDatabaseAsAnythingButAValue(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.claim(reference, nil)
	b := h.signInAs("claire@exemple.fr", bot.RoleAdmin)
	for _, value := range []string{
		"'", "' or 1=1 --", `"; drop table tickets; --`, `\`, "%", "_", "a & b | !c:*", "((", "$1", "\x00", "../../etc/passwd", strings.Repeat("x", 5000),
	} {
		for _, filter := range []string{"view", "status", "category", "channel", "site", "priority", "tag", "q", "page", "sort"} {
			got := b.get("/desk/?" + url.Values{filter: {value}}.Encode())
			if got.status != http.StatusOK {
				t.Errorf("%s %q: %d", filter, value, got.status)
			}
			narrows := filter == "site" || filter == "tag" || filter == "q"
			if narrows && value != "\x00" && len(rowLink.FindAllString(got.body, -1)) > 0 {
				t.Errorf("%s %q finds what does not match", filter, value)
			}
		}
		for _, filter := range []string{"who", "object", "action", "from", "to", "after"} {
			if got := b.get("/desk/admin/audit?" + url.Values{filter: {value}}.Encode()); got.status != http.StatusOK && got.status != http.StatusNotFound {
				t.Errorf("the log by %s %q: %d", filter, value, got.status)
			}
		}
		for _, form := range []struct{ path, field string }{{keysPath + "/revoke", "name"}, {webhooksPath + "/change", "name"}, {accountsPath + "/change", "email"}} {
			if got := b.post(form.path, url.Values{form.field: {value}, "do": {"remove"}}); got.status < 400 || got.status > 499 {
				t.Errorf("%s %q: %d", form.path, value, got.status)
			}
		}
	}
	if file := h.file(reference); len(file.Events) != 1 || file.Status != bot.Open {
		t.Errorf("something was done: %s", pretty(file))
	}
}

// evil runs where it is taken for anything but text: in a page, in a value, in a script, in Markdown.
const evil = `"'><script>window.hit=1</script><img src=x onerror="window.hit=1"> [x](javascript:window.hit=1) ![x](x" onerror="window.hit=1)`

func TestNothingThatIsStoredRunsOnAnyPage(t *testing.T) {
	t.Parallel()
	h := open(t)
	claire := bot.User{Email: "claire@exemple.fr", Name: "Claire " + evil, Role: bot.RoleAdmin, PasswordHash: passwordHash, CreatedAt: h.now()}
	ctx := bot.ActAs(t.Context(), bot.Actor{Who: claire.Email, Address: evil})
	fields := map[bot.Field]string{bot.Name: evil, bot.Correction: "il est écrit " + evil + " au lieu de " + evil, bot.Email: evil, bot.Siren: evil, bot.Description: evil}
	h.say(reference, evil, bot.Reply{Kind: bot.Escalate, Text: evil, Citations: []bot.Citation{{Document: evil, Section: evil, URL: "javascript:window.hit=1"}}, Choices: []bot.Choice{{Label: evil, Value: evil}}},
		&bot.Ticket{Reference: reference, Category: bot.AttestationCorrection, Fields: fields})
	h.brings(reference, upload{evil + ".pdf", bottest.PDF("x")}, upload{evil + ".png", bottest.PNG(4)})
	_, hash := bot.NewAPIKey()
	for _, err := range []error{
		h.db.AddUser(ctx, claire), h.db.ReplyTicket(ctx, reference, claire, bot.AgentReply{Text: evil, Once: "1"}), h.db.NoteTicket(ctx, reference, claire, evil, "2"),
		h.db.SetTags(ctx, reference, claire, []string{`"><script>window.hit=1</script>`}), h.db.SaveMacro(ctx, bot.Macro{Name: evil[:70], Text: evil + "</textarea>"}),
		h.db.Record(ctx, bot.AuditSignOut, evil, evil), h.db.AddAPIKey(ctx, bot.APIKey{Name: evil, Scopes: []bot.Scope{bot.Scope(evil)}, MadeBy: evil}, hash),
		h.db.AddWebhook(ctx, bot.Webhook{Name: evil, URL: "https://a.example/" + evil, Events: []string{evil}, Secret: "x", MadeBy: evil}),
		h.failing(evil, &url.Error{Op: evil, URL: evil, Err: bot.ErrNotFound}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	odd := h.browser()
	odd.do(http.MethodPost, "/desk/login", credentials(claire.Email, password), "User-Agent", "Chrome "+evil)
	c := h.chromium()
	seen := 0
	for _, states := range everyPage {
		for _, path := range states {
			if strings.HasPrefix(path, "-") || path == setupToken || strings.HasSuffix(path, ".html") {
				continue
			}
			seen++
			c.do(chromedp.Navigate(c.url + path))
			c.eventually(`true`)
			hit, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool](`window.hit !== undefined || [...document.querySelectorAll('a[href]')].some((a) => a.protocol === 'javascript:') || document.querySelector('[onerror], script:not([src])') != null`))
			if err != nil || hit {
				t.Errorf("%s runs what was stored: %v, %v", path, hit, err)
			}
		}
	}
	if seen < 30 {
		t.Errorf("%d pages were looked at", seen)
	}
	c.document(h.signIn(claire.Email).get(ticketPath + "/transcript.html").body)
	if hit, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool](`window.hit !== undefined || document.querySelector('[onerror], script, a[href^=javascript]') != null`)); err != nil || hit {
		t.Errorf("the transcript runs what was stored: %v, %v", hit, err)
	}
}
