package desk_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"

	"github.com/chromedp/chromedp"
)

// everyPage gives, for each address that is asked for, the states in which its page is looked at, as paths. A dash says why
// there is no page. A page that needs more than an address has its states in the tests beside each page.
var everyPage = map[string][]string{
	"GET /desk/assets/{file}":         {"- styles, scripts, the icon"},
	"GET /desk":                       {"- leads to the queue"},
	"GET /desk/login/provider":        {"- leads to the provider"},
	"GET /desk/events":                {"- a stream for the script"},
	"GET /desk/files/{id}":            {"- a file of a conversation"},
	"GET /desk/admin/audit.csv":       {"- a file for a spreadsheet"},
	"GET /desk/login/code":            {"- after the password: TestOnesOwnPagesHaveNoAccessibilityViolationsAndFitAPhone"},
	"GET /desk/login":                 {"/desk/login", "/desk/login?next=%2Fdesk%2F%3Fview%3Dmine"},
	"GET /desk/login/provider/back":   {"/desk/login/provider/back?state=x&code=y"},
	"GET /desk/setup":                 {"/desk/setup?token=x", setupToken},
	"GET /desk/link":                  {"/desk/link?token=x"},
	"GET /desk/account":               {"/desk/account", "/desk/account?done=all"},
	"GET /desk/account/second-factor": {factorPath},
	"GET /desk/notices":               {"/desk/notices", "/desk/notices?done=1"},
	"GET /desk/{$}": {"/desk/", "/desk/?q=rien", "/desk/?view=mine", "/desk/?view=unassigned", "/desk/?view=overdue", "/desk/?view=waiting",
		"/desk/?view=snoozed", "/desk/?status=any&category=claim", "/desk/?page=9", "/desk/?tag=vol&priority=urgent"},
	"GET /desk/ticket/{reference}": {ticketPath, "/desk/ticket/G-1111-1111", "/desk/ticket/G-2222-2222?done=snoozed", "/desk/ticket/G-3333-3333",
		"/desk/ticket/G-4444-4444", "/desk/ticket/G-0000-0000"},
	"GET /desk/ticket/{reference}/{action}":        {"- leads back to the ticket"},
	"GET /desk/ticket/{reference}/merge":           {"/desk/ticket/G-1111-1111/merge?into=" + reference, "/desk/ticket/G-4444-4444/merge?into=G-3333-3333"},
	"GET /desk/ticket/{reference}/transcript.txt":  {"- a text"},
	"GET /desk/ticket/{reference}/transcript.html": {"/desk/ticket/" + reference + "/transcript.html"},
	"GET /desk/macros":                             {"/desk/macros", "/desk/macros?done=saved"},
	"GET /desk/knowledge":                          {"/desk/knowledge", "/desk/knowledge?q=kbis", "/desk/knowledge?q=zzz", "/desk/knowledge?done=published&edition=2"},
	"GET /desk/knowledge/topic":                    {"/desk/knowledge/topic?id=micro.kbis", "/desk/knowledge/topic?id=alma.duree", "/desk/knowledge/topic?file=knowledge/content/micro/collection.md"},
	"GET /desk/knowledge/new":                      {"/desk/knowledge/new", "/desk/knowledge/new?collection=micro&slug=../x", "/desk/knowledge/new?collection=micro&slug=carte"},
	"GET /desk/knowledge/remove":                   {"/desk/knowledge/remove?file=" + kbisFile, "/desk/knowledge/remove?file=nothing"},
	"GET /desk/knowledge/edition":                  {"/desk/knowledge/edition?number=0", "/desk/knowledge/edition?number=1", "/desk/knowledge/edition?number=x"},
	"GET /desk/admin/accounts":                     {accountsPath, accountsPath + "?done=role"},
	"GET /desk/admin/audit":                        {"/desk/admin/audit", "/desk/admin/audit?who=personne", "/desk/admin/audit?object=" + reference},
	"GET /desk/admin/keys":                         {keysPath, keysPath + "?done=revoked"},
	"GET /desk/admin/webhooks":                     {webhooksPath, webhooksPath + "?done=test&name=crm"},
	"/desk/":                                       {"/desk/nowhere"},
	"/":                                            {"- answered by the program around the desk"},
}

// setupToken stands for the link of the first account, at a desk that has none.
const setupToken = "/desk/setup?token="

// full is a busy desk with everything on its pages that may stand there, administered by Claire.
func full(t *testing.T) *house {
	t.Helper()
	h := busy(t, withUndo)
	ctx := bot.ActAs(t.Context(), bot.Actor{Who: "claire@exemple.fr", Address: "192.0.2.14"})
	claire := bot.User{Email: "claire@exemple.fr", Name: "Claire Moreau"}
	h.say("G-2222-2222", "Je veux parler à quelqu’un", bot.Reply{Kind: bot.Escalate, Text: "C’est noté."}, &bot.Ticket{Reference: "G-2222-2222", Category: bot.Human})
	late := served(h.start.Add(-30*time.Hour), hoursOfOpening(8), hoursOfOpening(24))
	h.say("G-3333-3333", "Je me plains de "+strings.Repeat("très ", 400)+"longs délais", bot.Reply{Kind: bot.Escalate, Text: "C’est noté."},
		&bot.Ticket{Reference: "G-3333-3333", Category: bot.Complaint, Clock: late, Fields: map[bot.Field]string{bot.Name: strings.Repeat("Jean-Baptiste ", 12)}})
	telegram := bot.Inbound{Channel: bot.Telegram, Key: "42", Site: "demo", Text: "une copie"}
	_, err := h.db.Turn(t.Context(), telegram, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "une copie", Reply: bot.Reply{Kind: bot.Escalate, Text: "C’est noté."}, State: c.State,
			Ticket: &bot.Ticket{Reference: "G-4444-4444", Category: bot.AttestationCopy}}, nil
	})
	held, claim := h.db.ClaimDelivery(t.Context(), bot.Telegram, time.Minute)
	_, hash := bot.NewAPIKey()
	_, ended := bot.NewAPIKey()
	hook := bot.Webhook{Name: "crm", URL: "https://crm.exemple.fr/guichet?token=x", Secret: "whsec_AAAA", MadeBy: claire.Email}
	quiet, off := hook, hook
	quiet.Name, quiet.Events, quiet.WithText = "statistiques", []string{"ticket.opened", "ticket.status", "ticket.undelivered"}, true
	off.Name, off.URL = "telephonie", "https://"+strings.Repeat("long.", 20)+"exemple.fr/un/chemin"
	for _, err := range []error{
		err, claim, h.db.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Gone, Reason: bot.ReasonBlocked}),
		h.db.SetRole(ctx, claire.Email, bot.RoleAdmin), h.db.Snooze(ctx, "G-2222-2222", claire, h.start.Add(48*time.Hour)),
		h.db.AssignTicket(ctx, "G-3333-3333", claire, claire.Email), h.db.ReplyTicket(ctx, "G-3333-3333", claire, bot.AgentReply{Text: "Bonjour,\n\n- un\n- deux", Once: "1"}),
		h.db.NoteTicket(ctx, "G-3333-3333", claire, "À rappeler", "2"), h.db.SetTicketStatus(ctx, "G-1111-1111", claire, bot.Waiting),
		h.db.SetTicketStatus(ctx, "G-4444-4444", claire, bot.Resolved),
		h.db.AddAPIKey(ctx, bot.APIKey{Name: "crm-lyon", Scopes: bot.Scopes(), MadeBy: claire.Email, CreatedAt: h.start, Expires: h.start.AddDate(1, 0, 0)}, hash),
		h.db.AddAPIKey(ctx, bot.APIKey{Name: "ancien-crm", Scopes: []bot.Scope{bot.ScopeAsk}, MadeBy: "parti@exemple.fr", CreatedAt: h.start.AddDate(-1, 0, 0)}, ended),
		h.db.RevokeAPIKey(ctx, "ancien-crm"), h.db.AddWebhook(ctx, hook), h.db.AddWebhook(ctx, quiet), h.db.AddWebhook(ctx, off),
		h.failing("crm", errors.New("it answers 503 Service Unavailable")), h.failing("telephonie", bot.ErrWebhookGone),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// failing notes that a webhook did not take a message.
func (h *house) failing(name string, failure error) error {
	hook, err := h.db.Webhook(h.t.Context(), name)
	if err != nil {
		return err
	}
	return h.db.WebhookFailed(h.t.Context(), hook.ID, failure, 72*time.Hour)
}

func TestEveryPageHasNoAccessibilityViolationsAndFitsAPhone(t *testing.T) {
	t.Parallel()
	h := full(t)
	outside := h.again(func(o *desk.Options) {
		o.Provider = &desk.Provider{Name: "l’annuaire de l’entreprise", Issuer: "http://127.0.0.1:1", ClientID: "x", Secret: "y"}
	})
	first := open(t)
	inside, stranger := h.chromium(), outside.stranger()
	for pattern, least := range desk.Routes() {
		if method, _, _ := strings.Cut(pattern, " "); method == http.MethodPost {
			continue
		}
		states, known := everyPage[pattern]
		if !known || len(states) == 0 {
			t.Errorf("%s is a page that nobody looks at: add it to everyPage", pattern)
		}
		for _, path := range states {
			switch {
			case strings.HasPrefix(path, "-"):
			case path == setupToken:
				link, err := desk.SetupLink(t.Context(), first.db, first.server.URL, first.now())
				if err != nil {
					t.Fatal(err)
				}
				stranger.do(chromedp.Navigate(link), chromedp.WaitVisible(chromedp.CSS("#password")))
				stranger.check("setup-first")
			case strings.HasSuffix(path, "transcript.html"):
				inside.document(h.signIn("claire@exemple.fr").get(path).body)
				inside.check(pageName(path))
			case least == "" && path != "/desk/nowhere":
				stranger.visit(pageName(path), path)
			default:
				inside.visit(pageName(path), path)
			}
		}
	}
}

// TestEveryPageOfTheSignedInSpeaksEnglish gets each page, which reads it in English too.
func TestEveryPageOfTheSignedInSpeaksEnglish(t *testing.T) {
	t.Parallel()
	h := full(t)
	b := h.signIn("claire@exemple.fr")
	for _, states := range everyPage {
		for _, path := range states {
			if strings.HasPrefix(path, "-") {
				continue
			}
			if got := b.get(path); got.status >= http.StatusInternalServerError {
				t.Errorf("%s answers %d", path, got.status)
			}
		}
	}
}

// TestTheAdministratorsFormsInEnglish goes through those for other programs, and through a merge, in a browser that asks for English.
func TestTheAdministratorsFormsInEnglish(t *testing.T) {
	t.Parallel()
	h := full(t)
	if err := h.db.SetLanguage(t.Context(), "claire@exemple.fr", "en"); err != nil {
		t.Fatal(err)
	}
	c := h.chromium()
	c.do(chromedp.Navigate(c.url+keysPath), chromedp.Click(chromedp.CSS(".ended summary")), chromedp.Click(chromedp.CSS(".manage summary")),
		chromedp.SendKeys(chromedp.CSS("#name"), "crm-lyon\r"))
	c.eventually(`document.querySelector('#scope-problem')?.textContent.startsWith('Tick at least one right')`)
	c.checkEnglish("keys-refused")
	c.do(chromedp.Click(chromedp.CSS("[value='tickets:read']")), c.fill("#name", "crm-paris"), chromedp.SendKeys(chromedp.CSS("#name"), "\r"))
	c.eventually(`document.querySelector('.fresh-link h2')?.textContent === 'The key “crm-paris”'`)
	c.checkEnglish("keys-fresh")
	c.do(chromedp.Navigate(c.url+webhooksPath), chromedp.SendKeys(chromedp.CSS("#name"), "crm"), chromedp.SendKeys(chromedp.CSS("#url"), "http://10.0.0.1/"),
		chromedp.Click(chromedp.CSS("[value=some]")), chromedp.SendKeys(chromedp.CSS("#url"), "\r"))
	c.eventually(`document.querySelector('#event-problem')?.textContent.includes('“Everything that happens”')`)
	c.checkEnglish("webhooks-refused")
	c.do(c.fill("#name", "crm-paris"), chromedp.Click(chromedp.CSS("[name=private]")), chromedp.Click(chromedp.CSS("[value='ticket.opened']")), chromedp.SendKeys(chromedp.CSS("#url"), "\r"))
	c.eventually(`document.querySelector('.fresh-link h2')?.textContent === 'The secret of “crm-paris”'`)
	c.checkEnglish("webhooks-fresh")
	c.do(chromedp.Navigate(c.url + "/desk/ticket/G-4444-4444/merge?into=G-3333-3333"))
	c.eventually(`document.querySelector('h1').textContent === 'Merge two tickets'`)
	c.checkEnglish("merge")
}

func TestPagesWithSomethingOpenOrRefusedHaveNoAccessibilityViolations(t *testing.T) {
	t.Parallel()
	h := full(t)
	c := h.chromium()
	c.do(chromedp.Navigate(c.url+"/desk/"), chromedp.Click(chromedp.CSS(".more summary")), chromedp.Click(chromedp.CSS(".menu summary")))
	c.check("queue-open")
	c.do(chromedp.Navigate(c.url+"/desk/"), press("?"))
	c.eventually(`document.querySelector('[data-sheet]').open`)
	c.check("help")
	c.do(chromedp.Navigate(c.url+ticketPath), chromedp.Click(chromedp.CSS(".reply .primary")))
	c.eventually(`document.querySelector('#reply-problem') != null`)
	c.check("reply-refused")
	c.do(chromedp.Navigate(c.url+ticketPath), chromedp.SendKeys(chromedp.CSS("#reply-text"), "Bonjour"))
	if _, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool](`document.querySelector('[data-seen]').value = '0'; document.querySelector('form.reply').submit(); true`)); err != nil {
		t.Fatal(err)
	}
	c.eventually(`document.querySelector('.warning') != null`)
	c.check("reply-warned")
	c.do(chromedp.Navigate(c.url+"/desk/macros"), chromedp.SendKeys(chromedp.CSS("#macro-name-0"), "Essai"), chromedp.SendKeys(chromedp.CSS("#macro-text-0"), "{{inconnue}}"), chromedp.Click(chromedp.CSS("section .primary")))
	c.eventually(`document.querySelector('[role=alert]') != null`)
	c.check("macro-refused")
	c.do(chromedp.Navigate(c.url+keysPath), chromedp.Click(chromedp.CSS(".ended summary")), chromedp.Click(chromedp.CSS(".manage summary")))
	c.check("keys-open")
	c.do(chromedp.SendKeys(chromedp.CSS("#name"), "crm-lyon\r"))
	c.eventually(`document.querySelector('#scope-problem') != null`)
	c.check("keys-refused")
	c.do(chromedp.Click(chromedp.CSS("[value='tickets:read']")), c.fill("#name", "crm-paris"), chromedp.SendKeys(chromedp.CSS("#name"), "\r"))
	c.eventually(`document.querySelector('.fresh-link') != null`)
	c.check("keys-fresh")
	c.do(chromedp.Navigate(c.url+webhooksPath), chromedp.Click(chromedp.CSS(".manage summary")))
	c.check("webhooks-open")
	c.do(chromedp.SendKeys(chromedp.CSS("#name"), "crm"), chromedp.SendKeys(chromedp.CSS("#url"), "http://10.0.0.1/"), chromedp.Click(chromedp.CSS("[value=some]")), chromedp.SendKeys(chromedp.CSS("#url"), "\r"))
	c.eventually(`document.querySelector('#event-problem') != null`)
	c.check("webhooks-refused")
	c.do(c.fill("#name", "crm-paris"), chromedp.Click(chromedp.CSS("[name=private]")), chromedp.Click(chromedp.CSS("[value='ticket.opened']")), chromedp.SendKeys(chromedp.CSS("#url"), "\r"))
	c.eventually(`document.querySelector('.fresh-link') != null`)
	c.check("webhooks-fresh")

	for name, path := range map[string]string{"empty-keys": keysPath, "empty-webhooks": webhooksPath, "empty-macros": "/desk/macros", "empty-queue": "/desk/"} {
		empty := open(t)
		empty.signInAs("claire@exemple.fr", bot.RoleAdmin)
		e := empty.chromium()
		e.visit(name, path)
	}
	away, err := desk.Away(nil)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(away)
	defer server.Close()
	c.do(chromedp.Navigate(server.URL + "/desk/"))
	c.check("away")
	agent := open(t)
	agent.addUser("claire@exemple.fr", "Claire Moreau")
	a := agent.chromium()
	a.visit("forbidden", "/desk/admin/audit")
	s := agent.stranger()
	s.do(chromedp.Navigate(s.url+"/desk/login"), chromedp.SendKeys(chromedp.CSS("#email"), "claire@exemple.fr"), chromedp.SendKeys(chromedp.CSS("#password"), "faux\r"))
	s.eventually(`document.querySelector('[role=alert]') != null`)
	s.check("login-refused")
}

// pageName is what a picture of a page is called.
func pageName(path string) string {
	name, _, _ := strings.Cut(path, "token=")
	return strings.Trim(strings.NewReplacer("/", "-", "?", "-", "&", "-", "=", "-", "%", "").Replace(strings.TrimPrefix(name, "/desk")), "-")
}

// fill has a field hold a value.
func (c *chromium) fill(selector, value string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector(%q).value = %q", selector, value))
}

// document shows a file that is otherwise downloaded.
func (c *chromium) document(text string) {
	c.t.Helper()
	encoded, err := json.Marshal(text)
	if err != nil {
		c.t.Fatal(err)
	}
	c.do(chromedp.Navigate("about:blank"))
	if _, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool](`document.open(); document.write(`+string(encoded)+`); document.close(); true`)); err != nil {
		c.t.Fatal(err)
	}
	c.eventually(`document.title !== ''`)
}
